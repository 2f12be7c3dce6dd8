import { expect } from '../tools/expect.js';
import { gone, Rig } from './rig.js';
import { ScriptedStore } from './scripted-store.js';
import { settle } from './manual-clock.js';

describe('pauseFile and cancel', () => {
  for (const stage of ['submitting', 'submitted', 'queued', 'open', 'send', 'retrying'] as const) {
    for (const act of ['pause', 'cancel'] as const) {
      if (stage === 'submitting' && act === 'pause') continue;
      it(`${act} while ${stage} leaves nothing under way`, async () => {
        const rig = new Rig(new ScriptedStore(10), { maxConnections: 1, autoUpload: stage !== 'submitted' });
        if (stage === 'submitting') rig.outcomes.validate = () => new Promise(() => {});
        if (stage === 'open') rig.store.autoOpen = false;
        if (stage === 'queued') rig.uploader.options = { ...rig.uploader.options, maxConnections: 0 };
        rig.add(30);
        await settle();
        if (stage === 'retrying') await (await rig.store.nextRequest()).fail(gone());
        if (act === 'pause') expect(rig.uploader.pause(0)).to.equal(true);
        else expect(await rig.uploader.cancel(0)).to.equal(true);
        await settle();
        expect(rig.status(0)).to.equal(act === 'pause' ? 'paused' : 'canceled');
        expect(rig.store.requests).to.have.length(0);
        expect(rig.clock.pendingSleeps).to.deep.equal([]);
        const { totals } = rig.uploader.snapshot();
        expect(totals).to.include({ active: 0, uploadedBytes: 0, speed: 0 });
        if (act === 'cancel') return void expect(totals.totalBytes).to.equal(0);
        rig.uploader.options = { ...rig.uploader.options, maxConnections: 1 };
        rig.store.autoOpen = true;
        rig.uploader.resume(0);
        for (let part = 0; part < 3; part++) await (await rig.store.nextRequest()).succeed();
        expect(rig.status(0)).to.equal('upload successful');
      });
    }
  }
});
