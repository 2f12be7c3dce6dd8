/** The request for the list of files that the server already has. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { requestSession } from '../../src/session/session-request.js';
import { rejection, uploadError } from '../contract/checks.js';
import { nodeSend } from '../contract/node-send.js';
import { RecordingServer } from '../stores/traditional/recording-server.js';

const server = await RecordingServer.start();
after(() => server.close());
beforeEach(() => server.script(() => ({ body: [] })));

const request = {
  send: nodeSend,
  endpoint: `${server.origin}/files?user=1`,
  params: { a: { b: () => 2 } },
  customHeaders: { 'X-Token': 't' },
  now: 1234567890123,
  signal: new AbortController().signal,
};

describe('requestSession', () => {
  it('sends a GET with the params, and a timestamp that prevents caching', async () => {
    await requestSession(request);
    const { method, path, query, headers } = server.last;
    assert.deepEqual([method, path], ['GET', '/files']);
    assert.deepEqual(query, [
      ['user', '1'],
      ['a[b]', '2'],
      ['qqtimestamp', '1234567890123'],
    ]);
    assert.deepEqual([headers.accept, headers['x-token']], ['application/json', 't']);
  });

  it('returns the items, the problems and the JSON of the response', async () => {
    const body = [{ name: 'a', uuid: '1' }, 7];
    server.script(() => ({ body }));
    const { items, problems, response } = await requestSession(request);
    assert.deepEqual([items, problems.map(({ index }) => index), response], [[{ name: 'a', uuid: '1', json: body[0] }], [1], body]);
  });

  it('fails for every response but a list with status 200', async () => {
    for (const [answer, reason, retry] of [
      [{ body: {} }, /not answer with a list/, 'manual'],
      [{ body: 'null' }, /not answer with a list/, 'manual'],
      [{ body: '' }, /not answer with a list/, 'manual'],
      [{ body: '<html>' }, /not answer with a list/, 'manual'],
      [{ status: 201, body: [] }, /status 201/, 'auto'],
      [{ status: 204 }, /status 204/, 'auto'],
      [{ status: 403, body: { error: 'Please sign in.' } }, /^Please sign in\.$/, 'manual'],
      [{ status: 500 }, /status 500/, 'auto'],
      ['drop', /connection/, 'auto'],
    ] as const) {
      server.script(() => answer);
      const error = await uploadError(requestSession(request));
      assert.match(error.reason, reason);
      assert.equal(error.retry, retry);
    }
  });

  it('rejects with the reason of the signal when it is aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    server.script(() => {
      controller.abort(reason);
      return 'never';
    });
    assert.equal(await rejection(requestSession({ ...request, signal: controller.signal })), reason);
  });
});
