/** The events with which the page takes part in an attempt. */

import { UploadError } from '../errors.js';
import type { ChunkDetail } from '../events.js';
import type { FileRecord } from '../file-record.js';
import { pauseFile } from '../pause-file.js';
import type { ChunkOverrides, Json, Opened, Part, Receipt } from '../types.js';
import type { Attempt } from './attempt.js';

/**
 * Emits `upload`.
 * @throws {UploadError} where the page refuses.
 */
export async function askUpload(attempt: Attempt): Promise<void> {
  const { file } = attempt;
  const outcome = await attempt.ask('upload', { id: file.id, name: file.name });
  if (outcome.refused)
    throw new UploadError(outcome.reason || 'The page did not let this file be uploaded.', {
      retry: 'manual',
      code: 'refused',
      response: outcome.response,
    });
  if (!isObject(outcome.value) || outcome.value['pause'] !== true) return;
  pauseFile(file, attempt.services.registry);
  attempt.signal.throwIfAborted();
}

/** Emits `resume`, with the next part to send. Resolves with false where the upload has to begin again at byte 0. */
export async function askResume(attempt: Attempt, part: Part, opened: Opened<Json>): Promise<boolean> {
  const { file } = attempt;
  const { customResumeData } = file;
  const outcome = await attempt.ask('resume', { ...chunkDetail(file, part, opened), customResumeData });
  return !outcome.refused;
}

/**
 * Emits `uploadChunk`. Resolves with the changes to the part's request that the page asks for.
 * @throws {UploadError} where the page refuses.
 */
export async function askUploadChunk(attempt: Attempt, part: Part, opened: Opened<Json>): Promise<ChunkOverrides | undefined> {
  const outcome = await attempt.ask('uploadChunk', chunkDetail(attempt.file, part, opened));
  if (outcome.refused)
    throw new UploadError(outcome.reason || 'The page did not let a part of this file be uploaded.', {
      code: 'refused',
      response: outcome.response,
    });
  return isObject(outcome.value) ? outcome.value : undefined;
}

export function emitChunkSuccess({ file, services }: Attempt, receipt: Receipt, opened: Opened<Json>): void {
  services.events.emit('uploadChunkSuccess', { ...chunkDetail(file, receipt, opened), response: { ...receipt.response, success: true } });
}

/** `startByte` counts from 1. */
function chunkDetail({ id, name }: FileRecord, part: Part, opened: Opened<Json>): ChunkDetail {
  return { id, name, partIndex: part.index, startByte: part.start + 1, endByte: part.end, totalParts: opened.totalParts };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
