import { expect } from '@esm-bundle/chai';
import { actOn, gone, refusal, Rig } from './rig.js';
import { settle } from './manual-clock.js';

describe('UploadQueue', () => {
  it('uses no more connections than there are, in the order of adding', async () => {
    const rig = new Rig(undefined, { maxConnections: 2, prepareAhead: () => 2 });
    rig.add(1, 1, 1, 1, 1);
    await settle();
    expect(rig.store.requests.map((one) => one.file)).to.deep.equal(['f0', 'f1']);
    expect(rig.status(3)).to.equal('uploading');
    expect(rig.status(4)).to.equal('queued');
    while (rig.store.requests[0]) await rig.store.requests[0].succeed();
    expect(rig.store.maxInFlight).to.equal(2);
    expect(rig.details('complete').map(({ id }) => id)).to.deep.equal([0, 1, 2, 3, 4]);
    expect(rig.details('allComplete')).to.have.length(1);
  });

  it('prepares more of small files than of large ones', async () => {
    const rig = new Rig(undefined, { maxConnections: 2, prepareAhead: ({ size }) => (size < 10 ? 5 : 1) });
    rig.add(...Array.from({ length: 9 }, () => 1));
    await settle();
    const uploading = () => rig.uploader.files.filter(({ status }) => status === 'uploading').length;
    expect(uploading()).to.equal(7);
    while (rig.store.requests[0]) await rig.store.requests[0].succeed();
    rig.add(...Array.from({ length: 9 }, () => 100));
    await settle();
    expect(uploading()).to.equal(3);
    expect(rig.store.maxInFlight).to.equal(2);
  });

  it('waits for uploadStored() where autoUpload is false', async () => {
    const rig = new Rig(undefined, { autoUpload: false });
    rig.add(1);
    await settle();
    expect(rig.status(0)).to.equal('submitted');
    rig.uploader.uploadStored();
    await (await rig.store.nextRequest()).succeed();
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('starts with uploadStored() also what is validated at that moment, and nothing that is added later', async () => {
    const rig = new Rig(undefined, { autoUpload: false });
    rig.add(1);
    expect(rig.uploader.uploadStored()).to.equal(true);
    rig.add(1);
    await (await rig.store.nextRequest()).succeed();
    expect([rig.status(0), rig.status(1)]).to.deep.equal(['upload successful', 'submitted']);
  });

  it('tells whether uploadStored() finds a file', () => {
    const rig = new Rig(undefined, { autoUpload: false });
    expect(rig.uploader.uploadStored()).to.equal(false);
  });

  it('sends no new files during an outage', async () => {
    const rig = new Rig(undefined, { maxConnections: 2 });
    rig.add(...Array.from({ length: 20 }, () => 1));
    await (await rig.store.nextRequest()).fail(gone());
    await (await rig.store.nextRequest()).fail(gone());
    await settle();
    expect(rig.store.requests).to.have.length(0);
    expect(rig.uploader.files.filter(({ status }) => status === 'queued')).to.have.length(18);
  });

  it('queues ten thousand files, with one change event per turn', async () => {
    const rig = new Rig(undefined, { maxConnections: 50 });
    rig.add(...Array.from({ length: 10_000 }, () => 1));
    await settle();
    expect(rig.uploader.snapshot().count).to.equal(10_000);
    expect(rig.changes).to.be.lessThan(50);
    expect(rig.uploader.snapshot().totals.totalBytes).to.equal(10_000);
  });

  it('queues only the files that no connection is free for, also when they continue', async () => {
    const rig = new Rig(undefined, { maxConnections: 1 });
    rig.add(1, 1);
    await settle();
    const story = (id: number) =>
      rig.details('statusChange').flatMap(({ id: of, newStatus }) => (of === id && newStatus !== 'submitting' ? [newStatus] : []));
    expect(story(0)).to.deep.equal(['submitted', 'uploading']);
    expect(story(1)).to.deep.equal(['submitted', 'queued']);
    rig.uploader.pause(0);
    await settle();
    rig.uploader.resume(0);
    expect(story(0)).to.deep.equal(['submitted', 'uploading', 'paused', 'queued']);
    rig.uploader.pause(1);
    await settle();
    rig.uploader.pause(0);
    await settle();
    rig.uploader.resume(0);
    expect(story(0).slice(-2)).to.deep.equal(['paused', 'uploading']);
  });

  it('resumes paused files in their order, before those that have never begun', async () => {
    const rig = new Rig(undefined, { maxConnections: 1 });
    rig.add(1, 1, 1, 1, 1);
    await rig.store.nextRequest();
    for (const id of [0, 1, 2]) rig.uploader.pause(id);
    await settle();
    expect(rig.store.requests.map(({ file: name }) => name)).to.deep.equal(['f3']);
    expect(rig.uploader.resume([0, 1, 2, 3])).to.equal(true);
    for (let left = 5; left > 0; left--) await (await rig.store.nextRequest()).succeed();
    const sent = rig.store.log.filter((step) => step.startsWith('send')).map((step) => step.split(' ')[1]);
    expect(sent).to.deep.equal(['f0', 'f3', 'f0', 'f1', 'f2', 'f4']);
    expect(rig.uploader.resume([0, 1])).to.equal(false);
  });
});

describe('a listener', () => {
  it('that never settles upload does not keep the connection of a cancelled file', async () => {
    const rig = new Rig(undefined, { maxConnections: 1 });
    rig.outcomes.upload = ({ id }) => (id === 0 ? new Promise(() => {}) : { refused: false });
    rig.add(1, 1);
    await settle();
    await rig.uploader.cancel(0);
    const request = await rig.store.nextRequest();
    expect(request.file).to.equal('f1');
  });

  it('can retry a file within its failure event, also where all connections are taken', async () => {
    const rig = new Rig(undefined, { maxConnections: 1 });
    actOn(
      rig,
      ({ newStatus }) => newStatus === 'upload failed',
      ({ id }) => expect(rig.uploader.retry(id)).to.equal(true),
    );
    rig.add(100, 200);
    await (await rig.store.nextRequest()).fail(refusal());
    while (rig.status(0) !== 'upload successful' || rig.status(1) !== 'upload successful') await (await rig.store.nextRequest()).succeed();
    expect(rig.uploader.snapshot().totals).to.include({ totalBytes: 300, uploadedBytes: 300, active: 0 });
  });

  it('can pause or cancel a file within its queued event', async () => {
    const rig = new Rig(undefined, { maxConnections: 1 });
    actOn(
      rig,
      ({ id, newStatus }) => newStatus === 'queued' && id === 1,
      ({ id }) => rig.uploader.pause(id),
    );
    actOn(
      rig,
      ({ id, newStatus }) => newStatus === 'queued' && id === 2,
      ({ id }) => void rig.uploader.cancel(id),
    );
    rig.add(50, 100, 200, 300);
    while (rig.status(3) !== 'upload successful') await (await rig.store.nextRequest()).succeed();
    expect([1, 2, 3].map((id) => rig.status(id))).to.deep.equal(['paused', 'canceled', 'upload successful']);
    expect(rig.store.log.filter((step) => step.startsWith('send'))).to.deep.equal(['send f0 0', 'send f3 0']);
    expect(rig.uploader.snapshot().totals).to.include({ totalBytes: 350, uploadedBytes: 350 });
    rig.uploader.resume(1);
    await (await rig.store.nextRequest()).succeed();
    expect(rig.status(1)).to.equal('upload successful');
  });

  it('can pause or cancel a file within the event with which it starts', async () => {
    const rig = new Rig(undefined, { maxConnections: 3 });
    actOn(
      rig,
      ({ id, newStatus }) => newStatus === 'uploading' && id === 0,
      ({ id }) => rig.uploader.pause(id),
    );
    actOn(
      rig,
      ({ id, newStatus }) => newStatus === 'uploading' && id === 1,
      ({ id }) => void rig.uploader.cancel(id),
    );
    rig.add(100, 200, 300);
    await (await rig.store.nextRequest()).succeed();
    expect([0, 1, 2].map((id) => rig.status(id))).to.deep.equal(['paused', 'canceled', 'upload successful']);
    expect(rig.uploader.snapshot().totals).to.include({ totalBytes: 400, uploadedBytes: 300, active: 0, paused: 1 });
    rig.uploader.resume(0);
    await (await rig.store.nextRequest()).succeed();
    expect(rig.uploader.snapshot().totals).to.include({ totalBytes: 400, uploadedBytes: 400, active: 0, paused: 0 });
    rig.add(7);
    await settle();
    expect(rig.uploader.snapshot().totals).to.include({ totalBytes: 7, uploadedBytes: 0, active: 1 });
  });
});
