/** The view loads the files view after its first paint, or with the first file or dialog. */
import { aTimeout, expect, fixture, html, waitUntil } from '@open-wc/testing';
import * as filesView from '../../src/ui/files-view/index.js';
import { lazy } from '../../src/utils/lazy.js';
import { file, ViewHost, viewHost } from './view-host.js';

type FilesViewModule = typeof filesView;

/** A load of the files view that the test completes. Until then, each load stays pending. */
class ControlledLoad {
  count = 0;
  resolve!: (module: FilesViewModule) => void;
  reject!: (reason: Error) => void;
  readonly start = lazy(() => {
    this.count++;
    return new Promise<FilesViewModule>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }, 1000);
}

/** By host, because the constructor of the base class needs the load before fields of the derived class exist. */
const loads = new WeakMap<SlowHost, ControlledLoad>();

class SlowHost extends ViewHost {
  get load(): ControlledLoad {
    return loads.get(this) ?? (loads.set(this, new ControlledLoad()), this.load);
  }
  protected override get loadModule(): ControlledLoad['start'] {
    return this.load.start;
  }
}
customElements.define('slow-host', SlowHost);

const slowHost = () => fixture<SlowHost>(html`<slow-host lang="en"></slow-host>`);
const rows = (host: ViewHost) => host.all('[part=file]');
const box = (element: Element) => JSON.stringify(element.getBoundingClientRect());

describe('an uploader view without files', () => {
  it('renders no list and no dialog, and loads the files view after the first paint', async () => {
    const host = await slowHost();
    expect(host.all('[part=list], dialog, .totals')).to.deep.equal([]);
    expect(host.load.count, 'right after the first render').to.equal(0);
    expect(host.get('[role=status]').textContent).to.equal('');
    await waitUntil(() => host.load.count === 1);
    host.load.resolve(filesView);
    await host.load.start();
    await host.updateComplete;
    expect(host.all('[part=list], dialog, .totals')).to.deep.equal([]);
  });

  it('resolves updateComplete without waiting for the files view', async () => {
    const host = await slowHost();
    host.requestUpdate();
    expect(await host.updateComplete).to.equal(true);
    expect(host.load.start.value).to.equal(undefined);
  });
});

describe('the first file', () => {
  it('loads the files view at once, and updateComplete waits for its row', async () => {
    const host = new SlowHost();
    document.body.append(host);
    const shown = host.show([file(1)]);
    await waitUntil(() => host.load.count === 1);
    expect(host.get('[part=dropzone]').offsetHeight).to.be.above(0);
    expect(rows(host)).to.have.length(0);
    host.load.resolve(filesView);
    await shown;
    expect(rows(host)).to.have.length(1);
    // The row is styled: its styles are added before it is rendered.
    expect(getComputedStyle(rows(host)[0] as Element).display).to.equal('grid');
    host.remove();
  });

  it('gets its row after a failed load', async () => {
    const host = await slowHost();
    const shown = host.show([file(1)]);
    await waitUntil(() => host.load.count === 1);
    host.load.reject(new TypeError('Failed to fetch'));
    await shown;
    expect(rows(host)).to.have.length(0);
    await waitUntil(
      () => {
        host.requestUpdate();
        return host.load.count === 2;
      },
      'no second attempt',
      { timeout: 5000 },
    );
    host.load.resolve(filesView);
    await host.updateComplete;
    expect(rows(host)).to.have.length(1);
  });

  it('is announced, though its upload started before the files view was loaded', async () => {
    const host = await slowHost();
    const shown = host.show([file(1, { status: 'uploading' })], { active: 1, totalBytes: 1_000_000 });
    await waitUntil(() => host.load.count === 1);
    host.load.resolve(filesView);
    await shown;
    await waitUntil(() => host.get('[role=status]').textContent === 'Uploading 1 file');
  });

  it('is announced as uploaded, though its upload ended before the files view was loaded', async () => {
    const host = await slowHost();
    void host.show([file(1, { status: 'uploading' })], { active: 1, totalBytes: 1_000_000 });
    await waitUntil(() => host.load.count === 1);
    const shown = host.show([file(1, { status: 'upload successful' })], { succeeded: 1, totalBytes: 1_000_000, uploadedBytes: 1_000_000 });
    await aTimeout(0);
    host.load.resolve(filesView);
    await shown;
    await waitUntil(() => host.get('[role=status]').textContent === '1 file uploaded');
  });
});

