/** SVGs that would block the page are not drawn. */
import { expect } from '@open-wc/testing';
import { assertHarmlessSvg } from '../../src/images/svg-limits.js';
import { drawThumbnail } from '../../src/images/draw-thumbnail.js';
import { openPicture } from '../../src/images/picture.js';

const svg = (content: string, before = '') =>
  `${before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="100">${content}</svg>`;
const blobOf = (text: BlobPart) => new Blob([text], { type: 'image/svg+xml' });
const refusal = async (text: BlobPart) =>
  assertHarmlessSvg(blobOf(text)).then(
    () => undefined,
    (error: unknown) => error,
  );

/** Ten entities or elements in each of `levels` levels. */
const times = (text: string) => text.repeat(10);
const levels = (count: number, level: (number: number) => string) => Array.from({ length: count }, (_, index) => level(index)).join('');
const laughs = svg('&l9;', `<!DOCTYPE svg [<!ENTITY l0 "lol">${levels(9, (n) => `<!ENTITY l${n + 1} "${times(`&l${n};`)}">`)}]>`);
const uses = (count: number, use = (id: string) => `<use href="#${id}"/>`) =>
  svg(`<g id="u0"><rect/></g>${levels(count, (n) => `<g id="u${n + 1}">${times(use(`u${n}`))}</g>`)}<use href="#u${count}"/>`);

describe('assertHarmlessSvg', () => {
  const harmful: Record<string, string> = {
    'entities that contain entities': laughs,
    'one long entity, many times': svg(`<text>${'&a;'.repeat(1000)}</text>`, `<!DOCTYPE svg [<!ENTITY a '${'x'.repeat(1000)}'>]>`),
    'entities with markup': svg('&a;', '<!DOCTYPE svg [<!ENTITY a "<g/>">]>'),
    'entities of entities': svg('', '<!DOCTYPE svg [<!ENTITY % a "<!ENTITY b \'c\'>"> %a;]>'),
    'attributes from a declaration': svg('', '<!DOCTYPE svg [<!ATTLIST use href CDATA "#u1">]>'),
    'use elements that copy use elements': uses(8),
    'use elements with xlink:href': uses(8, (id) => `<use\n title=">" xlink:href='#${id}'/>`),
    'use elements with a prefix': uses(8, (id) => `<s:use xmlns:s="http://www.w3.org/2000/svg" href="#${id}"/>`),
    'use elements with an encoded id': uses(8, (id) => `<use href="#${id.replace('u', '&#117;')}"/>`),
    'use elements that copy each other': svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g><use href="#a"/>'),
    'clip paths that clip clip paths': uses(8, (id) => `<rect clip-path="url(#${id})"/>`),
    'other documents': svg('<image href="data:image/svg+xml;base64,AAAA"/>'),
    'web pages': svg('<foreignObject/>'),
    'too many levels': svg('<g>'.repeat(5000) + '</g>'.repeat(5000)),
    'too many bytes': svg(`<!--${' '.repeat(500_000)}-->`),
  };
  for (const [what, text] of Object.entries(harmful)) {
    it(`refuses ${what}, within a moment`, async () => {
      const start = performance.now();
      expect(await refusal(text)).to.be.instanceOf(RangeError);
      expect(performance.now() - start).to.be.lessThan(1000);
    });
  }

  it('refuses what is not an SVG in UTF-8', async () => {
    expect(await refusal('text')).to.be.instanceOf(TypeError);
    const utf16 = new Uint8Array([...svg('')].flatMap((letter) => [letter.charCodeAt(0), 0]));
    expect(await refusal(utf16)).to.be.instanceOf(TypeError);
  });

  it('accepts what drawing programs write', async () => {
    const harmless = [
      svg(
        '<!-- <use href="#a"> -->&ns_svg;<style><![CDATA[a < b]]></style>',
        `<?xml version="1.0"?>
        <!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
          <!ENTITY ns_svg "http://www.w3.org/2000/svg"> <!ENTITY ns_x 'x'>
        ]>`,
      ),
      svg(`<linearGradient id="g"><stop/><stop/></linearGradient>${'<rect fill="url(#g)" title="a > b"/>'.repeat(3000)}`),
      svg(`<defs><symbol id="glyph"><path d="M0 0"/></symbol></defs>${'<use xlink:href="#glyph"/>'.repeat(500)}`),
    ];
    for (const text of harmless) expect(await refusal(text), text.slice(0, 200)).to.equal(undefined);
  });

  it('takes time in proportion to the length, also for malformed documents', async () => {
    const start = performance.now();
    const malformed = [
      '<svg' + '<a '.repeat(100_000),
      '<svg ' + 'a="'.repeat(100_000),
      '<!DOCTYPE svg ['.repeat(30_000) + '<svg>',
      '<svg>' + '<!--'.repeat(100_000),
      '<svg>' + '<use href="#a"/>'.repeat(30_000) + '</svg>',
      '<svg>' + '<!ENTITY a '.repeat(40_000),
    ];
    for (const text of malformed) await refusal(text);
    expect(performance.now() - start).to.be.lessThan(2000);
  });
});

describe('a thumbnail', () => {
  it('is never drawn of a harmful SVG', async () => {
    const { signal } = new AbortController();
    for (const text of [laughs, uses(8)]) {
      const drawings = [
        openPicture(blobOf(text), 64, signal),
        drawThumbnail(document.createElement('img'), blobOf(text)),
        drawThumbnail(document.createElement('canvas'), blobOf(text), 64),
      ];
      for (const { status } of await Promise.allSettled(drawings)) expect(status).to.equal('rejected');
    }
  });
});
