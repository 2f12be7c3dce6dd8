/** Delete requests to the page's own server. */
import { expect } from '@open-wc/testing';
import type { StoredFile } from '../../../src/core/types.js';
import { send } from '../../../src/http/xhr.js';
import { bytesOf, fileOf, uploadError } from '../../contract/checks.js';

import { commandTestServers, testServers } from '../../tools/test-servers.js';
import { Attempt, RecordedSend, serverSigned } from './test-store.js';
import type { Options } from './test-store.js';

const newFile = () => fileOf(new Blob([bytesOf(1000)]), { name: 'ü 1.txt' });

describe('S3Store.remove', () => {
  beforeEach(() => commandTestServers('reset'));
  const { signal } = new AbortController();
  const context = { signal };

  async function uploadFile(): Promise<StoredFile> {
    const attempt = new Attempt(serverSigned(testServers, send, 4, { successEndpoint: undefined }), newFile());
    const { details } = await attempt.upload();
    return { uuid: attempt.file.uuid, name: attempt.file.name, details };
  }
  const remove = (file: StoredFile, options: Options = {}, by = send) => serverSigned(testServers, by, 4, options).remove(file, context);

  for (const method of ['DELETE', 'POST']) {
    it(`deletes the object by ${method}`, async () => {
      const file = await uploadFile();
      expect(await commandTestServers('sha256', { key: file.details?.['key'] as string })).to.include({ size: 1000 });
      await remove(file, { deleteMethod: method });
      expect(await commandTestServers('sha256', { key: file.details?.['key'] as string })).to.equal(null);
    });
  }

  it('sends the parameters of Fine Uploader', async () => {
    const file = { uuid: 'u/1', name: 'n', details: { key: 'a b/c', bucket: 'b' } };
    const recorded = new RecordedSend(send);
    recorded.replaceRequest = ({ url }) => ({ status: 200, url, text: '', header: () => null });
    const options = { deleteParams: { a: 1 }, deleteHeaders: () => Promise.resolve({ 'X-CSRF': 'x' }), withCredentials: true };
    await remove(file, { ...options, deleteEndpoint: 'https://example.com/files/?x=1' }, recorded.send);
    await remove(file, { ...options, deleteEndpoint: 'https://example.com/files', deleteMethod: 'post' }, recorded.send);
    const [del, post] = recorded.requests;
    expect(del).to.include({
      method: 'DELETE',
      url: 'https://example.com/files/u%2F1?x=1&a=1&key=a+b%2Fc&bucket=b',
      body: null,
      withCredentials: true,
    });
    expect(del?.headers).to.include({ 'X-CSRF': 'x', 'X-Requested-With': 'XMLHttpRequest' });
    expect(post).to.include({ method: 'POST', url: 'https://example.com/files' });
    expect(post?.headers).to.include({ 'Content-Type': 'application/x-www-form-urlencoded' });
    expect(del?.headers).not.to.have.property('Content-Type');
    expect(String(post?.body)).to.equal('a=1&key=a+b%2Fc&bucket=b&qquuid=u%2F1&_method=DELETE');
  });

  it('resolves if the object is gone already', async () => {
    const file = { uuid: 'u', name: 'n' };
    const noSuchKey = '<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>';
    for (const [status, body] of [
      [404, '{"error":"Not found."}'],
      [410, ''],
      [500, noSuchKey],
      [400, '{"error":"NoSuchKey: The specified key does not exist."}'],
    ] as const) {
      await commandTestServers('faults', { proxy: 'signer', faults: [{ kind: 'answer', status, body }] });
      await remove(file);
    }
  });

  it('rejects without an endpoint, and with the message of the server', async () => {
    const file = { uuid: 'u', name: 'n' };
    expect(await uploadError(remove(file, { deleteEndpoint: undefined }))).to.include({ retry: 'never' });
    await commandTestServers('faults', { proxy: 'signer', faults: [{ kind: 'answer', status: 500, body: '{"error":"No."}' }] });
    expect(await uploadError(remove(file))).to.include({ status: 500, reason: 'No.', retry: 'auto' });
  });

  it('succeeds where the object is already gone', async () => {
    await commandTestServers('faults', { proxy: 'signer', faults: [{ kind: 'answer', status: 410, body: '{"error":"No."}' }] });
    await remove({ uuid: 'u', name: 'n' });
  });
});
