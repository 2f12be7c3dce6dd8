/**
 * Reads and writes S3's XML documents, which are flat, without `DOMParser`: workers have none, and pages that require Trusted Types forbid it. The content of an element
 * is text, never markup.
 */

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

/** The text of the first element with this name, or undefined. Namespace prefixes are ignored. */
export function elementText(xml: string, name: string): string | undefined {
  const [text] = elementContents(xml, name);
  return text === undefined ? undefined : unescape(text);
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
  const elements = parts.map(({ partNumber, etag }) => `<Part><PartNumber>${partNumber}</PartNumber><ETag>${escape(etag)}</ETag></Part>`);
  return `<CompleteMultipartUpload>${elements.join('')}</CompleteMultipartUpload>`;
}

/** The content of each element with this name, escaped. */
function elementContents(source: string, name: string): string[] {
  const xml = source.split('<![CDATA[').map(escapeCdata).join('');
  const contents: string[] = [];
  const startTag = new RegExp(`<((?:[\\w-]+:)?${name})(?:\\s[^<>]*|/)?>`, 'g');
  for (let match = startTag.exec(xml); match; match = startTag.exec(xml)) {
    const end = match[0].endsWith('/>') ? startTag.lastIndex : xml.indexOf(`</${match[1] ?? ''}>`, startTag.lastIndex);
    if (end < 0) break;
    contents.push(xml.slice(startTag.lastIndex, end));
    startTag.lastIndex = end;
  }
  return contents;
}

/** Replaces a CDATA section by escaped text. @param piece - of a document that was split at the start of each CDATA section. */
function escapeCdata(piece: string, index: number): string {
  const end = index ? piece.indexOf(']]>') : -1;
  return end < 0 ? piece : escape(piece.slice(0, end)) + piece.slice(end + 3);
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescape(text: string): string {
  return text.trim().replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (all, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? all;
    const codePoint = decimal === undefined ? parseInt(hexadecimal ?? '', 16) : Number(decimal);
    return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : all;
  });
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
