/** The drop zone, with synthetic drags. Real drags: drop-zone.chromium.test.ts. */
import { expect } from '@open-wc/testing';
import { countDialogs, dataTransfer } from './synthetic-files.js';
import { viewHost } from './view-host.js';
import type { ViewHost } from './view-host.js';

/** Dispatches one event of a drag. */
function drag(target: EventTarget, type: 'dragenter' | 'dragover' | 'dragleave' | 'drop', data = dataTransfer()): DragEvent {
  const event = new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true, composed: true });
  target.dispatchEvent(event);
  return event;
}

describe('the drop zone', () => {
  let host: ViewHost;
  const zone = () => host.get('[part=dropzone]');
  const isHighlighted = async (uploader = host) => {
    await uploader.updateComplete;
    return uploader.get('[part=dropzone]').classList.contains('dragging');
  };
  beforeEach(async () => {
    host = await viewHost();
  });

  it('opens the file dialog on click', () => {
    const dialogs = countDialogs(host);
    zone().click();
    expect(dialogs.count).to.equal(1);
  });

  it('opens no file dialog for a click on a slotted link', async () => {
    const content = document.createElement('div');
    content.slot = 'dropzone';
    const link = content.appendChild(Object.assign(document.createElement('a'), { href: '#help', textContent: 'Help' }));
    link.addEventListener('click', (event) => event.preventDefault());
    host.append(content);
    await host.updateComplete;
    expect(content.offsetHeight).to.be.above(0);
    expect(host.get('.drop-text').checkVisibility()).to.equal(false);
    const dialogs = countDialogs(host);
    link.click();
    expect(dialogs.count).to.equal(0);
    content.click();
    expect(dialogs.count).to.equal(1);
  });

  it('is highlighted while files are dragged over it, and does not move', async () => {
    const nextElement = document.createElement('p');
    host.after(nextElement);
    const boxes = () =>
      [host, zone(), host.get('[part=button]'), nextElement].map((element) => JSON.stringify(element.getBoundingClientRect()));
    const boxesBefore = boxes();
    const borderColor = () => getComputedStyle(zone()).borderTopColor;
    zone().style.transition = 'none';
    const colorBefore = borderColor();
    expect(drag(zone(), 'dragenter').defaultPrevented).to.equal(true);
    expect(await isHighlighted()).to.equal(true);
    expect(borderColor()).not.to.equal(colorBefore);
    expect(boxes()).to.deep.equal(boxesBefore);
    drag(zone(), 'dragleave');
    expect(await isHighlighted()).to.equal(false);
    expect(boxes()).to.deep.equal(boxesBefore);
    nextElement.remove();
  });

  it('stays highlighted while the drag moves to a descendant', async () => {
    drag(zone(), 'dragenter');
    drag(host.get('[part=button]'), 'dragenter');
    drag(zone(), 'dragleave');
    expect(await isHighlighted()).to.equal(true);
    drag(host.get('[part=button]'), 'dragleave');
    expect(await isHighlighted()).to.equal(false);
  });

  it('is not highlighted after the drag has ended elsewhere', async () => {
    drag(zone(), 'dragenter');
    drag(document.body, 'drop');
    expect(await isHighlighted()).to.equal(false);
  });

  it('ignores a drag of text', async () => {
    const text = new DataTransfer();
    text.setData('text/plain', 'hello');
    expect(drag(zone(), 'dragenter', text).defaultPrevented).to.equal(false);
    expect(await isHighlighted()).to.equal(false);
    expect(drag(zone(), 'drop', text).defaultPrevented).to.equal(false);
    expect(host.calls).to.deep.equal([]);
  });

  it('adds a drop anywhere on the uploader, once', async () => {
    const data = dataTransfer();
    drag(host.get('.uploader'), 'dragenter', data);
    expect(drag(host.get('.uploader'), 'drop', data).defaultPrevented).to.equal(true);
    expect(host.calls).to.deep.equal([['add', data]]);
    expect(await isHighlighted()).to.equal(false);
  });

  it('adds nothing while disabled, and keeps the browser from opening the file', async () => {
    await host.set({ disabled: true });
    drag(zone(), 'dragenter');
    expect(await isHighlighted()).to.equal(false);
    expect(drag(zone(), 'drop').defaultPrevented).to.equal(true);
    expect(host.calls).to.deep.equal([]);
  });

  it('ignores a drop that another uploader has added', async () => {
    const other = await viewHost();
    const detach = [host, other].map(({ view }) => view.attachDropZone(document.documentElement));
    drag(other.get('[part=dropzone]'), 'dragenter');
    expect([await isHighlighted(), await isHighlighted(other)]).to.deep.equal([false, true]);
    drag(other.get('[part=dropzone]'), 'drop');
    expect([host.calls.length, other.calls.length]).to.deep.equal([0, 1]);
    // A drop on the page goes to the uploader that was attached to it first.
    drag(document.body, 'dragenter');
    drag(document.body, 'drop');
    expect([host.calls.length, other.calls.length]).to.deep.equal([1, 1]);
    expect([await isHighlighted(), await isHighlighted(other)]).to.deep.equal([false, false]);
    for (const each of detach) each();
    expect(drag(document.body, 'drop').defaultPrevented).to.equal(false);
  });

  it('can be any element of the page, which has an attribute during a drag', async () => {
    const section = document.body.appendChild(document.createElement('section'));
    const detach = host.view.attachDropZone(section);
    drag(section, 'dragenter');
    expect(section.hasAttribute('data-fine-uploader-drop')).to.equal(true);
    expect(await isHighlighted()).to.equal(true);
    drag(section, 'drop');
    expect(section.hasAttribute('data-fine-uploader-drop')).to.equal(false);
    expect(host.calls).to.have.length(1);
    detach();
    drag(section, 'dragenter');
    drag(section, 'drop');
    expect(host.calls).to.have.length(1);
    section.remove();
  });

  it('is inactive while the uploader is not on the page', async () => {
    const { parentElement } = host;
    host.remove();
    expect(drag(zone(), 'drop').defaultPrevented).to.equal(false);
    parentElement?.append(host);
    drag(zone(), 'drop');
    expect(host.calls).to.have.length(1);
  });
});
