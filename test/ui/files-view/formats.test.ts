import { expect } from '@open-wc/testing';
import { formatDuration, formatPercent, formatSpeed, toPercent } from '../../../src/ui/files-view/formats.js';
import { Language } from '../../../src/ui/language.js';

const english = new Language('en');
const german = new Language('de');

describe('toPercent', () => {
  it('is 100 only for a whole, whatever is rounded', () => {
    for (const [fraction, percent] of [
      [0, 0],
      [0.999, 99],
      [0.29, 29],
      [1, 100],
      [1.2, 100],
      [-1, 0],
    ] as const)
      expect(toPercent(fraction), String(fraction)).to.equal(percent);
  });
});

describe('formatPercent', () => {
  it('writes the percentage as the language does', () => {
    expect(formatPercent(0.42, english)).to.equal('42%');
    expect(formatPercent(0.42, german)).to.equal('42\u{a0}%');
  });
});

describe('formatSpeed', () => {
  it('uses the unit that fits', () => {
    expect(formatSpeed(1_234_567, english)).to.equal('1.2 MB/s');
    expect(formatSpeed(1_234_567, german)).to.equal('1,2 MB/s');
    expect(formatSpeed(0, english)).to.equal('1 kB/s');
  });
});

describe('formatDuration', () => {
  it('rounds to the largest unit', () => {
    for (const [seconds, text] of [
      [0, '1 sec'],
      [59.4, '59 sec'],
      [60, '1 min'],
      [89 * 60, '89 min'],
      [90 * 60, '2 hr'],
      [7200, '2 hr'],
    ] as const)
      expect(formatDuration(seconds, english), String(seconds)).to.equal(text);
  });
});
