/** Reading of attribute values. */
import { expect } from '@open-wc/testing';
import {
  jsonConverter,
  numberConverter,
  readCount,
  readList,
  readNumber,
  readObject,
  readSize,
  readText,
  readWord,
} from '../../src/elements/attribute-converters.js';

describe('attribute converters', () => {
  const sizes: [unknown, number | undefined][] = [
    ['0', 0],
    ['1500', 1500],
    ['20MB', 20_000_000],
    ['20 mb', 20_000_000],
    ['5MiB', 5 * 2 ** 20],
    ['1.5kB', 1500],
    ['2g', 2_000_000_000],
    ['1TiB', 2 ** 40],
    ['12B', 12],
    [4.7, 4],
    ['12iB', undefined],
    ['a lot', undefined],
    ['-1', undefined],
    ['', undefined],
    [NaN, undefined],
    [{}, undefined],
  ];
  for (const [written, bytes] of sizes)
    it(`the size ${JSON.stringify(written)} is ${bytes}`, () => expect(readSize(written)).to.equal(bytes));

  it('read numbers, lists, words and objects', () => {
    expect(readNumber('1.5')).to.equal(1.5);
    expect(readNumber(' ')).to.equal(undefined);
    expect(readNumber('-1')).to.equal(undefined);
    expect(readCount('1.5')).to.equal(undefined);
    expect(readCount(3)).to.equal(3);
    expect(readList('jpg, png  gif')).to.deep.equal(['jpg', 'png', 'gif']);
    expect(readList(['a'])).to.deep.equal(['a']);
    expect(readList(['a', 1])).to.deep.equal(['a']);
    expect(readList([])).to.deep.equal([]);
    expect(readList([1])).to.equal(undefined);
    expect(readWord(' post ', ['DELETE', 'POST'])).to.equal('POST');
    expect(readWord(3, ['a'])).to.equal(undefined);
    expect(readObject([])).to.equal(undefined);
    expect(readObject({ a: 1 })).to.deep.equal({ a: 1 });
    expect(readText('  ')).to.equal(undefined);
    expect(jsonConverter.fromAttribute('{"a":1}')).to.deep.equal({ a: 1 });
    expect(jsonConverter.fromAttribute('{a')).to.equal('{a');
    expect(jsonConverter.fromAttribute(null)).to.equal(undefined);
    expect(jsonConverter.toAttribute({ a: 1 })).to.equal('{"a":1}');
    expect(jsonConverter.toAttribute(undefined)).to.equal(null);
    expect(numberConverter.fromAttribute('6')).to.equal(6);
    expect(numberConverter.fromAttribute('auto')).to.equal('auto');
    expect(numberConverter.fromAttribute(null)).to.equal(undefined);
  });
});
