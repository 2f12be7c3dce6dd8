/**
 * S3's few, flat XML documents, read without a parser: `DOMParser` is not there in a worker, and a page that demands Trusted Types refuses it. What is read is
 * only ever text; nothing of it becomes markup.
 */

/** What a store says about a failure. */
export interface S3Error {
  /** S3's word for it: `NoSuchUpload`. */
  readonly code: string;
  /** The store's own sentence, or ''. */
  readonly message: string;
  /** The store's clock, ms since 1970, where it tells. */
  readonly serverTime: number | undefined;
}

/** A part as the store lists it. */
export interface ListedPart {
  readonly partNumber: number;
  /** With its quotes. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
}

/** One page of `ListParts`. */
export interface ListPartsResult {
  readonly parts: readonly ListedPart[];
  /** The part number to go on after; undefined on the last page. */
  readonly nextPartNumberMarker: string | undefined;
}

/** The text of the first element of that name, or undefined where there is none. Prefixes of namespaces are overlooked. */
export function elementText(xml: string, name: string): string | undefined {
  const [text] = contents(xml, name);
  return text === undefined ? undefined : unescape(text);
}

/** The failure in an answer's body, whatever its status; undefined where there is none. */
export function parseS3Error(xml: string): S3Error | undefined {
  const [error] = contents(xml, 'Error');
  if (error === undefined) return undefined;
  const serverTime = Date.parse(elementText(error, 'ServerTime') ?? '');
  return {
    code: elementText(error, 'Code') ?? '',
    message: elementText(error, 'Message') ?? '',
    serverTime: Number.isNaN(serverTime) ? undefined : serverTime,
  };
}

/** A page of `ListPartsResult`; undefined where the body is none. */
export function parseListPartsResult(xml: string): ListPartsResult | undefined {
  const [list] = contents(xml, 'ListPartsResult');
  if (list === undefined) return undefined;
  const parts = contents(list, 'Part').map((part) => ({
    partNumber: Number(elementText(part, 'PartNumber')),
    etag: elementText(part, 'ETag') ?? '',
    size: Number(elementText(part, 'Size')),
  }));
  return {
    parts,
    nextPartNumberMarker: elementText(list, 'IsTruncated') === 'true' ? elementText(list, 'NextPartNumberMarker') : undefined,
  };
}

/** The body of `CompleteMultipartUpload`. */
export function completeMultipartUploadXml(parts: readonly { readonly partNumber: number; readonly etag: string }[]): string {
  const items = parts.map(({ partNumber, etag }) => `<Part><PartNumber>${partNumber}</PartNumber><ETag>${escape(etag)}</ETag></Part>`);
  return `<CompleteMultipartUpload>${items.join('')}</CompleteMultipartUpload>`;
}

/** What stands between the tags of every element of that name, escaped. */
function contents(source: string, name: string): string[] {
  const xml = source.split('<![CDATA[').map(withoutCdata).join('');
  const found: string[] = [];
  const opening = new RegExp(`<((?:[\\w-]+:)?${name})(?:\\s[^<>]*|/)?>`, 'g');
  for (let match = opening.exec(xml); match; match = opening.exec(xml)) {
    const end = match[0].endsWith('/>') ? opening.lastIndex : xml.indexOf(`</${match[1] ?? ''}>`, opening.lastIndex);
    if (end < 0) break;
    found.push(xml.slice(opening.lastIndex, end));
    opening.lastIndex = end;
  }
  return found;
}

/** @param piece - of a document that was split at the beginning of each CDATA section */
function withoutCdata(piece: string, index: number): string {
  const end = index ? piece.indexOf(']]>') : -1;
  return end < 0 ? piece : escape(piece.slice(0, end)) + piece.slice(end + 3);
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescape(text: string): string {
  return text.trim().replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (all, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? all;
    const point = decimal === undefined ? parseInt(hexadecimal ?? '', 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : all;
  });
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