describe('a dialog before the files view is loaded', () => {
  it('is shown when it is loaded, and updateComplete waits for it', async () => {
    const host = await slowHost();
    const answer = host.view.confirm('Really?');
    await waitUntil(() => host.load.count === 1);
    const complete = host.updateComplete;
    host.load.resolve(filesView);
    await complete;
    const dialog = host.get('dialog') as HTMLDialogElement;
    expect(dialog.open).to.equal(true);
    expect(dialog.textContent).to.include('Really?');
    dialog.close('ok');
    expect(await answer).to.equal(true);
  });

  it('resolves as canceled if the load fails', async () => {
    const host = await slowHost();
    const answers = Promise.all([host.view.alert('There.'), host.view.confirm('Really?'), host.view.prompt('Which?', 'this')]);
    await waitUntil(() => host.load.count === 1);
    host.load.reject(new TypeError('Failed to fetch'));
    expect(await answers).to.deep.equal([undefined, false, null]);
  });

  it('resolves as canceled if the element has left the page', async () => {
    const host = await slowHost();
    const answer = host.view.confirm('Really?');
    await waitUntil(() => host.load.count === 1);
    host.remove();
    host.load.resolve(filesView);
    expect(await answer).to.equal(false);
    expect(host.all('dialog[open]')).to.deep.equal([]);
  });
});

describe('the styles of the files view', () => {
  for (const compact of [false, true]) {
    for (const disabled of [false, true]) {
      it(`do not change the drop zone${compact ? ', compact' : ''}${disabled ? ', disabled' : ''}`, async () => {
        const host = await slowHost();
        host.toggleAttribute('compact', compact);
        await host.set({ disabled });
        const parts = ['[part=dropzone]', '.upload-icon', '.upload-icon svg', '.drop-text', '[part=button]'].map((part) => host.get(part));
        const styles = () =>
          parts.map((part) => {
            const style = getComputedStyle(part);
            return [...style].filter((name) => !name.startsWith('--')).map((name) => `${name}: ${style.getPropertyValue(name)}`);
          });
        const [boxes, before] = [parts.map(box), styles()];
        await waitUntil(() => host.load.count === 1);
        host.load.resolve(filesView);
        await host.show([file(1)]);
        expect(rows(host)).to.have.length(1);
        expect(parts.map(box)).to.deep.equal(boxes);
        expect(styles()).to.deep.equal(before);
      });
    }
  }

  it('are adopted once', async () => {
    const host = await viewHost();
    const root = host.shadowRoot as ShadowRoot;
    const before = [...root.adoptedStyleSheets];
    await host.show([file(1)]);
    const withFiles = [...root.adoptedStyleSheets];
    expect(withFiles.slice(0, before.length)).to.deep.equal(before);
    expect(withFiles.length).to.be.above(before.length);
    expect(new Set(withFiles).size).to.equal(withFiles.length);
    await host.show([]);
    await host.show([file(2)]);
    expect(root.adoptedStyleSheets).to.deep.equal(withFiles);
  });

  it('are adopted again when the element moves to another document, and back', async () => {
    const host = await viewHost();
    const frame = await fixture<HTMLIFrameElement>(html`<iframe title="another document"></iframe>`);
    const isGrid = () => getComputedStyle(rows(host)[0] as Element).display === 'grid';
    await host.show([file(1)]);
    frame.contentDocument?.body.append(host);
    await host.show([file(2)]);
    expect(isGrid(), 'in the other document').to.equal(true);
    expect(getComputedStyle(host.get('[part=dropzone]')).display).to.equal('flex');
    document.body.append(host);
    await host.show([file(3)]);
    expect(isGrid(), 'back').to.equal(true);
    host.remove();
  });

  it('are adopted by an element that moved before it had files', async () => {
    const host = await slowHost();
    const frame = await fixture<HTMLIFrameElement>(html`<iframe title="another document"></iframe>`);
    frame.contentDocument?.body.append(host);
    const shown = host.show([file(1)]);
    await waitUntil(() => host.load.count === 1);
    host.load.resolve(filesView);
    await shown;
    expect(getComputedStyle(rows(host)[0] as Element).display).to.equal('grid');
  });
});
