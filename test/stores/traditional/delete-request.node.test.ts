/** Delete requests, compared with Fine Uploader's. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import type { TraditionalOptions } from '../../../src/stores/traditional/options.js';
import { rejection, uploadError } from '../../contract/checks.js';
import { RecordingServer } from './recording-server.js';
import { storeAt } from './test-store.js';

const server = await RecordingServer.start();
after(() => server.close());
beforeEach(() => server.script(() => ({ status: 204 })));

const deleteEndpoint = `${server.origin}/files`;
const file = { uuid: 'b6ad2b7c-6a4c-4a3d-9f6f-0d1c6d7e8f90', name: 'photo.jpg' };
const { signal } = new AbortController();
const remove = (options: Partial<TraditionalOptions> = {}, stored = file) =>
  storeAt(`${server.origin}/uploads`, { deleteEndpoint, ...options }).remove(stored, { signal });

describe('requestDelete', () => {
  it('sends DELETE endpoint/uuid without a query', async () => {
    let url = '';
    const store = storeAt('', {
      deleteEndpoint,
      send: (request) => {
        url = request.url;
        return Promise.resolve({ status: 200, url, text: '', header: () => null });
      },
    });
    await store.remove(file, { signal });
    assert.equal(url, `${deleteEndpoint}/${file.uuid}`);
    await remove();
    const { method, path, body, headers } = server.last;
    assert.deepEqual([method, path, body.length], ['DELETE', `/files/${file.uuid}`, 0]);
    assert.deepEqual(
      [headers.accept, headers['x-requested-with'], headers['cache-control']],
      ['application/json', 'XMLHttpRequest', 'no-cache'],
    );
  });

  it('appends the params to the query of the endpoint', async () => {
    await remove({ deleteEndpoint: `${deleteEndpoint}/?key=1#x`, deleteParams: { a: { b: () => 2 }, c: 'd e' } });
    assert.equal(server.last.path, `/files/${file.uuid}`);
    assert.deepEqual(server.last.query, [
      ['key', '1'],
      ['a[b]', '2'],
      ['c', 'd e'],
    ]);
  });

  it('encodes the uuid as one path segment', async () => {
    await remove({}, { ...file, uuid: '../a b?c/d' });
    assert.equal(server.last.path, '/files/..%2Fa%20b%3Fc%2Fd');
  });

  it('sends a form by POST', async () => {
    await remove({ deleteMethod: 'POST', deleteParams: { a: { b: 1 } }, uuidName: 'id', deleteHeaders: { 'X-Token': 't' } });
    const { method, path, fields, headers } = server.last;
    assert.deepEqual([method, path], ['POST', '/files']);
    assert.deepEqual(fields, [
      ['a[b]', '1'],
      ['id', file.uuid],
      ['_method', 'DELETE'],
    ]);
    assert.deepEqual([headers['content-type'], headers['x-token']], ['application/x-www-form-urlencoded', 't']);
  });

  it('takes headers from a function', async () => {
    await remove({ deleteHeaders: () => ({ 'X-Token': 'fresh' }) });
    assert.equal(server.last.headers['x-token'], 'fresh');
  });

  it('resolves for a status from 200 to 204 without a denial', async () => {
    for (const response of [
      { status: 200 },
      { status: 202 },
      { status: 204 },
      { body: '<html>' },
      { body: { success: true } },
      { body: 'null' },
    ]) {
      server.script(() => response);
      await remove();
    }
  });

  it('succeeds where the file is already gone', async () => {
    for (const response of [{ status: 410 }, { status: 404, body: { error: 'There is no such file.' } }]) {
      server.script(() => response);
      await remove();
    }
  });

  it('rejects otherwise, with the server’s message if it sends one', async () => {
    for (const [response, reason, retry] of [
      [{ status: 205 }, /status 205/, 'auto'],
      [{ status: 403 }, /status 403/, 'manual'],
      [{ status: 409, body: { error: 'In use.' } }, /^In use\.$/, 'manual'],
      [{ status: 404, body: '<html>Not found</html>' }, /Check the endpoint/, 'manual'],
      [{ status: 500 }, /status 500/, 'auto'],
      [{ body: { success: false } }, /did not confirm that the file has been deleted/, 'auto'],
      [{ body: { error: 'Locked.' } }, /^Locked\.$/, 'auto'],
      ['drop', /connection/, 'auto'],
    ] as const) {
      server.script(() => response);
      const error = await uploadError(remove());
      assert.match(error.reason, reason);
      assert.equal(error.retry, retry);
    }
  });

  it('rejects without an endpoint', async () => {
    assert.match((await uploadError(remove({ deleteEndpoint: '' }))).reason, /cannot be deleted/);
    assert.equal(server.requests.length, 0);
  });

  it('rejects with the reason of the signal when it is aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    server.script(() => {
      controller.abort(reason);
      return 'never';
    });
    const store = storeAt('', { deleteEndpoint });
    assert.equal(await rejection(store.remove(file, { signal: controller.signal })), reason);
  });
});
