import { expect } from '@esm-bundle/chai';
import { Rig } from '../rig.js';
import { settle } from '../manual-clock.js';
import { ScriptedStore } from '../scripted-store.js';

describe('the upload event', () => {
  it('can pause the file', async () => {
    const rig = new Rig();
    rig.outcomes.upload = () => Promise.resolve({ refused: false, value: { pause: true } });
    rig.add(1);
    await settle();
    expect(rig.status(0)).to.equal('paused');
    delete rig.outcomes.upload;
    rig.uploader.resume(0);
    await (await rig.store.nextRequest()).succeed();
    expect(rig.status(0)).to.equal('upload successful');
  });
});

describe('the uploadChunkSuccess event', () => {
  it('has the server’s response, and a success that is always true', async () => {
    const rig = new Rig(new ScriptedStore(10, 1));
    rig.add(30);
    for (const response of [undefined, {}, { success: 'yes', seen: 1 }])
      await (await rig.store.nextRequest()).succeed(response && { response });
    expect(rig.details('uploadChunkSuccess').map(({ response }) => response)).to.deep.equal([
      { success: true },
      { success: true },
      { success: true, seen: 1 },
    ]);
  });
});
