/** Promise: what has arrived at the store is kept as long as somebody may continue with it, and no longer. */

import { expect } from '@open-wc/testing';
import type { FineUploaderS3Element } from '../../src/fine-uploader-s3.js';
import { s3Error } from '../servers/faults.js';
import { commandTestServers } from '../tools/test-servers.js';
import { cleanUp, collect, makeFile, next, putS3, sha256, upload } from '../elements/page.js';

const mebibyte = 2 ** 20;

describe('the parts of a failed file', function () {
  this.timeout(60_000);
  afterEach(cleanUp);

  const file = makeFile('kept.bin', 16 * mebibyte);
  const uploads = () => commandTestServers('listUploads');

  /** Uploads a file whose third part the store refuses for good. `arrived` gets the indexes of the parts that it takes. */
  async function failThirdPart(arrived: number[] = []): Promise<FineUploaderS3Element> {
    const fault = { ...s3Error(403, 'AccessDenied', ''), match: { method: 'PUT', path: 'partNumber=3' }, times: 99 };
    await commandTestServers('faults', { proxy: 'store', faults: [fault] });
    const element = putS3({ chunking: true, 'max-connections': 1 });
    element.addEventListener('uploadChunkSuccess', ({ detail }) => arrived.push(detail.partIndex));
    expect(await upload(element, file)).to.include({ success: false });
    await commandTestServers('faults', { proxy: 'store', faults: [] });
    expect(await uploads()).to.have.length(1);
    return element;
  }

  it('are not sent again by a retry, also without resume', async () => {
    const arrived: number[] = [];
    const element = await failThirdPart(arrived);
    const missing = [0, 1, 2, 3].filter((index) => !arrived.includes(index));
    expect(missing).to.include(2).and.not.include(0);
    const sent = collect(element, 'uploadChunk');
    const completed = next(element, 'complete');
    element.retry(0);
    const { success, key, response } = await completed;
    expect({ success, sent: sent.map(({ partIndex }) => partIndex) }, JSON.stringify(response)).to.deep.equal({
      success: true,
      sent: missing,
    });
    expect(await commandTestServers('sha256', { key: key ?? '' })).to.include({ sha256: await sha256(file) });
    expect(await uploads()).to.deep.equal([]);
  });

  for (const action of ['cancel', 'reset'] as const) {
    it(`are removed by ${action}()`, async () => {
      const element = await failThirdPart();
      if (action === 'cancel') element.cancel(0);
      else element.reset();
      while ((await uploads()).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    });
  }

  it('are removed when the element is removed from the page, and not when it is moved', async () => {
    const element = await failThirdPart();
    document.body.prepend(element);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await uploads()).to.have.length(1);
    element.remove();
    while ((await uploads()).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  });

  it('are removed when the upload starts over', async () => {
    const fault = { ...s3Error(400, 'InvalidPart', ''), match: { method: 'POST', path: 'uploadId=' } };
    await commandTestServers('faults', { proxy: 'store', faults: [fault] });
    expect(await upload(putS3({ chunking: true }), file)).to.include({ success: true });
    while ((await uploads()).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  });
});
