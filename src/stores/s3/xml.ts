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
  const xml = withoutSections(source);
  const contents: string[] = [];
  const startTag = new RegExp(`<((?:[\\w-]+:)?${name})(?:\\s(?:[^<>"']|"[^<"]*"|'[^<']*')*)?/?>`, 'g');
  for (let match = startTag.exec(xml); match; match = startTag.exec(xml)) {
    const start = startTag.lastIndex;
    if (match[0].endsWith('/>')) {
      contents.push('');
      continue;
    }
    const endTag = new RegExp(`</${match[1] ?? ''}\\s*>`, 'g');
    endTag.lastIndex = start;
    const end = endTag.exec(xml);
    if (!end) break;
    contents.push(xml.slice(start, end.index));
    startTag.lastIndex = endTag.lastIndex;
  }
  return contents;
}

/** The ends of sections whose content is no markup, by their start. */
const sectionEnds: Readonly<Record<string, string>> = { '<!--': '-->', '<?': '?>', '<![CDATA[': ']]>' };

/** The document without comments and instructions, its CDATA sections escaped. It ends where a section is not closed, and before a DTD, which S3 does not send. */
function withoutSections(xml: string): string {
  const pieces: string[] = [];
  const section = /<(?:!--|\?|!\[CDATA\[|!)/g;
  let from = 0;
  for (let match = section.exec(xml); match; match = section.exec(xml)) {
    const [start] = match;
    const contentStart = section.lastIndex;
    const end = sectionEnds[start];
    const contentEnd = end === undefined ? -1 : xml.indexOf(end, contentStart);
    pieces.push(xml.slice(from, match.index));
    if (end === undefined || contentEnd < 0) return pieces.join('');
    if (start === '<![CDATA[') pieces.push(escape(xml.slice(contentStart, contentEnd)));
    from = section.lastIndex = contentEnd + end.length;
  }
  return pieces.join('') + xml.slice(from);
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
