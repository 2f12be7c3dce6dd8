import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkConformance } from './conformance.js';
import {
  accepts,
  unexpectedCephResults,
  deviations,
  laxerThanCeph,
  rejects,
  type CaseResult,
  type ConformanceCase,
} from './conformance-case.js';
import type { Target } from './target.js';

const yes: CaseResult = { outcome: 'accepted', status: 200, stored: 'as sent' };
const no: CaseResult = { outcome: 'rejected', status: 403, code: 'AccessDenied', stored: 'nothing' };
const ask = () => Promise.resolve(yes);
const demanded = accepts('a good one', ask);
const forbidden = rejects('a bad one', 403, 'AccessDenied', ask);

describe('a result compared with the result of S3', () => {
  test('has no deviations if outcome, status, code, stored content and details are equal', () => {
    assert.deepEqual(deviations(demanded.s3, yes), []);
    assert.deepEqual(deviations(forbidden.s3, no), []);
    assert.deepEqual(deviations(accepts('', ask, { details: { a: ['b'] } }).s3, { ...yes, details: { a: ['b'], more: 1 } }), []);
  });

  test('deviates if S3 rejects an accepted request or accepts a rejected one', () => {
    assert.match(deviations(forbidden.s3, yes).join(), /S3 expects rejected/);
    assert.match(deviations(demanded.s3, no).join(), /S3 expects accepted/);
  });

  test('deviates if the status or the code differs', () => {
    assert.match(deviations(demanded.s3, { ...yes, status: 204 }).join(), /status is 204, not 200/);
    assert.match(deviations(forbidden.s3, { ...no, code: 'InternalError' }).join(), /code is InternalError, not AccessDenied/);
    assert.match(deviations(forbidden.s3, { outcome: 'rejected', status: 403 }).join(), /code is missing/);
  });

  test('deviates if a rejected upload is stored or an accepted one is not', () => {
    assert.match(deviations(forbidden.s3, { ...no, stored: 'as sent' }).join(), /rejected, but as sent is stored/);
    assert.match(deviations(demanded.s3, { ...yes, stored: 'nothing' }).join(), /stored content: nothing/);
  });

  test('deviates if a detail differs or is missing', () => {
    const { s3 } = accepts('', ask, { details: { type: 'text/csv' } });
    assert.match(deviations(s3, { ...yes, details: { type: 'text/html' } }).join(), /type is "text\/html", not "text\/csv"/);
    assert.match(deviations(s3, yes).join(), /type is undefined/);
  });
});

describe("Ceph's result", () => {
  const because = 'for a reason';

  test('may have another status and code for a rejection', () => {
    assert.deepEqual(unexpectedCephResults(forbidden, { ...no, status: 500, code: 'InternalError' }), []);
  });

  test('is reported if it is laxer, stricter or different and the difference is not noted', () => {
    const other = { ...yes, status: 204 };
    assert.equal(unexpectedCephResults(forbidden, yes).length, 1);
    assert.equal(unexpectedCephResults(demanded, no).length, 1);
    assert.equal(unexpectedCephResults(demanded, other).length, 1);
    assert.deepEqual(unexpectedCephResults({ ...forbidden, cephIsLaxer: because }, yes), []);
    assert.deepEqual(unexpectedCephResults({ ...demanded, cephIsStricter: because }, no), []);
    assert.deepEqual(unexpectedCephResults({ ...demanded, cephDiffers: because }, other), []);
  });

  test('is reported if a noted difference no longer exists', () => {
    assert.equal(unexpectedCephResults({ ...forbidden, cephIsLaxer: because }, no).length, 1);
    assert.equal(unexpectedCephResults({ ...demanded, cephIsStricter: because }, yes).length, 1);
    assert.equal(unexpectedCephResults({ ...demanded, cephDiffers: because }, yes).length, 1);
  });

  test('is reported if a rejected upload is stored', () => {
    assert.equal(unexpectedCephResults(forbidden, { ...no, stored: 'otherwise' }).length, 1);
  });
});

describe('a store that is laxer than Ceph', () => {
  test('is reported if it accepts a request that Ceph rejects', () => {
    assert.equal(laxerThanCeph(demanded, yes, no).length, 1);
    assert.deepEqual(laxerThanCeph(demanded, yes, yes), []);
    assert.deepEqual(laxerThanCeph(forbidden, no, yes), []);
  });

  test('is reported if it stores content that Ceph does not store', () => {
    assert.equal(laxerThanCeph(forbidden, { ...no, stored: 'as sent' }, no).length, 1);
  });

  test('is not reported if S3 accepts the request too', () => {
    assert.deepEqual(laxerThanCeph({ ...demanded, cephIsStricter: 'for a reason' }, yes, no), []);
  });
});

describe('a case with several stores', () => {
  const target = (name: string): Target => ({
    name,
    url: 'http://127.0.0.1:1',
    region: 'us-east-1',
    credentials: { accessKey: '', secretKey: '' },
    reader: { accessKey: '', secretKey: '' },
    serviceHost: '',
    bucket: '',
    otherBucket: '',
    plainBucket: '',
  });
  const answering = (answers: Record<string, CaseResult | Error>): ConformanceCase =>
    accepts('a good one', ({ name }) => {
      const result = answers[name];
      return result instanceof Error || result === undefined ? Promise.reject(result ?? new Error('no result')) : Promise.resolve(result);
    });

  test('reports the name of the store with the problem', async () => {
    const problems = await checkConformance(answering({ a: yes, b: no }), { strict: [target('a'), target('b')] });
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /^b: S3 expects accepted/);
  });

  test('reports a case that failed', async () => {
    const problems = await checkConformance(answering({ a: new Error('broken pipe'), Ceph: new Error('not there') }), {
      strict: [target('a')],
      ceph: target('Ceph'),
    });
    assert.deepEqual(problems, ['a: the case failed, broken pipe', 'Ceph: the case failed, not there']);
  });

  test('reports a store that is laxer than Ceph', async () => {
    const problems = await checkConformance(answering({ a: yes, Ceph: no }), { strict: [target('a')], ceph: target('Ceph') });
    assert.match(problems.join('\n'), /^a: it accepts a request \(200\) that Ceph rejects/);
  });

  test('does not run with Ceph if Ceph’s result varies', async () => {
    const question = { ...answering({ a: yes }), cephIsUnstable: 'for a reason' };
    assert.deepEqual(await checkConformance(question, { strict: [target('a')], ceph: target('Ceph') }), []);
  });
});
