import { expect } from '@esm-bundle/chai';
import { FileRecord } from '../../../src/core/file-record.js';
import { CountedFiles } from '../../../src/core/validation/counted-files.js';

describe('CountedFiles', () => {
  const file = (id: number, size: number) => new FileRecord(id, { name: `f${id}`, blob: new Blob(['x'.repeat(size)]) }, `uuid-${id}`);

  it('counts each file once, however often it is added and removed', () => {
    const counted = new CountedFiles();
    const [first, second] = [file(0, 3), file(1, 4)];
    for (const each of [first, second, first]) counted.add(each);
    expect([counted.items, counted.bytes]).to.deep.equal([2, 7]);
    for (let times = 0; times < 2; times++) counted.remove(first);
    expect([counted.items, counted.bytes]).to.deep.equal([1, 4]);
  });

  it('counts a file of unknown size as an item without bytes', () => {
    const counted = new CountedFiles();
    const unknown = new FileRecord(0, { name: 'old', uuid: 'u' }, 'u');
    counted.add(unknown);
    expect([counted.items, counted.bytes]).to.deep.equal([1, 0]);
    counted.remove(unknown);
    expect([counted.items, counted.bytes]).to.deep.equal([0, 0]);
  });
});
