import { expect } from '@esm-bundle/chai';
import { EventEmitter } from '../../../src/core/event-emitter.js';
import { FileRegistry } from '../../../src/core/file-registry.js';
import { setBlob, setProgress } from '../../../src/core/upload/file-bytes.js';

function registry(): { files: FileRegistry; events: EventEmitter } {
  const events = new EventEmitter({ emit: () => {}, emitCancelable: () => ({ refused: false }) });
  return { files: new FileRegistry(events), events };
}

const blob = (size: number) => ({ name: 'f', blob: new Blob(['x'.repeat(size)]) });

describe('the bytes of a file', () => {
  it('adds up the progress of a batch, which does not shrink by itself', () => {
    const { files, events } = registry();
    const file = files.create(blob(10), 'a');
    files.setFirstStatus(file, 'queued');
    files.addToBatch(file);
    files.addToBatch(file);
    setProgress(file, 6, files, events, 0);
    setProgress(file, 4, files, events, 10);
    expect([files.totals.uploadedBytes, files.totals.totalBytes]).to.deep.equal([6, 10]);
    setProgress(file, 0, files, events, 20, true);
    expect(files.totals.uploadedBytes).to.equal(0);
    files.removeFromBatch(file);
    expect(files.totals.totalBytes).to.equal(0);
  });

  it('begins a new batch with the first file that is queued when nothing else is under way', () => {
    const { files, events } = registry();
    const [first, second] = [files.create(blob(10), 'a'), files.create(blob(5), 'b')];
    files.setFirstStatus(first, 'queued');
    files.addToBatch(first);
    setProgress(first, 10, files, events, 0);
    for (const step of ['start', 'succeed'] as const) files.move(first, step);
    files.setFirstStatus(second, 'queued');
    files.addToBatch(second);
    expect([files.totals.uploadedBytes, files.totals.totalBytes]).to.deep.equal([0, 5]);
  });

  it('counts the bytes that are created late', () => {
    const { files } = registry();
    const file = files.create({ name: 'late', createBlob: async () => new Blob(['12345']) }, 'a');
    files.setFirstStatus(file, 'queued');
    files.counted.add(file);
    files.addToBatch(file);
    setBlob(file, new Blob(['12345']), files);
    expect([files.totals.totalBytes, files.counted.bytes, files.counted.items]).to.deep.equal([5, 5, 1]);
  });
});
