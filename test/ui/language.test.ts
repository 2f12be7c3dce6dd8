import { expect } from '@open-wc/testing';
import { describeProblem, Language } from '../../src/ui/language.js';
import { file, viewHost } from './view-host.js';

describe('sizes', () => {
  const sizes: readonly [language: string, bytes: number, text: string][] = [
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
  for (const [lang, size, text] of sizes) {
    it(`${lang}: ${size} bytes are ${text}`, async () => {
      const host = await viewHost({}, { lang });
      await host.show([file(1, { size })]);
      // Browsers differ in the kind of space before a unit.
      expect(
        host
          .get('[part=size]')
          .textContent?.trim()
          .replace(/[\u00A0\u202F]/g, ' '),
      ).to.equal(text);
    });
  }
});

describe('the reason for rejecting a file', () => {
  const english = new Language('en');
  const reasons: readonly [text: string, ...problem: Parameters<typeof describeProblem>][] = [
    ['a.txt is too large. The maximum file size is 2 MB.', { code: 'sizeError', values: { file: 'a.txt', sizeLimit: 2_000_000 } }, english],
    ['Files together may not exceed 2 MB.', { code: 'totalSizeError', values: { file: 'a.txt', totalSizeLimit: 2_000_000 } }, english],
    [
      'a.txt has an unsupported file type. Allowed types: jpg or png.',
      { code: 'typeError', values: { file: 'a.txt', extensions: ['jpg', 'png'] } },
      english,
    ],
    ['a.txt has an unsupported file type.', { code: 'typeError', values: { file: 'a.txt', extensions: [] } }, english],
    ['Only 1 file is allowed.', { code: 'tooManyItemsError', values: { file: 'a.txt', itemLimit: 1 } }, english],
    ['Only 3 files are allowed.', { code: 'tooManyItemsError', values: { file: 'a.txt', itemLimit: 3 } }, english],
  ];
  for (const [text, problem, language] of reasons) {
    it(text, () => {
      expect(describeProblem(problem, language)).to.equal(text);
    });
  }

  it('keeps placeholders in a file name', () => {
    const name = '{sizeLimit} $& {file}.txt';
    expect(describeProblem({ code: 'emptyError', values: { file: name } }, english)).to.equal(`${name} is empty.`);
  });

  it('isolates a Latin file name in right-to-left text', () => {
    expect(describeProblem({ code: 'emptyError', values: { file: 'a.txt' } }, new Language('ar'))).to.contain('\u2068a.txt\u2069');
  });
});
