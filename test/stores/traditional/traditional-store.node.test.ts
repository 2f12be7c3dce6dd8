/** Resuming, functions of the page, and what all requests have in common. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, beforeEach, describe, it } from 'node:test';
import { asUploadError } from '../../../src/core/errors.js';
import type { Send, SendRequest } from '../../../src/core/types.js';
import type { TraditionalOptions } from '../../../src/stores/traditional/options.js';
import { bytesOf, fileOf, patienceOf, rejection } from '../../contract/checks.js';
import { nodeSend } from '../../contract/node-send.js';
import { RecordingServer } from './recording-server.js';
import { contextFor, photo, photoUuid, storeAt, upload } from './test-store.js';

const server = await RecordingServer.start();
after(() => server.close());
beforeEach(() => server.script());

const endpoint = `${server.origin}/uploads`;

describe('an upload that is gone on with', () => {
  const store = storeAt(endpoint, { chunking: true, partSize: 4, params: {} });

  /** What is left after the first part, as it would come back from the disk. */
  async function begun() {
    const context = contextFor(photo());
    const { session, parts } = await store.open(undefined, context);
    const [first] = parts;
    assert.ok(first);
    return { session, receipts: [await store.send(first, session, context)] };
  }

  it('marks its first chunk after a reload, until it has arrived', async () => {
    const saved = structuredClone(await begun());
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

  it('puts the mark before the uuid, by the name it is given', async () => {
    const saved = structuredClone(await begun());
    server.script();
    await upload(storeAt(endpoint, { chunking: true, partSize: 4, resumingParam: 'again' }), photo(), { saved });
    assert.deepEqual(
      server.requests[0]?.fields.slice(-4).map(([name]) => name),
      ['qqfilename', 'again', 'qquuid', 'qqfile'],
    );
  });

  it('marks nothing after a pause: for the server it is the same upload', async () => {
    const saved = await begun();
    server.script();
    const { opened } = await upload(store, photo(), { saved });
    assert.equal(opened.resumed, true);
    assert.deepEqual(
      server.requests.map((request) => request.field('qqresume')),
      [undefined, undefined],
    );
  });

  it('keeps its part size, also where the page has changed its mind', async () => {
    const saved = structuredClone(await begun());
    const { opened } = await upload(storeAt(endpoint, { chunking: true, partSize: 7 }), photo(), { saved });
    assert.deepEqual(
      opened.parts.map(({ start, end }) => [start, end]),
      [
        [4, 8],
        [8, 10],
      ],
    );
  });

  it('goes by its old uuid, unless nothing has arrived and the page has given it another', async () => {
    const { session, receipts } = structuredClone(await begun());
    assert.equal((await upload(store, photo({ uuid: 'other' }), { saved: { session, receipts } })).opened.session.uuid, photoUuid);
    assert.equal((await upload(store, photo({ uuid: 'other' }), { saved: { session, receipts: [] } })).opened.session.uuid, 'other');
  });

  it('follows the page where nothing has arrived yet', async () => {
    const { session } = structuredClone(await begun());
    const { opened } = await upload(storeAt(endpoint, { chunking: true, partSize: 7 }), photo(), { saved: { session, receipts: [] } });
    assert.deepEqual([opened.parts.length, opened.resumed], [2, false]);
  });
});

describe("the page's own functions", () => {
  const page = new EventEmitter();
  const never = () => {
    page.emit('asked');
    return new Promise<never>(() => {});
  };
  const chunking = { chunking: true, partSize: 4 };
  for (const [title, options, requests] of [
    ['part size', { chunking: true, partSize: never }, 0],
    ['headers', { customHeaders: never }, 0],
    ['endpoint of the last request', { ...chunking, chunkingSuccess: { endpoint: never } }, 3],
    ['params of the last request', { ...chunking, chunkingSuccess: { endpoint, params: never } }, 3],
    ['headers of the last request', { ...chunking, chunkingSuccess: { endpoint, headers: never } }, 3],
  ] as const) {
    it(`may never answer, and yet the upload can be ended: ${title}`, async () => {
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
      const asked = once(page, 'asked');
      const ended = rejection(attempt());
      await asked;
      controller.abort(reason);
      assert.equal(await ended, reason);
      assert.equal(server.requests.length, requests);
    });

    it(`may fail, which fails the file and is not tried again by itself: ${title}`, async () => {
      const broken = Object.fromEntries(
        Object.entries(options).map(([name, value]) => [name, broke(value)]),
      ) as Partial<TraditionalOptions>;
      const error = asUploadError(await rejection(upload(storeAt(endpoint, broken), photo())));
      assert.deepEqual([error.reason, error.retry], ['The page is broken.', 'manual']);
    });
  }

  /** The same option, but its functions throw. */
  function broke(value: unknown): unknown {
    if (value === never) return () => Promise.reject(new Error('The page is broken.'));
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, broke(inner)]))
      : value;
  }
});

describe('every request', () => {
  /** What an upload and a deletion ask of the wire. */
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

  it('takes cookies along to another origin only where that is wished', async () => {
    for (const withCredentials of [true, false]) {
      const requests = await requestsOf(1_500_000, { withCredentials, chunkingSuccess: { endpoint: `${server.origin}/done` } });
      assert.deepEqual(
        requests.map((request) => request.withCredentials),
        [withCredentials, withCredentials, withCredentials, withCredentials],
      );
    }
  });

  it('leaves a server time to join the chunks: after the request that says so, or else after the last chunk', async () => {
    const patient = async (options: Partial<TraditionalOptions>) =>
      (await requestsOf(4_000_000, options)).slice(0, -1).map(({ stallTimeout }) => patienceOf(stallTimeout) - 5000);
    assert.deepEqual(await patient({ chunkingSuccess: { endpoint: `${server.origin}/done` } }), [0, 0, 0, 0, 200]);
    assert.deepEqual(await patient({}), [0, 0, 0, 200]);
    assert.deepEqual(await patient({ chunking: false }), [0]);
  });
});
