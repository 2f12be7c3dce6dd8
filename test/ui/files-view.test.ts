/** What is of use only with files comes after the first paint: it is there when it is needed, and nobody has to know. */
import { aTimeout, expect, fixture, html, waitUntil } from '@open-wc/testing';
import * as fileFace from '../../src/ui/files-view.js';
import { LaterPart } from '../../src/ui/later-part.js';
import { ViewHost, viewHost, file } from './view-host.js';

type Part = typeof fileFace;

/** A part that comes when the test lets it. Until it does, every attempt to load it waits. */
class HeldPart extends LaterPart<Part> {
  asked = 0;
  come!: (part: Part) => void;
  fail!: (reason: Error) => void;

  constructor() {
    super(() => {
      this.asked++;
      return new Promise((resolve, reject) => {
        this.come = resolve;
        this.fail = reject;
      });
    });
  }
}

/** By their hosts: a host's face is made before its own fields are. */
const helds = new WeakMap<WaitingHost, HeldPart>();

class WaitingHost extends ViewHost {
  get held(): HeldPart {
    return helds.get(this) ?? (helds.set(this, new HeldPart()), this.held);
  }
  protected override get rest(): HeldPart {
    return this.held;
  }
}
customElements.define('waiting-host', WaitingHost);

const waitingHost = () => fixture<WaitingHost>(html`<waiting-host lang="en"></waiting-host>`);
const rows = (host: ViewHost) => host.all('[part=file]');
const box = (element: Element) => JSON.stringify(element.getBoundingClientRect());

describe('without files', () => {
  it('there is no list and no dialog, and what draws them is loaded after the first paint', async () => {
    const host = await waitingHost();
    expect(host.all('[part=list], dialog, .totals')).to.deep.equal([]);
    expect(host.held.asked, 'right after the first rendering').to.equal(0);
    expect(host.get('[role=status]').textContent).to.equal('');
    await waitUntil(() => host.held.asked === 1);
    host.held.come(fileFace);
    await host.held.load();
    await host.updateComplete;
    expect(host.all('[part=list], dialog, .totals')).to.deep.equal([]);
  });

  it('updateComplete does not wait for it', async () => {
    const host = await waitingHost();
    host.requestUpdate();
    expect(await host.updateComplete).to.equal(true);
    expect(host.held.part).to.equal(undefined);
  });
});

describe('the first file', () => {
  it('asks for its row at once, and updateComplete waits for it', async () => {
    const host = new WaitingHost();
    document.body.append(host);
    const shown = host.show([file(1)]);
    await waitUntil(() => host.held.asked === 1);
    expect(host.get('[part=dropzone]').offsetHeight).to.be.above(0);
    expect(rows(host)).to.have.length(0);
    host.held.come(fileFace);
    await shown;
    expect(rows(host)).to.have.length(1);
    // Drawn as it looks, not bare: its styles come with it.
    expect(getComputedStyle(rows(host)[0] as Element).display).to.equal('grid');
    host.remove();
  });

  it('gets its row where loading has failed before', async () => {
    const host = await waitingHost();
    const shown = host.show([file(1)]);
    await waitUntil(() => host.held.asked === 1);
    host.held.fail(new TypeError('Failed to fetch'));
    await shown;
    expect(rows(host)).to.have.length(0);
    await waitUntil(
      () => {
        host.requestUpdate();
        return host.held.asked === 2;
      },
      'no second attempt',
      { timeout: 5000 },
    );
    host.held.come(fileFace);
    await host.updateComplete;
    expect(rows(host)).to.have.length(1);
  });

  it('is announced, though its upload began before there was anybody to say so', async () => {
    const host = await waitingHost();
    const shown = host.show([file(1, { status: 'uploading' })], { active: 1, totalBytes: 1_000_000 });
    await waitUntil(() => host.held.asked === 1);
    host.held.come(fileFace);
    await shown;
    await waitUntil(() => host.get('[role=status]').textContent === 'Uploading 1 file');
  });

  it('is announced at its end, though its whole upload was over before', async () => {
    const host = await waitingHost();
    void host.show([file(1, { status: 'uploading' })], { active: 1, totalBytes: 1_000_000 });
    await waitUntil(() => host.held.asked === 1);
    const shown = host.show([file(1, { status: 'upload successful' })], { succeeded: 1, totalBytes: 1_000_000, uploadedBytes: 1_000_000 });
    await aTimeout(0);
    host.held.come(fileFace);
    await shown;
    await waitUntil(() => host.get('[role=status]').textContent === '1 file uploaded');
  });
});

