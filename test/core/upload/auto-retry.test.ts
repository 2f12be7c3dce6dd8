import { expect } from '@esm-bundle/chai';
import { gone, refusal, Rig } from '../rig.js';

describe('waitForRetry', () => {
  it('retries after about 1, 3 and 9 s, and then fails the file', async () => {
    const rig = new Rig();
    rig.add(100);
    for (const wait of [1000, 3000, 9000]) {
      await (await rig.store.nextRequest()).fail(gone());
      expect(rig.status(0)).to.equal('retrying upload');
      expect(rig.clock.pendingSleeps).to.deep.equal([wait]);
      await rig.clock.advance(wait);
      expect(rig.status(0)).to.equal('uploading');
    }
    await (await rig.store.nextRequest()).fail(gone());
    expect(rig.status(0)).to.equal('upload failed');
    expect(rig.details('autoRetry').map(({ attempt }) => attempt)).to.deep.equal([1, 2, 3]);
    expect(rig.details('error')).to.have.length(4);
    expect(rig.clock.pendingSleeps).to.deep.equal([]);
  });

  it('does not retry where maxAttempts is 0', async () => {
    const rig = new Rig(undefined, { retry: { maxAttempts: 0, firstDelay: 1000 } });
    rig.add(100);
    await (await rig.store.nextRequest()).fail(gone());
    expect(rig.status(0)).to.equal('upload failed');
    expect(rig.details('autoRetry')).to.have.length(0);
  });

  it('does not retry where maxAttempts is 0, also while the browser is offline', async () => {
    const network = { offline: true, online: () => new Promise<void>(() => {}) };
    const rig = new Rig(undefined, { retry: { maxAttempts: 0, firstDelay: 1000 }, network });
    rig.add(100);
    await (await rig.store.nextRequest()).fail(gone());
    expect(rig.uploader.snapshot().at(0)).to.include({ status: 'upload failed', reason: 'The server could not be reached.' });
    expect(rig.details('autoRetry')).to.have.length(0);
    expect(rig.uploader.retry(0)).to.equal(true);
    await (await rig.store.nextRequest()).succeed();
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('uses up no retry while the browser is offline', async () => {
    let goOnline = () => {};
    const network = { offline: true, online: () => new Promise<void>((resolve) => (goOnline = resolve)) };
    const rig = new Rig(undefined, { retry: { maxAttempts: 1, firstDelay: 1000 }, network });
    rig.add(100);
    for (let failures = 0; failures < 3; failures++) {
      await (await rig.store.nextRequest()).fail(gone());
      expect(rig.status(0)).to.equal('retrying upload');
      goOnline();
    }
    await (await rig.store.nextRequest()).succeed();
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('emits upload before every retry', async () => {
    const rig = new Rig();
    rig.add(100);
    await (await rig.store.nextRequest()).fail(gone());
    await rig.clock.advance(1000);
    expect(rig.details('upload')).to.have.length(2);
  });

  it('keeps the rules that applied when the attempt began', async () => {
    const rig = new Rig();
    rig.add(100);
    const request = await rig.store.nextRequest();
    rig.uploader.options = { ...rig.uploader.options, retry: { maxAttempts: 0, firstDelay: 1000 } };
    await request.fail(gone());
    expect(rig.status(0)).to.equal('retrying upload');
    await rig.clock.advance(1000);
    await (await rig.store.nextRequest()).fail(refusal());
    rig.uploader.retry(0);
    await (await rig.store.nextRequest()).fail(gone());
    expect(rig.status(0)).to.equal('upload failed');
  });
});
