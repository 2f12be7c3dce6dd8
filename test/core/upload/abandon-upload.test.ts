import { expect } from '../../tools/expect.js';
import { gone, refusal, Rig } from '../rig.js';
import { ScriptedStore } from '../scripted-store.js';
import { settle } from '../manual-clock.js';

describe('abandonUpload', () => {
  const parts = (options: ConstructorParameters<typeof Rig>[1] = {}) => new Rig(new ScriptedStore(10), options);

  it('is called when a file is cancelled, and when it has failed', async () => {
    const rig = parts();
    rig.add(30, 30);
    await settle();
    await rig.uploader.cancel(0);
    await settle();
    expect(rig.store.log).to.include('abandon f0');
    while (rig.store.requests[0]) await rig.store.requests[0].fail(refusal());
    expect(rig.status(1)).to.equal('upload failed');
    expect(rig.store.log).to.include('abandon f1');
  });

  it('retries', async () => {
    const rig = parts();
    rig.store.autoAbandon = false;
    rig.add(30);
    await settle();
    await rig.uploader.cancel(0);
    await (await rig.store.nextRequest()).fail(gone());
    await rig.clock.advance(1000);
    const again = await rig.store.nextRequest();
    expect(again.step).to.equal('abandon');
    await again.succeed();
    expect(rig.clock.pendingSleeps).to.deep.equal([]);
  });
});
