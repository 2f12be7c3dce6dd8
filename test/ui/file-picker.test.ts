/** The button and its file input. Real files and the real dialog: file-picker.chromium.test.ts. */
import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { countDialogs, dataTransfer, fileInput } from './synthetic-files.js';
import { viewHost } from './view-host.js';

/** The button opens the dialog in the next task when it is clicked from the keyboard. */
const nextTask = () => new Promise((resolve) => setTimeout(resolve));

describe('the file input', () => {
  it('is an input in the open shadow root', async () => {
    const host = await viewHost();
    expect(host.shadowRoot?.querySelector('input[type=file]')).to.be.instanceOf(HTMLInputElement);
  });

  it('has the attributes of the options', async () => {
    const host = await viewHost({ multiple: false });
    const input = fileInput(host);
    const { multiple, webkitdirectory, accept, disabled } = input;
    expect([multiple, webkitdirectory, accept, disabled, input.hasAttribute('capture')]).to.deep.equal([false, false, '', false, false]);
    await host.set({ multiple: true, accept: 'image/*,.pdf', capture: 'environment' });
    expect([input.multiple, input.accept, input.getAttribute('capture')]).to.deep.equal([true, 'image/*,.pdf', 'environment']);
    await host.set({ directory: true, disabled: true });
    expect([input.webkitdirectory, input.disabled]).to.deep.equal([true, true]);
  });

  it('adds the chosen files, also the same file twice, and stops its events', async () => {
    const host = await viewHost();
    const events: string[] = [];
    for (const type of ['input', 'change', 'cancel']) host.addEventListener(type, () => events.push(type));
    for (const name of ['a.txt', 'a.txt']) {
      fileInput(host).files = dataTransfer(name).files;
      for (const type of ['input', 'change']) fileInput(host).dispatchEvent(new Event(type, { bubbles: true, composed: true }));
      expect(fileInput(host).files).to.have.length(0);
    }
    fileInput(host).dispatchEvent(new Event('cancel', { bubbles: true }));
    expect(host.calls.map(([call, files]) => [call, (files as File[]).map(({ name }) => name)])).to.deep.equal([
      ['add', ['a.txt']],
      ['add', ['a.txt']],
    ]);
    expect(events).to.deep.equal([]);
  });
});

describe('the button', () => {
  it('has a text for what it chooses, and an accessible name with label and "Required"', async () => {
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

  it('opens the dialog on click, Enter and Space', async () => {
    const host = await viewHost();
    const dialogs = countDialogs(host);
    const button = host.get('[part=button]');
    button.click();
    await nextTask();
    expect(dialogs.count).to.equal(1);
    await sendKeys({ press: 'Tab' });
    expect(host.focused).to.equal(button);
    await sendKeys({ press: 'Enter' });
    await nextTask();
    expect(dialogs.count).to.equal(2);
    await sendKeys({ press: ' ' });
    await nextTask();
    expect(dialogs.count).to.equal(3);
  });

  it('can be replaced by a slotted button', async () => {
    const host = await viewHost();
    const dialogs = countDialogs(host);
    const slotted = Object.assign(document.createElement('button'), { slot: 'button', textContent: 'Browse' });
    host.append(slotted);
    await host.updateComplete;
    expect(host.get('[part=button]').checkVisibility()).to.equal(false);
    slotted.click();
    await nextTask();
    expect(dialogs.count).to.equal(1);
  });

  it('can be any other button of the page until it is detached', async () => {
    const host = await viewHost();
    const dialogs = countDialogs(host);
    const button = document.createElement('button');
    const detach = host.view.attachButton(button);
    button.click();
    expect(dialogs.count).to.equal(1);
    detach();
    button.click();
    expect(dialogs.count).to.equal(1);
  });

  it('opens no dialog while the uploader is disabled', async () => {
    const host = await viewHost({ disabled: true });
    const dialogs = countDialogs(host);
    expect((host.get('[part=button]') as HTMLButtonElement).disabled).to.equal(true);
    host.get('[part=dropzone]').click();
    host.view.openPicker();
    await nextTask();
    expect(dialogs.count).to.equal(0);
  });
});
