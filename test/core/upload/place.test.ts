import { expect } from '@esm-bundle/chai';
import { UploadError } from '../../../src/core/errors.js';
import type { EventOutcome } from '../../../src/core/events.js';
import type { UploaderOptions } from '../../../src/core/uploader-options.js';
import { settle } from '../manual-clock.js';
import { gone, Rig } from '../rig.js';
import { ScriptedStore } from '../scripted-store.js';

const hanging = () => new Promise<never>(() => {});
const busy = (retryAfter?: number) => new UploadError('Come back later.', { status: 503, retryAfter });

async function succeedAll({ store }: Rig): Promise<void> {
  for (let request = store.requests[0]; request; [request] = store.requests) await request.succeed();
}

describe('a file that waits', () => {
  const rigFor = (store = new ScriptedStore(), options: Partial<UploaderOptions> = {}) => new Rig(store, { maxConnections: 2, ...options });

  /** Lets the promises for the first two files of an event wait until the returned function is called. */
  function hold(rig: Rig, name: 'upload' | 'uploadChunk'): () => void {
    const releases: (() => void)[] = [];
    rig.outcomes[name] = ({ id }) => {
      if (id > 1) return { refused: false };
      return new Promise<EventOutcome>((resolve) => releases.push(() => resolve({ refused: false })));
    };
    return () => {
      for (const release of releases.splice(0)) release();
    };
  }

  for (const [name, store] of [
    ['upload', new ScriptedStore()],
    ['uploadChunk', new ScriptedStore(10)],
  ] as const)
    it(`for the page in ${name} lets other files be uploaded`, async () => {
      const rig = rigFor(store);
      const release = hold(rig, name);
      rig.add(1, 1, 1, 1);
      await settle();
      expect(rig.status(2)).to.equal('queued');
      await rig.clock.advance(1000);
      await succeedAll(rig);
      expect([2, 3].map((id) => rig.status(id))).to.deep.equal(['upload successful', 'upload successful']);
      expect([0, 1].map((id) => rig.status(id))).to.deep.equal(['uploading', 'uploading']);
      release();
      await settle();
      await succeedAll(rig);
      expect([0, 1].map((id) => rig.status(id))).to.deep.equal(['upload successful', 'upload successful']);
      expect(rig.clock.pendingSleeps).to.deep.equal([]);
    });

  it('for the page goes on without a second wait when it answers soon', async () => {
    const rig = rigFor();
    const release = hold(rig, 'upload');
    rig.add(1, 1, 1);
    await rig.clock.advance(900);
    expect(rig.status(2)).to.equal('queued');
    release();
    await settle();
    expect(rig.store.requests.map(({ file }) => file)).to.deep.equal(['f0', 'f1']);
  });

  it('uses no more connections when it goes on than there are', async () => {
    const rig = rigFor();
    const release = hold(rig, 'upload');
    rig.add(1, 1, 1, 1, 1);
    await rig.clock.advance(1000);
    release();
    await settle();
    expect(rig.store.inFlight).to.equal(2);
    await succeedAll(rig);
    expect(rig.store.maxInFlight).to.equal(2);
    expect(rig.uploader.files.every(({ status }) => status === 'upload successful')).to.equal(true);
  });

  it('in the store, for the page or for its disk, lets other files be uploaded', async () => {
    const rig = rigFor();
    const send = rig.store.send.bind(rig.store);
    rig.store.send = async (part, session, context) => {
      if (context.file.id < 2) await context.waitFor(hanging());
      return send(part, session, context);
    };
    rig.add(1, 1, 1);
    await settle();
    await rig.clock.advance(1000);
    await (await rig.store.nextRequest()).succeed();
    expect(rig.status(2)).to.equal('upload successful');
  });

  for (const [why, error, delay] of [
    ['that the server delays', busy(30_000), 30_000],
    ['that we delay for long', gone(), 9000],
  ] as const)
    it(`for a retry ${why} lets other files be uploaded`, async () => {
      const rig = rigFor(undefined, { retry: { maxAttempts: 3, firstDelay: delay === 9000 ? 9000 : 1000 } });
      rig.add(1, 1, 1);
      await (await rig.store.nextRequest()).fail(error);
      await (await rig.store.nextRequest()).fail(error);
      await rig.clock.advance(1000);
      await (await rig.store.nextRequest()).succeed();
      expect(rig.status(2)).to.equal('upload successful');
      await rig.clock.advance(delay - 1001);
      expect(rig.store.requests).to.have.length(0);
      await rig.clock.advance(1);
      await succeedAll(rig);
      expect([0, 1].map((id) => rig.status(id))).to.deep.equal(['upload successful', 'upload successful']);
    });

  it('for its first retries keeps its place: the files behind it would use up their own', async () => {
    const rig = rigFor(undefined, { maxConnections: 1 });
    rig.add(1, 1);
    for (const wait of [1000, 3000]) {
      await (await rig.store.nextRequest()).fail(gone());
      await rig.clock.advance(wait - 1);
      expect(rig.status(1)).to.equal('queued');
      await rig.clock.advance(1);
    }
  });

  it('for the page in its second part lets other files be uploaded', async () => {
    const rig = rigFor(new ScriptedStore(10), { maxConnections: 1 });
    rig.outcomes.uploadChunk = ({ partIndex }) => (partIndex === 1 ? hanging() : { refused: false });
    rig.add(30, 1);
    await (await rig.store.nextRequest()).succeed();
    expect(rig.status(1)).to.equal('queued');
    await rig.clock.advance(1000);
    await (await rig.store.nextRequest()).succeed();
    expect(rig.status(1)).to.equal('upload successful');
  });
});

describe('a store that never answers, nor ends with its signal,', () => {
  // A file that is finalized is neither paused nor cancelled.
  for (const [step, actions] of [
    ['open', ['cancel', 'pause', 'reset']],
    ['send', ['cancel', 'pause', 'reset']],
    ['close', ['reset']],
  ] as const)
    for (const action of actions)
      it(`gives its place back in ${step} on ${action}`, async () => {
        const store = new ScriptedStore(10);
        const real = store[step].bind(store) as (...args: unknown[]) => Promise<never>;
        let isFirst = true;
        (store as unknown as Record<string, unknown>)[step] = (...args: unknown[]) => {
          const [context] = args.slice(-1) as [{ connection<T>(request: () => Promise<T>): Promise<T> }];
          if (!isFirst) return real(...args);
          isFirst = false;
          return context.connection(hanging);
        };
        const rig = new Rig(store, { maxConnections: 1 });
        rig.add(1);
        await settle();
        if (step === 'close') await (await store.nextRequest()).succeed();
        if (action === 'reset') rig.uploader.reset();
        else expect(action === 'cancel' ? rig.uploader.cancel(0) : rig.uploader.pause(0)).to.equal(true);
        await settle();
        const [id] = rig.add(1);
        await (await store.nextRequest()).succeed();
        expect(rig.status(id as number)).to.equal('upload successful');
      });
});
