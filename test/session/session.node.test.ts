/** The list of files that a server has already. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { readList, requestSession } from '../../src/session/session.js';
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

describe('the request for the list of files', () => {
  it('is a GET with the params, and the time against caches', async () => {
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

  it('gives the list, what is wrong with it, and the answer', async () => {
    const body = [{ name: 'a', uuid: '1' }, 7];
    server.script(() => ({ body }));
    const { items, problems, response } = await requestSession(request);
    assert.deepEqual([items, problems.map(({ index }) => index), response], [[{ name: 'a', uuid: '1' }], [1], body]);
  });

  it('fails for every answer but a list with status 200', async () => {
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

  it('ends when it is aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    server.script(() => {
      controller.abort(reason);
      return 'never';
    });
    assert.equal(await rejection(requestSession({ ...request, signal: controller.signal })), reason);
  });
});

describe('a list of files', () => {
  it('tells all that Fine Uploader knows of', () => {
    const item = {
      name: 'a.jpg',
      uuid: 'u',
      size: 12,
      thumbnailUrl: '/t',
      deleteFileEndpoint: '/d',
      deleteFileParams: { x: 1 },
      s3Key: 'k',
      s3Bucket: 'b',
      other: 'ignored',
    };
    assert.deepEqual(readList([item]).items, [
      {
        name: 'a.jpg',
        uuid: 'u',
        size: 12,
        thumbnailUrl: '/t',
        deleteFileEndpoint: '/d',
        deleteFileParams: { x: 1 },
        key: 'k',
        bucket: 'b',
      },
    ]);
  });

  it('may have numbers for uuids and words for sizes, as databases do', () => {
    assert.deepEqual(readList([{ name: 7, uuid: 42, size: '12', thumbnailUrl: null }]).items, [{ name: '7', uuid: '42', size: 12 }]);
    assert.deepEqual(readList([{ name: 'a', uuid: 'u', size: null }]).items, [{ name: 'a', uuid: 'u' }]);
  });

  it('loses its bad items, each with a reason, and no other', () => {
    const list = [
      null,
      { name: 'good', uuid: '1' },
      'text',
      [],
      { uuid: 'x' },
      { name: 'x' },
      { name: 'x', uuid: '' },
      { name: 'x', uuid: 'u', size: 'big' },
      { name: 'x', uuid: 'u', size: -1 },
      { name: 'too', uuid: '2' },
    ];
    const { items, problems } = readList(list);
    assert.deepEqual(
      items.map(({ uuid }) => uuid),
      ['1', '2'],
    );
    assert.deepEqual(
      problems.map(({ index, reason }) => [index, reason]),
      [
        [0, 'Item 1 of the list of files is no object.'],
        [2, 'Item 3 of the list of files is no object.'],
        [3, 'Item 4 of the list of files is no object.'],
        [4, 'Item 5 of the list of files has no name.'],
        [5, 'Item 6 of the list of files has no uuid.'],
        [6, 'Item 7 of the list of files has no uuid.'],
        [7, 'Item 8 of the list of files has a size that is no number of bytes.'],
        [8, 'Item 9 of the list of files has a size that is no number of bytes.'],
      ],
    );
    assert.equal(problems[0]?.item, null);
  });

  it('needs a key for every item where that is asked for', () => {
    const { items, problems } = readList(
      [
        { name: 'a', uuid: '1', s3Key: 'k' },
        { name: 'b', uuid: '2' },
      ],
      true,
    );
    assert.deepEqual(
      [items.map(({ key }) => key), problems.map(({ reason }) => reason)],
      [['k'], ['Item 2 of the list of files has no s3Key.']],
    );
  });

  it('can be long', () => {
    const list = Array.from({ length: 100_000 }, (_, index) => ({ name: `${index}`, uuid: `${index}` }));
    assert.equal(readList(list).items.length, list.length);
  });
});
