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

/** The document without comments and instructions, its CDATA sections escaped. It ends where a section is not closed, and before a DTD, which stores do not send. */
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
    if (start === '<![CDATA[') pieces.push(escapeText(xml.slice(contentStart, contentEnd)));
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

/** Escapes a text for the content of an element. */
export function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
