/** Reading of properties into settings. */
import { expect } from '@open-wc/testing';
import { attributeName, problemSentence, readSettings } from '../../src/elements/settings.js';
import type { PropertyMap, PropertyOptions } from '../../src/elements/settings.js';
import { extensions, fileTypes, size } from '../../src/elements/setting-types.js';
import { FineUploaderElement, FineUploaderS3Element } from '../../src/index.js';

const declarations: PropertyMap = new Map([
  ['sizeLimit', { setting: size }],
  ['partSize', { setting: size, default: '2kB' }],
  ['chunking', { type: Boolean }],
]);

describe('readSettings', () => {
  it('reads the values of the properties', () => {
    const { settings, problems } = readSettings(declarations, { sizeLimit: '1kB', partSize: 5, chunking: true });
    expect(settings).to.deep.equal({ sizeLimit: 1000, partSize: 5, chunking: true });
    expect(problems).to.deep.equal([]);
  });

  it('uses the default of a value that is missing', () => {
    for (const missing of [undefined, null, '']) {
      const { settings, problems } = readSettings(declarations, { sizeLimit: missing, partSize: missing, chunking: false });
      expect(settings).to.deep.equal({ sizeLimit: 0, partSize: 2000, chunking: false });
      expect(problems).to.deep.equal([]);
    }
  });

  it('uses the default of a value that cannot be read, and reports it', () => {
    const { settings, problems } = readSettings(declarations, { sizeLimit: 'huge', partSize: {}, chunking: false });
    expect(settings).to.deep.equal({ sizeLimit: 0, partSize: 2000, chunking: false });
    expect(problems).to.deep.equal([
      { property: 'sizeLimit', value: 'huge', expected: size.expected },
      { property: 'partSize', value: {}, expected: size.expected },
    ]);
  });

  it('ignores the entries of a list that cannot be read, and reports each', () => {
    const lists: PropertyMap = new Map<string, PropertyOptions>([
      ['allowedExtensions', { setting: extensions }],
      ['accept', { setting: fileTypes }],
    ]);
    const { settings, problems } = readSettings(lists, { allowedExtensions: ['jpg', 7, '', null, 'png'], accept: 'image/*, jpg, .pdf' });
    expect(settings).to.deep.equal({ allowedExtensions: ['jpg', 'png'], accept: 'image/*,.pdf' });
    expect(problems.map((problem) => problemSentence('u', problem))).to.deep.equal([
      '<u>: allowed-extensions=7 is not an extension; the entry is ignored.',
      '<u>: allowed-extensions="" is not an extension; the entry is ignored.',
      '<u>: allowed-extensions=null is not an extension; the entry is ignored.',
      '<u>: accept=" jpg" is not a MIME type, nor an extension with a dot; the entry is ignored.',
    ]);
    expect(readSettings(lists, { allowedExtensions: [], accept: '*/*' })).to.deep.equal({
      settings: { allowedExtensions: [], accept: '' },
      problems: [],
    });
  });

  for (const element of [FineUploaderElement, FineUploaderS3Element]) {
    it(`reads the initial values of ${element.name} as its defaults`, () => {
      const properties = element.elementProperties as unknown as PropertyMap;
      const initial = readSettings(properties, new element() as unknown as Readonly<Record<string, unknown>>);
      expect(initial.problems).to.deep.equal([]);
      for (const [name, { setting }] of properties) {
        if (!setting) continue;
        const { settings } = readSettings(properties, { [name]: undefined });
        expect(settings[name], name).to.deep.equal(initial.settings[name]);
      }
    });
  }
});

describe('problemSentence', () => {
  it('names the element, the attribute and the value', () => {
    expect(problemSentence('fine-uploader', { property: 'sizeLimit', value: 'huge', expected: 'a size' })).to.equal(
      '<fine-uploader>: size-limit="huge" is not a size; the default is used.',
    );
    expect(problemSentence('fine-uploader', { property: 'params', value: [1], expected: 'an object' })).to.contain('params=[1]');
    expect(attributeName('maxAutoAttempts')).to.equal('max-auto-attempts');
  });
});
