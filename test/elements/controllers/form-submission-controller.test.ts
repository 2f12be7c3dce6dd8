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

  const attributes = { name: 'f', 'manual-upload': true, 'upload-on-submit': true };

  it('also waits for a file that is added meanwhile, and uploads it', async () => {
    const element = putTraditional(attributes, form);
    element.addFiles(makeFile('a.bin', 10));
    await next(element, 'submitted');
    element.addEventListener('upload', () => element.addFiles(makeFile('b.bin', 10)), { once: true });
    const submitted = submittedData(form);
    form.requestSubmit();
    expect((await submitted).getAll('f')).to.have.length(2);
  });

  it('waits for files that are still read, and for an element that has just been made so', async () => {
    const element = putTraditional({ name: 'f' }, form);
    element.uploadOnSubmit = element.manualUpload = true;
    element.addFiles(Object.assign(document.createElement('canvas'), { width: 20, height: 10 }));
    const submitted = submittedData(form);
    form.requestSubmit();
    expect((await submitted).getAll('f')).to.have.length(1);
  });

  it('lets a required element with files be submitted, and one without files not', async () => {
    const element = putTraditional({ ...attributes, required: true }, form);
    await element.updateComplete;
    expect(form.checkValidity()).to.equal(false);
    element.addFiles(makeFile('a.bin', 10));
    await next(element, 'submitted');
    await rendered(element);
    const submitted = submittedData(form);
    form.requestSubmit();
    expect((await submitted).getAll('f')).to.have.length(1);
  });

  it('submits nothing after reset(), until it is submitted again', async () => {
    const element = putTraditional(attributes, form);
    let submissions = 0;
    form.addEventListener('submit', (event) => {
      if (!event.defaultPrevented) submissions++;
      event.preventDefault();
    });
    for (const reset of [() => element.reset(), () => form.reset()]) {
      const held = new Promise(() => {});
      element.addEventListener('upload', (event) => event.waitUntil(held), { once: true });
      element.addFiles(makeFile('a.bin', 10));
      const uploading = next(element, 'upload');
      form.requestSubmit();
      await uploading;
      reset();
      element.addFiles(makeFile('b.bin', 10));
      await next(element, 'submitted');
      await rendered(element);
      expect(element.getUploads().map(({ status }) => status)).to.deep.equal(['submitted']);
      element.reset();
      await rendered(element);
      expect(submissions).to.equal(0);
    }
    form.requestSubmit();
    expect(submissions).to.equal(1);
  });

  it('holds the form that setForm() has just given it to, and no longer the one before', async () => {
    const other = putForm();
    const element = putTraditional(attributes, form);
    await element.updateComplete;
    element.addFiles(makeFile('a.bin', 10));
    element.setForm(other);
    const [first, second] = [submittedData(form), submittedData(other)];
    form.requestSubmit();
    expect([...(await first).keys()]).to.deep.equal(['title']);
    other.requestSubmit();
    expect((await second).getAll('f')).to.have.length(1);
    other.remove();
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
