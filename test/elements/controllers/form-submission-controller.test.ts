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

/** Resolves with the data of the form when it is submitted and no listener prevents it. */
function submittedData(form: HTMLFormElement): Promise<FormData> {
  return new Promise((resolve) => {
    form.addEventListener('submit', (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      resolve(new FormData(form));
    });
  });
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
    const submitted = submittedData(form);
    form.requestSubmit();
    const data = await submitted;
    expect(data.getAll('f')).to.have.length(2);
    expect(data.get('title')).to.equal('Holiday');
  });

  describe('with more than 200 files', () => {
    const attributes = { name: 'f', 'manual-upload': true, 'upload-on-submit': true, 'no-thumbnails': true };
    const files = () => Array.from({ length: 201 }, (_, index) => makeFile(`${index}.bin`, 1));

    it('submits all entries, and a field that a listener of allComplete has filled', async () => {
      const element = putTraditional(attributes, form);
      element.addFiles(files());
      await next(element, 'submitted', ({ id }) => id === 200);
      await rendered(element);
      element.addEventListener('allComplete', ({ detail }) => {
        form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'count', value: detail.succeeded.length }));
      });
      const submitted = submittedData(form);
      form.requestSubmit();
      element.required = true; // From now on the browser does not submit the form without an entry.
      const data = await submitted;
      expect(data.getAll('f')).to.have.length(201);
      expect(data.get('count')).to.equal('201');
    });

    it('submits as soon as all of them are cancelled', async () => {
      const element = putTraditional(attributes, form);
      element.addEventListener('upload', (event) => event.waitUntil(new Promise(() => {})));
      element.addFiles(files());
      await next(element, 'submitted', ({ id }) => id === 200);
      await rendered(element);
      const submitted = submittedData(form);
      form.requestSubmit();
      await rendered(element);
      expect(element.validity.customError).to.equal(true);
      element.cancelAll();
      expect((await submitted).getAll('f')).to.deep.equal([]);
    });
  });
});
