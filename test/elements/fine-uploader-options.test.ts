/** Options in Fine Uploader's own shape. */
import { expect } from '@open-wc/testing';
import { fineUploaderDefaults, negated, optionTargets, parseOptions, renameOptions } from '../../src/elements/fine-uploader-options.js';
import type { PropertyMap, PropertyOptions } from '../../src/elements/settings.js';
import type { FineUploaderAzureElement } from '../../src/fine-uploader-azure.js';
import { UploaderElement } from '../../src/elements/uploader-element.js';
import { cleanUp, collect, makeFile, next, put, putS3, putTraditional, upload } from './page.js';

const declarations: PropertyMap = new Map<string, PropertyOptions>([
  ['maxAutoAttempts', { option: { 'retry.maxAutoAttempts': (value) => value, 'retry.enableAuto': (enabled) => (enabled ? 3 : 0) } }],
  ['manualUpload', { option: { autoUpload: negated } }],
  ['endpoint', { option: 'request.endpoint' }],
  ['name', {}],
]);

describe('optionTargets', () => {
  it('lists the options of all properties in their order', () => {
    const targets = optionTargets(declarations);
    expect(Array.from(targets, ([path, { property }]) => [path, property])).to.deep.equal([
      ['retry.maxAutoAttempts', 'maxAutoAttempts'],
      ['retry.enableAuto', 'maxAutoAttempts'],
      ['autoUpload', 'manualUpload'],
      ['request.endpoint', 'endpoint'],
    ]);
    expect(targets.get('autoUpload')?.convert(false, undefined)).to.equal(true);
    expect(targets.get('request.endpoint')?.convert('/a', undefined)).to.equal('/a');
  });
});

describe('parseOptions', () => {
  const parse = (options: object, storeOptions: readonly string[] = []) => parseOptions(options, optionTargets(declarations), storeOptions);

  it('sorts options into those of properties, those without and unknown ones', () => {
    const options = {
      request: { endpoint: '/a', inputName: 'f', frobnicate: 1 },
      session: { params: { a: 1 } },
      retry: { enableAuto: false, autoRetryNote: 'Retrying' },
      debug: true,
      nonsense: { a: 1 },
    };
    expect(parse(options, ['request.inputName'])).to.deep.equal({
      properties: { 'request.endpoint': '/a', 'retry.enableAuto': false },
      extra: { 'request.inputName': 'f', 'session.params': { a: 1 }, messages: { autoRetryNote: 'Retrying' } },
      unknown: { 'request.frobnicate': 1, debug: true, nonsense: { a: 1 } },
    });
  });

  it('does not know the options of another store', () => {
    expect(parse({ request: { inputName: 'f' } }).unknown).to.deep.equal({ 'request.inputName': 'f' });
  });
});

describe('fineUploaderDefaults', () => {
  it('are of options that every element has', () => {
    const targets = optionTargets(UploaderElement.elementProperties as unknown as PropertyMap);
    expect(Object.keys(fineUploaderDefaults).filter((path) => !targets.has(path))).to.deep.equal([]);
  });
});

describe('renameOptions', () => {
  it('returns the options that have been set, by their new names', () => {
    expect(renameOptions({ 'a.b': 1, other: 2 }, { 'a.b': 'first', 'a.c': 'second' })).to.deep.equal({ first: 1 });
  });
});

