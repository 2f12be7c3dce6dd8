/** Parsing of the list of files that the server already has. */
import { expect } from '@open-wc/testing';
import { UploadError } from '../../src/core/errors.js';
import { parseSessionList } from '../../src/session/session-list.js';

describe('parseSessionList', () => {
  it('reads every field of Fine Uploader, and keeps the item for the store', () => {
    const item = {
      name: 'a.jpg',
      uuid: 'u',
      size: 12,
      thumbnailUrl: '/t',
      deleteFileEndpoint: '/d',
      deleteFileParams: { x: 1 },
      s3Key: 'k',
      s3Bucket: 'b',
      other: 'kept in json only',
    };
    expect(parseSessionList([item]).items).to.deep.equal([
      {
        name: 'a.jpg',
        uuid: 'u',
        size: 12,
        thumbnailUrl: '/t',
        deleteFileEndpoint: '/d',
        deleteFileParams: { x: 1 },
        json: item,
      },
    ]);
  });

  it('accepts numbers as names and uuids, and strings as sizes', () => {
    const fromDatabase = { name: 7, uuid: 42, size: '12', thumbnailUrl: null, deleteFileParams: [] };
    expect(parseSessionList([fromDatabase]).items).to.deep.equal([{ name: '7', uuid: '42', size: 12, json: fromDatabase }]);
    const sizeless = { name: 'a', uuid: 'u', size: null };
    expect(parseSessionList([sizeless]).items).to.deep.equal([{ name: 'a', uuid: 'u', json: sizeless }]);
  });

  it('reports each invalid item with a reason, and keeps the valid ones', () => {
    const list = [
      null,
      { name: 'good', uuid: '1' },
      'text',
      [],
      { uuid: 'x' },
      { name: 'x' },
      { name: 'x', uuid: '' },
      { name: 'x', uuid: 'u', size: 'big' },
      { name: 'x', uuid: 'u', size: -1 },
      { name: 'too', uuid: '2' },
    ];
    const { items, problems } = parseSessionList(list);
    expect(items.map(({ uuid }) => uuid)).to.deep.equal(['1', '2']);
    expect(problems).to.deep.equal([
      { index: 0, item: null, reason: 'Item 1 of the list of files is not an object.' },
      { index: 2, item: 'text', reason: 'Item 3 of the list of files is not an object.' },
      { index: 3, item: [], reason: 'Item 4 of the list of files is not an object.' },
      { index: 4, item: list[4], reason: 'Item 5 of the list of files has no name.' },
      { index: 5, item: list[5], reason: 'Item 6 of the list of files has no uuid.' },
      { index: 6, item: list[6], reason: 'Item 7 of the list of files has no uuid.' },
      { index: 7, item: list[7], reason: 'Item 8 of the list of files has a size that is not a number of bytes.' },
      { index: 8, item: list[8], reason: 'Item 9 of the list of files has a size that is not a number of bytes.' },
    ]);
  });

  it('requires the fields that the store needs in every item', () => {
    const list = [
      { name: 'a', uuid: '1', s3Key: 'k' },
      { name: 'b', uuid: '2' },
    ];
    const { items, problems } = parseSessionList(list, ['s3Key']);
    expect(items.map(({ json }) => json['s3Key'])).to.deep.equal(['k']);
    expect(problems.map(({ reason }) => reason)).to.deep.equal(['Item 2 of the list of files has no s3Key.']);
  });

  it('throws for anything but an array', () => {
    for (const list of [null, undefined, {}, 'text', 7, { length: 0 }])
      expect(() => parseSessionList(list)).to.throw(UploadError, 'list of files');
  });

  it('parses 100,000 items', () => {
    const list = Array.from({ length: 100_000 }, (_, index) => ({ name: `${index}`, uuid: `${index}` }));
    expect(parseSessionList(list).items.length).to.equal(list.length);
  });

  it('reports names and uuids that no file has, without showing them', () => {
    const { items, problems } = parseSessionList([
      { name: 'x'.repeat(5_000_000), uuid: 'u' },
      { name: 'a', uuid: 'u'.repeat(2001) },
      { name: 'a', uuid: 'u' },
    ]);
    expect(items).to.have.length(1);
    expect(problems.map(({ reason }) => reason)).to.deep.equal([
      'Item 1 of the list of files has a name of more than 2000 characters.',
      'Item 2 of the list of files has a uuid of more than 2000 characters.',
    ]);
  });
});
