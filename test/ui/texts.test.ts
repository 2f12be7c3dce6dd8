/** Words, numbers and directions. */
import { expect } from '@open-wc/testing';
import { registerMessages } from '../../src/ui/messages/messages.js';
import { viewHost, file } from './view-host.js';

const text = (element: Element) => element.textContent?.trim();

describe('texts', () => {
  const sizes: readonly [string, number, string][] = [
    ['en', 0, '0 bytes'],
    ['en', 1, '1 byte'],
    ['en', 999, '999 bytes'],
    ['en', 1000, '1 kB'],
    ['en', 999_949, '999.9 kB'],
    ['en', 999_950, '1 MB'],
    ['en', 7_400_000, '7.4 MB'],
    ['en', 5_000_000_000_000, '5 TB'],
    ['de', 7_400_000, '7,4 MB'],
    ['fr', 7_400_000, '7,4 Mo'],
    ['ar-EG', 7_400_000, '٧٫٤ م.ب'],
  ];
  for (const [lang, size, said] of sizes) {
    it(`${lang}: ${size} bytes are ${said}`, async () => {
      const host = await viewHost({}, { lang });
      await host.show([file(1, { size })]);
      // Which space stands before a unit is up to the browser's copy of CLDR.
      expect(text(host.get('[part=size]'))?.replace(/[\u00A0\u202F]/g, ' ')).to.equal(said);
    });
  }

  it('follow the lang of the page around, also when it changes', async () => {
    const host = await viewHost({}, { lang: '' });
    host.removeAttribute('lang');
    const { documentElement } = document;
    const before = documentElement.lang;
    const size = async () => {
      await host.updateComplete;
      return text(host.get('[part=size]'))?.replace(/\s/g, ' ');
    };
    try {
      documentElement.lang = 'en';
      await host.show([file(1, { size: 1_500_000 })]);
      expect(await size()).to.equal('1.5 MB');
      // The observer of the page's lang is told in a microtask.
      documentElement.lang = 'de';
      await Promise.resolve();
      expect(await size()).to.equal('1,5 MB');
    } finally {
      documentElement.lang = before;
    }
  });

  it('survive a lang that is none', async () => {
    const host = await viewHost({}, { lang: 'not_a_language!' });
    await host.show([file(1, { size: 1_500_000 })]);
    expect(text(host.get('[part=size]'))).to.contain('MB');
  });

  it('can be registered for a language, with its plural rules, after the uploader is there', async () => {
    const host = await viewHost({}, { lang: 'uk' });
    const count = (active: number) => host.show([file(1, { status: 'uploading' })], { active, totalBytes: 1 });
    await count(2);
    expect(text(host.get('.totals > span:first-child'))).to.equal('Uploading 2 files');
    registerMessages('uk', {
      uploadingFiles: { one: '{count} файл', few: '{count} файли', many: '{count} файлів', other: '{count} файлу' },
    });
    await host.updateComplete;
    for (const [files, said] of [
      [1, '1 файл'],
      [2, '2 файли'],
      [5, '5 файлів'],
    ] as const) {
      await count(files);
      expect(text(host.get('.totals > span:first-child'))).to.equal(said);
    }
    // What is not registered is said in English.
    expect(text(host.get('[part=status]'))).to.equal('Uploading…');
  });

  it('of a regional language come from it, then from the language', async () => {
    registerMessages('sv', { queued: 'Väntar', paused: 'Pausad' });
    registerMessages('sv-FI', { queued: 'Väntar i Finland' });
    const host = await viewHost({}, { lang: 'sv-FI' });
    await host.show([file(1, { status: 'queued' }), file(2, { status: 'paused' })]);
    expect(host.all('[part=status]').map(text)).to.deep.equal(['Väntar i Finland', 'Pausad']);
  });

  it('can be those of one uploader alone', async () => {
    const host = await viewHost({ messages: { failUpload: 'Oh no.', sizeSymbols: ['kB', 'MB', 'GB', 'TB', 'PB', 'EB'] } });
    const other = await viewHost();
    for (const each of [host, other]) await each.show([file(1, { status: 'upload failed', size: 1_500_000 })]);
    expect([host, other].map((each) => text(each.get('[part=status]')))).to.deep.equal(['Oh no.', 'Upload failed']);
    expect(text(host.get('[part=size]'))).to.equal('1.5MB');
  });

  it('describe why a file is refused', async () => {
    const { face } = await viewHost();
    expect(face.describe({ code: 'sizeError', values: { file: 'a.txt', sizeLimit: 2_000_000 } })).to.equal(
      'a.txt is too large. At most 2 MB are accepted.',
    );
    expect(face.describe({ code: 'typeError', values: { file: 'a.txt', extensions: ['jpg', 'png'] } })).to.equal(
      'a.txt is not accepted. Accepted are jpg or png.',
    );
    expect(face.describe({ code: 'typeError', values: { file: 'a.txt', extensions: [] } })).to.equal(
      'a.txt is not an accepted kind of file.',
    );
    expect(face.describe({ code: 'tooManyItemsError', values: { file: 'a.txt', itemLimit: 1 } })).to.equal('Only 1 file is accepted.');
    expect(face.describe({ code: 'tooManyItemsError', values: { file: 'a.txt', itemLimit: 3 } })).to.equal('Only 3 files are accepted.');
  });

  it('keep a placeholder in a file’s name as it is', async () => {
    const { face } = await viewHost();
    const name = '{sizeLimit} $& {file}.txt';
    expect(face.describe({ code: 'emptyError', values: { file: name } })).to.equal(`${name} is empty.`);
  });

  describe('from right to left', () => {
    it('mirror the row and its bar', async () => {
      const host = await viewHost({}, { lang: 'ar', dir: 'rtl' });
      await host.show([file(1, { status: 'uploading', uploadedBytes: 250_000, can: ['cancel'] })], { active: 1, totalBytes: 1_000_000 });
      const left = (selector: string) => host.get(selector).getBoundingClientRect().left;
      expect(left('[part=cancel]')).to.be.below(left('[part=name]'));
      expect(left('[part=name]')).to.be.below(left('[part=thumbnail]'));
      const bar = host.get('[part=progress] .bar');
      bar.style.transition = 'none';
      const [filled, whole] = [bar.getBoundingClientRect(), host.get('[part=progress]').getBoundingClientRect()];
      // A quarter is filled, at the right.
      expect(filled.left).to.be.closeTo(whole.left + whole.width * 0.75, 1);
    });

    it('fill from the left otherwise', async () => {
      const host = await viewHost();
      await host.show([file(1, { status: 'uploading', uploadedBytes: 250_000 })]);
      const bar = host.get('[part=progress] .bar');
      bar.style.transition = 'none';
      const [filled, whole] = [bar.getBoundingClientRect(), host.get('[part=progress]').getBoundingClientRect()];
      expect(filled.right).to.be.closeTo(whole.left + whole.width * 0.25, 1);
    });

    it('keep a Latin name together inside a sentence', async () => {
      const { face } = await viewHost({}, { lang: 'ar', dir: 'rtl' });
      expect(face.describe({ code: 'emptyError', values: { file: 'a.txt' } })).to.contain('\u2068a.txt\u2069');
    });
  });
});
