/** The request after all chunks, compared with Fine Uploader's. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { RecordingServer } from './recording-server.js';
import { assertHeaders, contextFor, photo, photoUuid, storeAt, upload } from './test-store.js';

const server = await RecordingServer.start();
after(() => server.close());
beforeEach(() => server.script());

const endpoint = `${server.origin}/uploads`;

describe('the request that says that all chunks have been sent', () => {
  const done = `${server.origin}/done`;
  const chunking = { chunking: true, partSize: 4, params: { own: 'x' } };

  it('is a form with the params, the uuid, name, size and number of parts, and the headers of the upload', async () => {
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

  it('can be JSON, with functions called', async () => {
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

  it('can be made by functions of the file', async () => {
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

  it('is as ever where these functions have nothing to say, and is not sent where there is no endpoint', async () => {
    const nothing = () => null;
    await upload(storeAt(endpoint, { ...chunking, chunkingSuccess: { endpoint: done, headers: nothing, params: nothing } }), photo());
    assert.deepEqual([server.last.field('qquuid'), server.last.field('own')], [photoUuid, 'x']);
    server.script();
    await upload(storeAt(endpoint, { ...chunking, chunkingSuccess: { endpoint: nothing } }), photo());
    assert.equal(server.requests.length, 3);
  });

  it('has no body where its method has none', async () => {
    await upload(storeAt(endpoint, { ...chunking, chunkingSuccess: { endpoint: `${done}?all=1`, method: 'GET' } }), photo());
    assert.deepEqual(server.last.query.slice(0, 2), [
      ['all', '1'],
      ['own', 'x'],
    ]);
  });

  it('is not sent for a file in one form', async () => {
    await upload(storeAt(endpoint, { chunking: true, partSize: 10, chunkingSuccess: { endpoint: done } }), photo());
    assert.deepEqual(
      server.requests.map(({ path }) => path),
      ['/uploads'],
    );
  });

  it('is sent again alone where it has failed, in this attempt and in another', async () => {
    const options = { ...chunking, chunkingSuccess: { endpoint: done } };
    server.script(({ path }) => (path === '/done' ? { status: 500 } : { body: { success: true } }));
    const store = storeAt(endpoint, options);
    const context = contextFor(photo());
    const { session, parts } = await store.open(undefined, context);
    const receipts = [];
    for (const part of parts) receipts.push(await store.send(part, session, context));
    const kept: unknown[] = [];
    await assert.rejects(store.close(session, receipts, { ...context, keep: (value) => kept.push(value) }), { status: 500, retry: 'auto' });
    assert.deepEqual(kept, [session], 'that all parts are there is kept before the request');

    server.script();
    await store.close(session, receipts, context);
    await upload(storeAt(endpoint, options), photo(), { saved: structuredClone({ session, receipts }) });
    assert.deepEqual(
      server.requests.map(({ path }) => path),
      ['/done', '/done'],
    );
  });
});
