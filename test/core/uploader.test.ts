import { UploadError } from '../../src/core/errors.js';
import { expect } from '@esm-bundle/chai';
import { file, gone, refusal, Rig } from './rig.js';
import type { JsonObject } from '../../src/core/types.js';
import { settle } from './manual-clock.js';
import { ScriptedStore } from './scripted-store.js';
import type { StoreRequest } from './scripted-store.js';

describe('Uploader', () => {
  it('emits its events in Fine Uploader’s order', async () => {
    const rig = new Rig();
    rig.add(100);
    const request = await rig.store.nextRequest();
    request.progress(40);
    await request.succeed();
    expect(rig.eventLog).to.deep.equal([
      'null -> submitting',
      'validateBatch',
      'validate',
      'submit',
      'submitting -> submitted',
      'submitted',
      'submitted -> uploading',
      'upload',
      'progress',
      'totalProgress',
      'progress',
      'totalProgress',
      'uploading -> upload successful',
      'complete',
      'allComplete',
    ]);
    expect(rig.details('progress').map(({ uploadedBytes }) => uploadedBytes)).to.deep.equal([40, 100]);
    expect(rig.details('complete')[0]).to.include({ id: 0, name: 'f0', success: true, uuid: 'uuid-0' });
    expect(rig.details('allComplete')[0]).to.deep.equal({ succeeded: [0], failed: [] });
  });

  it('emits a failure in Fine Uploader’s order: status, error, complete', async () => {
    const rig = new Rig();
    rig.add(100);
    await (await rig.store.nextRequest()).fail(refusal());
    const story = rig.eventLog;
    expect(story.slice(story.indexOf('uploading -> upload failed'))).to.deep.equal([
      'uploading -> upload failed',
      'error',
      'complete',
      'allComplete',
    ]);
    expect(rig.details('error')[0]).to.deep.equal({ id: 0, name: 'f0', reason: 'No.', status: 403 });
    expect(rig.details('complete')[0]).to.include({ success: false });
  });

  it('emits the error of a file before it is rejected', async () => {
    const rig = new Rig(undefined, { rules: { sizeLimit: 10 } });
    rig.add(100);
    await settle();
    expect(rig.eventLog).to.deep.equal(['null -> submitting', 'validateBatch', 'validate', 'error', 'submitting -> rejected']);
  });

  it('can cancel a file within the error event of its validation', async () => {
    const rig = new Rig(undefined, { rules: { sizeLimit: 10 } });
    const { emit } = rig;
    rig.emit = (name, detail) => {
      emit.call(rig, name, detail);
      if (name === 'error') void rig.uploader.cancel(0);
    };
    rig.add(100);
    await settle();
    expect(rig.eventLog.slice(-3)).to.deep.equal(['error', 'cancel', 'submitting -> canceled']);
    expect(rig.uploader.snapshot()).to.deep.include({ count: 0 });
    expect(rig.uploader.snapshot().totals.refused).to.equal(0);
  });

  const responses: [outcome: 'succeeds' | 'fails', response: JsonObject | undefined, expected: JsonObject][] = [
    ['succeeds', {}, { success: true }],
    ['succeeds', { success: 'yes', link: '/a' }, { success: true, link: '/a' }],
    ['succeeds', { success: false, error: 'kept' }, { success: true, error: 'kept' }],
    ['fails', undefined, { success: false }],
    ['fails', { success: true, reset: true }, { success: false, reset: true }],
    ['fails', { error: 'e', code: 'c' }, { success: false, error: 'e', code: 'c' }],
  ];
  for (const [outcome, response, expected] of responses) {
    it(`has the server’s response and the outcome in complete where an upload ${outcome} with ${JSON.stringify(response)}`, async () => {
      const store = new ScriptedStore();
      store.autoClose = false;
      const rig = new Rig(store);
      rig.add(100);
      await (await rig.store.nextRequest()).succeed();
      const close = await rig.store.nextRequest();
      if (outcome === 'succeeds') await close.succeed({ response: response ?? {} });
      else await close.fail(new UploadError('No.', { status: 500, retry: 'manual', response }));
      expect(rig.details('complete')[0]?.response).to.deep.equal(expected);
    });
  }

  it('returns ids before it emits cancelable events', () => {
    const rig = new Rig();
    expect(rig.add(1, 2)).to.deep.equal([0, 1]);
    expect(rig.eventLog).to.deep.equal(['null -> submitting', 'null -> submitting']);
  });

  it('retries a failed file, with the automatic retries that are left', async () => {
    const rig = new Rig();
    rig.add(100);
    await (await rig.store.nextRequest()).fail(refusal());
    expect(rig.uploader.retry(0)).to.equal(true);
    expect(rig.status(0)).to.equal('uploading');
    await (await rig.store.nextRequest()).fail(gone());
    await rig.clock.advance(1000);
    await (await rig.store.nextRequest()).succeed();
    expect(rig.status(0)).to.equal('upload successful');
    expect(rig.details('allComplete')).to.have.length(2);
  });

  it('retries a failed file once where its automatic retries are used up', async () => {
    const rig = new Rig(undefined, { retry: { maxAttempts: 1, firstDelay: 1000 }, maxConnections: 1 });
    rig.add(100, 1);
    await (await rig.store.nextRequest()).fail(gone());
    await rig.clock.advance(1000);
    await (await rig.store.nextRequest()).fail(gone());
    expect(rig.uploader.retry(0)).to.equal(true);
    expect(rig.uploader.snapshot().at(0)).to.include({ status: 'retrying upload', attempt: 0 });
    await (await rig.store.nextRequest()).succeed();
    await (await rig.store.nextRequest()).fail(gone());
    expect(rig.status(0)).to.equal('upload failed');
    expect(rig.details('autoRetry')).to.have.length(1);
  });

  it('gives the automatic retries back with each part that arrives', async () => {
    const rig = new Rig(new ScriptedStore(10, 1), { retry: { maxAttempts: 1, firstDelay: 1000 } });
    rig.add(20);
    await (await rig.store.nextRequest()).fail(gone());
    await rig.clock.advance(1000);
    await (await rig.store.nextRequest()).fail(gone());
    rig.uploader.retry(0);
    await (await rig.store.nextRequest()).succeed();
    await (await rig.store.nextRequest()).fail(gone());
    await rig.clock.advance(1000);
    await (await rig.store.nextRequest()).succeed();
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('retries a file from within its complete event', async () => {
    const rig = new Rig();
    let once = true;
    const { emit } = rig;
    rig.emit = (name, detail) => {
      emit.call(rig, name, detail);
      if (name === 'complete' && once) {
        once = false;
        expect(rig.uploader.retry(0)).to.equal(true);
      }
    };
    rig.add(100);
    await (await rig.store.nextRequest()).fail(refusal());
    await (await rig.store.nextRequest()).succeed();
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('does not retry what cannot be retried', async () => {
    const rig = new Rig();
    rig.add(100);
    await (await rig.store.nextRequest()).fail(new UploadError('Never.', { retry: 'never' }));
    expect(rig.uploader.retry(0)).to.equal(false);
    expect(rig.uploader.snapshot().at(0).actions.retry).to.equal(false);
  });

  it('fails a file with the sentence that storeFor throws, without a retry', async () => {
    const rig = new Rig(undefined, {
      storeFor: () => {
        throw new Error('key() broke');
      },
    });
    rig.add(100);
    await settle();
    expect(rig.status(0)).to.equal('upload failed');
    expect(rig.details('error')[0]?.reason).to.equal('key() broke');
  });

  it('does not cancel or retry where a listener refuses', async () => {
    const rig = new Rig();
    rig.outcomes.cancel = rig.outcomes.manualRetry = () => ({ refused: true });
    rig.add(1);
    await settle();
    expect(await rig.uploader.cancel(0)).to.equal(false);
    await (await rig.store.nextRequest()).fail(refusal());
    expect(rig.uploader.retry(0)).to.equal(false);
    expect(rig.status(0)).to.equal('upload failed');
  });
});

describe('Uploader.reset', () => {
  it('cancels all files and counts ids from 0 again', async () => {
    const rig = new Rig();
    rig.add(1, 1);
    await settle();
    rig.uploader.reset();
    await settle();
    expect(rig.store.requests).to.have.length(0);
    expect(rig.uploader.snapshot()).to.include({ count: 0 });
    expect(rig.uploader.add([file('new', 1)])).to.deep.equal([0]);
    await (await rig.store.nextRequest()).succeed();
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('emits nothing more about a file that was being deleted', async () => {
    const rig = new Rig();
    rig.uploader.addInitialFiles([{ name: 'old', uuid: 'u', size: 3, details: { where: 'there' } }]);
    const removed = rig.uploader.remove(0);
    const request = await rig.store.nextRequest();
    rig.uploader.reset();
    rig.emitted.length = 0;
    await request.succeed();
    expect(await removed).to.equal(true);
    expect(rig.eventLog).to.deep.equal([]);
    expect(rig.uploader.netItems).to.equal(0);
    expect(rig.uploader.snapshot().totals).to.include({ succeeded: 0, active: 0 });
  });

  it('emits nothing more about files that were being validated', async () => {
    const rig = new Rig();
    rig.add(1, 1);
    rig.uploader.reset();
    await settle();
    expect(rig.eventLog).not.to.include('validate');
  });

  it('emits nothing more about a file after a listener has reset within any of its events', async () => {
    const endings = [(request: StoreRequest) => request.fail(refusal()), (request: StoreRequest) => request.succeed()];
    for (const end of endings) {
      for (let event = 0; event < 20; event++) {
        const rig = new Rig();
        const { emit } = rig;
        let afterwards: string[] | undefined;
        rig.emit = (name, detail) => {
          emit.call(rig, name, detail);
          afterwards?.push(name);
          if (afterwards || rig.emitted.length <= event) return;
          rig.uploader.reset();
          afterwards = [];
        };
        rig.add(3, 4);
        await settle();
        for (let request = rig.store.requests[0]; request; request = rig.store.requests[0]) await end(request);
        await settle();
        expect(afterwards ?? [], `reset in event ${event}: ${rig.eventLog.join(', ')}`).to.deep.equal([]);
      }
    }
  });

  it('emits nothing more about a file after a reset in any microtask of its beginning', async () => {
    for (let microtasks = 0; microtasks < 30; microtasks++) {
      const rig = new Rig(undefined, { inspectFile: async () => undefined });
      rig.add(3);
      for (let passed = 0; passed < microtasks; passed++) await Promise.resolve();
      rig.uploader.reset();
      const { length } = rig.emitted;
      await settle();
      expect(rig.eventLog.slice(length), `reset after ${microtasks} microtasks`).to.deep.equal([]);
    }
  });
});

describe('Uploader.file', () => {
  it('finds a file by its id only, also where the id is a text', () => {
    const { uploader } = new Rig();
    const [id = -1] = uploader.add([file('a', 1)]);
    for (const same of [id, String(id)] as number[]) expect(uploader.file(same)?.name).to.equal('a');
    const others: unknown[] = [
      1,
      -1,
      0.5,
      NaN,
      '',
      ' ',
      'length',
      'map',
      '__proto__',
      null,
      undefined,
      [0],
      {},
      Object.create(null),
      Symbol('0'),
      0n,
    ];
    for (const other of others as number[]) {
      expect(uploader.file(other)).to.equal(undefined);
      uploader.rename(other, 'b');
      uploader.setUuid(other, 'b');
      uploader.setCustomResumeData(other, 'b');
      expect([uploader.pause(other), uploader.resume(other), uploader.retry(other), uploader.cancel(other)]).to.deep.equal([
        false,
        false,
        false,
        false,
      ]);
    }
    expect('uuid' in Array.prototype.map).to.equal(false);
  });
});

describe('Uploader.markDeleted', () => {
  it('leaves the file out of allComplete', async () => {
    const rig = new Rig();
    rig.add(3);
    rig.uploader.addInitialFiles([{ name: 'old', uuid: 'u' }]);
    expect(rig.uploader.markDeleted(1, true)).to.equal(true);
    await (await rig.store.nextRequest()).succeed();
    expect(rig.details('allComplete')).to.deep.equal([{ succeeded: [0], failed: [] }]);
  });
});
