import { expect } from '@esm-bundle/chai';
import { EventEmitter } from '../../src/core/event-emitter.js';
import { FileRegistry } from '../../src/core/file-registry.js';
import { settle } from './manual-clock.js';

/** A registry that writes its events down: `name id` with the values that a test looks at. */
function registry(): { files: FileRegistry; log: string[] } {
  const log: string[] = [];
  const emitter = new EventEmitter({
    emit: (name, detail) => {
      if (name === 'totalProgress') log.push(`${name} ${JSON.stringify(detail)}`);
      else if (name === 'allComplete') log.push(`${name} ${JSON.stringify(detail)}`);
      else if ('newStatus' in detail) log.push(`${detail.id} ${detail.oldStatus} -> ${detail.newStatus}`);
      else log.push(name);
    },
    emitCancelable: () => ({ refused: false }),
    changed: () => log.push('changed'),
  });
  return { files: new FileRegistry(emitter), log };
}

const blob = (size: number) => ({ name: 'f', blob: new Blob(['x'.repeat(size)]) });

describe('FileRegistry', () => {
  it('moves a file only as the table of statuses allows, and says each move once', () => {
    const { files, log } = registry();
    const file = files.create(blob(1), 'u');
    files.setFirstStatus(file, 'submitting');
    expect(files.move(file, 'succeed')).to.equal(false);
    expect(files.move(file, 'accept')).to.equal(true);
    expect(files.move(file, 'accept')).to.equal(false);
    expect(log).to.deep.equal(['0 null -> submitting', '0 submitting -> submitted']);
  });

  it('counts the files by status', () => {
    const { files } = registry();
    const [first, second] = [files.create(blob(1), 'a'), files.create(blob(1), 'b')];
    for (const file of [first, second]) files.setFirstStatus(file, 'submitted');
    expect([files.unfinished, files.totals.submitted, files.totals.active]).to.deep.equal([2, 2, 0]);
    for (const step of ['queue', 'start', 'succeed'] as const) files.move(first, step);
    files.move(second, 'pause');
    expect([files.unfinished, files.totals.submitted, files.totals.paused, files.totals.succeeded]).to.deep.equal([1, 0, 1, 1]);
    files.move(second, 'cancel');
    expect([files.unfinished, files.totals.paused]).to.deep.equal([0, 0]);
  });

  it('shows neither hidden files nor cancelled ones', () => {
    const { files } = registry();
    files.create({ ...blob(1), hidden: true }, 'a');
    const [second, third] = [files.create({ ...blob(1), name: 'second' }, 'b'), files.create({ ...blob(1), name: 'third' }, 'c')];
    for (const file of [second, third]) files.setFirstStatus(file, 'submitted');
    expect(files.snapshot(3).count).to.equal(2);
    files.move(second, 'cancel');
    const snapshot = files.snapshot(3);
    expect([snapshot.count, snapshot.at(0).name]).to.deep.equal([1, 'third']);
    expect(() => snapshot.at(1)).to.throw('There is no file at 1.');
  });

  it('emits allComplete once, after the last file has ended, with how each ended last', async () => {
    const { files, log } = registry();
    const [first, second] = [files.create(blob(1), 'a'), files.create(blob(1), 'b')];
    for (const file of [first, second])
      for (const step of ['queue', 'start'] as const) {
        if (!file.status) files.setFirstStatus(file, 'submitted');
        files.move(file, step);
      }
    files.move(first, 'fail');
    files.move(first, 'manualRetry');
    files.move(first, 'succeed');
    files.checkAllComplete();
    await settle();
    const all = () => log.filter((entry) => entry.startsWith('allComplete'));
    expect(all()).to.deep.equal([]);
    files.move(second, 'fail');
    for (let times = 0; times < 2; times++) files.checkAllComplete();
    await settle();
    expect(all()).to.deep.equal(['allComplete {"succeeded":[0],"failed":[1]}']);
  });

  it('forgets all files, and gives their ids to others', () => {
    const { files } = registry();
    const file = files.create(blob(3), 'a');
    files.setFirstStatus(file, 'submitted');
    files.counted.add(file);
    files.clear();
    expect(files.has(file)).to.equal(false);
    expect(files.move(file, 'queue')).to.equal(false);
    expect([files.unfinished, files.counted.items, files.counted.bytes, files.snapshot(3).count]).to.deep.equal([0, 0, 0, 0]);
    expect(files.create(blob(1), 'b').id).to.equal(0);
  });
});
