import { StallTimeout } from '../../../src/core/upload/stall-timeout.js';
import { expect } from '@esm-bundle/chai';

describe('StallTimeout', () => {
  it('is four times the longest silence, from three requests on', () => {
    const timeout = new StallTimeout({ current: { stallTimeout: { initial: 30_000, minimum: 1000 } } });
    expect(timeout.limit).to.equal(30_000);
    for (const silence of [100, 2000, 500]) timeout.learn(silence, 1000);
    expect(timeout.limit).to.equal(8000);
    for (let times = 0; times < 40; times++) timeout.learn(1, 1000);
    expect(timeout.limit).to.equal(1000);
  });

  it('doubles after a request was given up', () => {
    const timeout = new StallTimeout({ current: { stallTimeout: { initial: 30_000, minimum: 10_000 } } });
    for (const silence of [1, 1, 1]) timeout.learn(silence, 1000);
    timeout.extend();
    expect(timeout.limit).to.equal(20_000);
    timeout.extend();
    expect(timeout.limit).to.equal(40_000);
  });

  it('comes down again with the requests that are answered', () => {
    const timeout = new StallTimeout({ current: { stallTimeout: { initial: 30_000, minimum: 10_000 } } });
    for (const silence of [1, 1, 1]) timeout.learn(silence, 1000);
    for (let stalls = 0; stalls < 6; stalls++) timeout.extend();
    expect(timeout.limit).to.equal(180_000);
    timeout.learn(1, 1000);
    expect(timeout.limit).to.equal(90_000);
    for (let answers = 0; answers < 4; answers++) timeout.learn(1, 1000);
    expect(timeout.limit).to.equal(10_000);
  });

  it('gives a server at least 30 s to answer when the body is sent', () => {
    const timeout = new StallTimeout({ current: { stallTimeout: { initial: 30_000, minimum: 10_000 } } });
    for (const silence of [1, 1, 1]) timeout.learn(silence, 1000);
    expect(timeout.limitFor({ bytes: 0, elapsed: 0 }, 1)).to.equal(10_000);
    expect(timeout.limitFor({ bytes: 0, elapsed: 0, isSent: true }, 1)).to.equal(30_000);
  });

  it('doubles also where nothing is learnt yet', () => {
    const timeout = new StallTimeout({ current: { stallTimeout: { initial: 30_000, minimum: 10_000 } } });
    timeout.extend();
    expect(timeout.limit).to.equal(60_000);
    timeout.extend();
    expect(timeout.limit).to.equal(120_000);
  });

  it('gives buffered bytes the time to arrive, at the slowest expected speed, shared by all requests', () => {
    const timeout = new StallTimeout({ current: { stallTimeout: { initial: 30_000, minimum: 10_000 } } });
    expect(timeout.limitFor({ bytes: 0, elapsed: 0 }, 6)).to.equal(30_000);
    expect(timeout.limitFor({ bytes: 1_250_000, elapsed: 5 }, 1)).to.equal(40_000);
    expect(timeout.limitFor({ bytes: 1_250_000, elapsed: 5 }, 6)).to.be.closeTo(90_000, 1);
  });

  it('expects bytes to arrive at a quarter of the best recent speed', () => {
    const timeout = new StallTimeout({ current: { stallTimeout: { initial: 30_000, minimum: 10_000 } } });
    timeout.learn(100, 2000);
    expect(timeout.limitFor({ bytes: 5_000_000, elapsed: 5 }, 6)).to.equal(40_000);
    for (const speed of [4000, 1000]) timeout.learn(100, speed);
    expect(timeout.limitFor({ bytes: 5_000_000, elapsed: 5 }, 6)).to.equal(15_000);
  });

  it('does not add the time of a slow link twice: the learnt silences contain it', () => {
    const timeout = new StallTimeout({ current: { stallTimeout: { initial: 30_000, minimum: 10_000 } } });
    for (const silence of [20_000, 25_000, 22_000]) timeout.learn(silence, 200);
    expect(timeout.limitFor({ bytes: 4_000_000, elapsed: 5 }, 6)).to.equal(100_000);
    expect(timeout.limitFor({ bytes: 5_000_000, elapsed: 5 }, 6)).to.equal(110_000);
  });

  it('learns the speed from the bytes that exceed all buffers', () => {
    const timeout = new StallTimeout({ current: { stallTimeout: { initial: 30_000, minimum: 10_000 } } });
    const buffers = 6 * 1024 * 1024;
    expect(timeout.limitFor({ bytes: buffers + 100_000_000, elapsed: 99_999 }, 6) - 30_000).to.be.closeTo(buffers / 250, 1);
  });

  it('is fixed where the page sets it', () => {
    const timeout = new StallTimeout({ current: { stallTimeout: { initial: 1, minimum: 1, fixed: 77 } } });
    timeout.extend();
    expect(timeout.limit).to.equal(77);
    expect(timeout.limitFor({ bytes: 5_000_000, elapsed: 5 }, 6)).to.equal(77);
  });
});
