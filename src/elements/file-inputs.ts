/** Reads the files that `addFiles` accepts. */

import { lazy } from '../utils/lazy.js';
import type { NewFile } from '../core/file-record.js';

/** A Blob with a name. */
export interface NamedBlob {
  readonly blob: Blob;
  readonly name: string;
}

/** A canvas, in Fine Uploader's shape. */
export interface NamedCanvas {
  readonly canvas: HTMLCanvasElement;
  readonly name?: string;
  /** MIME type, default image/png. */
  readonly type?: string;
  /** 0 to 100. Default: the browser's. */
  readonly quality?: number;
}

/** A file that can be added. */
export type FileInput = File | Blob | NamedBlob | HTMLCanvasElement | NamedCanvas;

/** Everything that `addFiles` accepts. */
export type FileInputs = FileInput | FileList | HTMLInputElement | DataTransfer | readonly (FileInput | FileList | HTMLInputElement)[];

/** Default name of a Blob, as in Fine Uploader. */
export const defaultBlobName = 'misc_data';

/** Hears of what cannot be added. */
export interface FileInputsReport {
  /** A dropped file or folder, by its path, or a canvas, with an empty name, cannot be read. The others are added. */
  unreadable(problems: readonly { readonly name: string; readonly cause: unknown }[]): void;
  /** Files of the operating system, by their paths, are left out. */
  ignored(paths: readonly string[]): void;
}

/**
 * Reads files. Returns a promise for a canvas, which is encoded, and for a DataTransfer, whose folders are read with all their files and paths. It never rejects.
 * @param blobName - name of Blobs that have none, and of canvases, without its extension.
 * @throws {TypeError} for anything that is not {@link FileInputs}.
 */
export function readFileInputs(
  inputs: FileInputs,
  blobName: string,
  report: FileInputsReport,
): readonly NewFile[] | Promise<readonly NewFile[]> {
  if (typeof DataTransfer !== 'undefined' && inputs instanceof DataTransfer) return readDataTransfer(inputs, report);
  const read: (NewFile | Promise<NewFile>)[] = [];
  let waits = false;
  const readItem = (item: unknown): void => {
    // The most frequent case comes first: there may be thousands of files.
    if (item instanceof File) read.push(readFile(item));
    else if (item instanceof HTMLInputElement) readItem(item.files ?? []);
    else if (isList(item)) for (const one of item) readItem(one);
    else {
      const one = readOne(item, blobName);
      waits ||= one instanceof Promise;
      read.push(one);
    }
  };
  readItem(inputs);
  return waits ? settled(read, report) : (read as NewFile[]);
}

/** The files, without those that cannot be read. */
async function settled(read: readonly (NewFile | Promise<NewFile>)[], report: FileInputsReport): Promise<readonly NewFile[]> {
  // eslint-disable-next-line @typescript-eslint/await-thenable -- at least one of them is a promise
  const results = await Promise.allSettled(read);
  const problems = results.flatMap((result) => (result.status === 'rejected' ? [{ name: '', cause: result.reason as unknown }] : []));
  if (problems.length > 0) report.unreadable(problems);
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function isList(value: unknown): value is Iterable<unknown> {
  return Array.isArray(value) || (typeof FileList !== 'undefined' && value instanceof FileList);
}

function readOne(item: unknown, blobName: string): NewFile | Promise<NewFile> {
  if (item instanceof Blob) return { blob: item, name: blobName };
  if (item instanceof HTMLCanvasElement) return readCanvas({ canvas: item }, blobName);
  if (typeof item === 'object' && item !== null) {
    const { blob, name, canvas } = item as Partial<NamedBlob & NamedCanvas>;
    if (blob instanceof Blob)
      return { ...(blob instanceof File ? readFile(blob) : { blob }), name: name || (blob instanceof File ? blob.name : blobName) };
    if (canvas instanceof HTMLCanvasElement) return readCanvas(item as NamedCanvas, blobName);
  }
  throw new TypeError(
    'addFiles takes a File, Blob, {blob, name}, canvas, {canvas, name, type, quality}, FileList, file input or DataTransfer, or an array of them.',
  );
}

function readFile(file: File): NewFile {
  const { path, relativePath } = file as File & { path?: string; relativePath?: string };
  const full = file.webkitRelativePath || relativePath || path || '';
  // Most of ten thousand files have no path, and skip the regular expression.
  if (!full.includes('/')) return { blob: file };
  const clean = full.replace(/^\.?\/+/, '');
  return { blob: file, path: clean.includes('/') ? clean : '' };
}

function readCanvas({ canvas, name, type = 'image/png', quality }: NamedCanvas, blobName: string): Promise<NewFile> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => {
        if (blob) resolve({ blob, name: name || withExtension(blobName, blob.type) });
        else reject(new TypeError('The canvas could not be read as an image: it is empty or too large.'));
      },
      type,
      quality === undefined ? undefined : quality / 100,
    );
  });
}

/** Adds the extension of an image's type, as Fine Uploader does. */
function withExtension(name: string, type: string): string {
  const extension = `.${type.split('/')[1] ?? ''}`;
  return name.endsWith(extension) ? name : name + extension;
}

const loadReader = lazy(() => import('./dropped-files.js'));

/** Must be called while the DataTransfer's event is being dispatched: it is empty afterwards. */
async function readDataTransfer(dataTransfer: DataTransfer, report: FileInputsReport): Promise<readonly NewFile[]> {
  const plain = [...dataTransfer.files];
  const items = Array.from(dataTransfer.items)
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ file: item.getAsFile(), entry: item.webkitGetAsEntry() }));
  // If the script cannot be loaded, the files that are in no folder are added.
  const reader = await loadReader().catch(() => undefined);
  if (!reader || items.length === 0) return plain.map(readFile);
  const { files, unreadable, ignored } = await reader.readDroppedItems(items);
  if (ignored.length > 0) report.ignored(ignored);
  if (unreadable.length > 0) report.unreadable(unreadable);
  return files;
}
