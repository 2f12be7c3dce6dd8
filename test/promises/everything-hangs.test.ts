/**
 * Promise: whatever a file waits for, it ends when the file is cancelled or paused or the uploader is reset, and other files are uploaded. Each thing hangs in turn: the
 * promises of the page, the servers, the disk and the database.
 */

import { expect } from '@open-wc/testing';
import type { UploaderElement } from '../../src/elements/uploader-element.js';
import type { Fault } from '../servers/faults.js';
import type { ProxyName } from '../servers/test-servers.js';
import { cleanUp, makeFile, next, putS3, putTraditional, upload } from '../elements/page.js';
import { commandTestServers, testServers } from '../tools/test-servers.js';

type Action = 'cancel' | 'pause' | 'reset';
type Attributes = Parameters<typeof putS3>[0];

/** Something that hangs until {@link Hang.end}, and works from then on. What hangs already never settles. */
class Hang {
  #isOver = false;
  #onReached = () => {};
  #onOver = () => {};
  /** Resolves with the first call. */
  readonly reached = new Promise<void>((resolve) => (this.#onReached = resolve));
  readonly over = new Promise<void>((resolve) => (this.#onOver = resolve));

  /** Returns a promise that never settles, or of the value. */
  wait<T>(value: T): Promise<T> {
    if (this.#isOver) return Promise.resolve(value);
    this.#onReached();
    return new Promise<never>(() => {});
  }

  end(): void {
    this.#isOver = true;
    this.#onOver();
  }
}

interface Scenario {
  /** Puts an uploader on the page, in which something hangs. */
  put(hang: Hang): UploaderElement;
  readonly size?: number;
  /** Default: cancel, pause, reset. A file that is finalized can only be reset. */
  readonly actions?: readonly Action[];
  /** Resolves when a file hangs. Default: with the first call of the hang. */
  hangs?(element: UploaderElement): Promise<unknown>;
}

/** One connection and nothing prepared ahead: a place that is not given back stops the page. */
const one = { 'max-connections': 1, 'stall-timeout': 120, 'answer-timeout': 120 };
const partSize = 5 * 2 ** 20;
const bytes = (attributes: Attributes = {}) => ({ ...one, chunking: true, 'part-size': partSize, ...attributes });

/** Number of files that hang: more than there are places, with those that are prepared ahead. */
const count = 5;

function hasByobReaders(): boolean {
  try {
    return Boolean(new Blob(['a']).stream().getReader({ mode: 'byob' }));
  } catch {
    return false;
  }
}

/** A listener that hangs. */
const listening =
  (put: () => UploaderElement, name: 'upload' | 'uploadChunk' | 'validate' | 'submit' | 'validateBatch') => (hang: Hang) => {
    const element = put();
    element.addEventListener(name, (event) => event.waitUntil(hang.wait(undefined)));
    return element;
  };

/** An option of Fine Uploader that hangs. `path` is such as `signature.customHeaders`. */
const optional =
  <Element extends UploaderElement>(put: () => Element, path: string, value: unknown = {}) =>
  (hang: Hang) => {
    const element = put();
    const option = () => hang.wait(value);
    element.options = path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), option) as Record<string, unknown>;
    return element;
  };

const silent = (put: () => UploaderElement, proxy: ProxyName, match: Fault['match'] = {}): Scenario => ({
  put,
  hangs: async () => {
    const isAsked = async () => (await commandTestServers('requests', { proxy })).requests.some(({ fault }) => fault === 'silent');
    while (!(await isAsked())) await new Promise((resolve) => setTimeout(resolve, 20));
  },
  ...({ fault: { proxy, faults: [{ kind: 'silent', match, times: 99 }] } } as object),
});

const traditional = () => putTraditional(one);
const traditionalChunks = () => putTraditional(bytes({ 'chunking-success-endpoint': testServers.endpoint.done }));
const s3 = () => putS3(one);
const s3Parts = () => putS3(bytes());
const large = { size: partSize + 1000 };
const finalizing = { ...large, actions: ['reset'] as const };
const validating = { actions: ['cancel', 'reset'] as const };

const scenarios: Readonly<Record<string, Scenario>> = {
  'a promise in validateBatch': { put: listening(traditional, 'validateBatch'), ...validating },
  'a promise in validate': { put: listening(traditional, 'validate'), ...validating },
  'a promise in submit': { put: listening(traditional, 'submit'), ...validating },
  'a promise in upload': { put: listening(traditional, 'upload') },
  'a promise in uploadChunk': { put: listening(traditionalChunks, 'uploadChunk'), ...large },
  'the headers of the chunking success request': { put: optional(traditionalChunks, 'chunking.success.headers'), ...finalizing },
  'the params of the chunking success request': { put: optional(traditionalChunks, 'chunking.success.params', null), ...finalizing },
  'the own server': silent(traditional, 'endpoint', { method: 'POST' }),
  'the own server at a chunk': { ...silent(traditionalChunks, 'endpoint', { method: 'POST' }), ...large },
  'the chunking success endpoint': { ...silent(traditionalChunks, 'endpoint', { path: 'done' }), ...finalizing },

  'the headers of a signature': { put: optional(s3, 'signature.customHeaders') },
  'the headers of the signature of a multipart upload': { put: optional(s3Parts, 'signature.customHeaders'), ...large },
  'the headers of the success request': { put: optional(s3, 'uploadSuccess.customHeaders') },
  'the key': {
    put: (hang) => Object.assign(s3(), { key: () => hang.wait(crypto.randomUUID()) }),
  },
  'new credentials': {
    put: (hang) => {
      const element = putS3({ ...one, 'signature-endpoint': '', 'success-endpoint': '' });
      const { accessKey, secretKey } = testServers.store;
      element.addEventListener('credentialsExpired', (event) => {
        void hang.wait(undefined);
        event.waitUntil(new Promise(() => {}));
        // The page logs in while files wait for a promise that never settles.
        void hang.over.then(() => (element.credentials = { accessKey, secretKey }));
      });
      return element;
    },
  },
  'the signing server': silent(s3, 'signer', { path: 'signature' }),
  'the success endpoint': silent(s3, 'signer', { path: 'success' }),
  'a form post to the store': silent(s3, 'store', { method: 'POST' }),
  'the creation of a multipart upload': { ...silent(s3Parts, 'store', { path: 'uploads' }), ...large },
  'a part': { ...silent(s3Parts, 'store', { path: 'partNumber' }), ...large },
  'the completion of a multipart upload': { ...silent(s3Parts, 'store', { method: 'POST', path: 'uploadId=' }), ...finalizing },
  'the disk': {
    put: (hang) => {
      const { stream, arrayBuffer } = Blob.prototype;
      restore.push(() => Object.assign(Blob.prototype, { stream, arrayBuffer }));
      Blob.prototype.stream = function () {
        return isOver ? stream.call(this) : new ReadableStream({ type: 'bytes', pull: () => hang.wait(undefined) });
      };
      // WebKit has no BYOB readers for blobs.
      if (!hasByobReaders())
        Blob.prototype.arrayBuffer = function () {
          return isOver ? arrayBuffer.call(this) : hang.wait(new ArrayBuffer(0));
        };
      let isOver = false;
      void hang.over.then(() => (isOver = true));
      return s3Parts();
    },
    ...large,
  },
  'the database of unfinished uploads': {
    put: (hang) => {
      const { open } = IDBFactory.prototype;
      restore.push(() => (IDBFactory.prototype.open = open));
      IDBFactory.prototype.open = () => {
        void hang.wait(undefined);
        return new EventTarget() as IDBOpenDBRequest;
      };
      return putTraditional(bytes({ resume: true }));
    },
    ...large,
  },
};

const restore: (() => void)[] = [];

describe('other files are uploaded while a file waits for', function () {
  this.timeout(60_000);
  afterEach(async () => {
    for (const undo of restore.splice(0)) undo();
    await cleanUp();
  });

  for (const [title, scenario] of Object.entries(scenarios)) {
    const { put, size = 1000, actions = ['cancel', 'pause', 'reset'], hangs } = scenario;
    const { fault } = scenario as { readonly fault?: { readonly proxy: ProxyName; readonly faults: readonly Fault[] } };
    for (const action of actions)
      it(`${title}, after ${action}`, async () => {
        if (fault) await commandTestServers('faults', { proxy: fault.proxy, faults: [...fault.faults] });
        const hang = new Hang();
        const element = put(hang);
        const hanging = makeFile('hangs', size);
        element.addFiles(Array.from({ length: count }, () => hanging));
        await (hangs ? hangs(element) : hang.reached);
        if (action === 'reset') element.reset();
        else if (action === 'cancel') element.cancelAll();
        else for (const { id } of element.getUploads()) expect(element.pauseUpload(id)).to.equal(true);
        hang.end();
        await commandTestServers('reset');
        const complete = await upload(element, makeFile('other', size, { seed: 2 }), 20_000);
        expect(complete.success).to.equal(true);
        if (action !== 'pause') return;
        const continued = next(element, 'complete', ({ id }) => id === 0, 20_000);
        expect(element.continueUpload(0)).to.equal(true);
        expect((await continued).success).to.equal(true);
      });
  }

  it('a promise in upload or a server that is busy, without any action', async () => {
    await commandTestServers('faults', {
      proxy: 'endpoint',
      faults: [{ kind: 'answer', status: 503, headers: { 'Retry-After': '60' }, match: { method: 'POST' } }],
    });
    const element = putTraditional({ ...one, 'max-connections': 2 });
    const busy = next(element, 'autoRetry');
    element.addFiles(makeFile('busy', 1000));
    await busy;
    element.addEventListener('upload', (event) => event.detail.id === 1 && event.waitUntil(new Promise(() => {})));
    const waiting = next(element, 'upload', ({ id }) => id === 1);
    element.addFiles(makeFile('waiting', 1000));
    await waiting;
    for (const name of ['third', 'fourth']) expect((await upload(element, makeFile(name, 1000), 20_000)).success).to.equal(true);
    expect(element.getUploads().map(({ status }) => status)).to.deep.equal([
      'retrying upload',
      'uploading',
      'upload successful',
      'upload successful',
    ]);
  });
});
