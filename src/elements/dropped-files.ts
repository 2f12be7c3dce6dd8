/** Reads dropped files and folders. Loaded with the first drop. */

import { fromEvent } from 'file-selector';
import type { NewFile } from '../core/file-record.js';

/** A dropped item, copied while its event was dispatched: the item itself is empty afterwards. */
export interface DroppedItem {
  /** null for a folder, or a file that cannot be read. */
  readonly file: File | null;
  /** null where the browser has none. */
  readonly entry: FileSystemEntry | null;
}

/** What a drop contains. */
export interface DroppedFiles {
  readonly files: readonly NewFile[];
  /** Files and folders that could not be read. */
  readonly unreadable: readonly { readonly name: string; readonly cause: unknown }[];
  /** Paths of files of the operating system, which nobody wants to upload. */
  readonly ignored: readonly string[];
}

/** Files that a file manager keeps in folders. */
const systemFiles = new Set(['.DS_Store', 'Thumbs.db']);

/** Folders in folders. A folder that contains itself would be read for ever. */
const maxDepth = 100;

/** Reads items with all files in their folders, in order. Never rejects: what cannot be read does not keep the others away. */
export async function readDroppedItems(items: readonly DroppedItem[]): Promise<DroppedFiles> {
  const unreadable: { name: string; cause: unknown }[] = [];
  const ignored: string[] = [];

  const readEntry = async (entry: FileSystemEntry, depth = 0): Promise<readonly NewFile[]> => {
    const path = entry.fullPath.replace(/^\/+/, '');
    try {
      if (depth > maxDepth) throw new RangeError(`${path} is more than ${maxDepth} folders deep.`);
      if (isDirectory(entry)) {
        const entries = await entriesOf(entry);
        return (await Promise.all(entries.map((one) => readEntry(one, depth + 1)))).flat();
      }
      if (systemFiles.has(entry.name)) {
        ignored.push(path);
        return [];
      }
      return [{ blob: await fileOf(entry as FileSystemFileEntry), path: path.includes('/') ? path : '' }];
    } catch (cause) {
      unreadable.push({ name: path, cause });
      return [];
    }
  };
  const readItem = async ({ file, entry }: DroppedItem): Promise<readonly NewFile[]> => {
    // The entry of a file knows no more than the file itself.
    if (file && !entry?.isDirectory) {
      if (!systemFiles.has(file.name)) return [{ blob: file }];
      ignored.push(file.name);
      return [];
    }
    if (entry) return readEntry(entry);
    unreadable.push({ name: '', cause: new TypeError('A dropped item is no file.') });
    return [];
  };
  const files = (await Promise.all(items.map(readItem))).flat();
  // Gives files a type, by their extension, that the browser knows none of.
  await fromEvent({ target: { files: files.map(({ blob }) => blob) } });
  return { files, unreadable, ignored };
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/** A browser returns the entries of a folder in portions; the last one is empty. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return entries;
    entries.push(...portion);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
