/** Files whose bytes are made when their turn comes. */
import { expect } from '../tools/expect.js';
import { Rig } from './rig.js';
import { ScriptedStore } from './scripted-store.js';
import { turns } from './still-clock.js';

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

const original = (id: number) => ({ id, uuid: `original-${id}`, size: 1000 });

describe('a file that is made', () => {
  it('is made when its turn comes, and has its size from then on', async () => {
    const rig = new Rig(new ScriptedStore(), { maxConnections: 1 });
    const [first, second] = [making(30), making(50)];
    rig.uploader.add([
      { name: 'a', type: 'image/jpeg', createBlob: first.make },
      { name: 'b', type: 'image/jpeg', createBlob: second.make },
    ]);
    await turns();
    expect([first.begun, second.begun]).to.deep.equal([1, 0]);
    expect(rig.uploader.files.map(({ size, type }) => [size, type])).to.deep.equal([
      [-1, 'image/jpeg'],
      [-1, 'image/jpeg'],
    ]);
    expect(rig.store.log).to.deep.equal([]);
    first.done();
    await (await rig.store.next()).yes();
    await turns();
    expect(second.begun).to.equal(1);
    second.done();
    await (await rig.store.next()).yes();
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
    await turns();
    made.fail(new Error('It is no image.'));
    await turns();
    expect(rig.uploader.files[0]?.status).to.equal('upload failed');
    expect(rig.details('error')[0]?.reason).to.equal('It is no image.');
    expect(rig.uploader.retry(0)).to.equal(true);
    await turns();
    expect(made.begun).to.equal(2);
    made.done();
    await (await rig.store.next()).yes();
    expect(rig.uploader.files[0]?.status).to.equal('upload successful');
  });

  it('is not made twice where only the upload failed', async () => {
    const rig = new Rig(new ScriptedStore(), { retry: { maxAttempts: 0, firstDelay: 1000 } });
    const made = making();
    rig.uploader.add([{ name: 'a', createBlob: made.make }]);
    await turns();
    made.done();
    await (await rig.store.next()).no(new Error('no'));
    rig.uploader.retry(0);
    await (await rig.store.next()).yes();
    expect(made.begun).to.equal(1);
  });

  it('is given up while it is being made', async () => {
    const rig = new Rig();
    const made = making();
    rig.uploader.add([{ name: 'a', createBlob: made.make }]);
    await turns();
    void rig.uploader.cancel(0);
    expect(made.signal?.aborted).to.equal(true);
    made.done();
    await turns();
    expect(rig.uploader.files[0]?.status).to.equal('canceled');
    expect(rig.store.log).to.deep.equal([]);
    expect(rig.uploader.netItems).to.equal(0);
  });

  it('counts with its bytes once they are there', async () => {
    const rig = new Rig(new ScriptedStore(), { rules: { totalSizeLimit: 60 }, autoUpload: true });
    const made = making(50);
    rig.uploader.add([{ name: 'a', createBlob: made.make }]);
    await turns();
    made.done();
    await (await rig.store.next()).yes();
    rig.uploader.add([{ name: 'b', blob: new Blob([new Uint8Array(11)]) }]);
    await turns();
    expect(rig.uploader.files[1]?.status).to.equal('rejected');
  });
});

