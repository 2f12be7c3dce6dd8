import { expect } from '@esm-bundle/chai';
import type { ResumeRecord, ResumeStore } from '../../../src/core/types.js';
import { UploadError } from '../../../src/core/errors.js';
import { abortable } from '../../../src/utils/abortable.js';
import { refusal, Rig } from '../rig.js';
import type { StoreRequest } from '../scripted-store.js';
import { ScriptedStore } from '../scripted-store.js';
import { settle } from '../manual-clock.js';

/** A memory that a test can look into. */
class OpenMemory implements ResumeStore {
  readonly records = new Map<string, ResumeRecord>();
  broken = false;
  writes = 0;
  load(key: string): Promise<ResumeRecord | undefined> {
    return this.broken ? Promise.reject(new Error('disk')) : Promise.resolve(this.records.get(key));
  }
  save(record: ResumeRecord): Promise<void> {
    this.writes++;
    if (this.broken) return Promise.reject(new Error('disk'));
    this.records.set(record.key, structuredClone(record));
    return Promise.resolve();
  }
  delete(key: string): Promise<void> {
    this.records.delete(key);
    return this.broken ? Promise.reject(new Error('disk')) : Promise.resolve();
  }
}

/** A memory of several uploaders, with locks. */
class SharedMemory extends OpenMemory {
  readonly #locks = new Map<string, Promise<void>>();
  get locked(): number {
    return this.#locks.size;
  }
  async lock(key: string, signal?: AbortSignal): Promise<(() => void) | undefined> {
    for (let lock = this.#locks.get(key); lock; lock = this.#locks.get(key)) {
      if (!signal) return undefined;
      await abortable(lock, signal);
    }
    let release = () => {};
    const lock = new Promise<void>((resolve) => (release = resolve));
    this.#locks.set(key, lock);
    return () => {
      this.#locks.delete(key);
      release();
    };
  }
}

const withMemory = (store: OpenMemory, parts = new ScriptedStore(10)) =>
  new Rig(parts, { maxConnections: 1, resume: { store, keyOf: (file) => Promise.resolve(`key of ${file.size}`) } });

/** Lets all requests succeed until no further one comes. */
async function answerAll({ store }: Rig): Promise<void> {
  for (let request = store.requests[0]; request; request = store.requests[0]) await request.succeed();
}

/** The ways in which a failed file goes. */
const removals: readonly ((rig: Rig) => unknown)[] = [
  (rig) => rig.uploader.dismiss(0),
  (rig) => rig.uploader.cancel(0),
  (rig) => rig.uploader.reset(),
];

