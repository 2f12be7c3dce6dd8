/**
 * Writes S3's XML responses, and parses the CompleteMultipartUpload document.
 */
import { S3Error } from './errors.js';

/** Content of an element: text, child elements by name (an array repeats the element), or undefined to omit the element. */
export type XmlContent = string | number | boolean | undefined | XmlChildren;
export interface XmlChildren {
  [name: string]: XmlContent | XmlContent[];
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

function escapeText(text: string): string {
  // Control characters are written as references, as AWS does: a parser would turn a carriage return into a line feed.
  return text.replace(
    /[&<>"\u0000-\u0008\u000b-\u001f\u007f]/g,
    (character) => entities[character] ?? `&#x${character.charCodeAt(0).toString(16)};`,
  );
}

function element(name: string, content: XmlContent | XmlContent[], attributes = ''): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return content.map((item) => element(name, item, attributes)).join('');
  const inner =
    typeof content === 'object'
      ? Object.entries(content)
          .map(([child, value]) => element(child, value))
          .join('')
      : escapeText(String(content));
  return `<${name}${attributes}>${inner}</${name}>`;
}

/** Writes a document. Children that are `undefined` are omitted. */
export function xmlDocument(root: string, children: XmlChildren, namespace?: string): string {
  const attributes = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, children, attributes)}`;
}

/** The XML namespace of S3's responses. */
export const s3Namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A part in a CompleteMultipartUpload document. */
export interface CompletedPart {
  partNumber: number;
  /** Without quotes. */
  etag: string;
}

/**
 * Parses a CompleteMultipartUpload document. Rejects document types, unknown elements, and entities other than XML's five and character references.
 * @throws S3Error MalformedXML
 */
export function parseCompleteMultipartUpload(body: Buffer): CompletedPart[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new S3Error('MalformedXML');
  }
  const reader = new XmlReader(text);
  reader.skip(/<\?xml\s[^?<>]*\?>/y);
  reader.open('CompleteMultipartUpload');
  const parts: CompletedPart[] = [];
  while (reader.tryOpen('Part')) {
    const values = new Map<string, string>();
    while (!reader.tryClose('Part')) {
      const name = reader.tryOpen('PartNumber') ? 'PartNumber' : 'ETag';
      if (name === 'ETag') reader.open('ETag');
      if (values.has(name)) throw new S3Error('MalformedXML');
      values.set(name, reader.text().trim());
      reader.close(name);
    }
    const partNumber = values.get('PartNumber');
    const etag = values.get('ETag');
    if (partNumber === undefined || etag === undefined || !/^\d{1,9}$/.test(partNumber)) throw new S3Error('MalformedXML');
    parts.push({ partNumber: Number(partNumber), etag: etag.replace(/^"(.*)"$/, '$1') });
  }
  reader.close('CompleteMultipartUpload');
  reader.end();
  if (parts.length === 0) throw new S3Error('MalformedXML');
  return parts;
}

/** Reads a document from left to right. Each method consumes the expected input or throws MalformedXML; `try` methods return false instead. */
class XmlReader {
  #position = 0;
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  /** @param pattern - must be sticky (`y`) */
  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#source);
    if (!match) return undefined;
    this.#position = pattern.lastIndex;
    return match[0];
  }

  skip(pattern: RegExp): void {
    this.#take(pattern);
    this.#take(/\s+/y);
  }

  tryOpen(name: string): boolean {
    this.#take(/\s+/y);
    return this.#take(new RegExp(`<${name}(?:\\s+xmlns\\s*=\\s*(?:"[^"<&]*"|'[^'<&]*'))?\\s*>`, 'y')) !== undefined;
  }

  open(name: string): void {
    if (!this.tryOpen(name)) throw new S3Error('MalformedXML');
  }

  tryClose(name: string): boolean {
    this.#take(/\s+/y);
    return this.#take(new RegExp(`</${name}\\s*>`, 'y')) !== undefined;
  }

  close(name: string): void {
    if (!this.tryClose(name)) throw new S3Error('MalformedXML');
  }

  text(): string {
    const raw = this.#take(/[^<]*/y) ?? '';
    return raw.replace(/&([^;&]*);?/g, (reference, name: string) => {
      if (!reference.endsWith(';')) throw new S3Error('MalformedXML');
      const character = Object.keys(entities).find((key) => entities[key] === reference);
      if (character !== undefined) return character;
      const code = /^#x[0-9a-f]{1,6}$/i.test(name) ? parseInt(name.slice(2), 16) : /^#\d{1,7}$/.test(name) ? Number(name.slice(1)) : 0;
      if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw new S3Error('MalformedXML');
      return String.fromCodePoint(code);
    });
  }

  end(): void {
    this.#take(/\s+/y);
    if (this.#position !== this.#source.length) throw new S3Error('MalformedXML');
  }
}