describe('an image and what is made of it', () => {
  const group = (more: object = {}) => [
    { name: 'a (small)', createBlob: () => Promise.resolve(new Blob(['s'])), parent: original(1), ...more },
    { name: 'a', blob: new Blob(['large']), uuid: 'original-1' },
  ];

  it('may be sent together where only one file is let in', async () => {
    const rig = new Rig(new ScriptedStore(), { rules: { single: true } });
    rig.uploader.add(group());
    for (let left = 2; left > 0; left--) await (await rig.store.next()).yes();
    expect(rig.uploader.files.map(({ status, uuid }) => [status, uuid])).to.deep.equal([
      ['upload successful', 'uuid-0'],
      ['upload successful', 'original-1'],
    ]);
    rig.add(10);
    await (await rig.store.next()).yes();
    expect(rig.uploader.snapshot().count).to.equal(1);
  });

  it('need not be sent itself: it is set aside without a word', async () => {
    const rig = new Rig();
    const [small, large] = group();
    rig.uploader.add([small!, { ...large!, scaledOnly: true }]);
    await (await rig.store.next()).yes();
    expect(rig.uploader.files.map(({ status }) => status)).to.deep.equal(['upload successful', 'rejected']);
    expect(rig.details('error')).to.deep.equal([]);
    expect(rig.uploader.snapshot().count).to.equal(1);
    expect(rig.uploader.netItems).to.equal(1);
    expect(rig.details('allComplete')).to.deep.equal([{ succeeded: [0], failed: [] }]);
  });

  for (const sendOriginal of [true, false]) {
    it(`are let in by what the image is, ${sendOriginal ? 'with' : 'without'} the image itself`, async () => {
      const rig = new Rig(new ScriptedStore(), {
        rules: { itemLimit: 4, allowedExtensions: ['jpg'] },
        inspectFile: ({ name }) =>
          Promise.resolve(name === 'small.jpg' ? { code: 'minWidthImageError', values: { file: name } } : undefined),
      });
      const all = (name: string, id: number) => {
        const [scaled, image] = group({ parent: original(id) });
        return [
          { ...scaled!, name: `${name} (small).png` },
          { ...image!, name, scaledOnly: !sendOriginal },
        ];
      };
      rig.uploader.add([...all('a.gif', 1), ...all('small.jpg', 3), ...all('large.jpg', 5)]);
      for (let left = sendOriginal ? 2 : 1; left > 0; left--) await (await rig.store.next()).yes();
      expect(rig.details('validateBatch')[0]?.files.map(({ name }) => name)).to.deep.equal(['a.gif', 'small.jpg', 'large.jpg']);
      expect(rig.details('validate').map(({ id }) => id)).to.deep.equal([1, 3, 5]);
      expect(rig.details('error').map(({ id, reason }) => [id, reason])).to.deep.equal([
        [1, 'typeError'],
        [3, 'minWidthImageError'],
      ]);
      const last = sendOriginal ? 'upload successful' : 'rejected';
      expect(rig.uploader.files.map(({ status }) => status)).to.deep.equal([
        ...['rejected', 'rejected', 'rejected', 'rejected'],
        'upload successful',
        last,
      ]);
      expect(rig.uploader.netItems).to.equal(sendOriginal ? 2 : 1);
      expect(rig.uploader.snapshot().count).to.equal(sendOriginal ? 4 : 3);
    });
  }

  it('are given up together where the image is given up before it is let in', async () => {
    const inspection = { end: () => {} };
    const rig = new Rig(new ScriptedStore(), {
      inspectFile: () => new Promise((resolve) => (inspection.end = () => resolve(undefined))),
    });
    rig.uploader.add(group());
    await turns();
    void rig.uploader.cancel(1);
    inspection.end();
    await turns();
    expect(rig.uploader.files.map(({ status }) => status)).to.deep.equal(['rejected', 'canceled']);
    expect(rig.uploader.netItems).to.equal(0);
    expect(rig.details('error')).to.deep.equal([]);
    expect(rig.store.log).to.deep.equal([]);
  });

  it('are refused with the batch, and the reason is told once', async () => {
    const rig = new Rig();
    rig.answers.validateBatch = () => ({ refused: true, reason: 'Not today.' });
    rig.uploader.add(group());
    await turns();
    expect(rig.uploader.files.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    expect(rig.details('error').map(({ id, reason }) => [id, reason])).to.deep.equal([[1, 'Not today.']]);
  });

  it('need not be seen', async () => {
    const rig = new Rig();
    rig.uploader.add(group({ hidden: true }));
    for (let left = 2; left > 0; left--) await (await rig.store.next()).yes();
    expect(rig.uploader.snapshot().count).to.equal(1);
    expect(rig.uploader.snapshot().at(0).name).to.equal('a');
    expect(rig.details('allComplete')[0]?.succeeded).to.have.members([0, 1]);
  });
});
