import { expect } from '../tools/expect.js';
import type { Events } from '../../src/core/events.js';
import { UploadError } from '../../src/core/errors.js';
import { Rig, file } from './rig.js';
import { ScriptedStore } from './scripted-store.js';
import { turns } from './still-clock.js';

const gone = () => new UploadError('The server could not be reached.', { status: 0, code: 'NetworkError' });
const refusal = () => new UploadError('No.', { status: 403, retry: 'manual' });

/** Does something within the event that a file has another status. */
function actOn(rig: Rig, when: (detail: Events['statusChange']) => boolean, act: (detail: Events['statusChange']) => void): void {
  const { emit: tell } = rig;
  let once = true;
  rig.emit = (name, detail) => {
    tell.call(rig, name, detail);
    if (name !== 'statusChange' || !once || !when(detail as Events['statusChange'])) return;
    once = false;
    act(detail as Events['statusChange']);
  };
}

describe('one file', () => {
  it('tells its story in Fine Uploader’s order', async () => {
    const rig = new Rig();
    rig.add(100);
    const request = await rig.store.next();
    request.progress(40);
    await request.yes();
    expect(rig.story).to.deep.equal([
      'null -> submitting',
      'validateBatch',
      'validate',
      'submit',
      'submitting -> submitted',
      'submitted',
      'submitted -> queued',
      'queued -> uploading',
      'upload',
      'progress',
      'totalProgress',
      'progress',
      'totalProgress',
      'uploading -> upload successful',
      'complete',
      'allComplete',
    ]);
    expect(rig.details('progress').map(({ uploadedBytes }) => uploadedBytes)).to.deep.equal([40, 100]);
    expect(rig.details('complete')[0]).to.include({ id: 0, name: 'f0', success: true, uuid: 'uuid-0' });
    expect(rig.details('allComplete')[0]).to.deep.equal({ succeeded: [0], failed: [] });
  });

  it('fails in Fine Uploader’s order: status, error, complete', async () => {
    const rig = new Rig();
    rig.add(100);
    await (await rig.store.next()).no(refusal());
    const story = rig.story;
    expect(story.slice(story.indexOf('uploading -> upload failed'))).to.deep.equal([
      'uploading -> upload failed',
      'error',
      'complete',
      'allComplete',
    ]);
    expect(rig.details('error')[0]).to.deep.equal({ id: 0, name: 'f0', reason: 'No.', status: 403 });
    expect(rig.details('complete')[0]).to.include({ success: false });
  });

  it('knows its id before anybody is asked', () => {
    const rig = new Rig();
    expect(rig.add(1, 2)).to.deep.equal([0, 1]);
    expect(rig.story).to.deep.equal(['null -> submitting', 'null -> submitting']);
  });

  it('is tried again after 1, 3 and 9 s, give or take, and then has failed', async () => {
    const rig = new Rig();
    rig.add(100);
    for (const wait of [1000, 3000, 9000]) {
      await (await rig.store.next()).no(gone());
      expect(rig.status(0)).to.equal('retrying upload');
      expect(rig.clock.waits).to.deep.equal([wait]);
      await rig.clock.advance(wait);
      expect(rig.status(0)).to.equal('uploading');
    }
    await (await rig.store.next()).no(gone());
    expect(rig.status(0)).to.equal('upload failed');
    expect(rig.details('autoRetry').map(({ attempt }) => attempt)).to.deep.equal([1, 2, 3]);
    expect(rig.details('error')).to.have.length(4);
    expect(rig.clock.waits).to.deep.equal([]);
  });

  it('is not tried again by itself where max-auto-attempts is 0', async () => {
    const rig = new Rig(undefined, { retry: { maxAttempts: 0, firstDelay: 1000 } });
    rig.add(100);
    await (await rig.store.next()).no(gone());
    expect(rig.status(0)).to.equal('upload failed');
    expect(rig.details('autoRetry')).to.have.length(0);
  });

  it('asks upload again before every retry', async () => {
    const rig = new Rig();
    rig.add(100);
    await (await rig.store.next()).no(gone());
    await rig.clock.advance(1000);
    expect(rig.details('upload')).to.have.length(2);
  });

  it('can be tried again by hand, and has a fresh budget then', async () => {
    const rig = new Rig();
    rig.add(100);
    await (await rig.store.next()).no(refusal());
    expect(rig.uploader.retry(0)).to.equal(true);
    expect(rig.status(0)).to.equal('uploading');
    await (await rig.store.next()).no(gone());
    await rig.clock.advance(1000);
    await (await rig.store.next()).yes();
    expect(rig.status(0)).to.equal('upload successful');
    expect(rig.details('allComplete')).to.have.length(2);
  });

  it('can be tried again from within the very error event', async () => {
    const rig = new Rig();
    let once = true;
    const { emit: tell } = rig;
    rig.emit = (name, detail) => {
      tell.call(rig, name, detail);
      if (name === 'complete' && once) {
        once = false;
        expect(rig.uploader.retry(0)).to.equal(true);
      }
    };
    rig.add(100);
    await (await rig.store.next()).no(refusal());
    await (await rig.store.next()).yes();
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('is not tried again by anybody where the server forbids it', async () => {
    const rig = new Rig();
    rig.add(100);
    await (await rig.store.next()).no(new UploadError('Never.', { retry: 'never' }));
    expect(rig.uploader.retry(0)).to.equal(false);
    expect(rig.uploader.snapshot().at(0).actions.retry).to.equal(false);
  });

  it('a page’s function that throws fails it with that sentence, and is not tried again by itself', async () => {
    const rig = new Rig(undefined, {
      storeFor: () => {
        throw new Error('key() broke');
      },
    });
    rig.add(100);
    await turns();
    expect(rig.status(0)).to.equal('upload failed');
    expect(rig.details('error')[0]?.reason).to.equal('key() broke');
  });
});

describe('a store that has to be loaded', () => {
  it('is waited for', async () => {
    const store = new ScriptedStore();
    let load = () => {};
    const rig = new Rig(store, { storeFor: () => new Promise((resolve) => (load = () => resolve(store))) });
    rig.add(100);
    await turns();
    expect(rig.status(0)).to.equal('uploading');
    expect(store.log).to.deep.equal([]);
    load();
    await (await store.next()).yes();
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('is loaded again after 1 s where loading failed', async () => {
    const store = new ScriptedStore();
    let loads = 0;
    const rig = new Rig(store, { storeFor: () => (++loads === 1 ? Promise.reject(new TypeError('offline')) : Promise.resolve(store)) });
    rig.add(100);
    await turns();
    expect(rig.status(0)).to.equal('retrying upload');
    expect(rig.details('error')[0]).to.include({ code: 'NotLoaded' });
    await rig.clock.advance(1000);
    await (await store.next()).yes();
    expect([rig.status(0), loads]).to.deep.equal(['upload successful', 2]);
  });

  it('fails the file with its own UploadError', async () => {
    const rig = new Rig(undefined, { storeFor: () => Promise.reject(refusal()) });
    rig.add(100);
    await turns();
    expect(rig.status(0)).to.equal('upload failed');
    expect(rig.details('error')[0]).to.include({ reason: 'No.', status: 403 });
  });

  it('that never loads cannot keep a cancelled file’s place', async () => {
    const store = new ScriptedStore();
    const rig = new Rig(store, { maxConnections: 1, storeFor: ({ id }) => (id === 0 ? new Promise<never>(() => {}) : store) });
    rig.add(1, 1);
    await turns();
    await rig.uploader.cancel(0);
    expect((await store.next()).file).to.equal('f1');
  });

  it('is loaded to delete a file; where that fails, the file stays', async () => {
    const store = new ScriptedStore();
    let loads = 0;
    const rig = new Rig(store, { storeFor: () => (++loads === 1 ? Promise.reject(new TypeError('offline')) : Promise.resolve(store)) });
    rig.uploader.addInitialFiles([{ name: 'old', uuid: 'u', size: 3 }]);
    expect(await rig.uploader.remove(0)).to.equal(false);
    expect(rig.status(0)).to.equal('delete failed');
    expect(rig.details('error')[0]).to.include({ code: 'NotLoaded' });
    const removed = rig.uploader.remove(0);
    await (await store.next()).yes();
    expect(await removed).to.equal(true);
  });
});

describe('a listener', () => {
  it('that throws stops nothing', async () => {
    const rig = new Rig();
    const thrown: unknown[] = [];
    const before = window.onerror;
    window.onerror = (message) => {
      thrown.push(message);
      return true;
    };
    const { emit: tell, emitCancelable: ask } = rig;
    rig.emit = (name, detail) => {
      tell.call(rig, name, detail);
      if (name === 'submitted' || name === 'complete') throw new Error(`${name} listener broke`);
    };
    rig.emitCancelable = (name, detail) => {
      if (name === 'validate') throw new Error(`${name} listener broke`);
      return ask.call(rig, name, detail);
    };
    rig.add(100);
    await (await rig.store.next()).yes();
    window.onerror = before;
    expect(rig.status(0)).to.equal('upload successful');
    expect(thrown).to.have.length(3);
  });

  for (const question of ['validate', 'submit', 'validateBatch'] as const) {
    it(`that refuses ${question} rejects the file with its reason`, async () => {
      const rig = new Rig();
      rig.answers[question] = () => ({ refused: true, reason: 'Not on Sundays.' });
      rig.add(100);
      await turns();
      expect(rig.status(0)).to.equal('rejected');
      expect(rig.details('error')[0]).to.include({ id: 0, reason: 'Not on Sundays.' });
      expect(rig.store.log).to.deep.equal([]);
    });
  }

  it('that needs time holds only its own file', async () => {
    const rig = new Rig();
    let letGo = () => {};
    rig.answers.validate = ({ id }) =>
      id === 0
        ? new Promise((resolve) => {
            letGo = () => resolve({ refused: false });
          })
        : { refused: false };
    rig.add(1, 1);
    const second = await rig.store.next();
    expect(second.file).to.equal('f1');
    expect(rig.status(0)).to.equal('submitting');
    letGo();
    await turns();
    expect(rig.status(0)).to.equal('uploading');
  });

  it('that never answers upload cannot keep a cancelled file’s connection', async () => {
    const rig = new Rig(undefined, { maxConnections: 1 });
    rig.answers.upload = ({ id }) => (id === 0 ? new Promise(() => {}) : { refused: false });
    rig.add(1, 1);
    await turns();
    await rig.uploader.cancel(0);
    const request = await rig.store.next();
    expect(request.file).to.equal('f1');
  });

  it('can pause a file instead of letting it upload', async () => {
    const rig = new Rig();
    rig.answers.upload = () => Promise.resolve({ refused: false, value: { pause: true } });
    rig.add(1);
    await turns();
    expect(rig.status(0)).to.equal('paused');
    delete rig.answers.upload;
    rig.uploader.resume(0);
    await (await rig.store.next()).yes();
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('can refuse a cancel and a manual retry', async () => {
    const rig = new Rig();
    rig.answers.cancel = rig.answers.manualRetry = () => ({ refused: true });
    rig.add(1);
    await turns();
    expect(await rig.uploader.cancel(0)).to.equal(false);
    await (await rig.store.next()).no(refusal());
    expect(rig.uploader.retry(0)).to.equal(false);
    expect(rig.status(0)).to.equal('upload failed');
  });

  it('may try again as soon as it hears that a file has failed, also where all connections are taken', async () => {
    const rig = new Rig(undefined, { maxConnections: 1 });
    actOn(
      rig,
      ({ newStatus }) => newStatus === 'upload failed',
      ({ id }) => expect(rig.uploader.retry(id)).to.equal(true),
    );
    rig.add(100, 200);
    await (await rig.store.next()).no(refusal());
    while (rig.status(0) !== 'upload successful' || rig.status(1) !== 'upload successful') await (await rig.store.next()).yes();
    expect(rig.uploader.snapshot().totals).to.include({ totalBytes: 300, uploadedBytes: 300, active: 0 });
  });

  it('may stop a file as soon as it hears that it waits', async () => {
    const rig = new Rig(undefined, { maxConnections: 1 });
    const waits = ({ newStatus }: { newStatus: string }) => newStatus === 'queued';
    actOn(
      rig,
      (detail) => waits(detail) && detail.id === 0,
      ({ id }) => rig.uploader.pause(id),
    );
    actOn(
      rig,
      (detail) => waits(detail) && detail.id === 1,
      ({ id }) => void rig.uploader.cancel(id),
    );
    rig.add(100, 200, 300);
    await (await rig.store.next()).yes();
    expect([0, 1, 2].map((id) => rig.status(id))).to.deep.equal(['paused', 'canceled', 'upload successful']);
    expect(rig.store.log.filter((step) => step.startsWith('send'))).to.deep.equal(['send f2 0']);
    expect(rig.uploader.snapshot().totals).to.include({ totalBytes: 300, uploadedBytes: 300 });
    rig.uploader.resume(0);
    await (await rig.store.next()).yes();
    expect(rig.status(0)).to.equal('upload successful');
  });
});

describe('the queue', () => {
  it('keeps to its connections, in the order of adding', async () => {
    const rig = new Rig(undefined, { maxConnections: 2, prepareAhead: () => 2 });
    rig.add(1, 1, 1, 1, 1);
    await turns();
    expect(rig.store.asked.map((one) => one.file)).to.deep.equal(['f0', 'f1']);
    expect(rig.status(3)).to.equal('uploading');
    expect(rig.status(4)).to.equal('queued');
    while (rig.store.asked[0]) await rig.store.asked[0].yes();
    expect(rig.store.mostOnWire).to.equal(2);
    expect(rig.details('complete').map(({ id }) => id)).to.deep.equal([0, 1, 2, 3, 4]);
    expect(rig.details('allComplete')).to.have.length(1);
  });

  it('prepares more of small files than of large ones', async () => {
    const rig = new Rig(undefined, { maxConnections: 2, prepareAhead: ({ size }) => (size < 10 ? 5 : 1) });
    rig.add(...Array.from({ length: 9 }, () => 1));
    await turns();
    const uploading = () => rig.uploader.files.filter(({ status }) => status === 'uploading').length;
    expect(uploading()).to.equal(7);
    while (rig.store.asked[0]) await rig.store.asked[0].yes();
    rig.add(...Array.from({ length: 9 }, () => 100));
    await turns();
    expect(uploading()).to.equal(3);
    expect(rig.store.mostOnWire).to.equal(2);
  });

  it('waits for start() where uploads do not begin by themselves', async () => {
    const rig = new Rig(undefined, { autoUpload: false });
    rig.add(1);
    await turns();
    expect(rig.status(0)).to.equal('submitted');
    rig.uploader.uploadStored();
    await (await rig.store.next()).yes();
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('sends no more than a few files into an outage', async () => {
    const rig = new Rig(undefined, { maxConnections: 2 });
    rig.add(...Array.from({ length: 20 }, () => 1));
    await (await rig.store.next()).no(gone());
    await (await rig.store.next()).no(gone());
    await turns();
    expect(rig.store.asked).to.have.length(0);
    expect(rig.uploader.files.filter(({ status }) => status === 'queued')).to.have.length(18);
  });

  it('gives a request as much time as it needs with all that share the link, also when those are done', async () => {
    const rig = new Rig(undefined, { maxConnections: 2 });
    rig.add(1, 1);
    await rig.store.next();
    const [first, second] = rig.store.asked;
    const asSlow = 125_000;
    expect(first?.patience(asSlow)).to.equal(32_000);
    await second?.yes();
    expect(first?.patience(asSlow)).to.equal(32_000);
  });

  it('adds files without asking the disk for the size of one, and asks as they are looked at', async () => {
    let asked = 0;
    class Chosen extends Blob {
      override get size(): number {
        asked++;
        return super.size;
      }
    }
    const rig = new Rig(new ScriptedStore(), { autoUpload: false });
    rig.uploader.add(Array.from({ length: 50 }, (_, index) => ({ name: `f${index}`, blob: new Chosen(['x']) })));
    expect(asked).to.equal(0);
    await turns();
    expect(asked).to.equal(50);
    const [batch] = rig.details('validateBatch');
    expect(batch?.files).to.have.length(50);
    expect(batch?.files[7]).to.deep.equal({ name: 'f7', size: 1 });
  });

  it('does not read the name of a file that nobody asks for, and keeps it when the bytes are let go', async () => {
    let read = 0;
    class Chosen extends File {
      override get name(): string {
        read++;
        return super.name;
      }
    }
    const rig = new Rig(new ScriptedStore(), { autoUpload: false });
    rig.deaf = true;
    rig.uploader.add([{ blob: new Chosen(['x'], 'a.png', { type: 'image/png' }) }]);
    await turns();
    expect([rig.status(0), read]).to.deep.equal(['submitted', 0]);
    rig.uploader.removeFileRef(0);
    expect(rig.uploader.files[0]).to.include({ name: 'a.png', originalName: 'a.png', type: 'image/png', size: 1 });
    rig.uploader.rename(0, 'b.png');
    expect(rig.uploader.files[0]).to.include({ name: 'b.png', originalName: 'a.png' });
  });

  it('keeps the size of a file whose bytes were let go', () => {
    const rig = new Rig(new ScriptedStore(), { autoUpload: false });
    rig.add(10);
    rig.uploader.removeFileRef(0);
    expect(rig.uploader.files[0]?.size).to.equal(10);
  });

  it('takes ten thousand files in order, with one change told per turn', async () => {
    const rig = new Rig(undefined, { maxConnections: 50 });
    rig.add(...Array.from({ length: 10_000 }, () => 1));
    await turns();
    expect(rig.uploader.snapshot().count).to.equal(10_000);
    expect(rig.changes).to.be.lessThan(50);
    expect(rig.uploader.snapshot().totals.totalBytes).to.equal(10_000);
  });

  it('goes on with paused files in their order, before those that were never begun', async () => {
    const rig = new Rig(undefined, { maxConnections: 1 });
    rig.add(1, 1, 1, 1, 1);
    await rig.store.next();
    for (const id of [0, 1, 2]) rig.uploader.pause(id);
    await turns();
    expect(rig.store.asked.map(({ file: name }) => name)).to.deep.equal(['f3']);
    expect(rig.uploader.resume([0, 1, 2, 3])).to.equal(true);
    for (let left = 5; left > 0; left--) await (await rig.store.next()).yes();
    const sent = rig.store.log.filter((step) => step.startsWith('send')).map((step) => step.split(' ')[1]);
    expect(sent).to.deep.equal(['f0', 'f3', 'f0', 'f1', 'f2', 'f4']);
    expect(rig.uploader.resume([0, 1])).to.equal(false);
  });
});

describe('limits', () => {
  it('refuse only the files that are too many, each with the reason', async () => {
    const rig = new Rig(undefined, { rules: { itemLimit: 2 } });
    rig.add(1, 1, 1);
    await turns();
    expect([0, 1, 2].map((id) => rig.status(id))).to.deep.equal(['uploading', 'uploading', 'rejected']);
    expect(rig.details('error')[0]).to.include({ id: 2, code: 'tooManyItemsError' });
  });

  it('let another file in when one is cancelled', async () => {
    const rig = new Rig(undefined, { rules: { itemLimit: 1 } });
    rig.add(1);
    await turns();
    await rig.uploader.cancel(0);
    rig.add(1);
    await turns();
    expect(rig.status(1)).to.equal('uploading');
  });

  it('a single uploader replaces the file before, and takes only the first of many', async () => {
    const rig = new Rig(undefined, { rules: { single: true } });
    rig.add(1);
    await turns();
    rig.add(2, 3);
    await turns();
    expect([0, 1, 2].map((id) => rig.status(id))).to.deep.equal(['canceled', 'uploading', 'rejected']);
    expect(rig.uploader.netItems).to.equal(1);
  });

  it('count whom they have refused, for a face to say so', async () => {
    const rig = new Rig(undefined, { rules: { sizeLimit: 1 } });
    rig.add(5, 1, 5);
    await turns();
    expect(rig.uploader.snapshot().totals.refused).to.equal(2);
  });
});

describe('a file in parts', () => {
  const parts = (options: ConstructorParameters<typeof Rig>[1] = {}) => new Rig(new ScriptedStore(10), options);

  it('sends them side by side, and tells of each', async () => {
    const rig = parts();
    rig.add(35);
    await turns();
    expect(rig.store.asked.map(({ part }) => part?.index)).to.deep.equal([0, 1, 2]);
    while (rig.store.asked[0]) await rig.store.asked[0].yes();
    expect(rig.details('uploadChunk')[3]).to.deep.equal({ id: 0, name: 'f0', partIndex: 3, startByte: 31, endByte: 35, totalParts: 4 });
    expect(rig.details('uploadChunkSuccess')).to.have.length(4);
    expect(rig.story).to.include('uploading -> upload finalizing');
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('sends only the part again that failed', async () => {
    const rig = parts();
    rig.add(30);
    await turns();
    const [first, second, third] = [...rig.store.asked];
    await first?.yes();
    await second?.no(gone());
    expect(rig.status(0)).to.equal('retrying upload');
    await third?.yes();
    await rig.clock.advance(1000);
    await (await rig.store.next()).yes();
    expect(rig.store.log.filter((line) => line.startsWith('send'))).to.deep.equal(['send f0 0', 'send f0 1', 'send f0 2', 'send f0 1']);
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('counts connections that break together as one failure', async () => {
    const rig = parts();
    rig.add(30);
    await turns();
    for (const asked of [...rig.store.asked]) await asked.no(gone());
    expect(rig.details('autoRetry')).to.have.length(1);
    await rig.clock.advance(1000);
    while (rig.store.asked[0]) await rig.store.asked[0].yes();
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('sends no more parts into an outage than were on the wire', async () => {
    const rig = parts();
    rig.add(200);
    await turns();
    const first = [...rig.store.asked];
    expect(first).to.have.length(3);
    for (const asked of first) await asked.no(gone());
    await turns();
    expect(rig.store.asked).to.have.length(0);
    await rig.clock.advance(1000);
    expect(rig.store.asked).to.have.length(3);
    while (rig.store.asked[0]) await rig.store.asked[0].yes();
    expect(rig.status(0)).to.equal('upload successful');
    expect(new Set(rig.store.log.filter((line) => line.startsWith('send')))).to.have.property('size', 20);
  });

  it('go over more connections as soon as there are more', async () => {
    const rig = parts({ maxConnections: 2 });
    rig.add(100);
    await turns();
    expect(rig.store.asked).to.have.length(2);
    rig.uploader.options = { ...rig.uploader.options, maxConnections: 5 };
    await rig.store.asked[0]?.yes();
    await turns();
    expect(rig.store.asked).to.have.length(5);
    while (rig.store.asked[0]) await rig.store.asked[0].yes();
    expect(rig.status(0)).to.equal('upload successful');
    expect(rig.store.mostOnWire).to.equal(5);
  });

  it('has a fresh budget after every part that arrives, and always ends', async () => {
    const rig = parts({ maxConnections: 1, retry: { maxAttempts: 2, firstDelay: 1000 } });
    rig.add(30);
    for (const _part of [0, 1]) {
      for (const wait of [1000, 3000]) {
        await (await rig.store.next()).no(gone());
        await rig.clock.advance(wait);
      }
      await (await rig.store.next()).yes();
    }
    for (const wait of [1000, 3000]) {
      await (await rig.store.next()).no(gone());
      await rig.clock.advance(wait);
    }
    await (await rig.store.next()).no(gone());
    expect(rig.status(0)).to.equal('upload failed');
  });

  it('begins again only as often as it may where the far side wants all of it again', async () => {
    const rig = parts({ retry: { maxAttempts: 2, firstDelay: 1000 } });
    rig.store.closes = false;
    rig.add(20);
    for (let round = 0; ; round++) {
      const asked = await rig.store.next();
      if (asked.step === 'send') await asked.yes();
      else {
        await asked.no(new UploadError('InvalidPart', { startOver: true }));
        if (rig.status(0) === 'upload failed') break;
        await rig.clock.advance(10_000);
      }
      expect(round).to.be.lessThan(20);
    }
    expect(rig.store.log.filter((line) => line === 'send f0 0')).to.have.length(3);
  });

  it('never shows less progress than before, but for a new beginning', async () => {
    const rig = parts({ maxConnections: 1 });
    rig.add(20);
    const first = await rig.store.next();
    first.progress(8);
    await first.no(gone());
    await rig.clock.advance(1000);
    const again = await rig.store.next();
    again.progress(4);
    again.progress(9);
    await again.yes();
    expect(rig.details('progress').map(({ uploadedBytes }) => uploadedBytes)).to.deep.equal([8, 9, 10]);
  });

  it('sends nothing more once it is paused, and goes on with what is missing', async () => {
    const rig = parts({ maxConnections: 1 });
    rig.add(30);
    await (await rig.store.next()).yes();
    const second = await rig.store.next();
    expect(rig.uploader.pause(0)).to.equal(true);
    expect(second.signal.aborted).to.equal(true);
    await turns();
    expect(rig.store.asked).to.have.length(0);
    expect(rig.uploader.snapshot().totals, 'what is paused still counts').to.include({
      paused: 1,
      totalBytes: 30,
      uploadedBytes: 10,
      speed: 0,
    });
    rig.uploader.resume(0);
    for (let part = 1; part <= 2; part++) {
      const asked = await rig.store.next();
      expect(asked.part?.index).to.equal(part);
      await asked.yes();
    }
    expect(rig.uploader.snapshot().totals).to.include({ paused: 0, totalBytes: 30, uploadedBytes: 30 });
    expect(rig.status(0)).to.equal('upload successful');
    expect(rig.store.log).to.not.include('abandon f0');
  });

  it('frees the far side when it is cancelled, and when it has failed', async () => {
    const rig = parts();
    rig.add(30, 30);
    await turns();
    await rig.uploader.cancel(0);
    await turns();
    expect(rig.store.log).to.include('abandon f0');
    while (rig.store.asked[0]) await rig.store.asked[0].no(refusal());
    expect(rig.status(1)).to.equal('upload failed');
    expect(rig.store.log).to.include('abandon f1');
  });

  it('frees the far side even if that takes several tries', async () => {
    const rig = parts();
    rig.store.abandons = false;
    rig.add(30);
    await turns();
    await rig.uploader.cancel(0);
    await (await rig.store.next()).no(gone());
    await rig.clock.advance(1000);
    const again = await rig.store.next();
    expect(again.step).to.equal('abandon');
    await again.yes();
    expect(rig.clock.waits).to.deep.equal([]);
  });

  it('cannot be cancelled or paused while the far side puts it together', async () => {
    const rig = parts();
    rig.store.closes = false;
    rig.add(5);
    await (await rig.store.next()).yes();
    expect(rig.status(0)).to.equal('upload finalizing');
    expect(await rig.uploader.cancel(0)).to.equal(false);
    expect(rig.uploader.pause(0)).to.equal(false);
    await (await rig.store.next()).yes();
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('waits for all of an attempt to end before the next begins', async () => {
    const rig = parts({ maxConnections: 1 });
    rig.add(30);
    await rig.store.next();
    rig.uploader.pause(0);
    rig.uploader.resume(0);
    rig.uploader.pause(0);
    rig.uploader.resume(0);
    await turns(4);
    expect(rig.store.mostOnWire).to.equal(1);
    while (rig.store.asked[0]) await rig.store.asked[0].yes();
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
    await (await rig.store.next()).yes();
    await (await rig.store.next()).no(refusal());
    await rig.store.next();
    rig.uploader.pause(0);
    await turns();
    expect(rig.status(0)).to.equal('paused');
    expect(rig.store.log).not.to.include('abandon f0');
  });
});

describe('pause and cancel at every stage', () => {
  for (const stage of ['submitting', 'submitted', 'queued', 'open', 'send', 'retrying'] as const) {
    for (const act of ['pause', 'cancel'] as const) {
      if (stage === 'submitting' && act === 'pause') continue;
      it(`${act} while ${stage} leaves nothing under way`, async () => {
        const rig = new Rig(new ScriptedStore(10), { maxConnections: 1, autoUpload: stage !== 'submitted' });
        if (stage === 'submitting') rig.answers.validate = () => new Promise(() => {});
        if (stage === 'open') rig.store.opens = false;
        if (stage === 'queued') rig.uploader.options = { ...rig.uploader.options, maxConnections: 0 };
        rig.add(30);
        await turns();
        if (stage === 'retrying') await (await rig.store.next()).no(gone());
        if (act === 'pause') expect(rig.uploader.pause(0)).to.equal(true);
        else expect(await rig.uploader.cancel(0)).to.equal(true);
        await turns();
        expect(rig.status(0)).to.equal(act === 'pause' ? 'paused' : 'canceled');
        expect(rig.store.asked).to.have.length(0);
        expect(rig.clock.waits).to.deep.equal([]);
        const { totals } = rig.uploader.snapshot();
        expect(totals).to.include({ active: 0, uploadedBytes: 0, speed: 0 });
        if (act === 'cancel') return void expect(totals.totalBytes).to.equal(0);
        rig.uploader.options = { ...rig.uploader.options, maxConnections: 1 };
        rig.store.opens = true;
        rig.uploader.resume(0);
        for (let part = 0; part < 3; part++) await (await rig.store.next()).yes();
        expect(rig.status(0)).to.equal('upload successful');
      });
    }
  }
});

describe('deleting', () => {
  const arrived = async () => {
    const rig = new Rig();
    rig.add(1);
    await (await rig.store.next()).yes();
    return rig;
  };

  it('asks, tells, and takes the file out of the list', async () => {
    const rig = await arrived();
    const removed = rig.uploader.remove(0);
    await (await rig.store.next()).yes();
    expect(await removed).to.equal(true);
    expect(rig.story.slice(-5)).to.deep.equal([
      'submitDelete',
      'upload successful -> deleting',
      'delete',
      'deleting -> deleted',
      'deleteComplete',
    ]);
    expect(rig.uploader.snapshot().count).to.equal(0);
  });

  it('that fails says why and can be tried again', async () => {
    const rig = await arrived();
    const removed = rig.uploader.remove(0);
    await (await rig.store.next()).no(refusal());
    expect(await removed).to.equal(false);
    expect(rig.uploader.snapshot().at(0)).to.include({ status: 'delete failed', reason: 'No.' });
    void rig.uploader.remove(0);
    await (await rig.store.next()).yes();
    expect(rig.status(0)).to.equal('deleted');
  });

  it('works for files of an earlier session', async () => {
    const rig = new Rig();
    rig.uploader.addInitialFiles([{ name: 'old', uuid: 'u', size: 3, details: { where: 'there' } }]);
    await turns();
    expect(rig.story).to.deep.equal(['null -> upload successful', 'allComplete']);
    const removed = rig.uploader.remove(0);
    await (await rig.store.next()).yes();
    expect(await removed).to.equal(true);
  });
});

describe('reset', () => {
  it('ends everything and counts from 0 again', async () => {
    const rig = new Rig();
    rig.add(1, 1);
    await turns();
    rig.uploader.reset();
    await turns();
    expect(rig.store.asked).to.have.length(0);
    expect(rig.uploader.snapshot()).to.include({ count: 0 });
    expect(rig.uploader.add([file('new', 1)])).to.deep.equal([0]);
    await (await rig.store.next()).yes();
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('hears nothing more of what was being deleted', async () => {
    const rig = new Rig();
    rig.uploader.addInitialFiles([{ name: 'old', uuid: 'u', size: 3, details: { where: 'there' } }]);
    const removed = rig.uploader.remove(0);
    const request = await rig.store.next();
    rig.uploader.reset();
    rig.told.length = 0;
    await request.yes();
    expect(await removed).to.equal(true);
    expect(rig.story).to.deep.equal([]);
    expect(rig.uploader.netItems).to.equal(0);
    expect(rig.uploader.snapshot().totals).to.include({ succeeded: 0, active: 0 });
  });

  it('asks nothing more about what was being looked at', async () => {
    const rig = new Rig();
    rig.add(1, 1);
    rig.uploader.reset();
    await turns();
    expect(rig.story).not.to.include('validate');
  });
});
