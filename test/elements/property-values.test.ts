/** Every property, as it is declared, with values of every type: a warning, the default, and no exception. */
import { expect } from '@open-wc/testing';
import type { PropertyMap } from '../../src/elements/settings.js';
import { acceptValue, attributeName } from '../../src/elements/settings.js';
import { FineUploaderElement, FineUploaderS3Element } from '../../src/index.js';
import { cleanUp, makeFile, putS3, putTraditional } from './page.js';

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;

const values: Readonly<Record<string, unknown>> = {
  ...{
    undefined,
    null: null,
    'an empty string': '',
    'a word': 'x',
    'a negative number in a string': '-1',
    zero: 0,
    minus: -1,
    fraction: 1.5,
  },
  ...{
    'not a number': NaN,
    infinite: Infinity,
    true: true,
    bigint: 5n,
    symbol: Symbol('s'),
    array: [],
    'array of nothing': [null, undefined],
  },
  ...{ object: {}, 'a cycle': cyclic, 'object without prototype': Object.create(null) as object, url: new URL('https://example.test/a') },
  ...{ function: () => 'x' },
};

/** Calls every method that a page calls about files, with arguments that no page should use among them. */
function useMethods(element: FineUploaderElement | FineUploaderS3Element): void {
  const odd = 7 as unknown as string;
  element.addInitialFiles([{ name: 'there.bin', size: 3 } as never, null as never, 5 as never, { uuid: 'u' } as never]);
  element.addInitialFiles('x' as never);
  element.addFiles(makeFile('a.png', 5, { type: 'image/png' }), odd as never, odd);
  element.setName(1, odd);
  element.setName(1, 'b.png');
  element.setUuid(1, odd);
  element.setUuid(1, {} as never);
  element.setParams(odd as never);
  element.setParams('x' as never, 1);
  element.setCustomHeaders(odd as never, 1);
  element.setEndpoint({} as never, 1);
  element.setEndpoint(new URL('https://example.test/') as never, 1);
  element.setDeleteFileEndpoint(odd, 1);
  element.setDeleteFileParams(odd as never, 1);
  element.setDeleteFileCustomHeaders(odd as never, 1);
  element.setItemLimit('many' as never);
  element.setItemLimit(0);
  element.setCustomResumeData(1, 'note');
  element.getUploads();
  element.getUploads({ id: odd as never });
  element.getRemainingAllowedItems();
  element.getResumableFilesData();
  element.getEndpoint();
  element.getEndpoint(1);
  element.getNetUploads();
  element.isResumable(1);
  element.checkValidity();
  for (const id of [0, 1, 99, 'x' as never, -1, NaN]) {
    element.getName(id);
    element.getSize(id);
    element.pauseUpload(id);
    element.continueUpload(id);
    element.retry(id);
    element.deleteFile(id);
  }
  if (element instanceof FineUploaderS3Element) {
    element.setAcl(odd, 1);
    element.setUploadSuccessEndpoint(odd, 1);
    element.setUploadSuccessParams('x' as never, 1);
    element.getKey(1);
  }
  element.uploadStoredFiles();
}

describe('a property', () => {
  const { warn, error } = console;
  let warnings: string[] = [];
  let failures: string[] = [];
  const onError = (event: ErrorEvent | PromiseRejectionEvent) => failures.push(String('reason' in event ? event.reason : event.error));
  beforeEach(() => {
    warnings = [];
    failures = [];
    console.warn = (...words: unknown[]) => warnings.push(words.join(' '));
    console.error = (...words: unknown[]) => failures.push(words.join(' '));
    addEventListener('error', onError);
    addEventListener('unhandledrejection', onError);
  });
  afterEach(async () => {
    Object.assign(console, { warn, error });
    removeEventListener('error', onError);
    removeEventListener('unhandledrejection', onError);
    await cleanUp();
  });

  for (const { Element, put } of [
    { Element: FineUploaderElement, put: putTraditional },
    { Element: FineUploaderS3Element, put: putS3 },
  ]) {
    const declarations = Element.elementProperties as unknown as PropertyMap;

    it(`of ${Element.name} is one of those that are tested here`, () => {
      expect(declarations.size).to.be.greaterThan(50);
      const untested = [...declarations].filter(([, { setting, type }]) => !setting && type !== Boolean).map(([name]) => name);
      expect(untested).to.deep.equal([]);
    });

    for (const [property, declaration] of declarations) {
      it(`${property} of ${Element.name} accepts any value, warns of what it cannot read, and breaks no method`, async () => {
        const cases = Object.entries(values).map(([type, value]) => ({ type, value, element: put({ 'max-auto-attempts': 0 }) }));
        const rendered = () => Promise.all(cases.map(({ element }) => element.updateComplete));
        await rendered();
        for (const { type, value, element } of cases) {
          warnings = [];
          for (let times = 0; times < 2; times++) Reflect.set(element, property, value);
          const expected = acceptValue(element.localName, property, declaration, value);
          const own = warnings.filter((warning) => warning.includes(`: ${attributeName(property)}`) && warning.includes('is not'));
          expect(own, `${property} = ${type}`).to.deep.equal(expected.warning ? [expected.warning] : []);
          if (expected.warning && property !== 'options') expect(Reflect.get(element, property), type).to.deep.equal(expected.value);
        }
        await rendered();
        for (const { element } of cases) useMethods(element);
        await rendered();
        await new Promise(requestAnimationFrame);
        await rendered();
        for (const { element } of cases) {
          element.reset();
          element.remove();
        }
        expect(failures).to.deep.equal([]);
      });
    }
  }

  it('may be a URL where a URL is expected', async () => {
    const element = putTraditional();
    element.endpoint = new URL('/there', location.href) as never;
    expect(element.endpoint).to.equal(new URL('/there', location.href).href);
    expect(element.getEndpoint(0)).to.equal(element.endpoint);
    await element.updateComplete;
    expect(element.getAttribute('endpoint')).to.equal(element.endpoint);
    expect(warnings).to.deep.equal([]);
  });
});
