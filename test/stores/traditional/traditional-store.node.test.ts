/** Resuming, functions of the page, and what all requests have in common. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, beforeEach, describe, it } from 'node:test';
import { asUploadError } from '../../../src/core/errors.js';
import type { Receipt, Send, SendRequest } from '../../../src/core/types.js';
import type { TraditionalOptions } from '../../../src/stores/traditional/options.js';
import { bytesOf, fileOf, patienceOf, rejection } from '../../contract/checks.js';
import { nodeSend } from '../../contract/node-send.js';
import { RecordingServer } from './recording-server.js';
import { contextFor, photo, photoUuid, storeAt, upload } from './test-store.js';

const server = await RecordingServer.start();
after(() => server.close());
beforeEach(() => server.script());

const endpoint = `${server.origin}/uploads`;

describe('TraditionalStore, resuming', () => {
  const store = storeAt(endpoint, { chunking: true, partSize: 4, params: {} });

  /** Uploads the first chunk. Resolves with the saved upload. */
  async function uploadFirstChunk() {
    const context = contextFor(photo());
    const { session, parts } = await store.open(undefined, context);
    const [first] = parts;
    assert.ok(first);
    return { session, receipts: [await store.send(first, session, context)] };
  }

  it('ignores receipts of a record that belong to no chunk', async () => {
    const session = { uuid: 'u', size: photo().size, chunked: true, partSize: 4 };
    const receipts = [{}, { index: 99, start: 0, end: 4 }, { index: -1 }] as unknown as Receipt[];
    const opened = await store.open({ session, receipts }, contextFor(photo()));
    assert.deepEqual([opened.receipts, opened.resumed, opened.parts.length], [[], false, opened.totalParts]);
  });

  it('marks the first chunk after a reload, until it is uploaded', async () => {
    const saved = structuredClone(await uploadFirstChunk());
    server.script(() => ({ status: 500 }));
    const context = contextFor(photo());
    const { session, parts, resumed } = await store.open(saved, context);
    assert.equal(resumed, true);
    for (const part of [parts[0], parts[0], parts[1]]) await assert.rejects(store.send(part!, session, context));
    assert.deepEqual(
      server.requests.map((request) => [request.field('qqpartindex'), request.field('qqresume')]),
      [
        ['1', 'true'],
        ['1', 'true'],
        ['2', undefined],
      ],
    );
    assert.deepEqual(
      server.last.fields.map(([name]) => name),
      ['qqpartindex', 'qqpartbyteoffset', 'qqchunksize', 'qqtotalparts', 'qqtotalfilesize', 'qqfilename', 'qquuid', 'qqfile'],
    );
  });

  it('sends the mark before the uuid, by its custom name', async () => {
    const saved = structuredClone(await uploadFirstChunk());
    server.script();
    await upload(storeAt(endpoint, { chunking: true, partSize: 4, resumingParam: 'again' }), photo(), { saved });
    assert.deepEqual(
      server.requests[0]?.fields.slice(-4).map(([name]) => name),
      ['qqfilename', 'again', 'qquuid', 'qqfile'],
    );
  });

  it('marks no chunk after a pause', async () => {
    const saved = await uploadFirstChunk();
    server.script();
    const { opened } = await upload(store, photo(), { saved });
    assert.equal(opened.resumed, true);
    assert.deepEqual(
      server.requests.map((request) => request.field('qqresume')),
      [undefined, undefined],
    );
  });

  it('keeps the part size, even if the option has changed', async () => {
    const saved = structuredClone(await uploadFirstChunk());
    const { opened } = await upload(storeAt(endpoint, { chunking: true, partSize: 7 }), photo(), { saved });
    assert.deepEqual(
      opened.parts.map(({ start, end }) => [start, end]),
      [
        [4, 8],
        [8, 10],
      ],
    );
  });

  it('keeps the uuid if a chunk is uploaded', async () => {
    const { session, receipts } = structuredClone(await uploadFirstChunk());
    assert.equal((await upload(store, photo({ uuid: 'other' }), { saved: { session, receipts } })).opened.session.uuid, photoUuid);
    assert.equal((await upload(store, photo({ uuid: 'other' }), { saved: { session, receipts: [] } })).opened.session.uuid, 'other');
  });

  it('uses the current part size if no chunk is uploaded', async () => {
    const { session } = structuredClone(await uploadFirstChunk());
    const { opened } = await upload(storeAt(endpoint, { chunking: true, partSize: 7 }), photo(), { saved: { session, receipts: [] } });
    assert.deepEqual([opened.parts.length, opened.resumed], [2, false]);
  });
});

