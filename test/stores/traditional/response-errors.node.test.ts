/** The outcome of each response: to an upload in one request, to a chunk, and to the request after all chunks. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { UploadError } from '../../../src/core/errors.js';
import type { RetryAdvice } from '../../../src/core/errors.js';
import { bytesOf, fileOf, uploadError } from '../../contract/checks.js';
import { RecordingServer } from './recording-server.js';
import type { ScriptedResponse } from './recording-server.js';
import { contextFor, storeAt, upload } from './test-store.js';

const server = await RecordingServer.start();
after(() => server.close());
beforeEach(() => server.script());

const endpoint = `${server.origin}/uploads`;
const done = `${server.origin}/done`;
const file = () => fileOf(new Blob([bytesOf(10)]));

/** The response of a success, or the reason of a failure. */
type Outcome =
  | { readonly success: object }
  | {
      readonly reason: RegExp;
      readonly retry: RetryAdvice;
      readonly startOver?: boolean;
      readonly status?: number;
      readonly code?: string;
    };

const failed = (reason: RegExp, retry: RetryAdvice = 'auto'): Outcome => ({ reason, retry });
const unconfirmed = failed(/^The server did not confirm that the file has arrived\.$/);
const webPage = failed(/^The server did not confirm .* web page.*signed in\.$/);
const startOver = (reason = /whole file again/, retry: RetryAdvice = 'auto'): Outcome => ({ reason, retry, startOver: true });
const html = '<!doctype html><title>Sign in</title>';

/** `lenient`: the outcome if `requireSuccessJson` is false and the outcome differs. */
const table: readonly (readonly [title: string, scripted: ScriptedResponse, outcome: Outcome, lenient?: Outcome])[] = [
  ...[200, 201, 202, 203].map(
    (status) => [`${status} with success`, { status, body: { success: true, x: 1 } }, { success: { success: true, x: 1 } }] as const,
  ),
  ['a truthy success', { body: { success: 'true' } }, { success: { success: 'true' } }],
  ['success beside an error', { body: { success: true, error: 'but' } }, { success: { success: true, error: 'but' } }],
  ['{success: false}', { body: { success: false } }, unconfirmed, { success: { success: false } }],
  ['{}', { body: {} }, unconfirmed, { success: {} }],
  ['an array', { body: [] }, unconfirmed, { success: {} }],
  ['an array with a success', { body: [{ success: true }] }, unconfirmed, { success: {} }],
  ['no body', { body: '' }, unconfirmed, { success: {} }],
  ['plain text', { body: 'OK' }, unconfirmed, { success: {} }],
  ['a web page', { body: html }, webPage, { success: {} }],
  ['204', { status: 204 }, unconfirmed, { success: {} }],
  ['an error', { body: { error: 'Disk full.' } }, failed(/^Disk full\.$/), { success: { error: 'Disk full.' } }],
  [
    'success: false with an error',
    { body: { success: false, error: 'Too blue' } },
    failed(/^Too blue$/),
    { success: { success: false, error: 'Too blue' } },
  ],
  ['an error that is not a string', { body: { error: { deep: 1 } } }, unconfirmed, { success: { error: { deep: 1 } } }],
  ['a JSON string', { body: '"Not today."' }, failed(/^Not today\.$/), { success: {} }],
  ['null', { body: 'null' }, unconfirmed, { success: {} }],
  ['a number', { body: '1' }, unconfirmed, { success: {} }],
  ['205', { status: 205 }, failed(/status 205/)],
  ['206 with success', { status: 206, body: { success: true } }, failed(/status 206/)],
  ['304', { status: 304 }, failed(/status 304/, 'manual')],
  ...[400, 401, 403, 404, 405, 409, 410, 413, 415, 422].map(
    (status) => [`${status}`, { status, body: html }, failed(new RegExp(`status ${status}`), 'manual')] as const,
  ),
  ...[408, 425, 429, 500, 502, 503, 504, 507].map(
    (status) => [`${status}`, { status, body: html }, failed(new RegExp(`status ${status}`))] as const,
  ),
  ['400 with success', { status: 400, body: { success: true } }, failed(/status 400/, 'manual')],
  ['403 with an error', { status: 403, body: { error: 'Please sign in.' } }, failed(/^Please sign in\.$/, 'manual')],
  ['500 with an error', { status: 500, body: { error: 'No database.' } }, failed(/^No database\.$/)],
  ['500 with a JSON string', { status: 500, body: '"Overheated."' }, failed(/^Overheated\.$/)],
  ['500 with null', { status: 500, body: 'null' }, failed(/status 500/)],
  ['reset', { body: { reset: true } }, startOver()],
  ['reset with success', { body: { success: true, reset: true } }, startOver()],
  ['reset with an error', { body: { reset: true, error: 'Chunks lost.' } }, startOver(/^Chunks lost\.$/)],
  ['reset with 409', { status: 409, body: { reset: true } }, startOver()],
  ['reset with preventRetry', { status: 400, body: { reset: true, preventRetry: true } }, startOver(/again/, 'never')],
  [
    'an error with preventRetry',
    { body: { error: 'Virus.', preventRetry: true } },
    failed(/^Virus\.$/, 'never'),
    { success: { error: 'Virus.', preventRetry: true } },
  ],
  ['500 with preventRetry', { status: 500, body: { preventRetry: true } }, failed(/status 500/, 'never')],
  ['success with preventRetry', { body: { success: true, preventRetry: true } }, { success: { success: true, preventRetry: true } }],
  ['a closed connection', 'drop', { reason: /connection/, retry: 'auto', status: 0, code: 'NetworkError' }],
];

