/** Notifications of the page's own server about uploaded objects. */
import { expect } from '@open-wc/testing';
import { send } from '../../../src/http/xhr.js';
import { bytesOf, fileOf, uploadError } from '../../contract/checks.js';
import { testServers, commandTestServers } from '../../tools/test-servers.js';
import { Attempt, partSize, RecordedSend, serverSigned } from './test-store.js';
import type { Options } from './test-store.js';

const { signer, store } = testServers;
const newFile = (size = 1000) => fileOf(new Blob([bytesOf(size)]), { name: 'ü 1.txt' });
const attemptWith = (options: Options = {}, file = newFile(), by = send) => new Attempt(serverSigned(testServers, by, 4, options), file);
const respondToSuccess = (status: number, body: string) =>
  commandTestServers('faults', {
    proxy: 'signer',
    faults: [{ kind: 'answer', status, body, headers: { 'Content-Type': 'application/json' }, match: { path: 'success' } }],
  });
const requestsTo = async (path: string) =>
  (await commandTestServers('requests', { proxy: 'signer' })).requests.filter(
    (request) => request.path.includes(path) && request.method !== 'OPTIONS',
  );

describe('notifySuccessEndpoint', () => {
  beforeEach(() => commandTestServers('reset'));

  it('sends the fields of Fine Uploader', async () => {
    const params = { Author: 'Zoë', called: () => 'now', nested: { a: 1 }, 'Cache-Control': 'no-store' };
    const attempt = attemptWith({ params, successParams: { isPreviewable: true, name: 'overridden' } });
    const { key, response } = await attempt.upload();
    const [post] = await requestsTo('success');
    expect(post?.headers['content-type']).to.equal('application/x-www-form-urlencoded');
    expect(post?.headers).to.include({ accept: 'application/json' }).and.not.have.any.keys('x-requested-with', 'cache-control');
    const fields = [...new URLSearchParams(post?.bodyStart)];
    // Ceph's response to a form post has no ETag.
    const etag = store.kind === 'demo' ? ['etag'] : [];
    expect(fields.map(([name]) => name)).to.deep.equal([
      'isPreviewable',
      'name',
      'key',
      'uuid',
      'bucket',
      ...etag,
      'author',
      'called',
      'nested[a]',
      'Cache-Control',
    ]);
    expect(Object.fromEntries(fields)).to.include({
      name: 'ü 1.txt',
      uuid: attempt.file.uuid,
      bucket: store.bucket,
      author: 'Zoë',
      called: 'now',
      'nested[a]': '1',
    });
    expect(fields.find(([name]) => name === 'key')?.[1]).to.equal(key);
    if (store.kind === 'demo') expect(fields.find(([name]) => name === 'etag')?.[1]).to.match(/^"[\da-f]{32}"$/);
    expect(response).to.include({ success: true });
    expect(response['tempLink']).to.be.a('string');
  });

  it('sends no ETag of a multipart upload', async () => {
    await attemptWith({}, newFile(partSize + 1)).upload();
    expect((await requestsTo('success'))[0]?.bodyStart).to.not.include('etag');
  });

  it('uses the method and the headers of the page', async () => {
    const recorded = new RecordedSend(send);
    recorded.replaceRequest = ({ url }) =>
      url.startsWith(signer.success) ? { status: 200, url, text: '{"a":1}', header: () => null } : undefined;
    const successHeaders = ({ name }: { name: string }) => ({ 'X-Name': encodeURIComponent(name) });
    const { response } = await attemptWith(
      { successMethod: 'GET', successHeaders, withCredentials: true },
      newFile(),
      recorded.send,
    ).upload();
    const get = recorded.requests.at(-1);
    expect(get).to.include({ method: 'GET', body: null, withCredentials: true });
    expect(get?.headers).to.deep.equal({ Accept: 'application/json', 'X-Name': '%C3%BC%201.txt' });
    expect(new URL(get?.url ?? '').searchParams.get('bucket')).to.equal(store.bucket);
    expect(response).to.deep.equal({ success: true, a: 1 });
  });

  for (const [title, status, body, response] of [
    ['no body', 204, '', { success: true }],
    ['text', 200, 'thanks', { success: true }],
    ['an array', 200, '[1]', { success: true }],
    ['JSON', 201, '{"id":7}', { success: true, id: 7 }],
  ] as const) {
    it(`accepts a response with ${title}`, async () => {
      await respondToSuccess(status, body);
      expect((await attemptWith().upload()).response).to.deep.equal(response);
    });
  }

  const failures: readonly (readonly [title: string, status: number, body: string, expected: object])[] = [
    ['an error', 200, '{"error":"A virus."}', { reason: 'A virus.', status: 200, retry: 'auto', startOver: false }],
    ['success: false', 200, '{"success":false}', { reason: 'The server did not accept the uploaded file.', retry: 'auto' }],
    ['reset', 200, '{"success":true,"reset":true}', { startOver: true, retry: 'auto' }],
    ['reset with preventRetry', 200, '{"reset":true,"preventRetry":true}', { startOver: true, retry: 'never' }],
    ['preventRetry', 200, '{"error":"Too large.","preventRetry":true}', { reason: 'Too large.', retry: 'never' }],
    ['status 500', 500, '', { status: 500, retry: 'auto', reason: 'The server failed (status 500).' }],
    ['status 403', 403, '{"error":"Not yours."}', { status: 403, retry: 'manual', reason: 'Not yours.' }],
    ['205', 205, '', { status: 205, retry: 'auto' }],
  ];
  it('rejects without a retry by the property that the page has named', async () => {
    await respondToSuccess(200, '{"error":"Too large.","final":true,"preventRetry":false}');
    const attempt = attemptWith({ preventRetryResponseProperty: 'final' });
    expect(await uploadError(attempt.upload())).to.include({ reason: 'Too large.', retry: 'never' });
  });

  for (const [title, status, body, expected] of failures) {
    it(`rejects: ${title}`, async () => {
      await respondToSuccess(status, body);
      const attempt = attemptWith();
      expect(await uploadError(attempt.upload())).to.include(expected);
      expect(attempt.keptSession).to.include({ stored: true });
    });
  }

  it('is optional', async () => {
    expect((await attemptWith({ successEndpoint: undefined }).upload()).response).to.deep.equal({ success: true });
  });
});
