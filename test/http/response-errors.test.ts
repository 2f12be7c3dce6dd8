import { expect } from '@open-wc/testing';
import { UploadError } from '../../src/core/errors.js';
import type { SendResponse } from '../../src/core/types.js';
import {
  isAlreadyDeleted,
  retryAdvice,
  parseJson,
  parseJsonObject,
  responseError,
  retryAfter,
  statusMessage,
  nonEmptyString,
} from '../../src/http/response-errors.js';

const response = (status: number, headers: Readonly<Record<string, string>> = {}): SendResponse => ({
  status,
  url: 'https://example.com/',
  text: '',
  header: (name) => headers[name] ?? null,
});

describe('retryAdvice', () => {
  const rows = {
    auto: [0, 200, 204, 408, 425, 429, 500, 502, 503, 504, 507],
    manual: [301, 307, 400, 401, 403, 404, 405, 409, 411, 412, 413, 415, 422, 431],
  };
  for (const [advice, statuses] of Object.entries(rows))
    for (const status of statuses) it(`${status}: ${advice}`, () => expect(retryAdvice(status)).to.equal(advice));
});

describe('retryAfter', () => {
  const now = Date.UTC(2026, 10, 22, 21, 0, 0);
  const at = (seconds: number) => new Date(now + seconds * 1000).toUTCString();
  const rows: readonly (readonly [title: string, headers: Readonly<Record<string, string>>, delay: number | undefined])[] = [
    ['no header', {}, undefined],
    ['seconds', { 'retry-after': '120' }, 120_000],
    ['zero seconds', { 'retry-after': '0' }, 0],
    ['a date', { 'retry-after': at(30) }, 30_000],
    ['a date in the past', { 'retry-after': at(-30) }, 0],
    ['a date, compared with the Date header', { 'retry-after': at(3630), date: at(3600) }, 30_000],
    ['an invalid value', { 'retry-after': 'soon' }, undefined],
    ['an empty value', { 'retry-after': ' ' }, undefined],
    ['a negative number', { 'retry-after': '-5' }, undefined],
  ];
  for (const [title, headers, delay] of rows) {
    it(title, () => expect(retryAfter(response(503, headers), now)).to.equal(delay));
  }
});

describe('responseError', () => {
  it('has the message, advice and delay that the response implies', () => {
    const error = responseError(response(503, { 'retry-after': '2' }));
    expect(error)
      .to.be.instanceOf(UploadError)
      .and.include({ status: 503, retry: 'auto', retryAfter: 2000, reason: 'The server is too busy (status 503).' });
    expect(responseError(response(403))).to.include({ status: 403, retry: 'manual', retryAfter: undefined });
  });

  it('has the reason and the details that it is given', () => {
    const json = { error: 'No room.' };
    const error = responseError(response(500), 'No room.', { code: 'Full', retry: 'never', response: json, startOver: true });
    expect(error).to.include({ reason: 'No room.', code: 'Full', retry: 'never', response: json, startOver: true, status: 500 });
  });

  it('has a sentence for each status', () => {
    for (let status = 0; status < 600; status++) expect(statusMessage(status, 'The storage')).to.match(/^The storage .*\.$/);
    for (const status of [200, 302, 401, 404, 413, 429, 500]) expect(statusMessage(status)).to.include(String(status));
  });
});

describe('JSON of a response', () => {
  it('is undefined if the text is not JSON', () => {
    expect(parseJson('{"a":[1]}')).to.deep.equal({ a: [1] });
    expect(parseJson('null')).to.equal(null);
    for (const invalid of ['', '<html>', '{', 'undefined']) expect(parseJson(invalid)).to.equal(undefined);
  });

  it('is undefined if it must be an object and is not', () => {
    expect(parseJsonObject('{"a":1}')).to.deep.equal({ a: 1 });
    for (const other of ['null', '[1]', '"s"', '1', 'true', '']) expect(parseJsonObject(other)).to.equal(undefined);
  });

  it('has non-empty strings', () => {
    expect(nonEmptyString('a')).to.equal('a');
    for (const other of ['', ' \n', null, 1, true, ['a'], { a: 1 }, undefined]) expect(nonEmptyString(other)).to.equal(undefined);
  });
});

describe('a very long answer', () => {
  it('is cut for people, and is whole in the cause', () => {
    const text = `${'x'.repeat(1999)}🎉${'y'.repeat(3_000_000)}`;
    const error = responseError(response(500), text);
    expect(error.reason).to.equal(`${'x'.repeat(1999)}…`);
    expect(error.cause).to.equal(text);
    expect(responseError(response(500), 'short').cause).to.equal(undefined);
  });
});

describe('JSON that is nested too deeply', () => {
  it('is not read', () => {
    const nested = (depth: number) => '{"a":['.repeat(depth / 2) + ']}'.repeat(depth / 2);
    expect(parseJson(nested(200))).not.to.equal(undefined);
    expect(parseJson(nested(202))).to.equal(undefined);
    expect(parseJson(`["${'['.repeat(500)}\\"${'{'.repeat(500)}"]`)).to.be.an('array');
    const start = performance.now();
    for (const text of ['['.repeat(2_000_000), '"'.repeat(1_000_001), '"\\'.repeat(500_000), nested(1_000_000), '[],'.repeat(500_000)])
      expect(parseJson(text)).to.equal(undefined);
    expect(performance.now() - start).to.be.lessThan(3000);
  });
});

describe('isAlreadyDeleted', () => {
  it('is true for 404, 410 and S3’s NoSuchKey', () => {
    const is = (status: number, text = '') => isAlreadyDeleted({ ...response(status), text });
    expect([is(404), is(410), is(500, '<Code>NoSuchKey</Code>')]).to.deep.equal([true, true, true]);
    expect([is(200), is(403), is(500), is(0), is(200, 'NoSuchKey'), is(500, 'NoSuchKeyring')]).to.deep.equal(Array(6).fill(false));
  });
});
