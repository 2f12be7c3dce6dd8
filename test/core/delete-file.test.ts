import { expect } from '@esm-bundle/chai';
import { refusal, Rig } from './rig.js';
import { settle } from './manual-clock.js';

describe('deleteFile', () => {
  const arrived = async () => {
    const rig = new Rig();
    rig.add(1);
    await (await rig.store.nextRequest()).succeed();
    return rig;
  };

  it('emits its events in order, and removes the file from the list', async () => {
    const rig = await arrived();
    const removed = rig.uploader.remove(0);
    await (await rig.store.nextRequest()).succeed();
    expect(await removed).to.equal(true);
    expect(rig.eventLog.slice(-5)).to.deep.equal([
      'submitDelete',
      'upload successful -> deleting',
      'delete',
      'deleting -> deleted',
      'deleteComplete',
    ]);
    expect(rig.uploader.snapshot().count).to.equal(0);
  });

  it('keeps the reason of a failure, and can be repeated', async () => {
    const rig = await arrived();
    const removed = rig.uploader.remove(0);
    await (await rig.store.nextRequest()).fail(refusal());
    expect(await removed).to.equal(false);
    expect(rig.uploader.snapshot().at(0)).to.include({ status: 'delete failed', reason: 'No.' });
    void rig.uploader.remove(0);
    await (await rig.store.nextRequest()).succeed();
    expect(rig.status(0)).to.equal('deleted');
  });

  it('is no failure where the page has said meanwhile that the file is deleted', async () => {
    const rig = await arrived();
    const removed = rig.uploader.remove(0);
    const request = await rig.store.nextRequest();
    rig.uploader.markDeleted(0, true);
    rig.emitted.length = 0;
    await request.fail(refusal());
    expect(await removed).to.equal(true);
    expect(rig.eventLog).to.deep.equal(['deleteComplete']);
    expect(rig.details('deleteComplete')[0]).to.include({ success: true, isError: false });
  });

  it('deletes files of an earlier session', async () => {
    const rig = new Rig();
    rig.uploader.addInitialFiles([{ name: 'old', uuid: 'u', size: 3, details: { where: 'there' } }]);
    await settle();
    expect(rig.eventLog).to.deep.equal(['null -> upload successful', 'allComplete']);
    const removed = rig.uploader.remove(0);
    await (await rig.store.nextRequest()).succeed();
    expect(await removed).to.equal(true);
  });
});
