import assert from 'node:assert/strict';
import type { ChunkOverrides, Opened, PartContext, Receipt, Saved, UploadFile, UploadResult } from '../../../src/core/types.js';
import { abortable } from '../../../src/utils/abortable.js';
import { TraditionalStore } from '../../../src/stores/traditional/traditional-store.js';
import type { TraditionalSession } from '../../../src/stores/traditional/session.js';
import type { TraditionalOptions } from '../../../src/stores/traditional/options.js';
import { bytesOf, fileOf } from '../../contract/checks.js';
import { nodeSend } from '../../contract/node-send.js';
import type { RecordedRequest } from './recording-server.js';

export const photoUuid = 'b6ad2b7c-6a4c-4a3d-9f6f-0d1c6d7e8f90';
export const photoBytes = bytesOf(10);

/** A file of 10 bytes. */
export function photo(details: Partial<UploadFile> = {}): UploadFile {
  const file = new File([photoBytes], 'photo.jpg', { type: 'image/jpeg' });
  return fileOf(file, { uuid: photoUuid, name: 'photo.jpg', ...details });
}

/** The headers that Fine Uploader sends with each request. */
export const ajaxHeaders = { accept: 'application/json', 'x-requested-with': 'XMLHttpRequest', 'cache-control': 'no-cache' };

export function assertHeaders(request: RecordedRequest, expected: Readonly<Record<string, string>>): void {
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, request.headers[name]])), expected);
}

/** A store that sends from Node. */
export function storeAt(endpoint: string, options: Partial<TraditionalOptions> = {}): TraditionalStore {
  return new TraditionalStore({ send: nodeSend, endpoint, ...options });
}

/** The context of an attempt without other uploads. */
export function contextFor(
  file: UploadFile,
  details: Partial<PartContext> = {},
): PartContext & { saveSession(session: TraditionalSession): void } {
  const { signal = new AbortController().signal } = details;
  return {
    file,
    signal,
    connection: (request) => request(),
    waitFor: (promise) => abortable(promise, signal),
    stallTimeout: () => 5000,
    answerTimeout: 5000,
    progress: () => {},
    saveSession: () => {},
    ...details,
  };
}

/** Uploads a file, one part after the other, without retries. */
export async function upload(
  store: TraditionalStore,
  file: UploadFile,
  { saved, overrides }: { readonly saved?: Saved<TraditionalSession>; readonly overrides?: ChunkOverrides } = {},
): Promise<UploadResult & { readonly opened: Opened<TraditionalSession>; readonly receipts: readonly Receipt[] }> {
  const context = contextFor(file, { overrides });
  const opened = await store.open(saved, context);
  const receipts = [...opened.receipts];
  for (const part of opened.parts) receipts.push(await store.send(part, opened.session, context));
  return { ...(await store.close(opened.session, receipts, context)), opened, receipts };
}
