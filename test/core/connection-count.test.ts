/** How many requests at once are worth it. */
import { expect } from '@open-wc/testing';
import { ConnectionCount } from '../../src/core/connection-count.js';

/** Uploads for so many seconds over a line where n requests at once carry `speed(n)` bytes a second. Answers the numbers that were tried. */
function run(count: ConnectionCount, seconds: number, speed: (size: number) => number, from = 1000): number[] {
  const sizes = [count.size];
  for (let now = from; now < from + seconds * 1000; now += 50) {
    count.add(speed(count.size) / 20, now);
    if (sizes.at(-1) !== count.size) sizes.push(count.size);
  }
  return sizes;
}
const yes = () => true;

describe('the number of connections', () => {
  it('grows as long as more are faster, and stays where they are not', () => {
    const count = new ConnectionCount(6, yes);
    // Each request carries 1 MB a second, the line 12.
    const sizes = run(count, 60, (size) => 1e6 * Math.min(size, 12));
    expect(sizes.slice(0, 5)).to.deep.equal([6, 8, 11, 15, 20]);
    // More than 12 are no faster.
    expect(sizes.at(5)).to.equal(15);
    expect(Math.max(...sizes)).to.equal(20);
  });

  it('goes back where more are not faster, and rarely tries again', () => {
    const count = new ConnectionCount(6, yes);
    const sizes = run(count, 60, () => 5e6);
    expect([...new Set(sizes)]).to.deep.equal([6, 8]);
    expect(sizes.length).to.be.at.most(8);
  });

  it('has an end', () => {
    const count = new ConnectionCount(6, yes);
    run(count, 300, (size) => 1e6 * size);
    expect(count.size).to.equal(32);
  });

  it('stays as it is where requests do not share a connection', () => {
    const count = new ConnectionCount(6, () => false);
    expect(run(count, 60, (size) => 1e6 * size)).to.deep.equal([6]);
  });

  it('does not take a pause for a slow line', () => {
    const count = new ConnectionCount(6, yes);
    run(count, 4, (size) => 1e6 * size);
    const before = count.size;
    expect(before).to.be.above(6);
    // An hour later.
    const sizes = run(count, 10, (size) => 1e6 * size, 3_600_000);
    expect(Math.min(...sizes)).to.equal(before);
  });
});
