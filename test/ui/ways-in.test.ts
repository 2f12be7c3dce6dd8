/** How files come in: the button, the file input behind it, and drags. Real choosing and dropping: ways-in.chromium.test.ts. */
import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { viewHost } from './view-host.js';
import type { ViewHost } from './view-host.js';

const input = (host: ViewHost) => host.get('input[type=file]') as HTMLInputElement;

function dataTransfer(name = 'a.txt'): DataTransfer {
  const data = new DataTransfer();
  data.items.add(new File(['hello'], name, { type: 'text/plain' }));
  return data;
}

/** One event of a drag. */
function drag(target: EventTarget, type: 'dragenter' | 'dragover' | 'dragleave' | 'drop', data = dataTransfer()): DragEvent {
  const event = new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true, composed: true });
  target.dispatchEvent(event);
  return event;
}

/** How often the file dialog would have opened; it stays closed. */
function countOpenings(host: ViewHost): { count: number } {
  const openings = { count: 0 };
  input(host).addEventListener('click', (event) => {
    event.preventDefault();
    openings.count++;
  });
  return openings;
}

/** What opens the dialog from the keyboard does so in the next task. */
const nextTask = () => new Promise((resolve) => setTimeout(resolve));

describe('the file input', () => {
  it('is a real one in the open shadow root', async () => {
    const host = await viewHost();
    expect(host.shadowRoot?.querySelector('input[type=file]')).to.be.instanceOf(HTMLInputElement);
  });

  it('follows the options', async () => {
    const host = await viewHost({ multiple: false });
    const { multiple, webkitdirectory, accept, disabled } = input(host);
    expect([multiple, webkitdirectory, accept, disabled, input(host).hasAttribute('capture')]).to.deep.equal([
      false,
      false,
      '',
      false,
      false,
    ]);
    await host.set({ multiple: true, accept: 'image/*,.pdf', capture: 'environment' });
    expect([input(host).multiple, input(host).accept, input(host).getAttribute('capture')]).to.deep.equal([
      true,
      'image/*,.pdf',
      'environment',
    ]);
    await host.set({ directory: true, disabled: true });
    expect([input(host).webkitdirectory, input(host).disabled]).to.deep.equal([true, true]);
  });

  it('hands over what was chosen, again and again, and keeps its events to itself', async () => {
    const host = await viewHost();
    const heard: string[] = [];
    for (const type of ['input', 'change', 'cancel']) host.addEventListener(type, () => heard.push(type));
    for (const name of ['a.txt', 'a.txt']) {
      input(host).files = dataTransfer(name).files;
      for (const type of ['input', 'change']) input(host).dispatchEvent(new Event(type, { bubbles: true, composed: true }));
      expect(input(host).files).to.have.length(0);
    }
    input(host).dispatchEvent(new Event('cancel', { bubbles: true }));
    expect(host.wishes.map(([wish, files]) => [wish, (files as File[]).map(({ name }) => name)])).to.deep.equal([
      ['add', ['a.txt']],
      ['add', ['a.txt']],
    ]);
    expect(heard).to.deep.equal([]);
  });
});

describe('the button', () => {
  it('says what it is for, and that it is required', async () => {
    const host = await viewHost({ multiple: false });
    const button = host.get('[part=button]');
    expect(button.textContent?.trim()).to.equal('Choose a file');
    await host.set({ multiple: true });
    expect(button.textContent?.trim()).to.equal('Choose files');
    await host.set({ directory: true });
    expect(button.textContent?.trim()).to.equal('Choose a folder');
    expect(button.hasAttribute('aria-label')).to.equal(false);
    await host.set({ label: 'Invoices', required: true });
    expect(button.ariaLabel).to.equal('Invoices, Choose a folder, Required');
    expect(host.get('[role=group]').ariaLabel).to.equal('Invoices');
  });

  it('opens the dialog by click, by Enter and by Space', async () => {
    const host = await viewHost();
    const openings = countOpenings(host);
    const button = host.get('[part=button]');
    button.click();
    await nextTask();
    expect(openings.count).to.equal(1);
    await sendKeys({ press: 'Tab' });
    expect(host.focused).to.equal(button);
    await sendKeys({ press: 'Enter' });
    await nextTask();
    expect(openings.count).to.equal(2);
    await sendKeys({ press: ' ' });
    await nextTask();
    expect(openings.count).to.equal(3);
  });

  it('can be the page’s own', async () => {
    const host = await viewHost();
    const openings = countOpenings(host);
    const own = Object.assign(document.createElement('button'), { slot: 'button', textContent: 'Browse' });
    host.append(own);
    await host.updateComplete;
    expect(host.get('[part=button]').checkVisibility()).to.equal(false);
    own.click();
    await nextTask();
    expect(openings.count).to.equal(1);
  });

  it('has helpers anywhere on the page', async () => {
    const host = await viewHost();
    const openings = countOpenings(host);
    const extra = document.createElement('button');
    const end = host.face.attachButton(extra);
    extra.click();
    expect(openings.count).to.equal(1);
    end();
    extra.click();
    expect(openings.count).to.equal(1);
  });

  it('opens nothing while disabled', async () => {
    const host = await viewHost({ disabled: true });
    const openings = countOpenings(host);
    expect((host.get('[part=button]') as HTMLButtonElement).disabled).to.equal(true);
    host.get('[part=dropzone]').click();
    host.face.openPicker();
    await nextTask();
    expect(openings.count).to.equal(0);
  });
});

