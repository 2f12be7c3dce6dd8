import { expect } from '../../tools/expect.js';
import { Rig } from '../rig.js';
import { settle } from '../manual-clock.js';

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
