/** Reading of properties into settings. */
import { expect } from '@open-wc/testing';
import { acceptValue, attributeName, readSettings, showValue } from '../../src/elements/settings.js';
import type { PropertyMap, PropertyOptions } from '../../src/elements/settings.js';
import { extensions, fileTypes, size, url } from '../../src/elements/setting-types.js';
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

  it('uses the default of a value that cannot be read', () => {
    const settings = readSettings(declarations, { sizeLimit: 'huge', partSize: {}, chunking: false });
    expect(settings).to.deep.equal({ sizeLimit: 0, partSize: 2000, chunking: false });
  });

  it('ignores the entries of a list that cannot be read', () => {
    const lists: PropertyMap = new Map<string, PropertyOptions>([
      ['allowedExtensions', { setting: extensions }],
      ['accept', { setting: fileTypes }],
    ]);
    const settings = readSettings(lists, { allowedExtensions: ['jpg', 7, '', null, 'png'], accept: 'image/*, jpg, .pdf' });
    expect(settings).to.deep.equal({ allowedExtensions: ['jpg', 'png'], accept: 'image/*,.pdf' });
    expect(readSettings(lists, { allowedExtensions: [], accept: '*/*' })).to.deep.equal({ allowedExtensions: [], accept: '' });
    // Of a list of which nothing can be read, no file is accepted.
    expect(readSettings(lists, { allowedExtensions: 7, accept: {} })).to.deep.equal({ allowedExtensions: ['—'], accept: 'none/none' });
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

  it('warns of the entries of a list that are ignored, and says where no file is accepted', () => {
    expect(acceptValue('u', 'allowedExtensions', { setting: extensions }, ['jpg', 7, '', null])).to.deep.equal({
      value: ['jpg', 7, '', null],
      warning: '<u>: allowed-extensions: each of 7, "", null is not an extension; they are ignored.',
    });
    expect(acceptValue('u', 'accept', { setting: fileTypes }, 'image/*, jpg')).to.deep.equal({
      value: 'image/*, jpg',
      warning: '<u>: accept: " jpg" is not a MIME type, nor an extension with a dot; it is ignored.',
    });
    expect(acceptValue('u', 'accept', { setting: fileTypes }, ['image/*', '.pdf'])).to.deep.equal({ value: 'image/*,.pdf' });
    expect(acceptValue('u', 'accept', { setting: fileTypes, default: '' }, 7)).to.deep.include({ value: 'none/none' });
    expect(acceptValue('u', 'allowedExtensions', { setting: extensions }, 7n).warning).to.match(/no file is accepted\.$/);
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
