import { hasExtension, validateFile } from '../../../src/core/validation/rules.js';
import type { ValidationRules } from '../../../src/core/validation/rules.js';
import { expect } from '../../tools/expect.js';

describe('validateFile', () => {
  const cases: [what: string, file: { name: string; size: number; type?: string }, rules: ValidationRules, code: string | undefined][] = [
    ['no rules', { name: 'a', size: 1 }, {}, undefined],
    ['an empty file', { name: 'a', size: 0 }, {}, 'emptyError'],
    ['an empty file that is allowed', { name: 'a', size: 0 }, { allowEmpty: true }, undefined],
    ['exactly the limit', { name: 'a', size: 10 }, { sizeLimit: 10 }, undefined],
    ['one byte more', { name: 'a', size: 11 }, { sizeLimit: 10 }, 'sizeError'],
    ['one byte less than the least', { name: 'a', size: 9 }, { minSizeLimit: 10 }, 'minSizeError'],
    ['an extension in another case', { name: 'a.JPG', size: 1 }, { allowedExtensions: ['jpg'] }, undefined],
    ['an extension with a dot in the list', { name: 'a.jpg', size: 1 }, { allowedExtensions: ['.jpg'] }, undefined],
    ['another extension', { name: 'a.exe', size: 1 }, { allowedExtensions: ['jpg'] }, 'typeError'],
    ['no extension', { name: 'jpg', size: 1 }, { allowedExtensions: ['jpg'] }, 'typeError'],
    ['an extension that looks like a pattern', { name: 'axjpg', size: 1 }, { allowedExtensions: ['x.pg'] }, 'typeError'],
    ['a type that is not accepted', { name: 'a', size: 1, type: 'x/y' }, { accepts: ({ type }) => type !== 'x/y' }, 'typeError'],
    ['one file too many', { name: 'a', size: 1 }, { itemLimit: 2 }, 'tooManyItemsError'],
    ['a byte too many in all', { name: 'a', size: 6 }, { totalSizeLimit: 10 }, 'totalSizeError'],
  ];
  for (const [what, file, rules, code] of cases) {
    it(what, () => expect(validateFile({ type: '', ...file }, rules, { items: 2, bytes: 5 })?.code).to.equal(code));
  }

  it('matches extensions that contain dots', () => {
    expect(hasExtension('a.tar.gz', 'tar.gz')).to.equal(true);
    expect(hasExtension('a.gz', '*.gz')).to.equal(true);
  });
});
