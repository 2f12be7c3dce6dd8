/** Submitting a form whose files are not uploaded yet: `upload-on-submit`. */
import { expect } from '@open-wc/testing';
import type { UploaderElement } from '../../../src/elements/uploader-element.js';
import { cleanUp, makeFile, next, putTraditional } from '../page.js';

async function rendered(element: UploaderElement): Promise<void> {
  await new Promise(requestAnimationFrame);
  await element.updateComplete;
}

function putForm(): HTMLFormElement {
  const form = document.createElement('form');
  form.innerHTML = '<input name="title" value="Holiday"><button>Send</button>';
  document.body.append(form);
  return form;
}

describe('upload-on-submit', () => {
  let form: HTMLFormElement;
  beforeEach(() => (form = putForm()));
  afterEach(async () => {
    await cleanUp();
    form.remove();
  });

  it('with upload-on-submit, the form waits for its files', async () => {
    const element = putTraditional({ name: 'f', 'manual-upload': true, 'upload-on-submit': true }, form);
    element.addFiles([makeFile('a.bin', 10), makeFile('b.bin', 10)]);
    await next(element, 'submitted', ({ id }) => id === 1);
    await rendered(element);
    const sent = new Promise<FormData>((resolve) => {
      form.addEventListener('submit', (event) => {
        if (event.defaultPrevented) return;
        event.preventDefault();
        resolve(new FormData(form));
      });
    });
    form.requestSubmit();
    const data = await sent;
    expect(data.getAll('f')).to.have.length(2);
    expect(data.get('title')).to.equal('Holiday');
  });
});
