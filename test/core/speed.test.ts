import { Speed } from '../../src/core/speed.js';
import { expect } from '../tools/expect.js';

describe('Speed', () => {
  it('follows the measured speed and forgets old values', () => {
    const speed = new Speed();
    for (let second = 1; second <= 20; second++) speed.add(1000, second * 1000);
    expect(speed.value).to.be.closeTo(1000, 100);
    for (let second = 21; second <= 60; second++) speed.add(10, second * 1000);
    expect(speed.value).to.be.closeTo(10, 10);
    speed.stop();
    expect(speed.value).to.equal(0);
  });
});
