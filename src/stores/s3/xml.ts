/** Reads and writes S3's XML documents. */

import { elementContents, elementText, escapeText } from '../../http/xml.js';

export { elementText };

/** An `<Error>`: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export interface S3Error {
  /** Such as `NoSuchUpload`. */
  readonly code: string;
  /** The store's message, or ''. */
  readonly message: string;
  /** The store's clock, ms since 1970, if the error contains it. */
  readonly serverTime: number | undefined;
}

/** A part in the result of `ListParts`. */
export interface ListedPart {
  readonly partNumber: number;
  /** With its quotes. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
}

/** A page of the result of `ListParts`. */
export interface ListPartsResult {
  readonly parts: readonly ListedPart[];
  /** Marker of the next page; undefined on the last page. */
  readonly nextPartNumberMarker: string | undefined;
}

/** Parses an `<Error>`; undefined if the body contains none. */
export function parseS3Error(xml: string): S3Error | undefined {
  const [error] = elementContents(xml, 'Error');
  if (error === undefined) return undefined;
  const serverTime = Date.parse(elementText(error, 'ServerTime') ?? '');
  return {
    code: elementText(error, 'Code') ?? '',
    message: elementText(error, 'Message') ?? '',
    serverTime: Number.isNaN(serverTime) ? undefined : serverTime,
  };
}

/** Parses a `<ListPartsResult>`; undefined if the body contains none. */
export function parseListPartsResult(xml: string): ListPartsResult | undefined {
  const [result] = elementContents(xml, 'ListPartsResult');
  if (result === undefined) return undefined;
  const parts = elementContents(result, 'Part').map((part) => ({
    partNumber: Number(elementText(part, 'PartNumber')),
    etag: elementText(part, 'ETag') ?? '',
    size: Number(elementText(part, 'Size')),
  }));
  return {
    parts,
    nextPartNumberMarker: elementText(result, 'IsTruncated') === 'true' ? elementText(result, 'NextPartNumberMarker') : undefined,
  };
}

/** The body of `CompleteMultipartUpload`. */
export function completeMultipartUploadXml(parts: readonly { readonly partNumber: number; readonly etag: string }[]): string {
  const elements = parts.map(
    ({ partNumber, etag }) => `<Part><PartNumber>${partNumber}</PartNumber><ETag>${escapeText(etag)}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload>${elements.join('')}</CompleteMultipartUpload>`;
}
