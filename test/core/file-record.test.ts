import { expect } from '@esm-bundle/chai';
import { FileRecord } from '../../src/core/file-record.js';
import { Rig } from './rig.js';
import { ScriptedStore } from './scripted-store.js';
import { settle } from './manual-clock.js';

describe('FileRecord', () => {
  it('reads no size while files are added, and each size when it is validated', async () => {
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
    await settle();
    expect(asked).to.equal(50);
    const [batch] = rig.details('validateBatch');
    expect(batch?.files).to.have.length(50);
    expect(batch?.files[7]).to.deep.equal({ name: 'f7', size: 1 });
  });

  it('throws where its bytes are read after they were released', () => {
    const file = new FileRecord(0, { name: 'a', blob: new Blob(['x']) }, 'uuid');
    file.releaseBlob();
    expect(() => file.blob).to.throw('The file is no longer here.');
  });

  it('reads the name once, and keeps it when the bytes are released', async () => {
    let read = 0;
    class Chosen extends File {
      override get name(): string {
        read++;
        return super.name;
      }
    }
    const rig = new Rig(new ScriptedStore(), { autoUpload: false });
    rig.uploader.add([{ blob: new Chosen(['x'], 'a.png', { type: 'image/png' }) }]);
    await settle();
    expect([rig.status(0), read]).to.deep.equal(['submitted', 1]);
    rig.uploader.removeFileRef(0);
    expect(rig.uploader.files[0]).to.include({ name: 'a.png', originalName: 'a.png', type: 'image/png', size: 1 });
    rig.uploader.rename(0, 'b.png');
    expect(rig.uploader.files[0]).to.include({ name: 'b.png', originalName: 'a.png' });
  });

  it('keeps the size of a file whose bytes were released', () => {
    const rig = new Rig(new ScriptedStore(), { autoUpload: false });
    rig.add(10);
    rig.uploader.removeFileRef(0);
    expect(rig.uploader.files[0]?.size).to.equal(10);
  });
});
