import { expect } from '../../tools/expect.js';
import type { ResumeRecord, ResumeStore } from '../../../src/core/types.js';
import { UploadError } from '../../../src/core/errors.js';
import { Rig } from '../rig.js';
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

const withMemory = (store: OpenMemory, parts = new ScriptedStore(10)) =>
  new Rig(parts, { maxConnections: 1, resume: { store, keyOf: (file) => Promise.resolve(`key of ${file.size}`) } });

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
    while (after.store.requests[0]) await after.store.requests[0].succeed();
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
