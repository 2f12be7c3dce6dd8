import { UploadError } from '../../../src/core/errors.js';
import { expect } from '@esm-bundle/chai';
import { actOn, refusal, Rig } from '../rig.js';
import { ScriptedStore } from '../scripted-store.js';
import { settle } from '../manual-clock.js';

/** A `createBlob` that the test controls. */
class LateBlob {
  calls = 0;
  signal: AbortSignal | undefined;
  succeed = () => {};
  fail = (_error: Error) => {};

  constructor(private readonly size = 50) {}

  readonly create = (signal: AbortSignal): Promise<Blob> => {
    this.calls++;
    this.signal = signal;
    return new Promise((resolve, reject) => {
      this.succeed = () => resolve(new Blob([new Uint8Array(this.size)]));
      this.fail = reject;
    });
  };
}

describe('uploadFile with bytes that are created late', () => {
  it('creates the bytes when the upload begins, and knows the size from then on', async () => {
    const rig = new Rig(new ScriptedStore(), { maxConnections: 1 });
    const [first, second] = [new LateBlob(30), new LateBlob(50)];
    rig.uploader.add([
      { name: 'a', type: 'image/jpeg', createBlob: first.create },
      { name: 'b', type: 'image/jpeg', createBlob: second.create },
    ]);
    await settle();
    expect([first.calls, second.calls]).to.deep.equal([1, 0]);
    expect(rig.uploader.files.map(({ size, type }) => [size, type])).to.deep.equal([
      [-1, 'image/jpeg'],
      [-1, 'image/jpeg'],
    ]);
    expect(rig.store.log).to.deep.equal([]);
    first.succeed();
    await (await rig.store.nextRequest()).succeed();
    await settle();
    expect(second.calls).to.equal(1);
    second.succeed();
    await (await rig.store.nextRequest()).succeed();
    expect(rig.uploader.files.map(({ size, uploadedBytes }) => [size, uploadedBytes])).to.deep.equal([
      [30, 30],
      [50, 50],
    ]);
    expect(rig.details('totalProgress').at(-1)).to.deep.equal({ uploadedBytes: 80, totalBytes: 80 });
  });

  it('fails with the reason why they cannot be created, and creates them again on retry', async () => {
    const rig = new Rig();
    const blob = new LateBlob();
    rig.uploader.add([{ name: 'a', createBlob: blob.create }]);
    await settle();
    blob.fail(new Error('It is no image.'));
    await settle();
    expect(rig.uploader.files[0]?.status).to.equal('upload failed');
    expect(rig.details('error')[0]?.reason).to.equal('It is no image.');
    expect(rig.uploader.retry(0)).to.equal(true);
    await settle();
    expect(blob.calls).to.equal(2);
    blob.succeed();
    await (await rig.store.nextRequest()).succeed();
    expect(rig.uploader.files[0]?.status).to.equal('upload successful');
  });

  it('does not create them twice where only the upload failed', async () => {
    const rig = new Rig(new ScriptedStore(), { retry: { maxAttempts: 0, firstDelay: 1000 } });
    const blob = new LateBlob();
    rig.uploader.add([{ name: 'a', createBlob: blob.create }]);
    await settle();
    blob.succeed();
    await (await rig.store.nextRequest()).fail(new Error('no'));
    rig.uploader.retry(0);
    await (await rig.store.nextRequest()).succeed();
    expect(blob.calls).to.equal(1);
  });

  it('can be cancelled while they are created', async () => {
    const rig = new Rig();
    const blob = new LateBlob();
    rig.uploader.add([{ name: 'a', createBlob: blob.create }]);
    await settle();
    void rig.uploader.cancel(0);
    expect(blob.signal?.aborted).to.equal(true);
    blob.succeed();
    await settle();
    expect(rig.uploader.files[0]?.status).to.equal('canceled');
    expect(rig.store.log).to.deep.equal([]);
    expect(rig.uploader.netItems).to.equal(0);
  });

  it('counts them toward the total size limit once they are created', async () => {
    const rig = new Rig(new ScriptedStore(), { rules: { totalSizeLimit: 60 }, autoUpload: true });
    const blob = new LateBlob(50);
    rig.uploader.add([{ name: 'a', createBlob: blob.create }]);
    await settle();
    blob.succeed();
    await (await rig.store.nextRequest()).succeed();
    rig.uploader.add([{ name: 'b', blob: new Blob([new Uint8Array(11)]) }]);
    await settle();
    expect(rig.uploader.files[1]?.status).to.equal('rejected');
  });
});

