/** Styles of the page do not change the shadow root, and styles of the shadow root do not change the page. */
import { expect, fixture, html } from '@open-wc/testing';
import { viewHost, file } from './view-host.js';
import type { ViewHost } from './view-host.js';

/** Global styles of a page. Inherited properties (font, text colour) are not among them: the view is meant to inherit them. */
const pageStyles = `
  * { display: inline !important; padding: 13px !important; margin: 17px !important; border: 5px solid red !important;
      background: yellow !important; float: left !important; position: static !important; opacity: 0.3 !important;
      box-sizing: content-box !important; min-height: 0 !important; transform: rotate(1deg) !important; width: 77px !important; }
  button, [part=button], .button { text-transform: uppercase !important; border-radius: 50% !important; }
  div { overflow: scroll !important; }
  dialog { display: block !important; }
  input { appearance: none !important; }
  .list, .file, .visually-hidden, .title, .dropzone, .progress { display: none !important; }
  ::backdrop { background: red !important; }
`;

const files = [
  file(1, { status: 'uploading', uploadedBytes: 400_000, speed: 100_000, can: ['pause', 'cancel'] }),
  file(2, { status: 'upload failed', reason: 'No.', can: ['retry', 'cancel'] }),
  file(3, { status: 'upload successful', can: ['delete'] }),
];

/** Returns the computed style of each element in the shadow root. */
function computedStyles(host: ViewHost): string[] {
  return host.all('*').map((element) => {
    const style = getComputedStyle(element);
    return `${element.localName}.${element.getAttribute('class') ?? ''} ${[...style].map((name) => `${name}: ${style.getPropertyValue(name)}`).join('; ')}`;
  });
}

function withStyle<Result>(css: string, callback: () => Result): Result {
  const style = document.createElement('style');
  style.textContent = css;
  document.head.append(style);
  try {
    return callback();
  } finally {
    style.remove();
  }
}

describe('styles', () => {
  it('of the page do not change the shadow root', async () => {
    const host = await viewHost({ editFilename: true });
    host.style.setProperty('width', '600px', 'important');
    // The page may style the element itself. These styles keep it the same, so that the test compares only the inside.
    host.style.cssText +=
      '; display: block !important; padding: 0 !important; border: 0 !important; opacity: 1 !important; transform: none !important; box-sizing: border-box !important';
    for (const element of host.all('*')) element.style.transition = 'none';
    await host.show(files, { active: 1, failed: 1, succeeded: 1, totalBytes: 3_000_000 });
    for (const element of host.all('*')) {
      element.style.transition = 'none';
      element.style.animation = 'none';
    }
    const before = computedStyles(host);
    const after = withStyle(pageStyles, () => {
      expect(getComputedStyle(host).marginTop, 'the styles of the page apply').to.equal('17px');
      return computedStyles(host);
    });
    expect(after).to.have.length(before.length);
    const changed = after.filter((line, index) => line !== before[index]).map((line) => line.slice(0, 60));
    expect(changed).to.deep.equal([]);
  });

  it('of the shadow root do not change the page', async () => {
    const page = await fixture(html`
      <div>
        <button class="button primary">Send</button><input class="text-input" /><p class="visually-hidden">Words</p>
        <div class="file failed"><span class="name">a.txt</span></div>
        <dialog class="dialog">Question</dialog>
        <ul class="list"><li class="status">One</li></ul>
      </div>
    `);
    const elements = [page, ...page.querySelectorAll('*'), document.body, document.documentElement];
    const all = () =>
      elements.map((element) => {
        const style = getComputedStyle(element);
        // The element takes up space, which may change sizes and positions.
        return [...style]
          .filter((name) => !/size|height|origin|^(top|bottom|inset)/.test(name))
          .map((name) => `${name}: ${style.getPropertyValue(name)}`)
          .join('; ');
      });
    const sheets = document.styleSheets.length + document.adoptedStyleSheets.length;
    // In Firefox, a scroll bar makes the page narrower, so there is one from the start.
    document.documentElement.style.overflowY = 'scroll';
    try {
      const before = all();
      const host = await viewHost();
      await host.show(files, { active: 1, totalBytes: 1_000_000 });
      expect(all()).to.deep.equal(before);
    } finally {
      document.documentElement.style.overflowY = '';
    }
    expect(document.styleSheets.length + document.adoptedStyleSheets.length).to.equal(sheets);
  });

  it('of the page apply where they are meant to: font, colour, parts and custom properties', async () => {
    const host = await viewHost();
    host.id = 'themed';
    const { button, list } = withStyle(
      `#themed { font: italic 20px monospace; color: rgb(1, 2, 3); --fine-uploader-accent: rgb(4, 5, 6); --fine-uploader-radius: 0px }
       #themed::part(button) { letter-spacing: 3px; transition: none }`,
      () => {
        const { fontFamily, fontStyle, fontSize, backgroundColor, letterSpacing, borderTopLeftRadius } = getComputedStyle(
          host.get('[part=button]'),
        );
        return {
          button: { fontFamily, fontStyle, fontSize, backgroundColor, letterSpacing, borderTopLeftRadius },
          list: getComputedStyle(host.get('.drop-text')).color,
        };
      },
    );
    expect(button).to.deep.equal({
      fontFamily: 'monospace',
      fontStyle: 'italic',
      fontSize: '20px',
      backgroundColor: 'rgb(4, 5, 6)',
      letterSpacing: '3px',
      borderTopLeftRadius: '0px',
    });
    expect(list).to.equal('rgb(1, 2, 3)');
  });
});