describe('the drop zone', () => {
  let host: ViewHost;
  const zone = () => host.get('[part=dropzone]');
  const isLit = async (face = host) => {
    await face.updateComplete;
    return face.get('[part=dropzone]').classList.contains('over');
  };
  beforeEach(async () => {
    host = await viewHost();
  });

  it('is one large button for a pointer', () => {
    const openings = countOpenings(host);
    zone().click();
    expect(openings.count).to.equal(1);
  });

  it('leaves the page’s own controls in it alone', async () => {
    const own = document.createElement('div');
    own.slot = 'dropzone';
    const link = own.appendChild(Object.assign(document.createElement('a'), { href: '#help', textContent: 'Help' }));
    link.addEventListener('click', (event) => event.preventDefault());
    host.append(own);
    await host.updateComplete;
    expect(own.offsetHeight).to.be.above(0);
    expect(host.get('.invitation').checkVisibility()).to.equal(false);
    const openings = countOpenings(host);
    link.click();
    expect(openings.count).to.equal(0);
    own.click();
    expect(openings.count).to.equal(1);
  });

  it('lights up while files are dragged over it, without moving anything', async () => {
    const after = document.createElement('p');
    host.after(after);
    const boxes = () => [host, zone(), host.get('[part=button]'), after].map((element) => JSON.stringify(element.getBoundingClientRect()));
    const before = boxes();
    const background = () => getComputedStyle(zone()).borderTopColor;
    zone().style.transition = 'none';
    const dark = background();
    expect(drag(zone(), 'dragenter').defaultPrevented).to.equal(true);
    expect(await isLit()).to.equal(true);
    expect(background()).not.to.equal(dark);
    expect(boxes()).to.deep.equal(before);
    drag(zone(), 'dragleave');
    expect(await isLit()).to.equal(false);
    expect(boxes()).to.deep.equal(before);
    after.remove();
  });

  it('stays lit while the drag moves on to something inside', async () => {
    drag(zone(), 'dragenter');
    drag(host.get('[part=button]'), 'dragenter');
    drag(zone(), 'dragleave');
    expect(await isLit()).to.equal(true);
    drag(host.get('[part=button]'), 'dragleave');
    expect(await isLit()).to.equal(false);
  });

  it('goes dark when the drag ends elsewhere', async () => {
    drag(zone(), 'dragenter');
    drag(document.body, 'drop');
    expect(await isLit()).to.equal(false);
  });

  it('does not care for text', async () => {
    const text = new DataTransfer();
    text.setData('text/plain', 'hello');
    expect(drag(zone(), 'dragenter', text).defaultPrevented).to.equal(false);
    expect(await isLit()).to.equal(false);
    expect(drag(zone(), 'drop', text).defaultPrevented).to.equal(false);
    expect(host.wishes).to.deep.equal([]);
  });

  it('takes a drop once, anywhere on the uploader', async () => {
    const data = dataTransfer();
    drag(host.get('.uploader'), 'dragenter', data);
    expect(drag(host.get('.uploader'), 'drop', data).defaultPrevented).to.equal(true);
    expect(host.wishes).to.deep.equal([['add', data]]);
    expect(await isLit()).to.equal(false);
  });

  it('takes nothing while disabled, and keeps the browser from leaving the page', async () => {
    await host.set({ disabled: true });
    drag(zone(), 'dragenter');
    expect(await isLit()).to.equal(false);
    expect(drag(zone(), 'drop').defaultPrevented).to.equal(true);
    expect(host.wishes).to.deep.equal([]);
  });

  it('does not take what another uploader has taken', async () => {
    const other = await viewHost();
    const ends = [host, other].map((each) => each.face.attachDropZone(document.documentElement));
    drag(other.get('[part=dropzone]'), 'dragenter');
    expect([await isLit(), await isLit(other)]).to.deep.equal([false, true]);
    drag(other.get('[part=dropzone]'), 'drop');
    expect([host.wishes.length, other.wishes.length]).to.deep.equal([0, 1]);
    // On the page around them the first one that was asked takes it, and nobody else.
    drag(document.body, 'dragenter');
    drag(document.body, 'drop');
    expect([host.wishes.length, other.wishes.length]).to.deep.equal([1, 1]);
    expect([await isLit(), await isLit(other)]).to.deep.equal([false, false]);
    for (const end of ends) end();
    expect(drag(document.body, 'drop').defaultPrevented).to.equal(false);
  });

  it('can be any element of the page, which is marked meanwhile', async () => {
    const extra = document.body.appendChild(document.createElement('section'));
    const end = host.face.attachDropZone(extra);
    drag(extra, 'dragenter');
    expect(extra.hasAttribute('data-fine-uploader-drop')).to.equal(true);
    expect(await isLit()).to.equal(true);
    drag(extra, 'drop');
    expect(extra.hasAttribute('data-fine-uploader-drop')).to.equal(false);
    expect(host.wishes).to.have.length(1);
    end();
    drag(extra, 'dragenter');
    drag(extra, 'drop');
    expect(host.wishes).to.have.length(1);
    extra.remove();
  });

  it('stops when it leaves the page, and begins again', async () => {
    const { parentElement } = host;
    host.remove();
    expect(drag(zone(), 'drop').defaultPrevented).to.equal(false);
    parentElement?.append(host);
    drag(zone(), 'drop');
    expect(host.wishes).to.have.length(1);
  });
});
