import { expect } from '../../tools/expect.js';
import type { ResumeRecord, ResumeStore } from '../../../src/core/types.js';
import { UploadError } from '../../../src/core/errors.js';
import { Rig } from '../rig.js';
import { ScriptedStore } from '../scripted-store.js';
import { turns } from '../still-clock.js';

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

describe('a remembered upload', () => {
  it('goes on where it stopped in another session, under the same uuid, and is forgotten when it is done', async () => {
    const memory = new OpenMemory();
    const before = withMemory(memory);
    before.add(30);
    await turns();
    before.uploader.setCustomResumeData(0, { note: 'mine' });
    await (await before.store.next()).yes();
    await before.store.next(); // and here the page crashes
    expect(memory.records.get('key of 30')?.saved.receipts).to.have.length(1);

    const after = withMemory(memory);
    after.uploader.options = { ...after.uploader.options, createUuid: () => 'another' };
    after.add(30);
    const asked = await after.store.next();
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
    while (after.store.asked[0]) await after.store.asked[0].yes();
    await turns();
    expect(memory.records.size).to.equal(0);
  });

  it('begins again, and frees the far side, where the page refuses resume', async () => {
    const memory = new OpenMemory();
    const before = withMemory(memory);
    before.add(30);
    await (await before.store.next()).yes();
    const after = withMemory(memory);
    after.answers.resume = () => ({ refused: true });
    after.add(30);
    expect((await after.store.next()).part?.index).to.equal(0);
    expect(after.store.log).to.include('abandon f0');
  });

  it('is left on the far side when the file fails, and freed when it is cancelled', async () => {
    const memory = new OpenMemory();
    const rig = withMemory(memory);
    rig.add(30);
    await (await rig.store.next()).yes();
    await (await rig.store.next()).no(new UploadError('No.', { retry: 'manual' }));
    expect(rig.store.log).to.not.include('abandon f0');
    expect(memory.records.size).to.equal(1);
    await rig.uploader.cancel(0);
    await turns();
    expect(rig.store.log).to.include('abandon f0');
    expect(memory.records.size).to.equal(0);
  });

  it('belongs to the first of two equal files; the second one starts afresh', async () => {
    const memory = new OpenMemory();
    const rig = withMemory(memory);
    rig.add(30, 30);
    while (rig.uploader.files[1]?.status !== 'upload successful') await (await rig.store.next()).yes();
    expect(rig.store.log.filter((line) => line.startsWith('send'))).to.have.length(6);
    expect(rig.details('resume')).to.have.length(0);
  });

  it('that cannot be written or read stops nothing', async () => {
    const memory = new OpenMemory();
    memory.broken = true;
    const rig = withMemory(memory);
    rig.add(30);
    for (let part = 0; part < 3; part++) await (await rig.store.next()).yes();
    expect(rig.status(0)).to.equal('upload successful');
    expect(memory.writes).to.be.greaterThan(0);
  });
});
