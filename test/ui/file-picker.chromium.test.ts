/** Real files through the real file dialog. */
import { expect } from '@open-wc/testing';
import { chooseFiles, clickAndChoose } from '../tools/gestures.js';
import { viewHost } from './view-host.js';
import type { ViewHost } from './view-host.js';

const addedNames = (host: ViewHost) => host.calls.map(([call, files]) => [call, [...(files as readonly File[])].map(({ name }) => name)]);

describe('the file dialog', () => {
  let host: ViewHost;
  beforeEach(async () => {
    host = await viewHost();
  });

  it('opens from the button', async () => {
    const added = host.filesAdded();
    await clickAndChoose('view-host >>> [part=button]', [
      { name: 'naïve & "quoted" (1).txt', text: 'a' },
      { name: 'b.txt', text: 'b' },
    ]);
    await added;
    expect(addedNames(host)).to.deep.equal([['add', ['naïve & "quoted" (1).txt', 'b.txt']]]);
  });

  it('opens from the drop zone', async () => {
    const added = host.filesAdded();
    await clickAndChoose('view-host >>> .drop-text', [{ name: 'a.txt', text: 'a' }]);
    await added;
    expect(addedNames(host)).to.deep.equal([['add', ['a.txt']]]);
  });

  it('adds the files of a folder with their paths', async () => {
    await host.set({ directory: true });
    const added = host.filesAdded();
    await chooseFiles('view-host >>> input[type=file]', [
      { name: 'holiday', children: [{ name: 'deep', children: [{ name: 'b.txt', text: 'b' }] }] },
    ]);
    await added;
    const files = host.calls[0]?.[1] as File[];
    expect(files.map((file) => file.webkitRelativePath)).to.deep.equal(['holiday/deep/b.txt']);
  });
});