describe('an options object', () => {
  afterEach(cleanUp);

  it('sets the properties of an element', async () => {
    const element = putS3();
    for (const name of element.getAttributeNames()) element.removeAttribute(name); // They take precedence.
    element.options = {
      autoUpload: false,
      debug: true,
      request: { accessKey: 'AK', params: { a: 1 } },
      chunking: { enabled: true, partSize: 6_000_000, concurrent: { enabled: true } },
      retry: { enableAuto: false },
      validation: { acceptFiles: ['image/*', '.pdf'], sizeLimit: 77, image: { minWidth: 5 } },
      objectProperties: { key: 'filename', reducedRedundancy: true },
      signature: { endpoint: '/sign', version: 2 },
      uploadSuccess: { endpoint: '/done' },
      cors: { expected: true, sendCredentials: true },
      warnBeforeUnload: false,
      deleteFile: { endpoint: '/delete', params: { x: 1 } },
      messages: { emptyError: '{file} has nothing in it!' },
    };
    expect(element).to.include({
      manualUpload: true,
      accessKey: 'AK',
      chunking: true,
      partSize: 6_000_000,
      concurrentChunks: true,
      maxAutoAttempts: 0,
      accept: 'image/*,.pdf',
      sizeLimit: 77,
      imageMinWidth: 5,
      key: 'filename',
      storageClass: 'REDUCED_REDUNDANCY',
      signatureEndpoint: '/sign',
      signatureVersion: 2,
      successEndpoint: '/done',
      withCredentials: true,
      noUnloadWarning: true,
      deleteEndpoint: '/delete',
    });
    await element.updateComplete;
    const error = next(element, 'error');
    element.addFiles(makeFile('a.pdf', 0));
    expect((await error).reason).to.equal('a.pdf has nothing in it!');
  });

  it('turns off retries and deleting, whatever the order of its options', () => {
    const element = putTraditional();
    element.options = { retry: { enableAuto: false, maxAutoAttempts: 5 }, deleteFile: { enabled: false, endpoint: '/delete' } };
    expect(element.maxAutoAttempts).to.equal(0);
    expect(element.deleteEndpoint).to.equal(undefined);
  });

  for (const withOptions of [true, false]) {
    it(`${withOptions ? 'rejects all files of a choice that exceeds item-limit, with one error' : 'is needed to reject all files of a choice'}`, async () => {
      const element = putTraditional();
      element.manualUpload = true;
      element.itemLimit = 2;
      if (withOptions) element.options = { autoUpload: false };
      const errors = collect(element, 'error');
      const message = new Promise((resolve) => (element.showMessage = resolve));
      element.addFiles([makeFile('a.bin', 1), makeFile('b.bin', 1), makeFile('c.bin', 1)]);
      expect(await message).to.equal('Only 2 files are allowed.');
      const first = withOptions ? 'rejected' : 'submitted';
      expect(element.getUploads().map(({ status }) => status)).to.deep.equal([first, first, 'rejected']);
      expect(errors.map(({ id, name, code }) => [id, name, code])).to.deep.equal([
        withOptions ? [null, '', 'tooManyItemsError'] : [2, 'c.bin', 'tooManyItemsError'],
      ]);
    });
  }

  it('is merged with the options before it, and options that are not read are a warning', async () => {
    const element = putTraditional();
    const { warn } = console;
    const warned = new Promise((resolve) => {
      const warnings: unknown[] = [];
      console.warn = (warning: string) => {
        // Those of an earlier test's element may come late: they load first.
        if (warning.startsWith('<fine-uploader>') && warnings.push(warning) === 4) resolve(warnings);
      };
    });
    element.options = { deleteFile: { params: { a: 1 } }, objectProperties: { acl: 'private' }, display: { prependFiles: true } };
    element.options = { deleteFile: { params: { b: 2 } }, callbacks: { onFrobnicate: () => undefined } };
    element.options = { messages: { onLeave: 'Stay!', sizeError: 'Large.' } };
    const warnings = await warned;
    console.warn = warn;
    expect(element.extraOptions['deleteFile.params']).to.deep.equal({ a: 1, b: 2 });
    expect(warnings).to.deep.equal([
      '<fine-uploader>: options has no "objectProperties"; it is ignored.',
      '<fine-uploader>: the option "display.prependFiles" has no effect: the list keeps the order in which files are added.',
      '<fine-uploader>: options has no "callbacks.onFrobnicate"; it is ignored.',
      '<fine-uploader>: the option "messages.onLeave" has no effect: browsers show a text of their own before a page is left.',
    ]);
  });

  it('warns of deleting without an endpoint, where the element needs one', async () => {
    const { warn } = console;
    const warnings: unknown[] = [];
    const warned = new Promise<void>((resolve) => {
      console.warn = (warning: string) => {
        if (warnings.push(warning) && warning.includes('"end"')) resolve();
      };
    });
    const element = putTraditional();
    element.options = { deleteFile: { enabled: true, endpoint: '/delete' } };
    element.deleteEndpoint = '';
    element.options = { deleteFile: { enabled: false } };
    element.options = { deleteFile: { enabled: true } };
    put<FineUploaderAzureElement>('fine-uploader-azure').options = { deleteFile: { enabled: true } };
    element.options = { end: true };
    await warned;
    console.warn = warn;
    expect(warnings).to.deep.equal([
      '<fine-uploader>: deleteFile.enabled needs deleteFile.endpoint, the URL that deletes uploaded files.',
      '<fine-uploader>: options has no "end"; it is ignored.',
    ]);
  });

  it('reaches the store where there is no property for it', async () => {
    const element = putTraditional();
    element.options = { request: { inputName: 'upfile', requireSuccessJson: false } };
    const complete = await upload(element, makeFile('a.bin', 10));
    expect(complete.name).to.equal('a.bin');
    expect(element.options).to.deep.equal({ request: { inputName: 'upfile', requireSuccessJson: false } });
  });

  it('calls the callbacks with Fine Uploader’s arguments, the element as this, and heeds what they return', async () => {
    const element = putTraditional();
    const calls: unknown[] = [];
    element.options = {
      callbacks: {
        onValidate: ({ name, size }: { name: string; size: number }) => {
          calls.push([name, size]);
          return name !== 'b.bin';
        },
        onUpload: () => Promise.resolve(),
        onComplete: () => calls.push('replaced'),
      },
    };
    element.options = {
      callbacks: {
        onComplete(this: unknown, ...args: unknown[]) {
          calls.push([this === element, args[0], args[1], args.length]);
        },
      },
    };
    await element.updateComplete;
    const done = next(element, 'allComplete');
    element.addFiles([makeFile('a.bin', 10), makeFile('b.bin', 10)]);
    await done;
    expect(calls).to.deep.equal([
      ['a.bin', 10],
      ['b.bin', 10],
      [true, 0, 'a.bin', 4],
    ]);
    expect(element.getUploads().map(({ status }) => status)).to.deep.equal(['upload successful', 'rejected']);
  });

  it('brings Fine Uploader’s defaults, under attributes and properties of the page', () => {
    const element = putS3();
    element.removeAttribute('multiple');
    element.maxConnections = 8;
    element.setAttribute('auto-attempt-delay', '2');
    element.options = { retry: { autoAttemptDelay: 9 } };
    expect(element).to.include({ multiple: true, maxConnections: 8, maxAutoAttempts: 0, signatureVersion: 2 });
    expect(Number(element.autoAttemptDelay)).to.equal(2);
    element.options = { multiple: false, maxConnections: 4 };
    expect(element).to.include({ multiple: false, maxConnections: 4, signatureVersion: 2 });
  });

  for (const when of ['before', 'after']) {
    it(`replaces a property of the page ${when} it is reflected to its attribute`, async () => {
      const element = putTraditional({ endpoint: false });
      element.endpoint = '/a';
      if (when === 'after') await element.updateComplete;
      element.options = { request: { endpoint: '/b' } };
      expect(element.endpoint).to.equal('/b');
      await element.updateComplete;
      element.options = { request: { endpoint: '/c' } };
      expect(element.endpoint).to.equal('/c');
    });
  }

  it('does not replace an attribute that the page sets after other options', async () => {
    const element = putTraditional({ endpoint: false });
    element.options = { request: { endpoint: '/a' }, retry: { autoAttemptDelay: 9 } };
    await element.updateComplete;
    element.setAttribute('endpoint', '/b');
    element.options = { request: { endpoint: '/c' } };
    expect(element.endpoint).to.equal('/b');
    element.removeAttribute('endpoint');
    element.options = { request: { endpoint: '/d' } };
    expect(element.endpoint).to.equal('/d');
  });
});
