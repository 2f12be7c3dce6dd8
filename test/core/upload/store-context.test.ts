import { expect } from '../../tools/expect.js';
import { Rig } from '../rig.js';

describe('the stall timeout of a request', () => {
  it('counts the requests that share the link, also after they have ended', async () => {
    const rig = new Rig(undefined, { maxConnections: 2 });
    rig.add(1, 1);
    await rig.store.nextRequest();
    const [first, second] = rig.store.requests;
    const asSlow = 125_000;
    expect(first?.stallTimeout(asSlow)).to.equal(32_000);
    await second?.succeed();
    expect(first?.stallTimeout(asSlow)).to.equal(32_000);
  });
});
