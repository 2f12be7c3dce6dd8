import { expect } from '../../tools/expect.js';
import { gone, Rig } from '../rig.js';
import { ScriptedStore } from '../scripted-store.js';
import { settle } from '../manual-clock.js';

describe('PartSender', () => {
  const parts = (options: ConstructorParameters<typeof Rig>[1] = {}) => new Rig(new ScriptedStore(10), options);

  it('sends parts at the same time, and emits events for each', async () => {
    const rig = parts();
    rig.add(35);
    await settle();
    expect(rig.store.requests.map(({ part }) => part?.index)).to.deep.equal([0, 1, 2]);
    while (rig.store.requests[0]) await rig.store.requests[0].succeed();
    expect(rig.details('uploadChunk')[3]).to.deep.equal({ id: 0, name: 'f0', partIndex: 3, startByte: 31, endByte: 35, totalParts: 4 });
    expect(rig.details('uploadChunkSuccess')).to.have.length(4);
    expect(rig.eventLog).to.include('uploading -> upload finalizing');
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('retries only the part that failed', async () => {
    const rig = parts();
    rig.add(30);
    await settle();
    const [first, second, third] = [...rig.store.requests];
    await first?.succeed();
    await second?.fail(gone());
    expect(rig.status(0)).to.equal('retrying upload');
    await third?.succeed();
    await rig.clock.advance(1000);
    await (await rig.store.nextRequest()).succeed();
    expect(rig.store.log.filter((line) => line.startsWith('send'))).to.deep.equal(['send f0 0', 'send f0 1', 'send f0 2', 'send f0 1']);
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('counts connections that break together as one failure', async () => {
    const rig = parts();
    rig.add(30);
    await settle();
    for (const asked of [...rig.store.requests]) await asked.fail(gone());
    expect(rig.details('autoRetry')).to.have.length(1);
    await rig.clock.advance(1000);
    while (rig.store.requests[0]) await rig.store.requests[0].succeed();
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('sends no new parts during an outage', async () => {
    const rig = parts();
    rig.add(200);
    await settle();
    const first = [...rig.store.requests];
    expect(first).to.have.length(3);
    for (const asked of first) await asked.fail(gone());
    await settle();
    expect(rig.store.requests).to.have.length(0);
    await rig.clock.advance(1000);
    expect(rig.store.requests).to.have.length(3);
    while (rig.store.requests[0]) await rig.store.requests[0].succeed();
    expect(rig.status(0)).to.equal('upload successful');
    expect(new Set(rig.store.log.filter((line) => line.startsWith('send')))).to.have.property('size', 20);
  });

  it('uses more connections as soon as there are more', async () => {
    const rig = parts({ maxConnections: 2 });
    rig.add(100);
    await settle();
    expect(rig.store.requests).to.have.length(2);
    rig.uploader.options = { ...rig.uploader.options, maxConnections: 5 };
    await rig.store.requests[0]?.succeed();
    await settle();
    expect(rig.store.requests).to.have.length(5);
    while (rig.store.requests[0]) await rig.store.requests[0].succeed();
    expect(rig.status(0)).to.equal('upload successful');
    expect(rig.store.maxInFlight).to.equal(5);
  });

  it('has all its retries again after each part that arrives, and always ends', async () => {
    const rig = parts({ maxConnections: 1, retry: { maxAttempts: 2, firstDelay: 1000 } });
    rig.add(30);
    for (const _part of [0, 1]) {
      for (const wait of [1000, 3000]) {
        await (await rig.store.nextRequest()).fail(gone());
        await rig.clock.advance(wait);
      }
      await (await rig.store.nextRequest()).succeed();
    }
    for (const wait of [1000, 3000]) {
      await (await rig.store.nextRequest()).fail(gone());
      await rig.clock.advance(wait);
    }
    await (await rig.store.nextRequest()).fail(gone());
    expect(rig.status(0)).to.equal('upload failed');
  });

  it('never shrinks the progress, except when it begins again', async () => {
    const rig = parts({ maxConnections: 1 });
    rig.add(20);
    const first = await rig.store.nextRequest();
    first.progress(8);
    await first.fail(gone());
    await rig.clock.advance(1000);
    const again = await rig.store.nextRequest();
    again.progress(4);
    again.progress(9);
    await again.succeed();
    expect(rig.details('progress').map(({ uploadedBytes }) => uploadedBytes)).to.deep.equal([8, 9, 10]);
  });

  it('sends nothing once the file is paused, and continues with the missing parts', async () => {
    const rig = parts({ maxConnections: 1 });
    rig.add(30);
    await (await rig.store.nextRequest()).succeed();
    const second = await rig.store.nextRequest();
    expect(rig.uploader.pause(0)).to.equal(true);
    expect(second.signal.aborted).to.equal(true);
    await settle();
    expect(rig.store.requests).to.have.length(0);
    expect(rig.uploader.snapshot().totals, 'what is paused still counts').to.include({
      paused: 1,
      totalBytes: 30,
      uploadedBytes: 10,
      speed: 0,
    });
    rig.uploader.resume(0);
    for (let part = 1; part <= 2; part++) {
      const asked = await rig.store.nextRequest();
      expect(asked.part?.index).to.equal(part);
      await asked.succeed();
    }
    expect(rig.uploader.snapshot().totals).to.include({ paused: 0, totalBytes: 30, uploadedBytes: 30 });
    expect(rig.status(0)).to.equal('upload successful');
    expect(rig.store.log).to.not.include('abandon f0');
  });
});
