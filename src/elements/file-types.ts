/** What the methods of the elements take and return for a file. */

import type { FileRecord } from '../core/file-record.js';
import type { Status } from '../core/status.js';
import type { JsonObject } from '../core/types.js';
import { uuid } from '../utils/uuid.js';
import { readNumber, readObject, readText } from './attribute-converters.js';
import { url } from './setting-types.js';
import { showValue } from './settings.js';

/** A file, as `getUploads` returns it. */
export interface UploadData {
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
  readonly originalName: string;
  /** Bytes; -1 if unknown. */
  readonly size: number;
  readonly status: Status;
  /** null if the page does not have the file, or no longer has it. */
  readonly file: Blob | null;
  /** The same for files that were added together; none for files that were uploaded before. */
  readonly batchId?: string;
}

/** The files that `getUploads` returns: by id, by uuid or by status. */
export interface UploadFilter {
  readonly id?: number | readonly number[];
  readonly uuid?: string | readonly string[];
  readonly status?: Status | readonly Status[];
}

/** A previously uploaded file, as `addInitialFiles` takes it. */
export interface InitialFile {
  readonly name: string;
  readonly uuid: string;
  /** Bytes. */
  readonly size?: number;
  readonly thumbnailUrl?: string;
  /** URL that deletes this file. Default: `delete-endpoint`. */
  readonly deleteFileEndpoint?: string;
  readonly deleteFileParams?: Readonly<Record<string, unknown>>;
  /** @internal The item of the session list, from which a store reads its own fields. */
  readonly json?: JsonObject;
}

/** Databases often use numbers as ids. */
export function readId(value: unknown): string | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : typeof value === 'string' && value ? value : undefined;
}

/**
 * Reads a list of previously uploaded files. A file without a uuid gets a new one, one without a name is left out.
 * @param warn - receives a sentence for each mistake.
 */
export function readInitialFiles(files: unknown, warn: (sentence: string) => void): readonly InitialFile[] {
  if (!Array.isArray(files)) {
    warn(`addInitialFiles() takes an array of {name, uuid}, not ${showValue(files)}.`);
    return [];
  }
  return files.flatMap((file: unknown) => {
    const { name, uuid: ownUuid, size, thumbnailUrl, deleteFileEndpoint, deleteFileParams, ...rest } = readObject(file) ?? {};
    const readName = readId(name);
    if (!readName) {
      warn(`addInitialFiles() leaves out ${showValue(file)}, which has no name.`);
      return [];
    }
    const id = readId(ownUuid);
    if (!id) warn(`addInitialFiles() gives ${showValue(readName)}, which has no uuid, a new one: it cannot be deleted on the server.`);
    const optional = {
      size: readNumber(size),
      thumbnailUrl: readText(thumbnailUrl),
      deleteFileEndpoint: url.read(deleteFileEndpoint),
      deleteFileParams: readObject(deleteFileParams),
    };
    const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
    return [{ ...rest, name: readName, uuid: id ?? uuid(), ...present }];
  });
}

/** A file as `getUploads` returns it. */
export function uploadData(file: Readonly<FileRecord>): UploadData {
  const { id, uuid, name, originalName, size, batchId } = file;
  const data = { id, uuid, name, originalName, size, status: file.status ?? 'submitting', file: file.data ?? null };
  return batchId ? { ...data, batchId: batchId() } : data;
}

/** Returns a new name of a file with the extension of the old one. */
export function keepExtension(oldName: string, newName: string): string {
  const extension = /[^.](\.[^.]+)$/.exec(oldName)?.[1] ?? '';
  return newName.toLowerCase().endsWith(extension.toLowerCase()) ? newName : newName + extension;
}

/** Whether a filter includes a file. */
export function matches(file: Readonly<FileRecord>, { id, uuid, status: statuses }: UploadFilter): boolean {
  if (id !== undefined) return [id].flat().includes(file.id);
  if (uuid !== undefined) return [uuid].flat().includes(file.uuid);
  return statuses === undefined || (file.status !== null && [statuses].flat().includes(file.status));
}
