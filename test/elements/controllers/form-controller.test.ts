/** The element as a form control. */
import { expect } from '@open-wc/testing';
import type { UploaderElement } from '../../../src/elements/uploader-element.js';
import { testServers } from '../../tools/test-servers.js';
import { cleanUp, makeFile, next, putS3, putTraditional, upload } from '../page.js';

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

describe('in a form', () => {
  let form: HTMLFormElement;
  beforeEach(() => (form = putForm()));
  afterEach(async () => {
    await cleanUp();
    form.remove();
  });

  it('each finished file is one entry: its uuid, for S3 its key', async () => {
    const own = putTraditional({ name: 'own' }, form);
    const s3 = putS3({ name: 's3', key: 'filename' }, form);
    const { uuid } = await upload(own, makeFile('a.bin', 10));
    await upload(s3, makeFile('form.bin', 10));
    await upload(s3, makeFile('form too.bin', 10));
    await rendered(own);
    await rendered(s3);
    const data = new FormData(form);
    expect(data.getAll('own')).to.deep.equal([uuid]);
    expect(data.getAll('s3')).to.deep.equal(['form.bin', 'form too.bin']);
    expect(own.form).to.equal(form);
  });

  it('required wants a file, and a file on its way wants to be waited for', async () => {
    const element = putTraditional({ name: 'f', required: true, 'manual-upload': true }, form);
    await element.updateComplete;
    expect(form.checkValidity()).to.equal(false);
    expect(element.validity.valueMissing).to.equal(true);
    expect(element.validationMessage).to.not.equal('');
    expect(element.reportValidity()).to.equal(false);
    element.addFiles(makeFile('a.bin', 100_000));
    await next(element, 'submitted');
    const uploading = next(element, 'statusChange', ({ newStatus }) => newStatus === 'uploading');
    const completed = next(element, 'complete');
    element.uploadStoredFiles();
    await uploading;
    await completed;
    await rendered(element);
    expect(element.checkValidity()).to.equal(true);
    expect(element.willValidate).to.equal(true);
  });

  it('what stands for a finished file follows its uuid, its deletion and the element’s name, also within the events that tell of it', async () => {
    const element = putTraditional({ name: 'f', 'delete-endpoint': testServers.endpoint.uploads }, form);
    const values = () => new FormData(form).getAll('f');
    const heard: unknown[] = [];
    element.addEventListener('statusChange', ({ detail }) => {
      if (detail.newStatus === 'upload successful') heard.push(values());
    });
    const { uuid } = await upload(element, makeFile('a.bin', 10));
    const { uuid: other } = await upload(element, makeFile('b.bin', 10));
    expect(heard).to.deep.equal([[uuid], [uuid, other]]);
    element.setUuid(0, 'renamed');
    await rendered(element);
    expect(values()).to.deep.equal(['renamed', other]);
    const deleted = next(element, 'deleteComplete');
    element.deleteFile(1);
    await deleted;
    await rendered(element);
    expect(values()).to.deep.equal(['renamed']);
    element.name = 'g';
    await rendered(element);
    expect(values()).to.deep.equal([]);
    expect(new FormData(form).getAll('g')).to.deep.equal(['renamed']);
  });

  it('explains why it cannot be sent in the language of the page', async () => {
    const element = putTraditional({ required: true }, form);
    await rendered(element);
    const english = element.validationMessage;
    form.lang = 'de';
    for (let tries = 0; element.validationMessage === english && tries < 100; tries++) {
      element.requestUpdate();
      await rendered(element);
    }
    expect(element.validationMessage).to.match(/Datei/);
  });

  it('is emptied by reset and stopped by a disabled fieldset', async () => {
    const fieldset = document.createElement('fieldset');
    form.append(fieldset);
    const element = putTraditional({ name: 'f' }, fieldset);
    await upload(element, makeFile('a.bin', 10));
    await rendered(element);
    form.reset();
    await rendered(element);
    expect(new FormData(form).has('f')).to.equal(false);
    expect(element.getUploads()).to.deep.equal([]);
    fieldset.disabled = true;
    await element.updateComplete;
    expect(element.shadowRoot?.querySelector<HTMLInputElement>('input[type=file]')?.disabled).to.equal(true);
    expect(element.willValidate).to.equal(false);
  });

  it('is usable once its disabled attribute is gone, however it came to it', async () => {
    const disabled = (element: UploaderElement) => element.shadowRoot?.querySelector<HTMLInputElement>('input[type=file]')?.disabled;
    const element = putTraditional({ disabled: true }, form);
    await rendered(element);
    expect(disabled(element)).to.equal(true);
    element.disabled = false;
    await rendered(element);
    expect(disabled(element)).to.equal(false);
    element.setAttribute('disabled', '');
    await rendered(element);
    expect(disabled(element)).to.equal(true);
    element.removeAttribute('disabled');
    await rendered(element);
    expect(disabled(element)).to.equal(false);
    element.disabled = true;
    await rendered(element);
    expect(disabled(element)).to.equal(true);
  });

  it('brings finished files back after Back or reload, and nothing odd', async () => {
    const element = putTraditional({ name: 'f' }, form);
    await element.updateComplete;
    element.formStateRestoreCallback('{not json');
    element.formStateRestoreCallback('{"a":1}');
    expect(element.getUploads()).to.deep.equal([]);
    element.formStateRestoreCallback(JSON.stringify([{ name: 'a.bin', uuid: 'u-1', size: 3 }, { odd: true }, null]));
    await rendered(element);
    expect(element.getUploads().map(({ uuid }) => uuid)).to.deep.equal(['u-1']);
    expect(new FormData(form).get('f')).to.equal('u-1');
  });

  it('with form-params, the other fields go along as parameters', async () => {
    const element = putS3({ 'form-params': true, key: 'filename' }, form);
    const { key } = await upload(element, makeFile('params.bin', 10));
    const { commandTestServers } = await import('../../tools/test-servers.js');
    expect(JSON.stringify(await commandTestServers('sha256', { key: key ?? '' }))).to.contain('Holiday');
  });

  it('can belong to a form elsewhere', async () => {
    const element = putTraditional({ name: 'f' });
    expect(() => element.setForm('nowhere')).to.throw(TypeError, 'nowhere');
    element.setForm(form);
    expect(element.form).to.equal(form);
    const { uuid } = await upload(element, makeFile('a.bin', 10));
    expect(new FormData(form).get('f')).to.equal(uuid);
    element.setForm(form.id);
  });
});
