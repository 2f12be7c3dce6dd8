import { expect } from '@esm-bundle/chai';
import type { ValidationProblem } from '../../../src/core/validation/rules.js';
import { refusal, Rig } from '../rig.js';
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
      expect(rig.details('error')[0]).to.include({ id: 0, reason: 'Not on Sundays.', code: 'refused' });
      expect(rig.store.log).to.deep.equal([]);
    });

    it(`that refuses ${question} without a reason rejects the file without an error`, async () => {
      const rig = new Rig();
      rig.outcomes[question] = () => ({ refused: true });
      rig.add(100);
      await settle();
      expect(rig.status(0)).to.equal('rejected');
      expect(rig.details('error')).to.deep.equal([]);
    });
  }

  it('that needs time delays only its own file', async () => {
    const rig = new Rig();
    let accept = () => {};
    rig.outcomes.validate = ({ id }) =>
      id === 0
        ? new Promise((resolve) => {
            accept = () => resolve({ refused: false });
          })
        : { refused: false };
    rig.add(1, 1);
    const second = await rig.store.nextRequest();
    expect(second.file).to.equal('f1');
    expect(rig.status(0)).to.equal('submitting');
    accept();
    await settle();
    expect(rig.status(0)).to.equal('uploading');
  });
});

describe('FileValidator and the limits', () => {
  it('refuses a file where a rule of the page throws', async () => {
    const accepts = () => {
      throw new Error('Out of order.');
    };
    const rig = new Rig(undefined, { rules: { accepts } });
    rig.add(1);
    await settle();
    expect(rig.status(0)).to.equal('rejected');
    expect(rig.details('error')[0]).to.include({ id: 0, reason: 'Out of order.' });
  });

  it('refuses only the files that are too many, each with the reason', async () => {
    const rig = new Rig(undefined, { rules: { itemLimit: 2 } });
    rig.add(1, 1, 1);
    await settle();
    expect([0, 1, 2].map((id) => rig.status(id))).to.deep.equal(['uploading', 'uploading', 'rejected']);
    expect(rig.details('error')[0]).to.include({ id: 2, code: 'tooManyItemsError' });
  });

  it('refuses all files that are added together and too many where the rules ask for it, with one error', async () => {
    const rig = new Rig(undefined, { rules: { itemLimit: 2, itemLimitRefusesBatch: true } });
    rig.add(1, 1, 1);
    await settle();
    expect([0, 1, 2].map((id) => rig.status(id))).to.deep.equal(['rejected', 'rejected', 'rejected']);
    expect(rig.details('error')).to.deep.equal([{ id: null, name: '', reason: 'tooManyItemsError', code: 'tooManyItemsError' }]);
    expect(rig.details('validate')).to.deep.equal([]);
    expect(rig.eventLog.at(-1)).to.equal('error');
    expect(rig.uploader.snapshot().at(2)).to.include({ reason: 'tooManyItemsError' });
    expect(rig.uploader.snapshot().totals.refused).to.equal(3);
    rig.add(1);
    await settle();
    rig.add(1, 1);
    await settle();
    expect([3, 4, 5].map((id) => rig.status(id))).to.deep.equal(['uploading', 'rejected', 'rejected']);
    rig.add(1, 1);
    await rig.uploader.cancel(6);
    await settle();
    expect([6, 7].map((id) => rig.status(id))).to.deep.equal(['canceled', 'uploading']);
  });

  it('accepts another file when one is cancelled', async () => {
    const rig = new Rig(undefined, { rules: { itemLimit: 1 } });
    rig.add(1);
    await settle();
    await rig.uploader.cancel(0);
    rig.add(1);
    await settle();
    expect(rig.status(1)).to.equal('uploading');
  });

  it('gives the place of a file whose content is refused to the next', async () => {
    const ends = new Map<string, (problem?: ValidationProblem) => void>();
    const rig = new Rig(undefined, {
      rules: { itemLimit: 2 },
      inspectFile: ({ name }) => new Promise((resolve) => ends.set(name, resolve)),
    });
    rig.add(1, 1, 1, 1);
    await settle();
    expect([0, 1, 2, 3].map((id) => rig.status(id))).to.deep.equal(Array(4).fill('submitting'));
    ends.get('f1')?.({ code: 'minWidthImageError', values: {} });
    await settle();
    ends.get('f2')?.();
    await settle();
    expect([0, 1, 2, 3].map((id) => rig.status(id))).to.deep.equal(['submitting', 'rejected', 'uploading', 'submitting']);
    ends.get('f0')?.();
    await settle();
    expect([0, 1, 2, 3].map((id) => rig.status(id))).to.deep.equal(['uploading', 'rejected', 'uploading', 'rejected']);
    expect(rig.details('error').map(({ id, code }) => [id, code])).to.deep.equal([
      [1, 'minWidthImageError'],
      [3, 'tooManyItemsError'],
    ]);
  });

  it('gives the place of a file that is cancelled while its content is inspected to the next', async () => {
    const rig = new Rig(undefined, { rules: { itemLimit: 1 }, inspectFile: () => new Promise(() => {}) });
    rig.add(1, 1);
    await settle();
    void rig.uploader.cancel(0);
    await settle();
    expect([0, 1].map((id) => rig.status(id))).to.deep.equal(['canceled', 'submitting']);
    expect(rig.uploader.netItems).to.equal(1);
  });

  it('gives the place of a failed file to another, and does not retry it meanwhile', async () => {
    const rig = new Rig(undefined, { rules: { itemLimit: 1 } });
    rig.add(1);
    await (await rig.store.nextRequest()).fail(refusal());
    expect(rig.status(0)).to.equal('upload failed');
    expect(rig.uploader.netItems).to.equal(0);
    rig.add(1);
    await settle();
    expect(rig.status(1)).to.equal('uploading');
    expect(rig.uploader.retry(0)).to.equal(false);
    expect(rig.status(0)).to.equal('upload failed');
    expect(rig.details('error').at(-1)).to.include({ id: 0, reason: 'retryFailTooManyItems', code: 'retryFailTooManyItems' });
    await rig.uploader.cancel(1);
    expect(rig.uploader.retry(0)).to.equal(true);
    await settle();
    expect(rig.uploader.netItems).to.equal(1);
    rig.add(1);
    await settle();
    expect(rig.status(2)).to.equal('rejected');
  });

  it('replaces the file before in single mode, and accepts only the first of several', async () => {
    const rig = new Rig(undefined, { rules: { single: true } });
    rig.add(1);
    await settle();
    rig.add(2, 3);
    await settle();
    expect([0, 1, 2].map((id) => rig.status(id))).to.deep.equal(['canceled', 'uploading', 'rejected']);
    expect(rig.uploader.netItems).to.equal(1);
  });

  it('keeps the file before in single mode where the new one is cancelled while submit waits', async () => {
    const rig = new Rig(undefined, { rules: { single: true } });
    rig.add(1);
    await settle();
    let accept = () => {};
    rig.outcomes.submit = () => new Promise((resolve) => (accept = () => resolve({ refused: false })));
    rig.add(2);
    await settle();
    void rig.uploader.cancel(1);
    accept();
    await settle();
    expect([0, 1].map((id) => rig.status(id))).to.deep.equal(['uploading', 'canceled']);
  });

  it('counts refused files, for the view', async () => {
    const rig = new Rig(undefined, { rules: { sizeLimit: 1 } });
    rig.add(5, 1, 5);
    await settle();
    expect(rig.uploader.snapshot().totals.refused).to.equal(2);
  });
});

