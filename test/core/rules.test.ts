import { expect } from '@open-wc/testing';
import { StallTimeout } from '../../src/core/upload/stall-timeout.js';
import { retryDelay } from '../../src/core/upload/retry.js';
import { Speed } from '../../src/core/totals.js';
import { UploadError, asUploadError } from '../../src/core/errors.js';
import type { RetryAdvice } from '../../src/core/errors.js';
import { hasExtension, validateFile } from '../../src/core/validation/rules.js';
import type { ValidationRules } from '../../src/core/validation/rules.js';

describe('retryDelay', () => {
  const rules = { maxAttempts: 3, firstDelay: 1000 };
  const cases: [
    what: string,
    advice: RetryAdvice,
    attempt: number,
    random: number,
    retryAfter: number | undefined,
    delay: number | undefined,
  ][] = [
    ['the first wait', 'auto', 1, 0.5, undefined, 1000],
    ['the second', 'auto', 2, 0.5, undefined, 3000],
    ['the third', 'auto', 3, 0.5, undefined, 9000],
    ['no fourth', 'auto', 4, 0.5, undefined, undefined],
    ['a fifth less by chance', 'auto', 1, 0, undefined, 800],
    ['a fifth more by chance', 'auto', 1, 1, undefined, 1200],
    ['never less than Retry-After', 'auto', 1, 0.5, 5000, 5000],
    ['a Retry-After that is shorter than our own wait', 'auto', 2, 0.5, 10, 3000],
    ['no wait of hours', 'auto', 1, 0.5, 3_600_000, undefined],
    ['not what only a person may retry', 'manual', 1, 0.5, undefined, undefined],
    ['not what nobody may retry', 'never', 1, 0.5, undefined, undefined],
  ];
  for (const [what, retry, attempt, random, retryAfter, delay] of cases) {
    it(what, () => expect(retryDelay(new UploadError('', { retry, retryAfter }), attempt, rules, random)).to.equal(delay));
  }

  it('outlasts a far side that is gone for 10 s, with the worst luck', () => {
    const error = new UploadError('');
    const waits = [1, 2, 3].map((attempt) => retryDelay(error, attempt, rules, 0) ?? 0);
    expect(waits.reduce((sum, wait) => sum + wait)).to.be.greaterThan(10_000);
  });
});

describe('validate', () => {
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

  it('knows extensions with dots in them', () => {
    expect(hasExtension('a.tar.gz', 'tar.gz')).to.equal(true);
    expect(hasExtension('a.gz', '*.gz')).to.equal(true);
  });
});

describe('Patience', () => {
  it('waits four times the longest silence, once it has seen a few', () => {
    const patience = new StallTimeout(() => ({ initial: 30_000, minimum: 1000 }));
    expect(patience.limit).to.equal(30_000);
    for (const silence of [100, 2000, 500]) patience.learn(silence, 1000);
    expect(patience.limit).to.equal(8000);
    for (let times = 0; times < 40; times++) patience.learn(1, 1000);
    expect(patience.limit).to.equal(1000);
  });

  it('is twice as patient after it gave up', () => {
    const patience = new StallTimeout(() => ({ initial: 30_000, minimum: 10_000 }));
    for (const silence of [1, 1, 1]) patience.learn(silence, 1000);
    patience.lengthen();
    expect(patience.limit).to.equal(20_000);
    patience.lengthen();
    expect(patience.limit).to.equal(40_000);
  });

  it('is twice as patient also where nothing is known yet', () => {
    const patience = new StallTimeout(() => ({ initial: 30_000, minimum: 10_000 }));
    patience.lengthen();
    expect(patience.limit).to.equal(60_000);
    patience.lengthen();
    expect(patience.limit).to.equal(120_000);
  });

  it('gives what buffers may have swallowed the time to arrive, at the slowest pace where nothing is known, shared by all on the wire', () => {
    const patience = new StallTimeout(() => ({ initial: 30_000, minimum: 10_000 }));
    expect(patience.limitOf({ bytes: 0, elapsed: 0 }, 6)).to.equal(30_000);
    expect(patience.limitOf({ bytes: 1_250_000, elapsed: 5 }, 1)).to.equal(40_000);
    expect(patience.limitOf({ bytes: 1_250_000, elapsed: 5 }, 6)).to.be.closeTo(90_000, 1);
  });

  it('expects what was taken to arrive at a fourth of the speed of the best before', () => {
    const patience = new StallTimeout(() => ({ initial: 30_000, minimum: 10_000 }));
    patience.learn(100, 2000);
    expect(patience.limitOf({ bytes: 5_000_000, elapsed: 5 }, 6)).to.equal(40_000);
    for (const speed of [4000, 1000]) patience.learn(100, speed);
    expect(patience.limitOf({ bytes: 5_000_000, elapsed: 5 }, 6)).to.equal(15_000);
  });

  it('does not count a slow link twice: its silences are learnt, and hold the time for a part already', () => {
    const patience = new StallTimeout(() => ({ initial: 30_000, minimum: 10_000 }));
    for (const silence of [20_000, 25_000, 22_000]) patience.learn(silence, 200);
    expect(patience.limitOf({ bytes: 4_000_000, elapsed: 5 }, 6)).to.equal(100_000);
    expect(patience.limitOf({ bytes: 5_000_000, elapsed: 5 }, 6)).to.equal(110_000);
  });

  it('takes what is more than buffers hold as sent, and learns from it how fast', () => {
    const patience = new StallTimeout(() => ({ initial: 30_000, minimum: 10_000 }));
    const buffers = 6 * 1024 * 1024;
    expect(patience.limitOf({ bytes: buffers + 100_000_000, elapsed: 99_999 }, 6) - 30_000).to.be.closeTo(buffers / 250, 1);
  });

  it('does as the page says', () => {
    const patience = new StallTimeout(() => ({ initial: 1, minimum: 1, fixed: 77 }));
    patience.lengthen();
    expect(patience.limit).to.equal(77);
    expect(patience.limitOf({ bytes: 5_000_000, elapsed: 5 }, 6)).to.equal(77);
  });
});

describe('Speed', () => {
  it('follows what is measured and forgets', () => {
    const speed = new Speed();
    for (let second = 1; second <= 20; second++) speed.add(1000, second * 1000);
    expect(speed.value).to.be.closeTo(1000, 100);
    for (let second = 21; second <= 60; second++) speed.add(10, second * 1000);
    expect(speed.value).to.be.closeTo(10, 10);
    speed.stop();
    expect(speed.value).to.equal(0);
  });
});

describe('asUploadError', () => {
  it('keeps ours, and makes a sentence of anything', () => {
    const ours = new UploadError('x');
    expect(asUploadError(ours)).to.equal(ours);
    expect(asUploadError(new Error('boom')).reason).to.equal('boom');
    expect(asUploadError('words').reason).to.equal('words');
    expect(asUploadError(undefined).reason).to.not.equal('');
    expect(asUploadError({}).retry).to.equal('manual');
  });
});
