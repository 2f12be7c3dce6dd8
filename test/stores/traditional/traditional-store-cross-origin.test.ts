/** A server on another origin with Fine Uploader's CORS rules: POST and DELETE; Content-Type, X-Requested-With, Cache-Control. */
import { expect } from '@open-wc/testing';
import { send } from '../../../src/http/xhr.js';
import { requestSession } from '../../../src/session/session-request.js';
import { TraditionalStore } from '../../../src/stores/traditional/traditional-store.js';
import type { TraditionalOptions } from '../../../src/stores/traditional/options.js';
import type { UploadFile } from '../../../src/core/types.js';
import { bytesOf, fileOf, sha256, uploadError } from '../../contract/checks.js';
import { testServers, commandTestServers } from '../../tools/test-servers.js';

const { minimalEndpoint: endpoint } = testServers;

const storeWith = (options: Partial<TraditionalOptions> = {}) =>
  new TraditionalStore({ send, endpoint: endpoint.uploads, deleteEndpoint: endpoint.uploads, ...options });

async function upload(
  store: TraditionalStore,
  file: UploadFile,
  progress: (index: number, loaded: number) => void = () => {},
): Promise<void> {
  const { signal } = new AbortController();
  const context = {
    file,
    signal,
    stallTimeout: () => 5000,
    answerTimeout: 5000,
    connection: <T>(request: () => Promise<T>) => request(),
    waitFor: <T>(promise: T | Promise<T>) => Promise.resolve(promise),
    saveSession: () => {},
  };
  const { session, parts } = await store.open(undefined, context);
  const receipts = [];
  for (const part of parts)
    receipts.push(await store.send(part, session, { ...context, progress: (loaded) => progress(part.index, loaded) }));
  await store.close(session, receipts, context);
}

const stored = ({ uuid }: UploadFile) => commandTestServers('sha256', { uuid });
const methods = async () => (await commandTestServers('requests', { proxy: 'minimalEndpoint' })).requests.map(({ method }) => method);

describe('TraditionalStore, on another origin', () => {
  beforeEach(() => commandTestServers('reset'));

  it('uploads a file in one request', async () => {
    const file = fileOf(new File([bytesOf(1000)], 'a.bin'));
    await upload(storeWith(), file);
    expect((await stored(file))?.sha256).to.equal(await sha256(bytesOf(1000)));
  });

  it('uploads a file as the body only if CORS allows X-Mime-Type', async () => {
    const rawStore = storeWith({ paramsInBody: false, forceMultipart: false });
    expect((await uploadError(upload(rawStore, fileOf(new Blob([bytesOf(10)]))))).code).to.equal('NetworkError');
  });

  it('uploads chunks, and sends the request after all chunks', async () => {
    for (const jsonPayload of [false, true]) {
      const file = fileOf(new Blob([bytesOf(1000)]));
      await upload(storeWith({ chunking: true, partSize: 300, chunkingSuccess: { endpoint: endpoint.done, jsonPayload } }), file);
      expect((await stored(file))?.sha256).to.equal(await sha256(bytesOf(1000)));
    }
  });

  it('sends the request after all chunks without a preflight', async () => {
    const file = fileOf(new Blob([bytesOf(10)]));
    const store = storeWith({ chunking: true, chunkingMandatory: true, chunkingSuccess: { endpoint: endpoint.done } });
    await upload(store, file);
    expect((await methods()).at(-2)).to.equal('POST');
    expect((await methods()).at(-1)).to.equal('POST');
  });

  it('deletes by DELETE, and by POST without a preflight', async () => {
    const { signal } = new AbortController();
    for (const deleteMethod of ['DELETE', 'POST']) {
      const file = fileOf(new Blob([bytesOf(10)]));
      const store = storeWith({ deleteMethod });
      await upload(store, file);
      await commandTestServers('reset');
      await store.remove(file, { signal });
      expect(await stored(file)).to.equal(null);
      expect(await methods()).to.deep.equal(deleteMethod === 'POST' ? ['POST'] : ['OPTIONS', 'DELETE']);
    }
  });

  it('lists the files without a preflight', async () => {
    const file = fileOf(new Blob([bytesOf(10)]));
    await upload(storeWith(), file);
    await commandTestServers('reset');
    const { items } = await requestSession({ send, endpoint: endpoint.uploads, now: Date.now(), signal: new AbortController().signal });
    expect(items.map(({ uuid }) => uuid)).to.include(file.uuid);
    expect(await methods()).to.deep.equal(['GET']);
  });
});

describe('TraditionalStore, progress of a chunk', () => {
  it('grows to the exact size of the chunk, without the form fields', async () => {
    const size = 3_000_001;
    const progress = new Map<number, number[]>();
    await upload(
      storeWith({ chunking: true, partSize: 2_000_000, params: { long: 'x'.repeat(50_000) } }),
      fileOf(new Blob([bytesOf(size)])),
      (index, loaded) => progress.set(index, [...(progress.get(index) ?? []), loaded]),
    );
    expect([...progress.keys()]).to.deep.equal([0, 1]);
    for (const [index, loaded] of progress) {
      expect(loaded).to.deep.equal(loaded.toSorted((one, other) => one - other));
      expect(loaded.at(-1)).to.equal(index === 0 ? 2_000_000 : 1_000_001);
    }
  });
});
