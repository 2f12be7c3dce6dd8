/**
 * The XML that S3 answers with, and the one document it is sent.
 */
import { S3Error } from './errors.js';

/** Content of an element: text, child elements by name (an array repeats the element), or nothing at all. */
export type XmlContent = string | number | boolean | undefined | XmlChildren;
export interface XmlChildren {
  [name: string]: XmlContent | XmlContent[];
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

function escapeText(text: string): string {
  // Control characters as references, as AWS writes them: a bare carriage return would come out of a parser as a line feed.
  return text.replace(
    /[&<>"\u0000-\u0008\u000b-\u001f\u007f]/g,
    (character) => entities[character] ?? `&#x${character.charCodeAt(0).toString(16)};`,
  );
}

function element(name: string, content: XmlContent | XmlContent[], attributes = ''): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return content.map((one) => element(name, one, attributes)).join('');
  const inner =
    typeof content === 'object'
      ? Object.entries(content)
          .map(([child, value]) => element(child, value))
          .join('')
      : escapeText(String(content));
  return `<${name}${attributes}>${inner}</${name}>`;
}

/** A whole document. Children that are `undefined` are left out. */
export function xmlDocument(root: string, children: XmlChildren, namespace?: string): string {
  const attributes = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, children, attributes)}`;
}

/** The namespace of S3's answers. */
export const s3Namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** One entry of a CompleteMultipartUpload document, as it was sent. */
export interface ListedPart {
  partNumber: number;
  /** Without quotes. */
  etag: string;
}

/**
 * Reads a CompleteMultipartUpload document and nothing else: no document type, no entities but the five of XML and character
 * references, no unknown element.
 * @throws S3Error MalformedXML
 */
export function parseCompleteMultipartUpload(body: Buffer): ListedPart[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new S3Error('MalformedXML');
  }
  const reader = new XmlReader(text);
  reader.skip(/<\?xml\s[^?<>]*\?>/y);
  reader.open('CompleteMultipartUpload');
  const parts: ListedPart[] = [];
  while (reader.maybeOpen('Part')) {
    const found = new Map<string, string>();
    while (!reader.maybeClose('Part')) {
      const name = reader.maybeOpen('PartNumber') ? 'PartNumber' : 'ETag';
      if (name === 'ETag') reader.open('ETag');
      if (found.has(name)) throw new S3Error('MalformedXML');
      found.set(name, reader.text().trim());
      reader.close(name);
    }
    const partNumber = found.get('PartNumber');
    const etag = found.get('ETag');
    if (partNumber === undefined || etag === undefined || !/^\d{1,9}$/.test(partNumber)) throw new S3Error('MalformedXML');
    parts.push({ partNumber: Number(partNumber), etag: etag.replace(/^"(.*)"$/, '$1') });
  }
  reader.close('CompleteMultipartUpload');
  reader.end();
  if (parts.length === 0) throw new S3Error('MalformedXML');
  return parts;
}

/** Walks through a document from left to right; every step either finds what it asks for or ends in MalformedXML. */
class XmlReader {
  #position = 0;
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  /** @param pattern must be sticky (`y`). */
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

  maybeOpen(name: string): boolean {
    this.#take(/\s+/y);
    return this.#take(new RegExp(`<${name}(?:\\s+xmlns\\s*=\\s*(?:"[^"<&]*"|'[^'<&]*'))?\\s*>`, 'y')) !== undefined;
  }

  open(name: string): void {
    if (!this.maybeOpen(name)) throw new S3Error('MalformedXML');
  }

  maybeClose(name: string): boolean {
    this.#take(/\s+/y);
    return this.#take(new RegExp(`</${name}\\s*>`, 'y')) !== undefined;
  }

  close(name: string): void {
    if (!this.maybeClose(name)) throw new S3Error('MalformedXML');
  }

  text(): string {
    const raw = this.#take(/[^<]*/y) ?? '';
    return raw.replace(/&([^;&]*);?/g, (reference, name: string) => {
      if (!reference.endsWith(';')) throw new S3Error('MalformedXML');
      const character = Object.keys(entities).find((one) => entities[one] === reference);
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
