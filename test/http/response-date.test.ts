/** The time of a server, by its responses. */
import { expect } from '@open-wc/testing';
import { responseDate } from '../../src/http/response-date.js';

const read = (headers: Record<string, string>) => responseDate((name) => headers[name] ?? null);
const date = 'Sun, 22 Nov 2026 21:30:00 GMT';
const time = Date.UTC(2026, 10, 22, 21, 30);

describe('responseDate', () => {
  it('is the Date of the response', () => expect(read({ date })).to.equal(time));
  it('adds the time that a cache has kept the response', () => expect(read({ date, age: '86400' })).to.equal(time + 86_400_000));
  it('is undefined for headers that cannot be read', () => {
    for (const headers of [{}, { date: 'yesterday' }, { date, age: 'old' }, { age: '5' }] as Record<string, string>[])
      expect(read(headers)).to.equal(undefined);
  });
});
