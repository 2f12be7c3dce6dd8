/** What the page's own server is told of uploads to a bucket. */
import { expect } from '@open-wc/testing';
import type { StoredFile } from '../../../src/core/types.js';
import { send } from '../../../src/http/xhr.js';
import { bytesOf, fileOf, uploadError } from '../../contract/checks.js';
import { testServers, commandTestServers } from '../../tools/test-servers.js';
import { Attempt, partSize, RecordedSend, serverSigned } from './test-store.js';
import type { Rest } from './test-store.js';

const { signer, store } = testServers;
const newFile = (size = 1000) => fileOf(new Blob([bytesOf(size)]), { name: 'ü 1.txt' });
const served = (rest: Rest = {}, file = newFile(), by = send) => new Attempt(serverSigned(testServers, by, 4, rest), file);
const successAnswers = (status: number, body: string) =>
  commandTestServers('faults', {
    proxy: 'signer',
    faults: [{ kind: 'answer', status, body, headers: { 'Content-Type': 'application/json' }, match: { path: 'success' } }],
  });
const told = async (path: string) =>
  (await commandTestServers('requests', { proxy: 'signer' })).requests.filter(
    (request) => request.path.includes(path) && request.method !== 'OPTIONS',
  );

describe('the success endpoint', () => {
  beforeEach(() => commandTestServers('reset'));

  it('is told what Fine Uploader tells it', async () => {
    const params = { Author: 'Zoë', called: () => 'now', nested: { a: 1 } };
    const attempt = served({ params, successParams: { isPreviewable: true, name: 'overridden' } });
    const { key, response } = await attempt.carry();
    const [post] = await told('success');
    expect(post?.headers['content-type']).to.match(/^application\/x-www-form-urlencoded/);
    expect(post?.headers).to.include({ accept: 'application/json' }).and.not.have.any.keys('x-requested-with', 'cache-control');
    const fields = [...new URLSearchParams(post?.bodyStart)];
    // Ceph answers a form without an ETag.
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

  it('is told no ETag of a file in parts', async () => {
    await served({}, newFile(partSize + 1)).carry();
    expect((await told('success'))[0]?.bodyStart).to.not.include('etag');
  });

  it('may be asked in another way, with the page’s headers', async () => {
    const recorded = new RecordedSend(send);
    recorded.instead = ({ url }) =>
      url.startsWith(signer.success) ? { status: 200, url, text: '{"a":1}', header: () => null } : undefined;
    const successHeaders = ({ name }: { name: string }) => ({ 'X-Name': encodeURIComponent(name) });
    const { response } = await served({ successMethod: 'GET', successHeaders, withCredentials: true }, newFile(), recorded.send).carry();
    const get = recorded.requests.at(-1);
    expect(get).to.include({ method: 'GET', body: null, withCredentials: true });
    expect(get?.headers).to.deep.equal({ Accept: 'application/json', 'X-Name': '%C3%BC%201.txt' });
    expect(new URL(get?.url ?? '').searchParams.get('bucket')).to.equal(store.bucket);
    expect(response).to.deep.equal({ success: true, a: 1 });
  });

  for (const [what, status, body, response] of [
    ['nothing', 204, '', { success: true }],
    ['no JSON', 200, 'thanks', { success: true }],
    ['a list', 200, '[1]', { success: true }],
    ['something of its own', 201, '{"id":7}', { success: true, id: 7 }],
  ] as const) {
    it(`may answer ${what}`, async () => {
      await successAnswers(status, body);
      expect((await served().carry()).response).to.deep.equal(response);
    });
  }

  const noes: readonly (readonly [what: string, status: number, body: string, expected: object])[] = [
    ['an error', 200, '{"error":"A virus."}', { reason: 'A virus.', status: 200, retry: 'auto', startOver: false }],
    ['no success', 200, '{"success":false}', { reason: 'The server did not accept the uploaded file.', retry: 'auto' }],
    ['begin again', 200, '{"success":true,"reset":true}', { startOver: true, retry: 'auto' }],
    ['begin again, and never again', 200, '{"reset":true,"preventRetry":true}', { startOver: true, retry: 'never' }],
    ['never again', 200, '{"error":"Too large.","preventRetry":true}', { reason: 'Too large.', retry: 'never' }],
    ['a failure', 500, '', { status: 500, retry: 'auto', reason: 'The server had a problem of its own (status 500).' }],
    ['a refusal', 403, '{"error":"Not yours."}', { status: 403, retry: 'manual', reason: 'Not yours.' }],
    ['205', 205, '', { status: 205, retry: 'auto' }],
  ];
  for (const [what, status, body, expected] of noes) {
    it(`may answer no: ${what}`, async () => {
      await successAnswers(status, body);
      const attempt = served();
      expect(await uploadError(attempt.carry())).to.include(expected);
      expect(attempt.kept).to.include({ stored: true });
    });
  }

  it('need not be', async () => {
    expect((await served({ successEndpoint: undefined }).carry()).response).to.deep.equal({ success: true });
  });
});

describe('deleting', () => {
  beforeEach(() => commandTestServers('reset'));
  const { signal } = new AbortController();
  const context = { signal };

  async function uploaded(): Promise<StoredFile> {
    const attempt = served({ successEndpoint: undefined });
    const { details } = await attempt.carry();
    return { uuid: attempt.file.uuid, name: attempt.file.name, details };
  }
  const remove = (file: StoredFile, rest: Rest = {}, by = send) => serverSigned(testServers, by, 4, rest).remove(file, context);

  for (const method of ['DELETE', 'POST']) {
    it(`asks by ${method}`, async () => {
      const file = await uploaded();
      expect(await commandTestServers('sha256', { key: file.details?.['key'] as string })).to.include({ size: 1000 });
      await remove(file, { deleteMethod: method });
      expect(await commandTestServers('sha256', { key: file.details?.['key'] as string })).to.equal(null);
    });
  }

  it('says what Fine Uploader says', async () => {
    const file = { uuid: 'u/1', name: 'n', details: { key: 'a b/c', bucket: 'b' } };
    const recorded = new RecordedSend(send);
    recorded.instead = ({ url }) => ({ status: 200, url, text: '', header: () => null });
    const rest = { deleteParams: { a: 1 }, deleteHeaders: () => Promise.resolve({ 'X-CSRF': 'x' }), withCredentials: true };
    await remove(file, { ...rest, deleteEndpoint: 'https://example.com/files/?x=1' }, recorded.send);
    await remove(file, { ...rest, deleteEndpoint: 'https://example.com/files', deleteMethod: 'post' }, recorded.send);
    const [del, post] = recorded.requests;
    expect(del).to.include({
      method: 'DELETE',
      url: 'https://example.com/files/u%2F1?x=1&a=1&key=a+b%2Fc&bucket=b',
      body: null,
      withCredentials: true,
    });
    expect(del?.headers).to.include({ 'X-CSRF': 'x', 'X-Requested-With': 'XMLHttpRequest' });
    expect(post).to.include({ method: 'POST', url: 'https://example.com/files' });
    expect(String(post?.body)).to.equal('a=1&key=a+b%2Fc&bucket=b&qquuid=u%2F1&_method=DELETE');
  });

  it('fails in words', async () => {
    const file = { uuid: 'u', name: 'n' };
    expect(await uploadError(remove(file, { deleteEndpoint: undefined }))).to.include({ retry: 'never' });
    await commandTestServers('faults', { proxy: 'signer', faults: [{ kind: 'answer', status: 500, body: '{"error":"No."}' }] });
    expect(await uploadError(remove(file))).to.include({ status: 500, reason: 'No.', retry: 'auto' });
  });
});
