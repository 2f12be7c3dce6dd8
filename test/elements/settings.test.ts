/** Reading of properties into settings. */
import { expect } from '@open-wc/testing';
import { acceptValue, attributeName, readSettings, showValue } from '../../src/elements/settings.js';
import type { PropertyMap } from '../../src/elements/settings.js';
import { size, url } from '../../src/elements/setting-types.js';
import { FineUploaderElement, FineUploaderS3Element } from '../../src/index.js';

const declarations: PropertyMap = new Map([
  ['sizeLimit', { setting: size }],
  ['partSize', { setting: size, default: '2kB' }],
  ['chunking', { type: Boolean }],
]);

describe('readSettings', () => {
  it('reads the values of the properties', () => {
    const settings = readSettings(declarations, { sizeLimit: '1kB', partSize: 5, chunking: true });
    expect(settings).to.deep.equal({ sizeLimit: 1000, partSize: 5, chunking: true });
  });

  it('uses the default of a value that is missing or cannot be read', () => {
    for (const missing of [undefined, null, '', 'huge', {}]) {
      const settings = readSettings(declarations, { sizeLimit: missing, partSize: missing, chunking: false });
      expect(settings).to.deep.equal({ sizeLimit: 0, partSize: 2000, chunking: false });
    }
  });

  for (const element of [FineUploaderElement, FineUploaderS3Element]) {
    it(`reads the initial values of ${element.name} as its defaults`, () => {
      const properties = element.elementProperties as unknown as PropertyMap;
      const initial = readSettings(properties, new element() as unknown as Readonly<Record<string, unknown>>);
      for (const [name, { setting }] of properties) {
        if (setting) expect(readSettings(properties, {})[name], name).to.deep.equal(initial[name]);
      }
    });
  }
});

describe('acceptValue', () => {
  it('keeps a value that can be read, and normalizes what is to be a string', () => {
    expect(acceptValue('fine-uploader', 'sizeLimit', { setting: size }, '5MiB')).to.deep.equal({ value: '5MiB' });
    expect(acceptValue('fine-uploader', 'endpoint', { setting: url }, new URL('https://a.test/'))).to.deep.equal({
      value: 'https://a.test/',
    });
    expect(acceptValue('fine-uploader', 'chunking', { type: Boolean }, 'yes')).to.deep.equal({ value: true });
  });

  it('replaces another by the default, and names the element, the attribute, the value and what is expected', () => {
    expect(acceptValue('fine-uploader', 'sizeLimit', { setting: size, default: 5 }, 5n)).to.deep.equal({
      value: 5,
      warning: `<fine-uploader>: size-limit=5 is not ${size.expected}; the default is used.`,
    });
  });

  it('keeps a text that an attribute can have, with the warning', () => {
    const { value, warning } = acceptValue('fine-uploader', 'sizeLimit', { setting: size, default: 5 }, 'huge');
    expect([value, warning]).to.deep.equal(['huge', `<fine-uploader>: size-limit="huge" is not ${size.expected}; the default is used.`]);
    expect(acceptValue('fine-uploader', 'pasteTarget', { setting: size, default: null, attribute: false }, 'x').value).to.equal(null);
  });

  it('does not show a secret', () => {
    const { warning } = acceptValue('fine-uploader-s3', 'credentials', { setting: { ...size, secret: true } }, { secretKey: 's3cr3t' });
    expect(warning).to.contain('credentials is not').and.not.contain('s3cr3t');
  });
});

describe('showValue', () => {
  it('shows any value in a few words', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    expect([cyclic, 5n, NaN, () => {}, [1], 'a'.repeat(1000)].map((value) => showValue(value).slice(0, 12))).to.deep.equal([
      ...['an object', '5', 'NaN', 'a function', '[1]', '"aaaaaaaaaaa'],
    ]);
    expect(attributeName('maxAutoAttempts')).to.equal('max-auto-attempts');
  });
});