describe('ResumeRecorder', () => {
  it('continues an upload of an earlier session under the same uuid, and deletes the record at the end', async () => {
    const memory = new OpenMemory();
    const before = withMemory(memory);
    before.add(30);
    await settle();
    before.uploader.setCustomResumeData(0, { note: 'mine' });
    await (await before.store.nextRequest()).succeed();
    await before.store.nextRequest(); // and here the page crashes
    expect(memory.records.get('key of 30')?.saved.receipts).to.have.length(1);

    const after = withMemory(memory);
    after.uploader.options = { ...after.uploader.options, createUuid: () => 'another' };
    after.add(30);
    const asked = await after.store.nextRequest();
    expect(asked.part?.index).to.equal(1);
    expect(after.uploader.files[0]?.uuid).to.equal('uuid-0');
    expect(after.details('resume')[0]).to.deep.equal({
      id: 0,
      name: 'f0',
      partIndex: 1,
      startByte: 11,
      endByte: 20,
      totalParts: 3,
      customResumeData: { note: 'mine' },
    });
    expect(after.uploader.snapshot().at(0).uploadedBytes).to.equal(10);
    await answerAll(after);
    await settle();
    expect(memory.records.size).to.equal(0);
  });

  it('abandons the earlier upload and begins again where the page refuses resume', async () => {
    const memory = new OpenMemory();
    const before = withMemory(memory);
    before.add(30);
    await (await before.store.nextRequest()).succeed();
    const after = withMemory(memory);
    after.outcomes.resume = () => ({ refused: true });
    after.add(30);
    expect((await after.store.nextRequest()).part?.index).to.equal(0);
    expect(after.store.log).to.include('abandon f0');
  });

  it('keeps the remote upload when the file fails, and abandons it when it is cancelled', async () => {
    const memory = new OpenMemory();
    const rig = withMemory(memory);
    rig.add(30);
    await (await rig.store.nextRequest()).succeed();
    await (await rig.store.nextRequest()).fail(new UploadError('No.', { retry: 'manual' }));
    expect(rig.store.log).to.not.include('abandon f0');
    expect(memory.records.size).to.equal(1);
    await rig.uploader.cancel(0);
    await settle();
    expect(rig.store.log).to.include('abandon f0');
    expect(memory.records.size).to.equal(0);
  });

  it('records an upload before its first part has arrived', async () => {
    const memory = new OpenMemory();
    const rig = withMemory(memory);
    rig.add(30);
    await rig.store.nextRequest();
    expect(memory.records.get('key of 30')).to.deep.include({ totalParts: 3, saved: { session: 'session of f0', receipts: [] } });
  });

  it('deletes the record of a cancelled file when its parts are gone, and keeps it where they could not be removed', async () => {
    for (const isRemoved of [true, false]) {
      const memory = new OpenMemory();
      const rig = withMemory(memory);
      rig.store.autoAbandon = false;
      rig.add(30);
      await (await rig.store.nextRequest()).succeed();
      await rig.uploader.cancel(0);
      const abandoning = await rig.store.nextRequest();
      expect([abandoning.step, memory.records.size]).to.deep.equal(['abandon', 1]);
      await (isRemoved ? abandoning.succeed() : abandoning.fail(refusal()));
      await settle();
      expect(memory.records.size).to.equal(isRemoved ? 0 : 1);
      // The same file is chosen again.
      rig.add(30);
      expect((await rig.store.nextRequest()).part?.index).to.equal(isRemoved ? 0 : 1);
    }
  });

  it('does not continue an upload that is being removed', async () => {
    const memory = new OpenMemory();
    const rig = withMemory(memory);
    rig.store.autoAbandon = false;
    rig.add(30);
    await (await rig.store.nextRequest()).succeed();
    await rig.uploader.cancel(0);
    const abandoning: StoreRequest = await rig.store.nextRequest();
    rig.add(30);
    await settle();
    expect(rig.store.inFlight).to.equal(1);
    await abandoning.succeed();
    expect((await rig.store.nextRequest()).part?.index).to.equal(0);
    await settle();
    expect(memory.records.get('key of 30')?.saved.receipts).to.deep.equal([]);
  });

  it('begins a new upload where the page refuses resume and the old one cannot be removed', async () => {
    const memory = new OpenMemory();
    const before = withMemory(memory);
    before.add(30);
    await (await before.store.nextRequest()).succeed();
    const after = withMemory(memory);
    after.outcomes.resume = () => ({ refused: true });
    after.store.autoAbandon = false;
    after.add(30);
    const abandoning = await after.store.nextRequest();
    expect(abandoning.step).to.equal('abandon');
    await abandoning.fail(refusal());
    await answerAll(after);
    expect(after.status(0)).to.equal('upload successful');
    expect(after.store.log.filter((line) => line.startsWith('send'))).to.have.length(3);
  });

  it('gives the key back when a file is cancelled early, dismissed or reset', async () => {
    for (const remove of removals) {
      const memory = new SharedMemory();
      const rig = withMemory(memory);
      rig.add(30);
      await (await rig.store.nextRequest()).fail(new UploadError('No.', { retry: 'manual' }));
      remove(rig);
      await settle();
      expect([memory.records.size, memory.locked]).to.deep.equal([0, 0]);
      const [id] = rig.add(30);
      await rig.store.nextRequest();
      await settle();
      expect([memory.records.size, memory.locked]).to.deep.equal([1, 1]);
      expect(rig.details('resumeWait')).to.deep.equal([]);
      expect(rig.status(id ?? -1)).to.equal('uploading');
    }
    const memory = new SharedMemory();
    let giveKey = (_key: string) => {};
    const keyOf = () => new Promise<string>((resolve) => (giveKey = resolve));
    const rig = new Rig(new ScriptedStore(10), { maxConnections: 1, resume: { store: memory, keyOf } });
    rig.add(30);
    await settle();
    await rig.uploader.cancel(0);
    giveKey('key');
    await settle();
    rig.add(30);
    await settle();
    giveKey('key');
    await rig.store.nextRequest();
    await settle();
    expect([memory.records.size, memory.locked]).to.deep.equal([1, 1]);
  });

  describe('with two uploaders', () => {
    const two = () => {
      const memory = new SharedMemory();
      return { memory, one: withMemory(memory), other: withMemory(memory) };
    };

    it('lets one carry an upload while the other waits and says so, and other files go on', async () => {
      const { memory, one, other } = two();
      one.add(30);
      await (await one.store.nextRequest()).succeed();
      other.add(30, 20);
      const next = await other.store.nextRequest();
      expect(next.file).to.equal('f1');
      expect(other.details('resumeWait')).to.deep.equal([{ id: 0, name: 'f0' }]);
      expect(other.uploader.snapshot().at(0)).to.include({ status: 'uploading', waitsForOther: true });
      await answerAll(other);
      expect(other.status(1)).to.equal('upload successful');
      expect(other.uploader.snapshot().at(0).waitsForOther).to.equal(true);
      await answerAll(one);
      await settle();
      expect(one.status(0)).to.equal('upload successful');
      // The first upload is complete: this is another one.
      expect((await other.store.nextRequest()).part?.index).to.equal(0);
      expect(other.details('resume')).to.deep.equal([]);
      expect(other.uploader.snapshot().at(0).waitsForOther).to.equal(false);
      await answerAll(other);
      await settle();
      expect([other.status(0), memory.records.size, memory.locked]).to.deep.equal(['upload successful', 0, 0]);
    });

    it('hands a paused upload over, and does not finish it twice', async () => {
      const { memory, one, other } = two();
      one.add(30);
      await (await one.store.nextRequest()).succeed();
      other.add(30);
      await settle();
      one.uploader.pause(0);
      expect((await other.store.nextRequest()).part?.index).to.equal(1);
      expect(other.uploader.files[0]?.uuid).to.equal(one.uploader.files[0]?.uuid);
      one.uploader.resume(0);
      await settle();
      expect(one.details('resumeWait')).to.have.length(1);
      await answerAll(other);
      await settle();
      expect(other.status(0)).to.equal('upload successful');
      // What it has left belongs to a complete upload.
      expect((await one.store.nextRequest()).part?.index).to.equal(0);
      await answerAll(one);
      await settle();
      expect([one.status(0), memory.records.size, memory.locked]).to.deep.equal(['upload successful', 0, 0]);
    });

    it('does not remove an upload that the other one carries on', async () => {
      const { memory, one, other } = two();
      one.add(30);
      await (await one.store.nextRequest()).succeed();
      other.add(30);
      await settle();
      one.uploader.pause(0);
      await (await other.store.nextRequest()).succeed();
      await one.uploader.cancel(0);
      await settle();
      other.uploader.pause(0);
      await settle();
      expect([...one.store.log, ...other.store.log]).to.not.include('abandon f0');
      expect(memory.records.get('key of 30')?.saved.receipts).to.have.length(2);
    });

    it('stops waiting when the file is cancelled', async () => {
      const { memory, one, other } = two();
      one.add(30);
      await one.store.nextRequest();
      other.add(30);
      await settle();
      await other.uploader.cancel(0);
      await settle();
      expect([memory.records.size, memory.locked]).to.deep.equal([1, 1]);
      other.add(20);
      await other.store.nextRequest();
    });
  });

  it('has one record for two equal files: the second one begins at byte 0', async () => {
    const memory = new OpenMemory();
    const rig = withMemory(memory);
    rig.add(30, 30);
    while (rig.uploader.files[1]?.status !== 'upload successful') await (await rig.store.nextRequest()).succeed();
    expect(rig.store.log.filter((line) => line.startsWith('send'))).to.have.length(6);
    expect(rig.details('resume')).to.have.length(0);
  });

  it('does not fail an upload where records cannot be read or written', async () => {
    const memory = new OpenMemory();
    memory.broken = true;
    const rig = withMemory(memory);
    rig.add(30);
    for (let part = 0; part < 3; part++) await (await rig.store.nextRequest()).succeed();
    expect(rig.status(0)).to.equal('upload successful');
    expect(memory.writes).to.be.greaterThan(0);
  });
});
