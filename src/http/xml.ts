/**
 * Reads and writes the XML documents of stores, which are flat, without `DOMParser`: workers have none, and pages that require Trusted Types forbid it. The content of an
 * element is text, never markup.
 */

/** The text of the first element with this name, or undefined. Namespace prefixes are ignored. */
export function elementText(xml: string, name: string): string | undefined {
  const [text] = elementContents(xml, name);
  return text === undefined ? undefined : unescape(text);
}

/** The content of each element with this name, escaped. */
export function elementContents(source: string, name: string): string[] {
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
  return end < 0 ? piece : escapeText(piece.slice(0, end)) + piece.slice(end + 3);
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescape(text: string): string {
  return text.trim().replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (all, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? all;
    const codePoint = decimal === undefined ? parseInt(hexadecimal ?? '', 16) : Number(decimal);
    return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : all;
  });
}

/** Escapes a text for the content of an element. */
export function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