describe('a dialog', () => {
  it('that is asked for early is shown, and updateComplete waits for it', async () => {
    const host = await waitingHost();
    const answer = host.face.confirm('Really?');
    await waitUntil(() => host.held.asked === 1);
    const complete = host.updateComplete;
    host.held.come(fileFace);
    await complete;
    const dialog = host.get('dialog') as HTMLDialogElement;
    expect(dialog.open).to.equal(true);
    expect(dialog.textContent).to.include('Really?');
    dialog.close('ok');
    expect(await answer).to.equal(true);
  });

  it('that nobody can be shown has the answer of a person who does not agree', async () => {
    const host = await waitingHost();
    const answers = Promise.all([host.face.alert('There.'), host.face.confirm('Really?'), host.face.prompt('Which?', 'this')]);
    await waitUntil(() => host.held.asked === 1);
    host.held.fail(new TypeError('Failed to fetch'));
    expect(await answers).to.deep.equal([undefined, false, null]);
  });

  it('is not shown by an element that has left the page meanwhile', async () => {
    const host = await waitingHost();
    const answer = host.face.confirm('Really?');
    await waitUntil(() => host.held.asked === 1);
    host.remove();
    host.held.come(fileFace);
    expect(await answer).to.equal(false);
    expect(host.all('dialog[open]')).to.deep.equal([]);
  });
});

describe('the later styles', () => {
  for (const compact of [false, true]) {
    for (const disabled of [false, true]) {
      it(`move nothing of the drop zone${compact ? ', compact' : ''}${disabled ? ', disabled' : ''}`, async () => {
        const host = await waitingHost();
        host.toggleAttribute('compact', compact);
        await host.set({ disabled });
        const parts = ['[part=dropzone]', '.badge', '.badge svg', '.invitation', '[part=button]'].map((part) => host.get(part));
        const looks = () =>
          parts.map((part) => {
            const style = getComputedStyle(part);
            return [...style].filter((name) => !name.startsWith('--')).map((name) => `${name}: ${style.getPropertyValue(name)}`);
          });
        const [places, before] = [parts.map(box), looks()];
        await waitUntil(() => host.held.asked === 1);
        host.held.come(fileFace);
        await host.show([file(1)]);
        expect(rows(host)).to.have.length(1);
        expect(parts.map(box)).to.deep.equal(places);
        expect(looks()).to.deep.equal(before);
      });
    }
  }

  it('are adopted once by each root', async () => {
    const host = await viewHost();
    const root = host.shadowRoot as ShadowRoot;
    const before = [...root.adoptedStyleSheets];
    await host.show([file(1)]);
    await host.show([]);
    await host.show([file(2)]);
    expect(root.adoptedStyleSheets.slice(0, -1)).to.deep.equal(before);
  });

  it('go with an element that is moved to another document, and back', async () => {
    const host = await viewHost();
    const frame = await fixture<HTMLIFrameElement>(html`<iframe title="another document"></iframe>`);
    const grid = () => getComputedStyle(rows(host)[0] as Element).display === 'grid';
    await host.show([file(1)]);
    frame.contentDocument?.body.append(host);
    await host.show([file(2)]);
    expect(grid(), 'there').to.equal(true);
    expect(getComputedStyle(host.get('[part=dropzone]')).display).to.equal('flex');
    document.body.append(host);
    await host.show([file(3)]);
    expect(grid(), 'back').to.equal(true);
    host.remove();
  });

  it('go with an element that was moved before it had files', async () => {
    const host = await waitingHost();
    const frame = await fixture<HTMLIFrameElement>(html`<iframe title="another document"></iframe>`);
    frame.contentDocument?.body.append(host);
    const shown = host.show([file(1)]);
    await waitUntil(() => host.held.asked === 1);
    host.held.come(fileFace);
    await shown;
    expect(getComputedStyle(rows(host)[0] as Element).display).to.equal('grid');
  });
});
