/** The gestures that other tests rely on reach the page as trusted events. */
import { expect, fixture, html, oneEvent } from '@open-wc/testing';
import { chooseFiles, clickAndChoose, dropFiles, loseNetwork, pasteImage, patternByte, throttle } from './gestures.js';

const onePixelPng = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

class InShadow extends HTMLElement {
  readonly root = this.attachShadow({ mode: 'open' });
  connectedCallback() {
    const input = Object.assign(document.createElement('input'), { type: 'file', multiple: true });
    const button = Object.assign(document.createElement('button'), { textContent: 'Choose', onclick: () => input.click() });
    const zone = Object.assign(document.createElement('div'), { tabIndex: 0, textContent: 'Drop here' });
    zone.addEventListener('dragover', (event) => event.preventDefault());
    this.root.replaceChildren(input, button, zone);
  }
  get input() {
    return this.root.querySelector('input')!;
  }
  get zone() {
    return this.root.querySelector('div')!;
  }
}
customElements.define('in-shadow', InShadow);

const readAll = (directory: FileSystemDirectoryEntry) =>
  new Promise<FileSystemEntry[]>((resolve, reject) => directory.createReader().readEntries(resolve, reject));

describe('gestures', () => {
  let host: InShadow;
  beforeEach(async () => {
    host = await fixture<InShadow>(html`<in-shadow></in-shadow>`);
  });

  it('chooses files in an input', async () => {
    const changed = oneEvent(host.input, 'change');
    await chooseFiles('in-shadow >>> input', [
      { name: 'naïve & "quoted" (1).txt', text: 'hello' },
      { name: 'large.bin', size: 3_000_000 },
    ]);
    await changed;
    const [text, large] = [...(host.input.files ?? [])];
    expect([text?.name, await text?.text()]).to.deep.equal(['naïve & "quoted" (1).txt', 'hello']);
    const bytes = new Uint8Array(await large!.arrayBuffer());
    expect(bytes.length).to.equal(3_000_000);
    for (const offset of [0, 255, 256, 1_048_575, 1_048_576, 2_999_999]) expect(bytes[offset]).to.equal(patternByte(offset));
  });

  it('answers the file dialog that a click opens', async () => {
    const changed = oneEvent(host.input, 'change');
    await clickAndChoose('in-shadow >>> button', [{ name: 'a.txt', text: 'a' }]);
    await changed;
    expect(host.input.files?.[0]?.name).to.equal('a.txt');
  });

  it('drops a folder and a file', async () => {
    const dropped = new Promise<(FileSystemEntry | null)[]>((resolve) =>
      host.zone.addEventListener('drop', (event) => {
        event.preventDefault();
        resolve([...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry()));
      }),
    );
    await dropFiles('in-shadow >>> div', [
      { name: 'holiday', children: [{ name: 'deep', children: [{ name: 'b.txt', text: 'b' }] }] },
      { name: 'a.txt', text: 'a' },
    ]);
    const entries = await dropped;
    expect(entries.map((entry) => [entry?.name, entry?.isDirectory])).to.deep.equal([
      ['holiday', true],
      ['a.txt', false],
    ]);
    const [deep] = await readAll(entries[0] as FileSystemDirectoryEntry);
    const [file] = await readAll(deep as FileSystemDirectoryEntry);
    expect(file?.fullPath).to.equal('/holiday/deep/b.txt');
  });

  it('pastes an image', async () => {
    host.zone.focus();
    // The clipboard is readable only while the event is dispatched.
    const pasted = new Promise<File | undefined>((resolve) =>
      host.zone.addEventListener('paste', (event) => resolve(event.clipboardData?.files[0])),
    );
    await pasteImage(onePixelPng);
    expect((await pasted)?.type).to.equal('image/png');
  });

  it('limits the speed of uploads and removes the limit', async () => {
    const post = async () => {
      const start = performance.now();
      await fetch('/', { method: 'POST', body: new Blob([new Uint8Array(400_000)]) }).then((response) => response.text());
      return performance.now() - start;
    };
    await throttle(500_000);
    const slow = await post();
    await throttle(0);
    expect(slow).to.be.above(400);
    expect(await post()).to.be.below(slow);
  });

  it('goes offline and online again', async () => {
    const back = oneEvent(window, 'online');
    await loseNetwork(300);
    expect(await fetch('/', { cache: 'no-store' }).then(String, (error: Error) => error.name)).to.equal('TypeError');
    await back;
    expect((await fetch('/', { cache: 'no-store' })).ok).to.equal(true);
  });
});
