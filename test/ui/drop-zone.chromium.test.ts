/** Real drags of real files. */
import { expect } from '@open-wc/testing';
import { dropFiles } from '../tools/gestures.js';
import { viewHost } from './view-host.js';

describe('a drop of real files', () => {
  it('adds them to the uploader under the pointer only', async () => {
    const host = await viewHost();
    const other = await viewHost();
    other.id = 'other';
    const dropped = new Promise<string[]>((resolve) =>
      addEventListener(
        'drop',
        () => resolve(other.calls.flatMap(([, data]) => [...(data as DataTransfer).files].map(({ name }) => name))),
        { once: true },
      ),
    );
    await dropFiles('#other >>> [part=dropzone]', [
      { name: 'a.txt', text: 'a' },
      { name: 'b.txt', text: 'b' },
    ]);
    expect(await dropped).to.deep.equal(['a.txt', 'b.txt']);
    expect(other.calls.map(([name]) => name)).to.deep.equal(['add']);
    expect(host.calls).to.deep.equal([]);
    await other.updateComplete;
    expect(other.get('[part=dropzone]').classList.contains('dragging')).to.equal(false);
  });
});
