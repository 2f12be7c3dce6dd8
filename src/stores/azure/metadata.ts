import { UploadError } from '../../core/errors.js';
import { toWellFormed } from '../../utils/well-formed.js';

/** Header names and values. */
export type Metadata = Readonly<Record<string, string>>;

/** Params with these names are headers of `Put Blob`: their names and values are sent unchanged. */
const blobHeaders = ['Cache-Control', 'Content-Disposition', 'Content-Encoding', 'Content-MD5'];
const prefixedBlobHeaders = blobHeaders.map((name) => `x-ms-blob-${name.toLowerCase()}`);
/** Names and values of all metadata, bytes: https://learn.microsoft.com/rest/api/storageservices/setting-and-retrieving-properties-and-metadata-for-blob-resources */
const maxSize = 8192;

/**
 * The metadata of a blob, as Fine Uploader sends it. Each param becomes `x-ms-meta-` and its name, with its value percent-encoded. Functions are called; the members of
 * an object are params of their own; null and undefined are omitted. The file's name is the last.
 *
 * @throws {@link UploadError} for a name that Azure does not accept, and for more than 8 KiB.
 */
export function blobMetadata(params: Readonly<Record<string, unknown>>, fileName: string, fileNameParam = 'qqfilename'): Metadata {
  const metadata: Record<string, string> = {};
  addParams(metadata, { ...params, [fileNameParam]: fileName }, 0);
  let size = 0;
  for (const [name, value] of Object.entries(metadata)) if (name.startsWith('x-ms-meta-')) size += name.length - 10 + value.length;
  if (size > maxSize)
    throw new UploadError(`The name and the params of the file have ${size} bytes as metadata; the storage allows ${maxSize}.`, {
      code: 'MetadataTooLarge',
      retry: 'never',
    });
  return metadata;
}

function addParams(metadata: Record<string, string>, params: Readonly<Record<string, unknown>>, depth: number): void {
  for (const [name, param] of Object.entries(params)) {
    const value: unknown = typeof param === 'function' ? (param as () => unknown)() : param;
    if (value === undefined || value === null) continue;
    if (Object.prototype.toString.call(value) === '[object Object]') {
      if (depth < 10) addParams(metadata, value as Readonly<Record<string, unknown>>, depth + 1);
      continue;
    }
    // eslint-disable-next-line @typescript-eslint/no-base-to-string -- An array is written with commas, as Fine Uploader does.
    const text = String(value);
    if (blobHeaders.includes(name) || prefixedBlobHeaders.includes(name)) {
      metadata[name] = text;
      continue;
    }
    // The names are identifiers of C#.
    if (!/^[a-z_]\w*$/i.test(name))
      throw new UploadError(`“${name}” cannot be the name of metadata in Azure: use letters, digits and “_”.`, { retry: 'never' });
    metadata[`x-ms-meta-${name}`] = encodeURIComponent(toWellFormed(text));
  }
}

/** The headers of `Put Block List`, whose own body is not the blob: the blob's headers have the prefix `x-ms-blob-` there. */
export function blockListHeaders(metadata: Metadata, contentType: string): Metadata {
  const headers = Object.entries(metadata).map(([name, value]) => [
    blobHeaders.includes(name) ? `x-ms-blob-${name.toLowerCase()}` : name,
    value,
  ]);
  return { 'x-ms-blob-content-type': contentType, ...(Object.fromEntries(headers) as Metadata) };
}
