import { UploadError } from '../../../src/core/errors.js';
import { expect } from '../../tools/expect.js';
import { actOn, refusal, Rig } from '../rig.js';
import { ScriptedStore } from '../scripted-store.js';
import { settle } from '../manual-clock.js';

/** Bytes that are made when the test says so. */
function making(size = 50) {
  const made = { begun: 0, signal: undefined as AbortSignal | undefined, done: () => {}, fail: (_error: Error) => {} };
  return Object.assign(made, {
    make: (signal: AbortSignal) =>
      new Promise<Blob>((resolve, reject) => {
        made.begun++;
        made.signal = signal;
        made.done = () => resolve(new Blob([new Uint8Array(size)]));
        made.fail = reject;
      }),
  });
}

describe('a file whose bytes are created late', () => {
  it('is made when its turn comes, and has its size from then on', async () => {
    const rig = new Rig(new ScriptedStore(), { maxConnections: 1 });
    const [first, second] = [making(30), making(50)];
    rig.uploader.add([
      { name: 'a', type: 'image/jpeg', createBlob: first.make },
      { name: 'b', type: 'image/jpeg', createBlob: second.make },
    ]);
    await settle();
    expect([first.begun, second.begun]).to.deep.equal([1, 0]);
    expect(rig.uploader.files.map(({ size, type }) => [size, type])).to.deep.equal([
      [-1, 'image/jpeg'],
      [-1, 'image/jpeg'],
    ]);
    expect(rig.store.log).to.deep.equal([]);
    first.done();
    await (await rig.store.nextRequest()).succeed();
    await settle();
    expect(second.begun).to.equal(1);
    second.done();
    await (await rig.store.nextRequest()).succeed();
    expect(rig.uploader.files.map(({ size, uploadedBytes }) => [size, uploadedBytes])).to.deep.equal([
      [30, 30],
      [50, 50],
    ]);
    expect(rig.details('totalProgress').at(-1)).to.deep.equal({ uploadedBytes: 80, totalBytes: 80 });
  });

  it('fails with what it could not be made for, and is made once more when it is tried again', async () => {
    const rig = new Rig();
    const made = making();
    rig.uploader.add([{ name: 'a', createBlob: made.make }]);
    await settle();
    made.fail(new Error('It is no image.'));
    await settle();
    expect(rig.uploader.files[0]?.status).to.equal('upload failed');
    expect(rig.details('error')[0]?.reason).to.equal('It is no image.');
    expect(rig.uploader.retry(0)).to.equal(true);
    await settle();
    expect(made.begun).to.equal(2);
    made.done();
    await (await rig.store.nextRequest()).succeed();
    expect(rig.uploader.files[0]?.status).to.equal('upload successful');
  });

  it('is not made twice where only the upload failed', async () => {
    const rig = new Rig(new ScriptedStore(), { retry: { maxAttempts: 0, firstDelay: 1000 } });
    const made = making();
    rig.uploader.add([{ name: 'a', createBlob: made.make }]);
    await settle();
    made.done();
    await (await rig.store.nextRequest()).fail(new Error('no'));
    rig.uploader.retry(0);
    await (await rig.store.nextRequest()).succeed();
    expect(made.begun).to.equal(1);
  });

  it('is given up while it is being made', async () => {
    const rig = new Rig();
    const made = making();
    rig.uploader.add([{ name: 'a', createBlob: made.make }]);
    await settle();
    void rig.uploader.cancel(0);
    expect(made.signal?.aborted).to.equal(true);
    made.done();
    await settle();
    expect(rig.uploader.files[0]?.status).to.equal('canceled');
    expect(rig.store.log).to.deep.equal([]);
    expect(rig.uploader.netItems).to.equal(0);
  });

  it('counts with its bytes once they are there', async () => {
    const rig = new Rig(new ScriptedStore(), { rules: { totalSizeLimit: 60 }, autoUpload: true });
    const made = making(50);
    rig.uploader.add([{ name: 'a', createBlob: made.make }]);
    await settle();
    made.done();
    await (await rig.store.nextRequest()).succeed();
    rig.uploader.add([{ name: 'b', blob: new Blob([new Uint8Array(11)]) }]);
    await settle();
    expect(rig.uploader.files[1]?.status).to.equal('rejected');
  });
});

describe('an attempt', () => {
  const parts = (options: ConstructorParameters<typeof Rig>[1] = {}) => new Rig(new ScriptedStore(10), options);

  it('begins again only as often as it may where the far side wants all of it again', async () => {
    const rig = parts({ retry: { maxAttempts: 2, firstDelay: 1000 } });
    rig.store.autoClose = false;
    rig.add(20);
    for (let round = 0; ; round++) {
      const asked = await rig.store.nextRequest();
      if (asked.step === 'send') await asked.succeed();
      else {
        await asked.fail(new UploadError('InvalidPart', { startOver: true }));
        if (rig.status(0) === 'upload failed') break;
        await rig.clock.advance(10_000);
      }
      expect(round).to.be.lessThan(20);
    }
    expect(rig.store.log.filter((line) => line === 'send f0 0')).to.have.length(3);
  });

  it('cannot be cancelled or paused while the far side puts it together', async () => {
    const rig = parts();
    rig.store.autoClose = false;
    rig.add(5);
    await (await rig.store.nextRequest()).succeed();
    expect(rig.status(0)).to.equal('upload finalizing');
    expect(await rig.uploader.cancel(0)).to.equal(false);
    expect(rig.uploader.pause(0)).to.equal(false);
    await (await rig.store.nextRequest()).succeed();
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('waits for all of an attempt to end before the next begins', async () => {
    const rig = parts({ maxConnections: 1 });
    rig.add(30);
    await rig.store.nextRequest();
    rig.uploader.pause(0);
    rig.uploader.resume(0);
    rig.uploader.pause(0);
    rig.uploader.resume(0);
    await settle(4);
    expect(rig.store.maxInFlight).to.equal(1);
    while (rig.store.requests[0]) await rig.store.requests[0].succeed();
    expect(rig.status(0)).to.equal('upload successful');
    expect(rig.details('complete')).to.have.length(1);
  });

  it('that is tried again at once keeps what it has, also when it is paused then', async () => {
    const rig = parts({ retry: { maxAttempts: 0, firstDelay: 1000 } });
    actOn(
      rig,
      ({ newStatus }) => newStatus === 'upload failed',
      ({ id }) => void rig.uploader.retry(id),
    );
    rig.add(35);
    await (await rig.store.nextRequest()).succeed();
    await (await rig.store.nextRequest()).fail(refusal());
    await rig.store.nextRequest();
    rig.uploader.pause(0);
    await settle();
    expect(rig.status(0)).to.equal('paused');
    expect(rig.store.log).not.to.include('abandon f0');
  });
});
