/** Pasted files: `paste`, `pasteTarget` and `pasteReceived`. */
import { expect } from '@open-wc/testing';
import { pasteImage, pasteOf } from '../../tools/gestures.js';
import { cleanUp, makeFile, next, putTraditional } from '../page.js';

describe('paste', () => {
  afterEach(cleanUp);
  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

  it('adds an image from the clipboard, named by the page', async () => {
    const element = putTraditional({ paste: true });
    element.pasteTarget = document;
    element.addEventListener('pasteReceived', (event) => event.waitUntil(Promise.resolve('screenshot')));
    await element.updateComplete;
    const completed = next(element, 'complete');
    await pasteImage(png);
    expect((await completed).name).to.equal('screenshot.png');
  });

  it('leaves text alone, and does not add what the page refuses', async () => {
    const element = putTraditional({ paste: true });
    await element.updateComplete;
    const text = new DataTransfer();
    text.setData('text/plain', 'words');
    const pasted = pasteOf(text);
    element.dispatchEvent(pasted);
    expect(pasted.defaultPrevented).to.equal(false);
    const files = new DataTransfer();
    files.items.add(makeFile('image.png', 10, { type: 'image/png' }));
    const paste = () => element.dispatchEvent(pasteOf(files));
    element.addEventListener('pasteReceived', (event) => event.preventDefault(), { once: true });
    paste();
    const completed = next(element, 'complete');
    paste();
    expect((await completed).name).to.equal('pasted_image.png');
    expect(element.getUploads()).to.have.length(1);
  });

  it('leaves the cells of a spreadsheet, which are text and a picture, to a text field, and adds their picture elsewhere', async () => {
    const element = putTraditional();
    element.pasteTarget = document;
    await element.updateComplete;
    const fields = document.createElement('div');
    fields.innerHTML = '<input><textarea></textarea><p contenteditable>Cells: <b>here</b></p><p id="elsewhere"></p>';
    document.body.append(fields);
    const cells = () => {
      const data = new DataTransfer();
      data.setData('text/plain', '1\t2');
      data.items.add(makeFile('image.png', 10, { type: 'image/png' }));
      return data;
    };
    const picture = new DataTransfer();
    picture.items.add(makeFile('image.png', 10, { type: 'image/png' }));
    const pasted = (selector: string, data: DataTransfer) => {
      const event = pasteOf(data);
      fields.querySelector(selector)?.dispatchEvent(event);
      return event.defaultPrevented;
    };
    for (const field of ['input', 'textarea', '[contenteditable]', 'b']) expect(pasted(field, cells()), field).to.equal(false);
    expect(element.getUploads()).to.deep.equal([]);
    expect(pasted('input', picture)).to.equal(true);
    const second = next(element, 'submitted', ({ id }) => id === 1);
    expect(pasted('#elsewhere', cells())).to.equal(true);
    await second;
    fields.remove();
  });

  it('is nothing for an element that has left the page, even if something of it is still to be drawn', async () => {
    const element = putTraditional();
    await element.updateComplete;
    element.pasteTarget = document;
    element.remove();
    await element.updateComplete;
    const files = new DataTransfer();
    files.items.add(makeFile('notes.txt', 10));
    const pasted = pasteOf(files);
    document.body.dispatchEvent(pasted);
    expect(pasted.defaultPrevented).to.equal(false);
    expect(element.getUploads()).to.have.length(0);
  });

  it('is left to the page while the element is disabled', async () => {
    const element = putTraditional({ paste: true, disabled: true });
    await element.updateComplete;
    const files = new DataTransfer();
    files.items.add(makeFile('notes.txt', 10));
    const paste = () => {
      const pasted = pasteOf(files);
      element.dispatchEvent(pasted);
      return pasted.defaultPrevented;
    };
    expect(paste()).to.equal(false);
    expect(element.getUploads()).to.have.length(0);
    element.disabled = false;
    await element.updateComplete;
    const completed = next(element, 'complete');
    expect(paste()).to.equal(true);
    expect((await completed).name).to.equal('notes.txt');
  });
});
