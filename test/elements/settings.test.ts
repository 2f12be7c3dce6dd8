/** Reading of properties into settings. */
import { expect } from '@open-wc/testing';
import { attributeName, problemSentence, readSettings } from '../../src/elements/settings.js';
import type { PropertyMap } from '../../src/elements/settings.js';
import { size } from '../../src/elements/setting-types.js';
import { FineUploaderElement, FineUploaderS3Element } from '../../src/index.js';

const declarations: PropertyMap = new Map([
  ['sizeLimit', { type: size }],
  ['partSize', { type: size, default: '2kB' }],
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

  for (const element of [FineUploaderElement, FineUploaderS3Element]) {
    it(`reads the initial values of ${element.name} as its defaults`, () => {
      const properties = element.elementProperties as unknown as PropertyMap;
      const initial = readSettings(properties, new element() as unknown as Readonly<Record<string, unknown>>);
      expect(initial.problems).to.deep.equal([]);
      for (const [name, { type }] of properties) {
        if (!type || !('read' in type)) continue;
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
