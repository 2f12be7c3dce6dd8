/** The request after all chunks, compared with Fine Uploader's. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { RecordingServer } from './recording-server.js';
import { assertHeaders, contextFor, photo, photoUuid, storeAt, upload } from './test-store.js';

const server = await RecordingServer.start();
after(() => server.close());
beforeEach(() => server.script());

const endpoint = `${server.origin}/uploads`;

describe('requestChunkingSuccess', () => {
  const done = `${server.origin}/done`;
  const chunking = { chunking: true, partSize: 4, params: { own: 'x' } };

  it('sends a form with the params, the uuid, the name, the size and the number of chunks, and the custom headers', async () => {
    await upload(storeAt(endpoint, { ...chunking, customHeaders: { 'X-Token': 't' }, chunkingSuccess: { endpoint: done } }), photo());
    const { method, path, fields, headers } = server.last;
    assert.deepEqual([method, path], ['POST', '/done']);
    assert.deepEqual(fields, [
      ['own', 'x'],
      ['qquuid', photoUuid],
      ['qqfilename', 'photo.jpg'],
      ['qqtotalfilesize', '10'],
      ['qqtotalparts', '3'],
    ]);
    assertHeaders(server.last, { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded', 'x-token': 't' });
    assert.equal(headers['x-requested-with'], undefined);
  });

  it('sends JSON, with functions called', async () => {
    const params = { own: () => 'called', deep: { list: [1, null] } };
    await upload(storeAt(endpoint, { ...chunking, params, chunkingSuccess: { endpoint: done, jsonPayload: true } }), photo());
    assertHeaders(server.last, { 'content-type': 'application/json' });
    assert.deepEqual(JSON.parse(server.last.body.toString()), {
      own: 'called',
      deep: { list: [1, null] },
      qquuid: photoUuid,
      qqfilename: 'photo.jpg',
      qqtotalfilesize: 10,
      qqtotalparts: 3,
    });
  });

  it('takes endpoint, headers and params from functions of the file', async () => {
    const chunkingSuccess = {
      endpoint: (id: number) => `${done}/${id}`,
      method: 'PUT',
      headers: (id: number) => ({ 'X-Id': String(id) }),
      params: async (id: number) => ({ only: id }),
    };
    const file = photo();
    await upload(storeAt(endpoint, { ...chunking, customHeaders: { 'X-Token': 't' }, chunkingSuccess }), file);
    const { method, path, fields, headers } = server.last;
    assert.deepEqual([method, path, fields], ['PUT', `/done/${file.id}`, [['only', String(file.id)]]]);
    assert.deepEqual([headers['x-id'], headers['x-token']], [String(file.id), undefined]);
  });

  it('uses the defaults if the functions return null, and sends nothing without an endpoint', async () => {
    const returnNull = () => null;
    await upload(storeAt(endpoint, { ...chunking, chunkingSuccess: { endpoint: done, headers: returnNull, params: returnNull } }), photo());
    assert.deepEqual([server.last.field('qquuid'), server.last.field('own')], [photoUuid, 'x']);
    server.script();
    await upload(storeAt(endpoint, { ...chunking, chunkingSuccess: { endpoint: returnNull } }), photo());
    assert.equal(server.requests.length, 3);
  });

  it('sends the params in the query if the method has no body', async () => {
    await upload(storeAt(endpoint, { ...chunking, chunkingSuccess: { endpoint: `${done}?all=1`, method: 'GET' } }), photo());
    assert.deepEqual(server.last.query.slice(0, 2), [
      ['all', '1'],
      ['own', 'x'],
    ]);
  });

  it('is not sent for a file in one request', async () => {
    await upload(storeAt(endpoint, { chunking: true, partSize: 10, chunkingSuccess: { endpoint: done } }), photo());
    assert.deepEqual(
      server.requests.map(({ path }) => path),
      ['/uploads'],
    );
  });

  it('is repeated without the chunks after a failure, in this attempt and the next', async () => {
    const options = { ...chunking, chunkingSuccess: { endpoint: done } };
    server.script(({ path }) => (path === '/done' ? { status: 500 } : { body: { success: true } }));
    const store = storeAt(endpoint, options);
    const context = contextFor(photo());
    const { session, parts } = await store.open(undefined, context);
    const receipts = [];
    for (const part of parts) receipts.push(await store.send(part, session, context));
    const kept: unknown[] = [];
    await assert.rejects(store.close(session, receipts, { ...context, saveSession: (value) => kept.push(value) }), {
      status: 500,
      retry: 'auto',
    });
    assert.deepEqual(kept, [session], 'the session is kept before the request');

    server.script();
    await store.close(session, receipts, context);
    await upload(storeAt(endpoint, options), photo(), { saved: structuredClone({ session, receipts }) });
    assert.deepEqual(
      server.requests.map(({ path }) => path),
      ['/done', '/done'],
    );
  });
});
