/** From answers to outcomes: every row of the table, for a file in one form, for a chunk, and for the request that says that all chunks have been sent. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { UploadError } from '../../../src/core/errors.js';
import type { RetryAdvice } from '../../../src/core/errors.js';
import { bytesOf, fileOf, uploadError } from '../../contract/checks.js';
import { RecordingServer } from './recording-server.js';
import type { Answer } from './recording-server.js';
import { contextFor, storeAt, upload } from './test-store.js';

const server = await RecordingServer.start();
after(() => server.close());
beforeEach(() => server.script());

const endpoint = `${server.origin}/uploads`;
const done = `${server.origin}/done`;
const file = () => fileOf(new Blob([bytesOf(10)]));

/** A yes with what `response` holds, or a no with why. */
type Outcome =
  | { readonly yes: object }
  | { readonly no: RegExp; readonly retry: RetryAdvice; readonly startOver?: boolean; readonly status?: number; readonly code?: string };

const failed = (no: RegExp, retry: RetryAdvice = 'auto'): Outcome => ({ no, retry });
const unconfirmed = failed(/^The server did not confirm that the file has arrived\.$/);
const page = failed(/^The server did not confirm .* web page.*signed in\.$/);
const again = (no = /whole file again/, retry: RetryAdvice = 'auto'): Outcome => ({ no, retry, startOver: true });
const html = '<!doctype html><title>Sign in</title>';

/** What is answered, what comes of it, and what where `requireSuccessJson` is false, if that is something else. */
const table: readonly (readonly [title: string, answer: Answer, outcome: Outcome, lenient?: Outcome])[] = [
  ...[200, 201, 202, 203].map(
    (status) => [`${status} with success`, { status, body: { success: true, x: 1 } }, { yes: { success: true, x: 1 } }] as const,
  ),
  ['success that is only truthy', { body: { success: 'true' } }, { yes: { success: 'true' } }],
  ['success beside an error', { body: { success: true, error: 'but' } }, { yes: { success: true, error: 'but' } }],
  ['{success: false}', { body: { success: false } }, unconfirmed, { yes: { success: false } }],
  ['{}', { body: {} }, unconfirmed, { yes: {} }],
  ['a list', { body: [] }, unconfirmed, { yes: {} }],
  ['a list with a success', { body: [{ success: true }] }, unconfirmed, { yes: {} }],
  ['nothing', { body: '' }, unconfirmed, { yes: {} }],
  ['plain text', { body: 'OK' }, unconfirmed, { yes: {} }],
  ['a web page', { body: html }, page, { yes: {} }],
  ['204', { status: 204 }, unconfirmed, { yes: {} }],
  ['an error', { body: { error: 'Disk full.' } }, failed(/^Disk full\.$/), { yes: { error: 'Disk full.' } }],
  [
    'a denial with an error',
    { body: { success: false, error: 'Too blue' } },
    failed(/^Too blue$/),
    { yes: { success: false, error: 'Too blue' } },
  ],
  ['an error that is no text', { body: { error: { deep: 1 } } }, unconfirmed, { yes: { error: { deep: 1 } } }],
  ['a JSON string', { body: '"Not today."' }, failed(/^Not today\.$/), { yes: {} }],
  ['null', { body: 'null' }, unconfirmed, { yes: {} }],
  ['a number', { body: '1' }, unconfirmed, { yes: {} }],
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
  ['reset', { body: { reset: true } }, again()],
  ['reset with success', { body: { success: true, reset: true } }, again()],
  ['reset with an error', { body: { reset: true, error: 'Chunks lost.' } }, again(/^Chunks lost\.$/)],
  ['reset with 409', { status: 409, body: { reset: true } }, again()],
  ['reset that must not be retried', { status: 400, body: { reset: true, preventRetry: true } }, again(/again/, 'never')],
  [
    'an error that must not be retried',
    { body: { error: 'Virus.', preventRetry: true } },
    failed(/^Virus\.$/, 'never'),
    { yes: { error: 'Virus.', preventRetry: true } },
  ],
  ['500 that must not be retried', { status: 500, body: { preventRetry: true } }, failed(/status 500/, 'never')],
  ['success that must not be retried', { body: { success: true, preventRetry: true } }, { yes: { success: true, preventRetry: true } }],
  ['a connection that is cut', 'drop', { no: /connection/, retry: 'auto', status: 0, code: 'NetworkError' }],
];