describe('TraditionalStore, with functions of the page', () => {
  const page = new EventEmitter();
  const neverSettles = () => {
    page.emit('called');
    return new Promise<never>(() => {});
  };
  const chunking = { chunking: true, partSize: 4 };
  for (const [title, options, requests] of [
    ['part size', { chunking: true, partSize: neverSettles }, 0],
    ['headers', { customHeaders: neverSettles }, 0],
    ['endpoint of the last request', { ...chunking, chunkingSuccess: { endpoint: neverSettles } }, 3],
    ['params of the last request', { ...chunking, chunkingSuccess: { endpoint, params: neverSettles } }, 3],
    ['headers of the last request', { ...chunking, chunkingSuccess: { endpoint, headers: neverSettles } }, 3],
  ] as const) {
    it(`rejects with the reason of the signal if a function never settles: ${title}`, async () => {
      const controller = new AbortController();
      const reason = new Error('enough');
      const file = photo();
      const context = contextFor(file, { signal: controller.signal });
      const store = storeAt(endpoint, options);
      const attempt = async () => {
        const { session, parts } = await store.open(undefined, context);
        const receipts = [];
        for (const part of parts) receipts.push(await store.send(part, session, context));
        await store.close(session, receipts, context);
      };
      const called = once(page, 'called');
      const rejected = rejection(attempt());
      await called;
      controller.abort(reason);
      assert.equal(await rejected, reason);
      assert.equal(server.requests.length, requests);
    });

    it(`rejects without automatic retries if a function rejects: ${title}`, async () => {
      const failingOptions = Object.fromEntries(
        Object.entries(options).map(([name, value]) => [name, withFailingFunctions(value)]),
      ) as Partial<TraditionalOptions>;
      const error = asUploadError(await rejection(upload(storeAt(endpoint, failingOptions), photo())));
      assert.deepEqual([error.reason, error.retry], ['The page is broken.', 'manual']);
    });
  }

  /** Replaces the functions of an option by functions that reject. */
  function withFailingFunctions(value: unknown): unknown {
    if (value === neverSettles) return () => Promise.reject(new Error('The page is broken.'));
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withFailingFunctions(inner)]))
      : value;
  }
});

describe('TraditionalStore, in each request', () => {
  /** The requests of an upload and of deleting it. */
  async function requestsOf(size: number, options: Partial<TraditionalOptions>): Promise<SendRequest[]> {
    const requests: SendRequest[] = [];
    const send: Send = (request) => {
      requests.push(request);
      return nodeSend(request);
    };
    const store = storeAt(endpoint, { chunking: true, partSize: 1_000_000, deleteEndpoint: endpoint, ...options, send });
    const file = fileOf(new Blob([bytesOf(size)]));
    await upload(store, file);
    await store.remove(file, new AbortController());
    return requests;
  }

  it('sends cookies to another origin only if withCredentials is set', async () => {
    for (const withCredentials of [true, false]) {
      const requests = await requestsOf(1_500_000, { withCredentials, chunkingSuccess: { endpoint: `${server.origin}/done` } });
      assert.deepEqual(
        requests.map((request) => request.withCredentials),
        [withCredentials, withCredentials, withCredentials, withCredentials],
      );
    }
  });

  it('gives the server time to join the chunks, in the request after all chunks or else in the last chunk', async () => {
    const extraTimeouts = async (options: Partial<TraditionalOptions>) =>
      (await requestsOf(4_000_000, options)).slice(0, -1).map(({ stallTimeout }) => patienceOf(stallTimeout) - 5000);
    assert.deepEqual(await extraTimeouts({ chunkingSuccess: { endpoint: `${server.origin}/done` } }), [0, 0, 0, 0, 200]);
    assert.deepEqual(await extraTimeouts({}), [0, 0, 0, 200]);
    assert.deepEqual(await extraTimeouts({ chunking: false }), [0]);
  });
});
