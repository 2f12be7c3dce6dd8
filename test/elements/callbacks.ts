/** What tests of `options.callbacks` share: an element with all of Fine Uploader's callbacks, and the servers' faults. */
import { expect, waitUntil } from '@open-wc/testing';
import { commandTestServers, testServers } from '../tools/test-servers.js';
import { pasteOf } from '../tools/gestures.js';
import { makeFile, next, putTraditional } from './page.js';
import type { UploaderElement } from '../../src/elements/uploader-element.js';

export type Callback = (this: unknown, ...args: unknown[]) => unknown;
export type Callbacks = Record<string, Callback>;

export const names =
  'onAllComplete onAutoRetry onCancel onComplete onCredentialsExpired onDelete onDeleteComplete onError onManualRetry onPasteReceived onProgress onResume onSessionRequestComplete onStatusChange onSubmit onSubmitDelete onSubmitted onTotalProgress onUpload onUploadChunk onUploadChunkSuccess onValidate onValidateBatch'.split(
    ' ',
  );

/** Gives an element callbacks for everything, which record their calls, and answer as `answers` does. */
export function attach(element: UploaderElement, answers: Callbacks = {}, options: object = {}) {
  const calls: [name: string, ...args: unknown[]][] = [];
  const callbacks: Callbacks = {};
  for (const name of names) {
    callbacks[name] = function (this: unknown, ...args) {
      expect(this, name).to.equal(element);
      calls.push([name, ...args]);
      return answers[name]?.apply(this, args);
    };
  }
  element.options = { ...options, callbacks };
  return {
    of: (name: string) => calls.filter(([called]) => called === name).map(([, ...args]) => args),
    /** The chunks of `onUploadChunk`. */
    chunks: () => calls.flatMap(([name, , , chunk]) => (name === 'onUploadChunk' ? [(chunk as { partIndex: number }).partIndex] : [])),
    order: () => calls.map(([name]) => name),
  };
}

export const put = (attributes = {}) => putTraditional({ 'delete-endpoint': testServers.endpoint.uploads, ...attributes });
export const chunked = { chunking: true, 'part-size': '40kB', 'chunking-success-endpoint': testServers.endpoint.done };
export const statusOf = (element: UploaderElement, id = 0) => element.getUploads({ id })?.status;
export const status = (element: UploaderElement, wanted: string, id = 0) =>
  waitUntil(() => statusOf(element, id) === wanted, `the status becomes ${wanted}`, { timeout: 8000 });
export const refuse = (status: number, times: number, body = '{"error":"Disk full"}') =>
  commandTestServers('faults', { proxy: 'endpoint', faults: [{ kind: 'answer', status, times, body, match: { method: 'POST' } }] });
export const hold = () => commandTestServers('faults', { proxy: 'endpoint', faults: [{ kind: 'silent', match: { method: 'POST' } }] });
export const sent = async () =>
  (await commandTestServers('requests', { proxy: 'endpoint' })).requests.filter(({ method }) => method === 'POST');
export const picture = () => {
  const data = new DataTransfer();
  data.items.add(makeFile('image.png', 10, { type: 'image/png' }));
  return pasteOf(data);
};

/** Without the address that the demo's endpoint adds to its responses. */
export const withoutLinks = (args: unknown[]) =>
  args.map((arg) => {
    if (typeof arg !== 'object' || arg === null || !('tempLink' in arg)) return arg;
    const { tempLink, ...rest } = arg;
    expect(tempLink).to.be.a('string');
    return rest;
  });

/** An upload that another session of the page has begun. */
export async function unfinished(): Promise<{ file: File; attributes: object }> {
  const attributes = { ...chunked, resume: true };
  const file = new File([makeFile('', 200_000)], 'again.bin', { lastModified: 77 });
  const before = put({ ...attributes, 'max-connections': 1 });
  const begun = next(before, 'uploadChunkSuccess');
  before.addFiles(file);
  before.setCustomResumeData(0, { note: 1 });
  await begun;
  before.remove();
  return { file, attributes };
}
