import { expect } from '@esm-bundle/chai';
import { settle } from '../manual-clock.js';
import { gone, Rig } from '../rig.js';
import { ScriptedStore } from '../scripted-store.js';

describe('RetryGate', () => {
  it('spends one retry on parts that fail together, and sends all of them again afterwards', async () => {
    const rig = new Rig(new ScriptedStore(10), { maxConnections: 3 });
    rig.add(30);
    await settle();
    const together = [...rig.store.requests];
    expect(together).to.have.length(3);
    for (const request of together) await request.fail(gone());
    expect(rig.details('autoRetry').map(({ attempt }) => attempt)).to.deep.equal([1]);
    expect(rig.store.requests).to.have.length(0);
    await rig.clock.advance(1000);
    while (rig.store.requests[0]) await rig.store.requests[0].succeed();
    expect(rig.status(0)).to.equal('upload successful');
    expect(rig.details('complete')).to.have.length(1);
  });

  it('sends no further part while the retry waits', async () => {
    const rig = new Rig(new ScriptedStore(10), { maxConnections: 2 });
    rig.add(60);
    await settle();
    const [first, second] = [...rig.store.requests];
    await first?.fail(gone());
    await second?.succeed();
    await settle();
    expect(rig.store.requests).to.have.length(0);
    await rig.clock.advance(1000);
    expect(rig.store.requests).to.have.length(2);
  });
});
