import { expect } from '@esm-bundle/chai';
import type { UploaderOptions } from '../../src/core/uploader-options.js';
import { refusal, Rig } from './rig.js';
import { settle } from './manual-clock.js';

describe('deleteFile', () => {
  const arrived = async (options: Partial<UploaderOptions> = {}) => {
    const rig = new Rig(undefined, options);
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

  it('fails where the server does not answer within the answer timeout, and asks once', async () => {
    const rig = await arrived({ answerTimeout: 600_000 });
    const removed = rig.uploader.remove(0);
    const request = await rig.store.nextRequest();
    await rig.clock.advance(599_999);
    expect(rig.status(0)).to.equal('deleting');
    await rig.clock.advance(1);
    expect(await removed).to.equal(false);
    expect(rig.uploader.snapshot().at(0)).to.include({ status: 'delete failed', reason: 'The server stopped responding.' });
    expect(request.signal.aborted).to.equal(true);
    expect(rig.store.log.filter((step) => step.startsWith('remove'))).to.have.length(1);
  });

  it('waits for ever where there is no answer timeout', async () => {
    const rig = await arrived({ answerTimeout: Infinity });
    const removed = rig.uploader.remove(0);
    const request = await rig.store.nextRequest();
    await rig.clock.advance(1e9);
    await request.succeed();
    expect(await removed).to.equal(true);
  });

  it('goes on after a reset, and ends with the time also where the store does not listen', async () => {
    const rig = await arrived();
    rig.store.remove = () => new Promise(() => {});
    const removed = rig.uploader.remove(0);
    await settle();
    rig.uploader.reset();
    await rig.clock.advance(600_000);
    expect(await removed).to.equal(false);
    expect(rig.clock.pendingSleeps).to.deep.equal([]);
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