async function judge(outcome: Outcome, attempt: Promise<{ readonly response: object }>): Promise<void> {
  if ('yes' in outcome) {
    assert.deepEqual((await attempt).response, outcome.yes);
    return;
  }
  const error = await attempt.then(
    ({ response }) => assert.fail(`a yes: ${JSON.stringify(response)}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof UploadError, String(error));
  assert.match(error.reason, outcome.no);
  assert.deepEqual([error.retry, error.startOver], [outcome.retry, outcome.startOver ?? false]);
  if (outcome.status !== undefined) assert.equal(error.status, outcome.status);
  if (outcome.code !== undefined) assert.equal(error.code, outcome.code);
}

for (const [kind, options] of [
  ['a file in one form', {}],
  ['a chunk', { chunking: true, partSize: 10, chunkingMandatory: true }],
] as const)
  describe(`the answer to ${kind}`, () => {
    for (const [title, answer, outcome, lenient = outcome] of table) {
      it(title, async () => {
        server.script(() => answer);
        await judge(outcome, upload(storeAt(endpoint, options), file()));
      });
      it(`${title}, where the status alone decides`, async () => {
        server.script(() => answer);
        await judge(lenient, upload(storeAt(endpoint, { ...options, requireSuccessJson: false }), file()));
      });
    }
  });

describe('an answer', () => {
  it('goes along with the error, for the page to look at', async () => {
    server.script(() => ({ status: 422, body: { error: 'No.', field: 'name' } }));
    const error = await uploadError(upload(storeAt(endpoint), file()));
    assert.deepEqual([error.status, error.response], [422, { error: 'No.', field: 'name' }]);
    server.script(() => ({ body: html }));
    assert.equal((await uploadError(upload(storeAt(endpoint), file()))).response, undefined);
  });

  it('can ask for time', async () => {
    server.script(() => ({ status: 503, headers: { 'retry-after': '7' } }));
    assert.equal((await uploadError(upload(storeAt(endpoint), file()))).retryAfter, 7000);
  });

  it('can forbid another try by another word', async () => {
    server.script(() => ({ status: 500, body: { stop: 1, preventRetry: false } }));
    assert.equal((await uploadError(upload(storeAt(endpoint, { preventRetryResponseProperty: 'stop' }), file()))).retry, 'never');
  });

  it('is followed where it leads elsewhere: to a yes, or to a page where people sign in', async () => {
    server.script(({ path }) =>
      path === '/uploads' ? { status: 303, headers: { location: '/other' } } : { body: { success: true, path } },
    );
    assert.deepEqual((await upload(storeAt(endpoint), file())).response, { success: true, path: '/other' });
    server.script(({ path }) => (path === '/uploads' ? { status: 302, headers: { location: '/login' } } : { body: html }));
    await judge(page, upload(storeAt(endpoint), file()));
  });

  it('that never comes is waited for as long as there is patience, no longer', async () => {
    server.script(() => 'never');
    const context = contextFor(file(), { stallTimeout: () => 50 });
    const store = storeAt(endpoint);
    const { session, parts } = await store.open(undefined, context);
    const error = await uploadError(store.send(parts[0]!, session, context));
    assert.deepEqual([error.code, error.status, error.retry], ['Stalled', 0, 'auto']);
  });

  it('of chunks comes together as one, whichever came last', async () => {
    server.script((request) => ({
      body: { success: true, [`part${request.field('qqpartindex')}`]: 1, link: request.field('qqpartindex') === '1' ? '/x' : undefined },
    }));
    const { response } = await upload(storeAt(endpoint, { chunking: true, partSize: 4 }), file());
    assert.deepEqual(response, { success: true, part0: 1, part1: 1, link: '/x', part2: 1 });
  });

  it('is what a receipt holds, so that the page can see it', async () => {
    server.script(() => ({ body: { success: true, seen: 'yes' } }));
    const { receipts } = await upload(storeAt(endpoint, { chunking: true, partSize: 6 }), file());
    assert.deepEqual(
      receipts.map(({ data }) => data),
      [
        { success: true, seen: 'yes' },
        { success: true, seen: 'yes' },
      ],
    );
  });
});

describe('a new uuid', () => {
  const chunking = { chunking: true, partSize: 4 };

  it('is taken from the answer to a form', async () => {
    server.script(() => ({ body: { success: true, newUuid: 'N' } }));
    assert.equal((await upload(storeAt(endpoint), file())).uuid, 'N');
    server.script(() => ({ body: { success: true, newUuid: 42 } }));
    assert.equal((await upload(storeAt(endpoint), file())).uuid, '42');
  });

  it('is taken from the answer to any chunk, while its upload goes by the old one to its end', async () => {
    for (const index of ['0', '1', '2']) {
      server.script((request) => ({ body: { success: true, ...(request.field('qqpartindex') === index && { newUuid: `N${index}` }) } }));
      const one = file();
      assert.equal((await upload(storeAt(endpoint, { ...chunking, chunkingSuccess: { endpoint: done } }), one)).uuid, `N${index}`);
      assert.deepEqual(new Set(server.requests.map((request) => request.field('qquuid'))), new Set([one.uuid]));
    }
  });

  it('is taken from the answer to the last request', async () => {
    server.script(({ path }) => ({ body: { success: true, newUuid: path === '/done' ? 'last' : 'chunk' } }));
    assert.equal((await upload(storeAt(endpoint, { ...chunking, chunkingSuccess: { endpoint: done } }), file())).uuid, 'last');
  });

  it('is none where there is none, or something else', async () => {
    for (const newUuid of [undefined, null, '', {}, true]) {
      server.script(() => ({ body: { success: true, newUuid } }));
      assert.equal('uuid' in (await upload(storeAt(endpoint), file())), false);
    }
  });
});

describe('the answer to the request that says that all chunks have been sent', () => {
  const incomplete = failed(/^The server did not confirm that the file is complete\.$/);
  const rows: readonly (readonly [title: string, answer: Answer, outcome: Outcome, lenient?: Outcome])[] = [
    ...[200, 201, 202, 203, 204].map((status) => [`${status} without a word`, { status }, { yes: { success: true } }] as const),
    ['a web page', { body: html }, { yes: { success: true } }],
    ['null', { body: 'null' }, { yes: { success: true } }],
    ['JSON, which joins the answers of the chunks', { body: { link: '/x' } }, { yes: { success: true, link: '/x' } }],
    ['{success: false}', { body: { success: false } }, incomplete, { yes: { success: false } }],
    ['an error', { body: { error: 'No room.' } }, failed(/^No room\.$/), { yes: { success: true, error: 'No room.' } }],
    ['success beside an error', { body: { success: true, error: 'but' } }, { yes: { success: true, error: 'but' } }],
    ['205', { status: 205 }, failed(/status 205/)],
    ['404', { status: 404 }, failed(/status 404/, 'manual')],
    ['500 with an error', { status: 500, body: { error: 'No.' } }, failed(/^No\.$/)],
    ['500 that must not be retried', { status: 500, body: { preventRetry: true } }, failed(/status 500/, 'never')],
    ['reset', { body: { reset: true } }, again()],
    ['reset with 500', { status: 500, body: { reset: true, error: 'Gone.' } }, again(/^Gone\.$/)],
    ['a status that means reset', { status: 410 }, again()],
    ['a yes that means reset', { status: 202, body: { success: true } }, again()],
    ['a connection that is cut', 'drop', { no: /connection/, retry: 'auto', status: 0 }],
  ];
  for (const [title, answer, outcome, lenient = outcome] of rows)
    for (const requireSuccessJson of [true, false])
      it(`${title}${requireSuccessJson ? '' : ', where the status alone decides'}`, async () => {
        server.script(({ path }) => (path === '/done' ? answer : { body: { success: true } }));
        const resetOnStatus = title.includes('means reset') ? [410, 202] : [];
        const options = { chunking: true, partSize: 4, requireSuccessJson, chunkingSuccess: { endpoint: done, resetOnStatus } };
        await judge(requireSuccessJson ? outcome : lenient, upload(storeAt(endpoint, options), file()));
      });
});