async function expectOutcome(outcome: Outcome, uploading: Promise<{ readonly response: object }>): Promise<void> {
  if ('success' in outcome) {
    assert.deepEqual((await uploading).response, outcome.success);
    return;
  }
  const error = await uploading.then(
    ({ response }) => assert.fail(`success: ${JSON.stringify(response)}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof UploadError, String(error));
  assert.match(error.reason, outcome.reason);
  assert.deepEqual([error.retry, error.startOver], [outcome.retry, outcome.startOver ?? false]);
  if (outcome.status !== undefined) assert.equal(error.status, outcome.status);
  if (outcome.code !== undefined) assert.equal(error.code, outcome.code);
}

for (const [subject, options] of [
  ['a file in one request', {}],
  ['a chunk', { chunking: true, partSize: 10, chunkingMandatory: true }],
] as const)
  describe(`the response to ${subject}`, () => {
    for (const [title, scripted, outcome, lenient = outcome] of table) {
      it(title, async () => {
        server.script(() => scripted);
        await expectOutcome(outcome, upload(storeAt(endpoint, options), file()));
      });
      it(`${title}, with requireSuccessJson false`, async () => {
        server.script(() => scripted);
        await expectOutcome(lenient, upload(storeAt(endpoint, { ...options, requireSuccessJson: false }), file()));
      });
    }
  });

describe('a response', () => {
  it('is available in the error', async () => {
    server.script(() => ({ status: 422, body: { error: 'No.', field: 'name' } }));
    const error = await uploadError(upload(storeAt(endpoint), file()));
    assert.deepEqual([error.status, error.response], [422, { error: 'No.', field: 'name' }]);
    server.script(() => ({ body: html }));
    assert.equal((await uploadError(upload(storeAt(endpoint), file()))).response, undefined);
  });

  it('can contain Retry-After', async () => {
    server.script(() => ({ status: 503, headers: { 'retry-after': '7' } }));
    assert.equal((await uploadError(upload(storeAt(endpoint), file()))).retryAfter, 7000);
  });

  it('can forbid retries by a custom property', async () => {
    server.script(() => ({ status: 500, body: { stop: 1, preventRetry: false } }));
    assert.equal((await uploadError(upload(storeAt(endpoint, { preventRetryResponseProperty: 'stop' }), file()))).retry, 'never');
  });

  it('is followed if it redirects', async () => {
    server.script(({ path }) =>
      path === '/uploads' ? { status: 303, headers: { location: '/other' } } : { body: { success: true, path } },
    );
    assert.deepEqual((await upload(storeAt(endpoint), file())).response, { success: true, path: '/other' });
    server.script(({ path }) => (path === '/uploads' ? { status: 302, headers: { location: '/login' } } : { body: html }));
    await expectOutcome(webPage, upload(storeAt(endpoint), file()));
  });

  it('must arrive within the stall timeout', async () => {
    server.script(() => 'never');
    const context = contextFor(file(), { stallTimeout: () => 50 });
    const store = storeAt(endpoint);
    const { session, parts } = await store.open(undefined, context);
    const error = await uploadError(store.send(parts[0]!, session, context));
    assert.deepEqual([error.code, error.status, error.retry], ['Stalled', 0, 'auto']);
  });

  it('is merged from the responses to all chunks', async () => {
    server.script((request) => ({
      body: { success: true, [`part${request.field('qqpartindex')}`]: 1, link: request.field('qqpartindex') === '1' ? '/x' : undefined },
    }));
    const { response } = await upload(storeAt(endpoint, { chunking: true, partSize: 4 }), file());
    assert.deepEqual(response, { success: true, part0: 1, part1: 1, link: '/x', part2: 1 });
  });

  it('is available in the receipt', async () => {
    server.script(() => ({ body: { success: true, seen: 'yes' } }));
    const { receipts } = await upload(storeAt(endpoint, { chunking: true, partSize: 6 }), file());
    assert.deepEqual(
      receipts.map(({ response }) => response),
      [
        { success: true, seen: 'yes' },
        { success: true, seen: 'yes' },
      ],
    );
  });
});

describe('a new uuid', () => {
  const chunking = { chunking: true, partSize: 4 };

  it('is read from the response to an upload in one request', async () => {
    server.script(() => ({ body: { success: true, newUuid: 'N' } }));
    assert.equal((await upload(storeAt(endpoint), file())).uuid, 'N');
    server.script(() => ({ body: { success: true, newUuid: 42 } }));
    assert.equal((await upload(storeAt(endpoint), file())).uuid, '42');
  });

  it('is read from the response to any chunk, while the upload keeps the old one', async () => {
    for (const index of ['0', '1', '2']) {
      server.script((request) => ({ body: { success: true, ...(request.field('qqpartindex') === index && { newUuid: `N${index}` }) } }));
      const one = file();
      assert.equal((await upload(storeAt(endpoint, { ...chunking, chunkingSuccess: { endpoint: done } }), one)).uuid, `N${index}`);
      assert.deepEqual(new Set(server.requests.map((request) => request.field('qquuid'))), new Set([one.uuid]));
    }
  });

  it('is read from the response to the request after all chunks', async () => {
    server.script(({ path }) => ({ body: { success: true, newUuid: path === '/done' ? 'last' : 'chunk' } }));
    assert.equal((await upload(storeAt(endpoint, { ...chunking, chunkingSuccess: { endpoint: done } }), file())).uuid, 'last');
  });

  it('is ignored if it is not a string or a number', async () => {
    for (const newUuid of [undefined, null, '', {}, true]) {
      server.script(() => ({ body: { success: true, newUuid } }));
      assert.equal('uuid' in (await upload(storeAt(endpoint), file())), false);
    }
  });
});

describe('the response to the request after all chunks', () => {
  const incomplete = failed(/^The server did not confirm that the file is complete\.$/);
  const rows: readonly (readonly [title: string, scripted: ScriptedResponse, outcome: Outcome, lenient?: Outcome])[] = [
    ...[200, 201, 202, 203, 204].map((status) => [`${status} without a body`, { status }, { success: { success: true } }] as const),
    ['a web page', { body: html }, { success: { success: true } }],
    ['null', { body: 'null' }, { success: { success: true } }],
    ['JSON, which is merged with the responses to the chunks', { body: { link: '/x' } }, { success: { success: true, link: '/x' } }],
    ['{success: false}', { body: { success: false } }, incomplete, { success: { success: false } }],
    ['an error', { body: { error: 'No room.' } }, failed(/^No room\.$/), { success: { success: true, error: 'No room.' } }],
    ['success beside an error', { body: { success: true, error: 'but' } }, { success: { success: true, error: 'but' } }],
    ['205', { status: 205 }, failed(/status 205/)],
    ['404', { status: 404 }, failed(/status 404/, 'manual')],
    ['500 with an error', { status: 500, body: { error: 'No.' } }, failed(/^No\.$/)],
    ['500 with preventRetry', { status: 500, body: { preventRetry: true } }, failed(/status 500/, 'never')],
    ['reset', { body: { reset: true } }, startOver()],
    ['reset with 500', { status: 500, body: { reset: true, error: 'Gone.' } }, startOver(/^Gone\.$/)],
    ['a status in resetOnStatus', { status: 410 }, startOver()],
    ['a success status in resetOnStatus', { status: 202, body: { success: true } }, startOver()],
    ['a closed connection', 'drop', { reason: /connection/, retry: 'auto', status: 0 }],
  ];
  for (const [title, scripted, outcome, lenient = outcome] of rows)
    for (const requireSuccessJson of [true, false])
      it(`${title}${requireSuccessJson ? '' : ', with requireSuccessJson false'}`, async () => {
        server.script(({ path }) => (path === '/done' ? scripted : { body: { success: true } }));
        const resetOnStatus = title.includes('in resetOnStatus') ? [410, 202] : [];
        const options = { chunking: true, partSize: 4, requireSuccessJson, chunkingSuccess: { endpoint: done, resetOnStatus } };
        await expectOutcome(requireSuccessJson ? outcome : lenient, upload(storeAt(endpoint, options), file()));
      });
});
