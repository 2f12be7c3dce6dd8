/** How many requests at once are worth it. */
import { expect } from '../../tools/expect.js';
import { ConnectionTuner } from '../../../src/core/upload/connection-tuner.js';

/** A line: n requests at once carry `speed(n)` bytes a second, each of them `size` bytes. */
interface Line {
  readonly speed: (size: number) => number;
  readonly size: number;
}
const large = 8e6;
const small = 1e4;

/** Uploads for so many seconds. Answers the numbers that were tried. */
function run(count: ConnectionTuner, seconds: number, { speed, size }: Line, from = 1000): number[] {
  const sizes = [count.size];
  let sent = ended.get(count) ?? 0;
  for (let now = from; now < from + seconds * 1000; now += 50) {
    const bytes = speed(count.size) / 20;
    sent += bytes;
    count.add(bytes, now, Math.floor(sent / size));
    if (sizes.at(-1) !== count.size) sizes.push(count.size);
  }
  ended.set(count, sent);
  return sizes;
}
const ended = new WeakMap<ConnectionTuner, number>();
const yes = () => true;
const unknown = () => undefined;

describe('ConnectionTuner', () => {
  it('grows as long as more are faster', () => {
    const count = new ConnectionTuner(6, yes);
    // Each request carries 1 MB a second, the line 15.
    const sizes = run(count, 60, { speed: (size) => 1e6 * Math.min(size, 15), size: large });
    expect(sizes.slice(0, 4)).to.deep.equal([6, 9, 14, 21]);
    // More than 15 are no faster.
    expect(sizes.at(4)).to.equal(14);
    expect(Math.max(...sizes)).to.equal(21);
  });

  it('returns to the smaller number where more are not faster, and rarely tries again', () => {
    const count = new ConnectionTuner(6, yes);
    const sizes = run(count, 60, { speed: () => 5e6, size: large });
    expect([...new Set(sizes)]).to.deep.equal([6, 9]);
    expect(sizes.length).to.be.at.most(8);
  });

  it('stops at 32', () => {
    const count = new ConnectionTuner(6, yes);
    run(count, 300, { speed: (size) => 1e6 * size, size: large });
    expect(count.size).to.equal(32);
  });

  it('measures faster where requests are short', () => {
    const count = new ConnectionTuner(6, yes);
    run(count, 6, { speed: (size) => small * 20 * size, size: small });
    expect(count.size).to.equal(32);
  });

  it('does not change where requests do not share a connection', () => {
    const count = new ConnectionTuner(6, () => false);
    expect(run(count, 60, { speed: (size) => 1e6 * size, size: small })).to.deep.equal([6]);
  });

  it('grows where sharing is not known, as long as requests are short', () => {
    const count = new ConnectionTuner(6, unknown);
    // An answer takes 100 ms.
    run(count, 30, { speed: (size) => small * 10 * size, size: small });
    expect(count.size).to.equal(32);
    // A request takes 8 s: if they wait for each other in the browser, seven of them would be silent for that long.
    run(count, 10, { speed: () => 4e6, size: large }, 31_000);
    expect(count.size).to.equal(6);
  });

  it('waits a minute where sharing is not known and more were not faster, as over HTTP/1.1', () => {
    const count = new ConnectionTuner(6, unknown);
    expect(run(count, 60, { speed: () => small * 60, size: small })).to.deep.equal([6, 9, 6]);
  });

  it('does not change where sharing is not known and requests are long', () => {
    const count = new ConnectionTuner(6, unknown);
    expect(run(count, 60, { speed: (size) => 1e6 * size, size: large })).to.deep.equal([6]);
  });

  it('does not mistake a pause for a slow link', () => {
    const count = new ConnectionTuner(6, yes);
    run(count, 4, { speed: (size) => 1e6 * size, size: large });
    const before = count.size;
    expect(before).to.be.above(6);
    // An hour later.
    const sizes = run(count, 10, { speed: (size) => 1e6 * size, size: large }, 3_600_000);
    expect(Math.min(...sizes)).to.equal(before);
  });
});
