/** Buttons and drop zones of the page's own, beside the element's. Real files, through real dialogs and drags. */
import { expect, fixture, html } from '@open-wc/testing';
import { clickAndChoose, dropFiles } from '../../tools/gestures.js';
import { cleanUp, next, putTraditional } from '../page.js';

const names = (element: { getUploads(): readonly { name: string }[] }) => element.getUploads().map(({ name }) => name);

describe('a button of the page’s own', () => {
  afterEach(cleanUp);

  it('opens the element’s dialog until it is taken away', async () => {
    const button = await fixture<HTMLButtonElement>(html`<button id="own">More</button>`);
    const element = putTraditional();
    element.addExtraButton(button);
    expect(element.extraButtons).to.deep.equal([{ element: button }]);
    const submitted = next(element, 'submitted');
    await clickAndChoose('#own', [{ name: 'a.txt', text: 'a' }]);
    expect((await submitted).name).to.equal('a.txt');
    element.removeExtraButton(button);
    let opened = 0;
    element.shadowRoot?.querySelector('input[type=file]')?.addEventListener('click', () => opened++);
    button.click();
    expect(opened).to.equal(0);
    expect(element.extraButtons).to.deep.equal([]);
  });

  it('may have the dialog offer something else, as Fine Uploader’s extraButtons', async () => {
    const button = await fixture<HTMLButtonElement>(html`<button id="own">A folder</button>`);
    const element = putTraditional({ accept: '.txt' });
    element.options = { extraButtons: [{ element: button, folders: true }] };
    const all = next(element, 'allComplete');
    await clickAndChoose('#own', [{ name: 'holiday', children: [{ name: 'b.txt', text: 'b' }] }]);
    await all;
    const { path, name } = { name: names(element)[0], path: (element.getFile(0) as File | null)?.webkitRelativePath };
    expect([name, path]).to.deep.equal(['b.txt', 'holiday/b.txt']);
    // The element's own button still offers files.
    const input = element.shadowRoot?.querySelector<HTMLInputElement>('input[type=file]');
    expect([input?.webkitdirectory, input?.accept]).to.deep.equal([false, '.txt']);
  });

  it('can be one of several in the slot, each with what its dialog offers', async () => {
    const element = putTraditional();
    element.innerHTML =
      '<button slot="button" id="files">Files</button> <button slot="button" id="folder" data-directory>A folder</button>';
    const first = next(element, 'submitted');
    await clickAndChoose('#files', [{ name: 'a.txt', text: 'a' }]);
    await first;
    const second = next(element, 'submitted');
    await clickAndChoose('#folder', [{ name: 'holiday', children: [{ name: 'b.txt', text: 'b' }] }]);
    await second;
    expect(names(element)).to.deep.equal(['a.txt', 'b.txt']);
  });

  it('opens nothing while the element is disabled', async () => {
    const button = await fixture<HTMLButtonElement>(html`<button id="own">More</button>`);
    const element = putTraditional({ disabled: true });
    element.extraButtons = [{ element: button, multiple: true }];
    await element.updateComplete;
    button.click();
    expect(element.shadowRoot?.querySelectorAll('input[type=file]')).to.have.length(1);
  });
});

describe('a drop zone of the page’s own', () => {
  afterEach(cleanUp);

  it('takes files for its element, and no other, until it is taken away', async () => {
    const zone = await fixture<HTMLElement>(html`<div id="zone" style="width:200px;height:100px">Here</div>`);
    const [element, other] = [putTraditional(), putTraditional()];
    element.extraDropzones = [zone];
    const submitted = next(element, 'submitted');
    await dropFiles('#zone', [{ name: 'a.txt', text: 'a' }]);
    expect((await submitted).name).to.equal('a.txt');
    expect(names(other)).to.deep.equal([]);
    expect(zone.hasAttribute('data-fine-uploader-drop')).to.equal(false);
    element.extraDropzones = [];
    const drag = new DragEvent('dragover', { dataTransfer: new DataTransfer(), bubbles: true, cancelable: true });
    drag.dataTransfer?.items.add(new File([''], 'a.txt'));
    zone.dispatchEvent(drag);
    expect(drag.defaultPrevented).to.equal(false);
  });

  it('and a button work only while their element is in the page, so that a remounted one takes the files alone', async () => {
    const zone = await fixture<HTMLElement>(html`<button id="zone" style="width:200px;height:100px">Here</button>`);
    const gone = putTraditional();
    gone.addExtraDropzone(zone);
    gone.addExtraButton(zone, { accept: '.txt' });
    gone.remove();
    gone.addExtraDropzone(zone); // Also what is added while it is out of the page.
    const element = putTraditional();
    element.addExtraDropzone(zone);
    const submitted = next(element, 'submitted');
    await dropFiles('#zone', [{ name: 'a.txt', text: 'a' }]);
    expect((await submitted).name).to.equal('a.txt');
    let opened = 0;
    gone.shadowRoot?.querySelector('input[type=file]')?.addEventListener('click', () => opened++);
    const inputs = () => gone.shadowRoot?.querySelectorAll('input[type=file]').length;
    zone.click();
    expect([names(gone), opened, inputs()]).to.deep.equal([[], 0, 1]);
    element.remove();
    document.body.append(gone);
    expect([gone.extraDropzones, gone.extraButtons]).to.deep.equal([[zone], [{ element: zone, accept: '.txt' }]]);
    const again = next(gone, 'submitted');
    await dropFiles('#zone', [{ name: 'b.txt', text: 'b' }]);
    expect((await again).name).to.equal('b.txt');
    zone.click();
    expect(inputs()).to.equal(2);
  });

  it('can be the whole page, which leaves other uploaders their drops', async () => {
    await fixture(html`<p id="somewhere" style="height:100px">Somewhere on the page</p>`);
    const element = putTraditional({ 'drop-anywhere': true });
    const other = putTraditional({ id: 'other' });
    await element.updateComplete;
    await other.updateComplete;
    const first = next(element, 'submitted');
    await dropFiles('#somewhere', [{ name: 'a.txt', text: 'a' }]);
    await first;
    const second = next(other, 'submitted');
    await dropFiles('#other', [{ name: 'b.txt', text: 'b' }]);
    await second;
    expect([names(element), names(other)]).to.deep.equal([['a.txt'], ['b.txt']]);
    expect(document.documentElement.hasAttribute('data-fine-uploader-drop')).to.equal(false);
  });

  it('highlights the element while files are dragged over the page, until the attribute or the element is removed', async () => {
    const element = putTraditional({ 'drop-anywhere': true });
    await element.updateComplete;
    const drag = (type: string) => {
      const event = new DragEvent(type, { dataTransfer: new DataTransfer(), bubbles: true, cancelable: true });
      event.dataTransfer?.items.add(new File([''], 'a.txt'));
      document.body.dispatchEvent(event);
      return event.defaultPrevented;
    };
    const isHighlighted = () => element.shadowRoot?.querySelector('[part=dropzone]')?.classList.contains('dragging');
    expect(drag('dragenter')).to.equal(true);
    await element.updateComplete;
    expect(isHighlighted()).to.equal(true);
    drag('dragleave');
    await element.updateComplete;
    expect(isHighlighted()).to.equal(false);
    element.dropAnywhere = false;
    await element.updateComplete;
    expect(drag('dragover')).to.equal(false);
    element.dropAnywhere = true;
    await element.updateComplete;
    expect(drag('dragover')).to.equal(true);
    const parent = element.parentElement;
    element.remove();
    expect(drag('dragover')).to.equal(false);
    parent?.append(element);
    expect(drag('dragover')).to.equal(true);
    drag('dragleave');
  });
});