describe('uploadFile', () => {
  const parts = (options: ConstructorParameters<typeof Rig>[1] = {}) => new Rig(new ScriptedStore(10), options);

  it('begins again at byte 0 only as often as it may retry', async () => {
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

  it('dispatches nothing more where a listener of the progress back to 0 resets the uploader', async () => {
    const rig = parts({ retry: { maxAttempts: 2, firstDelay: 1000 } });
    rig.store.autoClose = false;
    rig.add(5);
    await (await rig.store.nextRequest()).succeed();
    const emit = rig.emit.bind(rig);
    let before = 0;
    rig.emit = (name, detail) => {
      emit(name, detail);
      if (name !== 'progress' || (detail as { uploadedBytes: number }).uploadedBytes > 0) return;
      rig.uploader.reset();
      before = rig.emitted.length;
    };
    await (await rig.store.nextRequest()).fail(new UploadError('InvalidPart', { startOver: true }));
    expect(before).to.be.above(0);
    expect(rig.eventLog.slice(before)).to.deep.equal([]);
  });

  it('cannot be cancelled or paused while the store makes the parts one file', async () => {
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

  it('begins an attempt only after all of the last one has ended', async () => {
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

  it('keeps the remote upload of a file that is retried at once and then paused', async () => {
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

describe('uploadFile with a record that cannot be read', () => {
  const { warn } = console;
  let warnings: unknown[] = [];
  beforeEach(() => {
    warnings = [];
    console.warn = (...values: unknown[]) => warnings.push(values[0]);
  });
  afterEach(() => (console.warn = warn));

  const hanging = () => new Promise<never>(() => {});
  const store = { load: hanging, save: hanging, delete: hanging };
  const rigFor = (keyOf: () => Promise<string>) => new Rig(new ScriptedStore(10), { maxConnections: 1, resume: { store, keyOf } });

  it('uploads it from the beginning after 15 s, and warns once', async () => {
    let files = 0;
    for (const keyOf of [hanging, () => Promise.resolve(`key ${files++}`)]) {
      const rig = rigFor(keyOf);
      rig.add(20, 20);
      await settle();
      await rig.clock.advance(15_000);
      await settle();
      await rig.clock.advance(15_000);
      for (let parts = 4; parts > 0; parts--) await (await rig.store.nextRequest()).succeed();
      expect([0, 1].map((id) => rig.status(id))).to.deep.equal(['upload successful', 'upload successful']);
      expect(rig.clock.pendingSleeps).to.deep.equal([]);
    }
    expect(warnings).to.have.length(1);
  });

  it('lets other files be uploaded meanwhile, and ends when it is cancelled', async () => {
    let isFirst = true;
    const rig = rigFor(() => {
      if (!isFirst) return Promise.resolve('key');
      isFirst = false;
      return hanging();
    });
    rig.uploader.options = {
      ...rig.uploader.options,
      resume: { store: { ...store, load: () => Promise.resolve(undefined) }, keyOf: rig.uploader.options.resume!.keyOf },
    };
    rig.add(10, 10);
    await settle();
    await rig.clock.advance(1000);
    await (await rig.store.nextRequest()).succeed();
    expect(rig.status(1)).to.equal('upload successful');
    void rig.uploader.cancel(0);
    await settle();
    expect(rig.clock.pendingSleeps).to.deep.equal([]);
    expect(warnings).to.deep.equal([]);
  });
});
