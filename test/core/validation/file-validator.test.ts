import { expect } from '../../tools/expect.js';
import { Rig } from '../rig.js';
import { ScriptedStore } from '../scripted-store.js';
import { settle } from '../manual-clock.js';

const original = (id: number) => ({ id, uuid: `original-${id}`, size: 1000 });

describe('a listener', () => {
  for (const question of ['validate', 'submit', 'validateBatch'] as const) {
    it(`that refuses ${question} rejects the file with its reason`, async () => {
      const rig = new Rig();
      rig.outcomes[question] = () => ({ refused: true, reason: 'Not on Sundays.' });
      rig.add(100);
      await settle();
      expect(rig.status(0)).to.equal('rejected');
      expect(rig.details('error')[0]).to.include({ id: 0, reason: 'Not on Sundays.' });
      expect(rig.store.log).to.deep.equal([]);
    });
  }

  it('that needs time holds only its own file', async () => {
    const rig = new Rig();
    let letGo = () => {};
    rig.outcomes.validate = ({ id }) =>
      id === 0
        ? new Promise((resolve) => {
            letGo = () => resolve({ refused: false });
          })
        : { refused: false };
    rig.add(1, 1);
    const second = await rig.store.nextRequest();
    expect(second.file).to.equal('f1');
    expect(rig.status(0)).to.equal('submitting');
    letGo();
    await settle();
    expect(rig.status(0)).to.equal('uploading');
  });
});

describe('limits', () => {
  it('refuse only the files that are too many, each with the reason', async () => {
    const rig = new Rig(undefined, { rules: { itemLimit: 2 } });
    rig.add(1, 1, 1);
    await settle();
    expect([0, 1, 2].map((id) => rig.status(id))).to.deep.equal(['uploading', 'uploading', 'rejected']);
    expect(rig.details('error')[0]).to.include({ id: 2, code: 'tooManyItemsError' });
  });

  it('let another file in when one is cancelled', async () => {
    const rig = new Rig(undefined, { rules: { itemLimit: 1 } });
    rig.add(1);
    await settle();
    await rig.uploader.cancel(0);
    rig.add(1);
    await settle();
    expect(rig.status(1)).to.equal('uploading');
  });

  it('a single uploader replaces the file before, and takes only the first of many', async () => {
    const rig = new Rig(undefined, { rules: { single: true } });
    rig.add(1);
    await settle();
    rig.add(2, 3);
    await settle();
    expect([0, 1, 2].map((id) => rig.status(id))).to.deep.equal(['canceled', 'uploading', 'rejected']);
    expect(rig.uploader.netItems).to.equal(1);
  });

  it('count whom they have refused, for a face to say so', async () => {
    const rig = new Rig(undefined, { rules: { sizeLimit: 1 } });
    rig.add(5, 1, 5);
    await settle();
    expect(rig.uploader.snapshot().totals.refused).to.equal(2);
  });
});

describe('an image and its scaled versions', () => {
  const group = (more: object = {}) => [
    { name: 'a (small)', createBlob: () => Promise.resolve(new Blob(['s'])), parent: original(1), ...more },
    { name: 'a', blob: new Blob(['large']), uuid: 'original-1' },
  ];

  it('may be sent together where only one file is let in', async () => {
    const rig = new Rig(new ScriptedStore(), { rules: { single: true } });
    rig.uploader.add(group());
    for (let left = 2; left > 0; left--) await (await rig.store.nextRequest()).succeed();
    expect(rig.uploader.files.map(({ status, uuid }) => [status, uuid])).to.deep.equal([
      ['upload successful', 'uuid-0'],
      ['upload successful', 'original-1'],
    ]);
    rig.add(10);
    await (await rig.store.nextRequest()).succeed();
    expect(rig.uploader.snapshot().count).to.equal(1);
  });

  it('need not be sent itself: it is set aside without a word', async () => {
    const rig = new Rig();
    const [small, large] = group();
    rig.uploader.add([small!, { ...large!, scaledOnly: true }]);
    await (await rig.store.nextRequest()).succeed();
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
      for (let left = sendOriginal ? 2 : 1; left > 0; left--) await (await rig.store.nextRequest()).succeed();
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
    await settle();
    void rig.uploader.cancel(1);
    inspection.end();
    await settle();
    expect(rig.uploader.files.map(({ status }) => status)).to.deep.equal(['rejected', 'canceled']);
    expect(rig.uploader.netItems).to.equal(0);
    expect(rig.details('error')).to.deep.equal([]);
    expect(rig.store.log).to.deep.equal([]);
  });

  it('are refused with the batch, and the reason is told once', async () => {
    const rig = new Rig();
    rig.outcomes.validateBatch = () => ({ refused: true, reason: 'Not today.' });
    rig.uploader.add(group());
    await settle();
    expect(rig.uploader.files.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    expect(rig.details('error').map(({ id, reason }) => [id, reason])).to.deep.equal([[1, 'Not today.']]);
  });

  it('need not be seen', async () => {
    const rig = new Rig();
    rig.uploader.add(group({ hidden: true }));
    for (let left = 2; left > 0; left--) await (await rig.store.nextRequest()).succeed();
    expect(rig.uploader.snapshot().count).to.equal(1);
    expect(rig.uploader.snapshot().at(0).name).to.equal('a');
    expect(rig.details('allComplete')[0]?.succeeded).to.have.members([0, 1]);
  });
});
