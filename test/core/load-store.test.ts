import { expect } from '@esm-bundle/chai';
import { gone, refusal, Rig } from './rig.js';
import { ScriptedStore } from './scripted-store.js';
import { settle } from './manual-clock.js';

describe('loadStore', () => {
  it('waits for a promised store', async () => {
    const store = new ScriptedStore();
    let load = () => {};
    const rig = new Rig(store, { storeFor: () => new Promise((resolve) => (load = () => resolve(store))) });
    rig.add(100);
    await settle();
    expect(rig.status(0)).to.equal('uploading');
    expect(store.log).to.deep.equal([]);
    load();
    await (await store.nextRequest()).succeed();
    expect(rig.status(0)).to.equal('upload successful');
  });

  it('is retried after 1 s where loading failed', async () => {
    const store = new ScriptedStore();
    let loads = 0;
    const rig = new Rig(store, { storeFor: () => (++loads === 1 ? Promise.reject(new TypeError('offline')) : Promise.resolve(store)) });
    rig.add(100);
    await settle();
    expect(rig.status(0)).to.equal('retrying upload');
    expect(rig.details('error')[0]).to.include({ code: 'NotLoaded' });
    await rig.clock.advance(1000);
    await (await store.nextRequest()).succeed();
    expect([rig.status(0), loads]).to.deep.equal(['upload successful', 2]);
  });

  it('fails the file with the UploadError of the rejection', async () => {
    const rig = new Rig(undefined, { storeFor: () => Promise.reject(refusal()) });
    rig.add(100);
    await settle();
    expect(rig.status(0)).to.equal('upload failed');
    expect(rig.details('error')[0]).to.include({ reason: 'No.', status: 403 });
  });

  for (const [how, storeFor] of [
    [
      'throws',
      () => {
        throw gone();
      },
    ],
    ['rejects with', () => Promise.reject(gone())],
  ] as const) {
    it(`does not retry an UploadError that storeFor ${how}`, async () => {
      const rig = new Rig(undefined, { storeFor });
      rig.add(100);
      await settle();
      expect(rig.status(0)).to.equal('upload failed');
      expect(rig.details('autoRetry')).to.deep.equal([]);
    });
  }

  it('reads the settings before the file waits for a place', async () => {
    const store = new ScriptedStore(10);
    const files: string[] = [];
    const storeFor = ({ name }: { readonly name: string }) => {
      files.push(name);
      return store;
    };
    const rig = new Rig(store, { maxConnections: 2, storeFor });
    rig.add(20);
    await settle();
    rig.add(1);
    await settle();
    expect(store.log).to.deep.equal(['open f0', 'send f0 0', 'send f0 1']);
    expect(files).to.deep.equal(['f0', 'f1']);
  });

  it('needs no place', async () => {
    const store = new ScriptedStore(10);
    const rig = new Rig(store, { maxConnections: 2, storeFor: ({ id }) => (id === 1 ? new Promise<never>(() => {}) : store) });
    rig.add(20, 1);
    await settle();
    expect(store.requests.map(({ part }) => part?.index)).to.deep.equal([0, 1]);
  });

  it('does not keep the place of a cancelled file while it waits', async () => {
    const store = new ScriptedStore();
    const rig = new Rig(store, { maxConnections: 1, storeFor: ({ id }) => (id === 0 ? new Promise<never>(() => {}) : store) });
    rig.add(1, 1);
    await settle();
    await rig.uploader.cancel(0);
    expect((await store.nextRequest()).file).to.equal('f1');
  });

  it('loads the store to delete a file; where that fails, the file stays', async () => {
    const store = new ScriptedStore();
    let loads = 0;
    const rig = new Rig(store, { storeFor: () => (++loads === 1 ? Promise.reject(new TypeError('offline')) : Promise.resolve(store)) });
    rig.uploader.addInitialFiles([{ name: 'old', uuid: 'u', size: 3 }]);
    expect(await rig.uploader.remove(0)).to.equal(false);
    expect(rig.status(0)).to.equal('delete failed');
    expect(rig.details('error')[0]).to.include({ code: 'NotLoaded' });
    const removed = rig.uploader.remove(0);
    await (await store.nextRequest()).succeed();
    expect(await removed).to.equal(true);
  });
});
