import { partSize, splitIntoParts } from '../../src/core/parts.js';
import { UploadError } from '../../src/core/errors.js';
import { expect } from '../tools/expect.js';

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;
const tebibyte = 2 ** 40;
const limits = { min: 5 * mebibyte, max: 5 * gibibyte, maxCount: 10_000 };

describe('partSize', () => {
  const rows: readonly (readonly [what: string, size: number, wanted: number, expected: number])[] = [
    ['the preferred size', 100 * mebibyte, 8 * mebibyte, 8 * mebibyte],
    ['the minimum', 100 * mebibyte, 1, 5 * mebibyte],
    ['whole bytes', 100 * mebibyte, 6_000_000.7, 6_000_000],
    ['the preferred size for exactly 10,000 parts', 10_000 * 5 * mebibyte, 5 * mebibyte, 5 * mebibyte],
    ['raised by a step for one byte more', 10_000 * 5 * mebibyte + 1, 5 * mebibyte, 6 * mebibyte],
    ['raised for 5 TiB', 5 * tebibyte, 5 * mebibyte, 525 * mebibyte],
    ['raised to the maximum, for the largest possible object', 50_000 * gibibyte, 5 * mebibyte, 5 * gibibyte],
    ['no more than the maximum', 100 * gibibyte, 9 * gibibyte, 5 * gibibyte],
    ['for an empty file', 0, 8 * mebibyte, 8 * mebibyte],
  ];
  for (const [what, size, wanted, expected] of rows) {
    it(what, () => {
      const chosen = partSize(size, wanted, limits);
      expect(chosen).to.equal(expected);
      expect(Math.ceil(size / chosen)).to.be.at.most(limits.maxCount);
    });
  }

  it('is the preferred size where there are no limits', () => expect(partSize(10 ** 15, 2_000_000)).to.equal(2_000_000));

  it('throws for a file that is too large', () => {
    expect(() => partSize(50_000 * gibibyte + 1, 5 * mebibyte, limits))
      .to.throw(UploadError, 'The file is too large for the storage.')
      .with.property('retry', 'never');
  });

  it('throws for a preferred size that is no number', () => {
    for (const wrong of [0, -1, NaN, '5MiB' as unknown as number, undefined as unknown as number]) {
      expect(() => partSize(1, wrong)).to.throw(UploadError, /A part size must be a number of bytes/);
    }
  });
});

describe('splitIntoParts', () => {
  const rows: readonly (readonly [what: string, size: number, partSize: number, ends: readonly number[]])[] = [
    ['nothing is one empty part', 0, 10, [0]],
    ['less than a part', 9, 10, [9]],
    ['exactly a part', 10, 10, [10]],
    ['a part and a byte', 11, 10, [10, 11]],
    ['exactly three parts', 30, 10, [10, 20, 30]],
  ];
  for (const [what, size, partSize, ends] of rows) {
    it(what, () => {
      const parts = splitIntoParts(size, partSize);
      expect(parts.map(({ end }) => end)).to.deep.equal(ends);
      parts.forEach(({ index, start }, place) => expect([index, start]).to.deep.equal([place, ends[place - 1] ?? 0]));
    });
  }
});
