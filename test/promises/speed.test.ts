/** The promise: what speed is made of, where it can be counted: requests, preflights, parallel requests, nodes. Times are for `npm run bench`. */

import { expect } from '@open-wc/testing';
import type { FineUploaderS3Element } from '../../src/fine-uploader-s3.js';
import type { ProxyLog } from '../servers/fault-proxy.js';
import { commandTestServers } from '../tools/test-servers.js';
import { cleanUp, makeFile, next, putS3 } from '../elements/page.js';

const count = 50;

/** Uploads some small files, and tells how many requests each server got for it. */
async function send(element: FineUploaderS3Element, size: number) {
  const all = next(element, 'allComplete');
  element.addFiles(Array.from({ length: count }, (_, index) => makeFile(`${index}.bin`, size, { seed: index })));
  expect((await all).succeeded).to.have.length(count);
  const of = ({ requests }: ProxyLog, preflights: boolean) => requests.filter(({ method }) => (method === 'OPTIONS') === preflights).length;
  const [store, signer] = [
    await commandTestServers('requests', { proxy: 'store' }),
    await commandTestServers('requests', { proxy: 'signer' }),
  ];
  return { uploads: of(store, false), preflights: of(store, true), signatures: of(signer, false) };
}

describe('fifty small files', () => {
  afterEach(cleanUp);

  it('take one request each to the store, without a preflight, and one to the signing server', async () => {
    const element = putS3({ 'success-endpoint': '' });
    expect(await send(element, 10_240)).to.deep.equal({ uploads: count, preflights: 0, signatures: count });
  });

  it('take one signature together with batch-policy', async () => {
    const element = putS3({ 'success-endpoint': '', 'batch-policy': true });
    element.key = (id) => `user/1/${element.getUuid(id)}`;
    expect(await send(element, 10_240)).to.deep.equal({ uploads: count, preflights: 0, signatures: 1 });
  });

  it('still take no preflight each where they are large enough to show progress', async () => {
    const element = putS3({ 'success-endpoint': '', 'batch-policy': true, 'max-connections': 1 });
    element.key = (id) => `user/1/${element.getUuid(id)}`;
    const { preflights, ...others } = await send(element, 300_000);
    expect(others).to.deep.equal({ uploads: count, signatures: 1 });
    // One for the bucket's address, which the browser remembers; it may do so from before.
    expect(preflights).to.be.at.most(1);
  });
});

describe('ten thousand files', () => {
  afterEach(cleanUp);

  /** Everything in a tree, in shadow roots too. */
  const nodes = (root: Node): number => {
    const inside = root instanceof Element && root.shadowRoot ? nodes(root.shadowRoot) : 0;
    return [...root.childNodes].reduce((sum, child) => sum + nodes(child), 1 + inside);
  };

  it('take no more nodes than a hundred', async () => {
    const grown = async (files: number) => {
      const element = putS3({ 'manual-upload': true });
      const last = next(element, 'submitted', ({ id }) => id === files - 1);
      element.addFiles(Array.from({ length: files }, (_, index) => new File(['x'], `${String(index).padStart(5, '0')}.txt`)));
      await last;
      const listed = () => {
        const rows = element.shadowRoot?.querySelector('.rows');
        return rows ? getComputedStyle(rows).getPropertyValue('--count') : 'nothing';
      };
      for (let frames = 0; listed() !== String(files); frames++) {
        if (frames > 600) throw new Error(`The list has ${listed()} of ${files} files.`);
        await new Promise(requestAnimationFrame);
      }
      // Rows beyond the view come after the first that is painted.
      for (let frames = 0; frames < 5; frames++) await new Promise(requestAnimationFrame);
      await element.updateComplete;
      const sum = nodes(element);
      element.reset();
      element.remove();
      return sum;
    };
    const hundred = await grown(100);
    expect(await grown(10_000)).to.equal(hundred);
    expect(hundred).to.be.below(2000);
  }).timeout(60_000);
});
