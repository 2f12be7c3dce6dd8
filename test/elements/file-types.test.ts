/** What the methods of the elements take and return for a file. */
import { expect } from '@open-wc/testing';
import { keepExtension, readInitialFiles } from '../../src/elements/file-types.js';

describe('keepExtension', () => {
  it('adds the extension that a new name lacks', () => {
    const cases: readonly (readonly [oldName: string, newName: string, expected: string])[] = [
      ['photo.jpg', 'holiday', 'holiday.jpg'],
      ['photo.jpg', 'holiday.JPG', 'holiday.JPG'],
      ['photo.jpg', 'holiday.png', 'holiday.png.jpg'],
      ['photo.jpg', 'v1.2', 'v1.2.jpg'],
      ['a.tar.gz', 'b', 'b.gz'],
      ['README', 'LIES.txt', 'LIES.txt'],
      ['.profile', 'profile', 'profile'],
    ];
    for (const [oldName, newName, expected] of cases) expect(keepExtension(oldName, newName)).to.equal(expected);
  });
});

describe('readInitialFiles', () => {
  it('keeps what can be read, and says what cannot', () => {
    const warnings: string[] = [];
    const files = readInitialFiles(
      [
        { name: 'a', uuid: 5, size: '7', thumbnailUrl: 4, s3Key: 'k', deleteFileEndpoint: new URL('https://a.test/d') },
        { name: 'b', size: 3 },
        { uuid: 'u' },
        null,
      ],
      (sentence) => warnings.push(sentence),
    );
    expect(files[0]).to.deep.equal({ name: 'a', uuid: '5', size: 7, s3Key: 'k', deleteFileEndpoint: 'https://a.test/d' });
    expect(files[1]?.uuid).to.match(/^[0-9a-f-]{36}$/);
    expect(files).to.have.length(2);
    expect(warnings).to.deep.equal([
      'addInitialFiles() gives "b", which has no uuid, a new one: it cannot be deleted on the server.',
      'addInitialFiles() leaves out {"uuid":"u"}, which has no name.',
      'addInitialFiles() leaves out null, which has no name.',
    ]);
    expect(readInitialFiles('x', (sentence) => warnings.push(sentence))).to.deep.equal([]);
  });
});
