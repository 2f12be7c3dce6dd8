import { expect } from '../tools/expect.js';
import { Rig } from './rig.js';

describe('EventEmitter', () => {
  it('reports what a listener throws, and goes on', async () => {
    const rig = new Rig();
    const thrown: unknown[] = [];
    // The page's own error handling, in a browser and in Node: an error that a microtask throws.
    const { queueMicrotask } = globalThis;
    globalThis.queueMicrotask = (callback) =>
      queueMicrotask(() => {
        try {
          callback();
        } catch (error) {
          thrown.push(error);
        }
      });
    const { emit, emitCancelable } = rig;
    rig.emit = (name, detail) => {
      emit.call(rig, name, detail);
      if (name === 'submitted' || name === 'complete') throw new Error(`${name} listener broke`);
    };
    rig.emitCancelable = (name, detail) => {
      if (name === 'validate') throw new Error(`${name} listener broke`);
      return emitCancelable.call(rig, name, detail);
    };
    rig.add(100);
    await (await rig.store.nextRequest()).succeed();
    globalThis.queueMicrotask = queueMicrotask;
    expect(rig.status(0)).to.equal('upload successful');
    expect(thrown).to.have.length(3);
  });
});
