/**
 * Limits on the SVGs that are drawn as thumbnails. A browser parses and draws an SVG on the page's thread, where nothing can stop it: entities or `<use>` elements that
 * multiply each other ("billion laughs") block the page for minutes.
 */

/** Bytes, with all entities replaced. A larger SVG may block the page's thread for seconds. */
const maxSize = 500_000;
/** Number of elements that `<use>` elements copy: 1,000 take 50 ms, 10,000 take 2.5 s. */
const maxCopies = 2000;

/**
 * @throws {RangeError} for an SVG that may block the page: it is too large, or becomes too large by its entities or `<use>` elements, or contains other documents.
 * @throws {TypeError} for a file that is not an SVG in UTF-8.
 */
export async function assertHarmlessSvg(blob: Blob): Promise<void> {
  if (blob.size > maxSize) throw tooLarge();
  const text = await blob.text();
  if (text.includes('\0') || !text.includes('<svg')) throw new TypeError('The file is not an SVG in UTF-8.');
  if (text.length + expansion(text) > maxSize) throw tooLarge();
  if (copies(text) > maxCopies) throw tooLarge();
}

function tooLarge(): RangeError {
  return new RangeError('The SVG is too large to be drawn as a thumbnail.');
}

/** The number of characters by which entities lengthen the document. Infinity for entities that contain other entities or markup, and for other declarations. */
function expansion(text: string): number {
  if (text.includes('<!ATTLIST')) return Infinity;
  const declarations = [...text.matchAll(/<!ENTITY\s+([\w:.-]+)\s+(?:"([^"]*)"|'([^']*)')\s*>/g)];
  if (declarations.length !== text.split('<!ENTITY').length - 1) return Infinity;
  const lengths = new Map<string, number>();
  for (const [, name = '', quoted, singleQuoted] of declarations) {
    const value = quoted ?? singleQuoted ?? '';
    if (/[&%<]/.test(value)) return Infinity;
    lengths.set(name, value.length);
  }
  if (lengths.size === 0) return 0;
  let added = 0;
  for (const [, name = ''] of text.matchAll(/&([\w:.-]+);/g)) added += lengths.get(name) ?? 0;
  return added;
}

/** An element with an id, or the whole document. */
interface Group {
  /** Number of its elements. */
  elements: number;
  /** The ids of the elements that are drawn again in it. */
  readonly used: string[];
}

/** The number of elements that are drawn again, by `<use>` elements, clip paths, masks and the like. Infinity for a document that is not well-formed or contains other documents. */
function copies(text: string): number {
  const groups = new Map<string, Group>();
  const root: Group = { elements: 0, used: [] };
  const open: (Group | undefined)[] = [];
  for (const tag of tagsOf(text)) {
    if (!tag || /^(?:image|feImage|foreignObject)$/.test(tag.name)) return Infinity;
    if (tag.isEnd) {
      open.pop();
      continue;
    }
    const group = tag.id === undefined ? undefined : { elements: 0, used: [] };
    if (group && tag.id !== undefined) groups.set(tag.id, group);
    open.push(group);
    if (open.length > maxDepth) return Infinity;
    for (const container of [root, ...open]) {
      if (!container) continue;
      if (!/^(?:stop|\w+Gradient)$/.test(tag.name)) container.elements++;
      container.used.push(...tag.used);
    }
    if (tag.isEmpty) open.pop();
  }
  return copiesIn(root, groups, 0);
}

/** Number of elements in each other. */
const maxDepth = 100;

function copiesIn(group: Group, groups: ReadonlyMap<string, Group>, depth: number): number {
  let sum = 0;
  for (const id of group.used) {
    const copied = groups.get(id);
    if (!copied) continue;
    // Browsers do not draw an element that copies itself.
    if (depth > maxDepth) return Infinity;
    sum += copied.elements + copiesIn(copied, groups, depth + 1);
    if (sum > maxCopies) return sum;
  }
  return sum;
}

interface Tag {
  readonly name: string;
  readonly isEnd: boolean;
  readonly isEmpty: boolean;
  readonly id: string | undefined;
  /** The ids of the elements that it draws again. */
  readonly used: readonly string[];
}

/** The tags of an XML document; undefined at the first that is not well-formed. */
function* tagsOf(xml: string): Generator<Tag | undefined, void> {
  const skipped: readonly (readonly [start: string, end: string])[] = [
    ['<!--', '-->'],
    ['<![CDATA[', ']]>'],
    ['<?', '?>'],
  ];
  for (let position = 0; (position = xml.indexOf('<', position)) >= 0;) {
    const skip = skipped.find(([start]) => xml.startsWith(start, position));
    const end = skip ? xml.indexOf(skip[1], position + skip[0].length) : -1;
    if (skip && end < 0) return void (yield undefined);
    if (skip) {
      position = end + skip[1].length;
      continue;
    }
    const doctype = matchAt(/<!DOCTYPE(?:[^[>"']|"[^"]*"|'[^']*')*(?:\[(?:[^\]"'<]|"[^"]*"|'[^']*'|<[^>]*>)*\]\s*)?>/y, xml, position);
    if (doctype) {
      position += doctype[0].length;
      continue;
    }
    const start = matchAt(/<(\/?)([\w:.-]+)/y, xml, position);
    if (!start) return void (yield undefined);
    position += start[0].length;
    const attributes = new Map<string, string>();
    for (let match; (match = matchAt(/\s+([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')/y, xml, position)); position += match[0].length)
      attributes.set(match[1] ?? '', (match[2] ?? '').slice(1, -1));
    const close = matchAt(/\s*(\/?)>/y, xml, position);
    if (!close) return void (yield undefined);
    position += close[0].length;
    const name = (start[2] ?? '').replace(/^.*:/, '');
    const used = usedIds(name, attributes);
    const id = attributes.get('id');
    // An encoded id is not compared here.
    if (/[&%]/.test([id, ...used].join(''))) return void (yield undefined);
    yield { name, isEnd: start[1] === '/', isEmpty: close[1] === '/', id, used };
  }
}

function usedIds(name: string, attributes: ReadonlyMap<string, string>): string[] {
  const used: string[] = [];
  for (const [attribute, value] of attributes) {
    if (name === 'use' && /^(?:.*:)?href$/.test(attribute)) used.push(value.trim().replace(/^#/, ''));
    for (const [, id = ''] of value.matchAll(/url\(\s*['"]?#([^)'"\s]+)/g)) used.push(id);
  }
  return used;
}

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(text);
}
