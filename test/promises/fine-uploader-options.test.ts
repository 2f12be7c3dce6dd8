/** Promise: the element accepts a Fine Uploader configuration unchanged, with a server that supports Fine Uploader's protocol. */
import { expect } from '@open-wc/testing';
import { cleanUp, collect, makeFile, next, putTraditional, sha256, upload } from '../elements/page.js';
import { testServers, commandTestServers } from '../tools/test-servers.js';
import type { FineUploaderElement } from '../../src/fine-uploader.js';

/** The options of `new qq.FineUploader({…})`, with keys in an arbitrary order. */
const configuration = () => ({
  multiple: true,
  maxConnections: 2,
  request: {
    endpoint: testServers.endpoint.uploads,
    params: { album: 'holiday' },
    customHeaders: { 'X-Token': 'abc' },
  },
  cors: { expected: true, sendCredentials: false },
  chunking: {
    success: { endpoint: testServers.endpoint.done },
    concurrent: { enabled: true },
    partSize: 100_000,
    mandatory: true,
    enabled: true,
  },
  retry: { maxAutoAttempts: 5, autoAttemptDelay: 0.05, enableAuto: true, autoRetryNote: 'Once more {retryNum}/{maxAuto}' },
  validation: { allowedExtensions: ['jpg', 'bin'], sizeLimit: 1_000_000, itemLimit: 3 },
  deleteFile: {
    enabled: true,
    endpoint: testServers.endpoint.uploads,
    method: 'POST',
    params: { reason: 'test' },
    confirmMessage: 'Away with {filename}?',
  },
  messages: { sizeError: '{file} is a monster.' },
  thumbnails: { placeholders: { waitingPath: '/waiting.png' } },
});

function createUploader(options: object): FineUploaderElement {
  const element = putTraditional();
  element.options = options;
  return element;
}

describe('a configuration of Fine Uploader', () => {
  afterEach(cleanUp);

  it('configures uploads, validation, retries and deleting', async () => {
    const element = createUploader(configuration());
    expect(element.maxAutoAttempts).to.equal(5);
    const errors = collect(element, 'error');
    const rejected = next(element, 'statusChange', ({ newStatus }) => newStatus === 'rejected');
    element.addFiles(makeFile('large.bin', 1_000_001));
    await rejected;
    expect(errors.map(({ reason }) => reason)).to.deep.equal(['large.bin is a monster.']);

    const refusals = { kind: 'answer', status: 503, times: 4, match: { path: 'done$' } } as const;
    await commandTestServers('faults', { proxy: 'endpoint', faults: [refusals] });
    const retries = collect(element, 'autoRetry');
    const file = makeFile('photo.bin', 250_000);
    const { uuid, success } = await upload(element, file);
    expect(success).to.equal(true);
    expect(retries.map(({ attempt }) => attempt)).to.deep.equal([1, 2, 3, 4]);
    expect(await commandTestServers('sha256', { uuid })).to.include({ sha256: await sha256(file) });
    const { requests, maxParallel } = await commandTestServers('requests', { proxy: 'endpoint' });
    expect(maxParallel).to.be.at.most(2);
    const posts = requests.filter(({ method }) => method === 'POST');
    for (const { headers, bodyStart } of posts) {
      expect(headers['x-token']).to.equal('abc');
      expect(bodyStart).to.match(/album(=|"\s+)holiday/);
    }

    const deleted = next(element, 'deleteComplete');
    element.deleteFile(1);
    expect((await deleted).success).to.equal(true);
    expect(await commandTestServers('sha256', { uuid })).to.equal(null);
  });

  it('can disable features regardless of the order of its keys', async () => {
    const element = createUploader({
      ...configuration(),
      retry: { enableAuto: false, maxAutoAttempts: 5 },
      deleteFile: { enabled: false, endpoint: testServers.endpoint.uploads },
    });
    expect(element.maxAutoAttempts).to.equal(0);
    await upload(element, makeFile('photo.bin', 250_000));
    expect(element.deleteFile(0)).to.equal(false);
    element.options = { retry: { enableAuto: true } };
    expect(element.maxAutoAttempts).to.equal(3);
  });

  it('sets the name of Blobs and disables refreshing the session on reset', async () => {
    const kept = await upload(putTraditional(), makeFile('kept.bin', 5));
    const element = createUploader({
      request: { endpoint: testServers.endpoint.uploads },
      session: { endpoint: testServers.endpoint.uploads, refreshOnReset: false },
      blobs: { defaultName: 'scan.bin' },
    });
    await next(element, 'sessionRequestComplete');
    const initialCount = element.getUploads().length;
    const completed = next(element, 'complete', ({ id }) => id === initialCount);
    element.addFiles(new Blob(['scanned']));
    expect((await completed).name).to.equal('scan.bin');

    element.reset();
    expect((await upload(element, makeFile('a.bin', 5))).id).to.equal(0);
    element.options = { session: { refreshOnReset: true } };
    const requested = next(element, 'sessionRequestComplete');
    element.reset();
    expect((await requested).success).to.equal(true);
    expect(element.getUploads({ uuid: kept.uuid })?.name).to.equal('kept.bin');
    expect(element.getUploads()).to.have.length(initialCount + 2);
    const { requests } = await commandTestServers('requests', { proxy: 'endpoint' });
    // Files of other tests may have thumbnails.
    expect(requests.filter(({ path }) => path.includes('qqtimestamp='))).to.have.length(2);
  });

  it('sets the text of the dialog before deleting', async () => {
    const element = createUploader(configuration());
    await upload(element, makeFile('photo.bin', 5));
    const shadow = element.shadowRoot;
    const button = await waitFor(() => shadow?.querySelector<HTMLElement>('[part~=delete]'));
    button.click();
    const dialog = await waitFor(() => shadow?.querySelector<HTMLDialogElement>('dialog[open]'));
    expect(dialog.textContent).to.contain('Away with photo.bin?');
    dialog.close();
  });
});

/** Waits until `look` returns a value. */
async function waitFor<T>(look: () => T | null | undefined): Promise<T> {
  for (;;) {
    const thing = look();
    if (thing) return thing;
    await new Promise(requestAnimationFrame);
  }
}
