import { expect } from '@esm-bundle/chai';
import { UploadError } from '../../../src/core/errors.js';
import { gone, refusal, Rig } from '../rig.js';
import { ScriptedStore } from '../scripted-store.js';
import { settle } from '../manual-clock.js';

/** The ways in which a failed file goes. */
const removals: readonly ((rig: Rig) => unknown)[] = [
  (rig) => rig.uploader.dismiss(0),
  (rig) => rig.uploader.cancel(0),
  (rig) => rig.uploader.reset(),
];

describe('abandonUpload', () => {
  const parts = (options: ConstructorParameters<typeof Rig>[1] = {}) => new Rig(new ScriptedStore(10), options);

  const permanent = () => new UploadError('No.', { status: 403, retry: 'never' });
  const newError = () => new UploadError('The upload is gone.', { startOver: true });

  /** Fails a file after its first part has arrived. */
  async function failSecondPart(rig: Rig, error = refusal()): Promise<void> {
    rig.add(30);
    await (await rig.store.nextRequest()).succeed();
    await (await rig.store.nextRequest()).fail(error);
    await settle();
    expect(rig.status(0)).to.equal('upload failed');
  }

  it('is called when a file is cancelled', async () => {
    const rig = parts();
    rig.add(30);
    await settle();
    await rig.uploader.cancel(0);
    await settle();
    expect(rig.store.log).to.include('abandon f0');
  });

  it('is not called when a file fails: a retry sends only the missing parts', async () => {
    const rig = parts({ maxConnections: 1 });
    await failSecondPart(rig);
    expect(rig.store.log).to.not.include('abandon f0');
    expect(rig.uploader.retry(0)).to.equal(true);
    for (const index of [1, 2]) {
      const request = await rig.store.nextRequest();
      expect(request.part?.index).to.equal(index);
      await request.succeed();
    }
    expect(rig.status(0)).to.equal('upload successful');
    expect(rig.store.log).to.not.include('abandon f0');
  });

  it('is called when a failed file is dismissed, cancelled or reset', async () => {
    for (const remove of removals) {
      const rig = parts({ maxConnections: 1 });
      await failSecondPart(rig);
      remove(rig);
      await settle();
      expect(rig.store.log.filter((line) => line === 'abandon f0')).to.have.length(1);
    }
  });

  it('begins at byte 0 where a dismissed file is retried', async () => {
    const rig = parts({ maxConnections: 1 });
    await failSecondPart(rig);
    rig.uploader.dismiss(0);
    rig.uploader.retry(0);
    expect((await rig.store.nextRequest()).part?.index).to.equal(0);
  });

  it('is called when a file fails that cannot be retried', async () => {
    const rig = parts({ maxConnections: 1 });
    await failSecondPart(rig, permanent());
    expect(rig.store.log).to.include('abandon f0');
  });

  it('is called for a file that is reset while the store finishes it', async () => {
    const rig = parts();
    rig.store.autoClose = false;
    rig.add(10);
    await (await rig.store.nextRequest()).succeed();
    expect((await rig.store.nextRequest()).step).to.equal('close');
    rig.uploader.reset();
    await settle();
    expect(rig.store.log).to.include('abandon f0');
  });

  it('is called for the old upload when an upload starts over, and does not delay the new one', async () => {
    const rig = parts({ maxConnections: 1 });
    rig.store.autoAbandon = false;
    rig.add(30);
    await (await rig.store.nextRequest()).succeed();
    await (await rig.store.nextRequest()).fail(newError());
    const abandoning = await rig.store.nextRequest();
    expect(abandoning.step).to.equal('abandon');
    await rig.clock.advance(1000);
    const again = rig.store.requests[1];
    expect([again?.step, again?.part?.index]).to.deep.equal(['send', 0]);
    await abandoning.succeed();
    while (rig.store.requests[0]) await rig.store.requests[0].succeed();
    expect(rig.status(0)).to.equal('upload successful');
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
