/** Fine Uploader's callbacks, `options.callbacks`, as listeners of the events of the same name. */

import type { UploaderEventMap } from './events.js';

/** Fine Uploader's callbacks, by name: `onComplete`. */
export type Callbacks = Readonly<Record<string, unknown>>;

/** Any of the details. */
type Detail = Readonly<Record<string, unknown>>;

const chunk = ({ partIndex, startByte, endByte, totalParts }: Detail) => ({ partIndex, startByte, endByte, totalParts });

/** The arguments of every callback: fields of the event's detail, `chunk`, or `xhr`, which is null: a file may be sent by several requests. */
const argumentNames: Readonly<Record<keyof UploaderEventMap, string>> = {
  validateBatch: 'files',
  validate: 'file',
  submit: 'id name',
  submitted: 'id name',
  upload: 'id name',
  uploadChunk: 'id name chunk',
  uploadChunkSuccess: 'id chunk response xhr',
  resume: 'id name chunk customResumeData',
  resumeWait: 'id name',
  progress: 'id name uploadedBytes totalBytes',
  totalProgress: 'uploadedBytes totalBytes',
  autoRetry: 'id name attempt',
  manualRetry: 'id name',
  complete: 'id name response xhr',
  allComplete: 'succeeded failed',
  cancel: 'id name',
  error: 'id name reason xhr',
  statusChange: 'id oldStatus newStatus',
  submitDelete: 'id',
  delete: 'id',
  deleteComplete: 'id xhr isError',
  pasteReceived: 'blob',
  sessionRequestComplete: 'response success xhr',
  credentialsExpired: '',
};

function argument(detail: Detail, name: string): unknown {
  if (name === 'chunk') return chunk(detail);
  if (name === 'file') return { name: detail['name'], size: detail['size'] };
  // An error about no file has no name.
  return name === 'xhr' || (name === 'name' && detail['id'] === null) ? null : detail[name];
}

/**
 * Calls callbacks on events, with Fine Uploader's arguments and the element as `this`. `false` refuses where it does in Fine Uploader; a promise is waited for.
 * @param names - names of the callbacks to attach, each once per element.
 * @param callbacks - returns the current callbacks.
 * @returns the names that are no callbacks.
 */
export function attachCallbacks(element: EventTarget, names: readonly string[], callbacks: () => Callbacks): string[] {
  return names.filter((callbackName) => {
    const type = callbackName.replace(/^on(.)/, (_, letter: string) => letter.toLowerCase());
    const fields = (argumentNames as Readonly<Record<string, string>>)[type];
    if (fields === undefined || type === callbackName) return true;
    element.addEventListener(type, (event) => {
      const callback = callbacks()[callbackName];
      if (typeof callback !== 'function') return;
      const values = fields
        .split(' ')
        .filter(Boolean)
        .map((name) => argument((event as CustomEvent<Detail>).detail, name));
      const answer: unknown = Reflect.apply(callback, element, values);
      // `onUpload` and `onUploadChunk` refuse with a promise only.
      if (answer === false && !type.startsWith('upload')) event.preventDefault();
      else if ('waitUntil' in event && typeof (answer as PromiseLike<unknown> | undefined)?.then === 'function')
        (event as UploaderEventMap['submit']).waitUntil(answer as PromiseLike<unknown>);
    });
    return false;
  });
}