describe('FileValidator with an image and its scaled versions', () => {
  const group = (more: object = {}) => [
    { name: 'a (small)', createBlob: () => Promise.resolve(new Blob(['s'])), parent: original(1), ...more },
    { name: 'a', blob: new Blob(['large']), uuid: 'original-1' },
  ];

  it('uploads them together in single mode', async () => {
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

  it('hides an image of which only scaled versions are uploaded, without an error', async () => {
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
    it(`accepts them by the properties of the image, ${sendOriginal ? 'with' : 'without'} the image itself`, async () => {
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
      const names = ['a.gif', 'a.gif', 'small.jpg', 'small.jpg', 'large.jpg', 'large.jpg'];
      expect(rig.details('validateBatch')[0]?.files.map(({ name }) => name)).to.deep.equal(names);
      expect(rig.details('validate')).to.deep.equal(names.map((name, id) => ({ id, name, size: 5 })));
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

  for (const later of [false, true]) {
    it(`refuses only the scaled version that a listener refuses${later ? ' later' : ''}`, async () => {
      const rig = new Rig();
      rig.outcomes.validate = ({ id }) => {
        const outcome = id === 0 ? { refused: true as const } : { refused: false as const };
        return later ? Promise.resolve(outcome) : outcome;
      };
      rig.uploader.add(group());
      await (await rig.store.nextRequest()).succeed();
      expect(rig.uploader.files.map(({ status }) => status)).to.deep.equal(['rejected', 'upload successful']);
      expect(rig.uploader.netItems).to.equal(1);
    });
  }

  it('refuses the scaled versions where the image is cancelled before it is accepted', async () => {
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

  it('refuses them with the batch, and emits the reason once', async () => {
    const rig = new Rig();
    rig.outcomes.validateBatch = () => ({ refused: true, reason: 'Not today.' });
    rig.uploader.add(group());
    await settle();
    expect(rig.uploader.files.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    expect(rig.details('error').map(({ id, reason }) => [id, reason])).to.deep.equal([[1, 'Not today.']]);
  });

  it('can hide scaled versions', async () => {
    const rig = new Rig();
    rig.uploader.add(group({ hidden: true }));
    for (let left = 2; left > 0; left--) await (await rig.store.nextRequest()).succeed();
    expect(rig.uploader.snapshot().count).to.equal(1);
    expect(rig.uploader.snapshot().at(0).name).to.equal('a');
    expect(rig.details('allComplete')[0]?.succeeded).to.have.members([0, 1]);
  });
});
