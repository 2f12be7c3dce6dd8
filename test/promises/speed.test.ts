/** Promise: the numbers of requests, preflights and DOM nodes, which determine the speed. `npm run bench` measures times. */

import { expect } from '@open-wc/testing';
import type { FineUploaderS3Element } from '../../src/fine-uploader-s3.js';
import type { ProxyLog } from '../servers/fault-proxy.js';
import { commandTestServers } from '../tools/test-servers.js';
import { cleanUp, makeFile, next, putS3 } from '../elements/page.js';

const count = 50;

/** Uploads small files and returns the number of requests to each server. */
async function send(element: FineUploaderS3Element, size: number) {
  const all = next(element, 'allComplete');
  element.addFiles(Array.from({ length: count }, (_, index) => makeFile(`${index}.bin`, size, { seed: index })));
  expect((await all).succeeded).to.have.length(count);
  const countRequests = ({ requests }: ProxyLog, preflights: boolean) =>
    requests.filter(({ method }) => (method === 'OPTIONS') === preflights).length;
  const [store, signer] = [
    await commandTestServers('requests', { proxy: 'store' }),
    await commandTestServers('requests', { proxy: 'signer' }),
  ];
  return { uploads: countRequests(store, false), preflights: countRequests(store, true), signatures: countRequests(signer, false) };
}

describe('fifty small files', () => {
  afterEach(cleanUp);

  it('need one request each to the store, without a preflight, and one to the signing server', async () => {
    const element = putS3({ 'success-endpoint': '' });
    expect(await send(element, 10_240)).to.deep.equal({ uploads: count, preflights: 0, signatures: count });
  });

  it('need one signature in total with batch-policy', async () => {
    const element = putS3({ 'success-endpoint': '', 'batch-policy': true });
    element.key = (id) => `user/1/${element.getUuid(id)}`;
    expect(await send(element, 10_240)).to.deep.equal({ uploads: count, preflights: 0, signatures: 1 });
  });

  it('share one preflight if they are large enough to show progress', async () => {
    const element = putS3({ 'success-endpoint': '', 'batch-policy': true, 'max-connections': 1 });
    element.key = (id) => `user/1/${element.getUuid(id)}`;
    const { preflights, ...others } = await send(element, 300_000);
    expect(others).to.deep.equal({ uploads: count, signatures: 1 });
    // One for the bucket's URL, unless the browser has cached it.
    expect(preflights).to.be.at.most(1);
  });
});

describe('ten thousand files', () => {
  afterEach(cleanUp);

  /** Counts the nodes of a tree, including shadow roots. */
  const countDescendants = (root: Node): number => {
    const inside = root instanceof Element && root.shadowRoot ? countDescendants(root.shadowRoot) : 0;
    return [...root.childNodes].reduce((sum, child) => sum + countDescendants(child), 1 + inside);
  };

  it('need as many nodes as a hundred files', async () => {
    const countNodes = async (files: number) => {
      const element = putS3({ 'manual-upload': true });
      const last = next(element, 'submitted', ({ id }) => id === files - 1);
      element.addFiles(Array.from({ length: files }, (_, index) => new File(['x'], `${String(index).padStart(5, '0')}.txt`)));
      await last;
      const rowCount = () => {
        const rows = element.shadowRoot?.querySelector('.rows');
        return rows ? getComputedStyle(rows).getPropertyValue('--count') : 'nothing';
      };
      for (let frames = 0; rowCount() !== String(files); frames++) {
        if (frames > 600) throw new Error(`The list has ${rowCount()} of ${files} files.`);
        await new Promise(requestAnimationFrame);
      }
      // Rows outside of the viewport are rendered after the first paint.
      for (let frames = 0; frames < 5; frames++) await new Promise(requestAnimationFrame);
      await element.updateComplete;
      const sum = countDescendants(element);
      element.reset();
      element.remove();
      return sum;
    };
    const hundred = await countNodes(100);
    expect(await countNodes(10_000)).to.equal(hundred);
    expect(hundred).to.be.below(2000);
  }).timeout(60_000);
});
