/** Fine Uploader's option `form`, with a real server. */
import { expect } from '@open-wc/testing';
import { commandTestServers, testServers } from '../tools/test-servers.js';
import { cleanUp, makeFile, next, put, putTraditional } from './page.js';
import type { UploaderElement } from '../../src/elements/uploader-element.js';

const request = { endpoint: testServers.endpoint.uploads };
const fields = '<input name="title" value="Holiday"><input name="hidden" value="x" disabled>';

function putForm(id = ''): HTMLFormElement {
  const form = put<HTMLFormElement>('form', { action: '/elsewhere', ...(id && { id }) }, document.createElement('div'));
  form.innerHTML = fields;
  document.body.append(form);
  return form;
}

/** Records the warnings until `end` is called. */
function recordWarnings() {
  const { warn } = console;
  const warnings: string[] = [];
  let onWarning: (() => void) | undefined;
  console.warn = (warning: string) => {
    warnings.push(warning);
    onWarning?.();
  };
  return {
    warnings,
    next: () => new Promise<void>((resolve) => (onWarning = resolve)),
    end: () => (console.warn = warn),
  };
}

/** What is sent with the files, without the protocol's fields. */
async function sentFields(): Promise<string[]> {
  const { requests } = await commandTestServers('requests', { proxy: 'endpoint' });
  return requests
    .filter(({ method }) => method === 'POST')
    .flatMap(({ bodyStart }) => Array.from(bodyStart.matchAll(/ name="((?!qq)[^"]+)"\s+(.*)\s/g), ([, name, value]) => `${name}=${value}`));
}

const statusOf = (element: UploaderElement) => element.getUploads({ id: 0 })?.status;

describe('options.form', () => {
  let warned: ReturnType<typeof recordWarnings>;
  beforeEach(() => (warned = recordWarnings()));
  afterEach(async () => {
    warned.end();
    await cleanUp();
  });

  const elements: [how: string, element: (form: HTMLFormElement) => unknown][] = [
    ['its id', (form) => (form.id = 'my-form')],
    ['the form itself', (form) => form],
    ['nothing, for the form qq-form', (form) => void (form.id = 'qq-form')],
  ];
  for (const [how, give] of elements) {
    it(`sends the form’s fields with the files, which wait until it is submitted: given ${how}`, async () => {
      const form = putForm();
      const element = putTraditional({ endpoint: false, name: 'f' });
      const given = give(form);
      element.options = { request, form: given === undefined ? {} : { element: given } };
      expect(element.form).to.equal(form);
      element.addFiles(makeFile('a.bin', 10));
      await next(element, 'submitted');
      await element.updateComplete;
      const submissions: boolean[] = [];
      const submitted = new Promise((resolve) =>
        form.addEventListener('submit', (event) => {
          submissions.push(event.defaultPrevented);
          if (!event.defaultPrevented) resolve(new FormData(form).get('f'));
          event.preventDefault();
        }),
      );
      form.requestSubmit();
      expect(await submitted).to.equal(element.getUuid(0));
      expect(submissions).to.deep.equal([true, false]);
      expect(await sentFields()).to.deep.equal(['title=Holiday']);
    });
  }

  it('uploads at once with autoUpload, and leaves the form alone without interceptSubmit', async () => {
    const form = putForm();
    const element = putTraditional({ endpoint: false });
    element.options = { request, autoUpload: false, form: { element: form, autoUpload: true, interceptSubmit: false } };
    expect(element).to.include({ manualUpload: false, formParams: true, uploadOnSubmit: false });
    const completed = next(element, 'complete');
    element.addFiles(makeFile('a.bin', 10));
    expect((await completed).success).to.equal(true);
    expect(await sentFields()).to.deep.equal(['title=Holiday']);
  });

  it('leaves the form of the page’s attribute, and works before the element is on the page', async () => {
    const [form, own] = [putForm('my-form'), putForm('own')];
    const element = putTraditional({ form: 'own' });
    const warning = warned.next();
    element.options = { form: { element: form } };
    expect([element.form, element.formParams]).to.deep.equal([own, true]);
    await warning;
    expect(warned.warnings).to.deep.equal([
      '<fine-uploader>: the option "form.element" has no effect: the element belongs to another form. Place the element in the form, or set its attribute `form`.',
    ]);
    const later = document.createElement('fine-uploader');
    later.options = { form: { element: 'my-form' } };
    form.parentElement?.append(later);
    expect(later.form).to.equal(form);
    later.remove();
  });

  it('does nothing without a form, and warns of one that is not there', async () => {
    const element = putTraditional();
    element.options = { form: { autoUpload: false } };
    const warning = warned.next();
    element.options = { form: { element: 'nowhere', interceptSubmit: true } };
    expect(element).to.include({ manualUpload: false, formParams: false, uploadOnSubmit: false, form: null });
    await warning;
    expect(warned.warnings).to.deep.equal([
      '<fine-uploader>: the option "form.element" has no effect: there is no such form. Place the element in the form, or set its attribute `form`.',
    ]);
    const completed = next(element, 'complete');
    element.addFiles(makeFile('a.bin', 10));
    expect([(await completed).success, statusOf(element)]).to.deep.equal([true, 'upload successful']);
  });

  it('says that the form is submitted, and how a page stays', async () => {
    const form = putForm();
    const element = putTraditional({ endpoint: false });
    const warning = warned.next();
    element.options = { request, form: { element: form } };
    await warning;
    expect(warned.warnings).to.deep.equal([
      '<fine-uploader>: form.interceptSubmit uploads to the endpoint, not to the form’s action, and submits the form when its files are uploaded. To stay on the page, set these options, then add a listener to the form’s `submit` that calls `preventDefault()`.',
    ]);
    form.addEventListener('submit', (event) => event.preventDefault());
    element.addFiles(makeFile('a.bin', 10));
    await next(element, 'submitted');
    const completed = next(element, 'allComplete');
    form.requestSubmit();
    expect(await completed).to.deep.equal({ succeeded: [0], failed: [] });
  });
});
