import { UploadError } from '../../../src/core/errors.js';
import type { RetryAdvice } from '../../../src/core/errors.js';
import { retryDelay } from '../../../src/core/upload/retry-delay.js';
import { expect } from '../../tools/expect.js';

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

  it('outlasts a server that is away for 10 s, with the shortest random delays', () => {
    const error = new UploadError('');
    const waits = [1, 2, 3].map((attempt) => retryDelay(error, attempt, rules, 0) ?? 0);
    expect(waits.reduce((sum, wait) => sum + wait)).to.be.greaterThan(10_000);
  });
});
