/** Files from a real disk, through the real file dialog and real drags. */
import { expect } from '@open-wc/testing';
import { chooseFiles, clickAndChoose, dropFiles } from '../tools/gestures.js';
import { viewHost } from './view-host.js';
import type { ViewHost } from './view-host.js';

const names = (host: ViewHost) => host.wishes.map(([wish, given]) => [wish, [...(given as readonly File[])].map(({ name }) => name)]);

describe('real files', () => {
  let host: ViewHost;
  beforeEach(async () => {
    host = await viewHost();
  });

  it('are chosen in the dialog that the button opens', async () => {
    const wished = host.nextWish();
    await clickAndChoose('face-host >>> [part=button]', [
      { name: 'naïve & "quoted" (1).txt', text: 'a' },
      { name: 'b.txt', text: 'b' },
    ]);
    await wished;
    expect(names(host)).to.deep.equal([['add', ['naïve & "quoted" (1).txt', 'b.txt']]]);
  });

  it('are chosen in the dialog that the zone opens', async () => {
    const wished = host.nextWish();
    await clickAndChoose('face-host >>> .invitation', [{ name: 'a.txt', text: 'a' }]);
    await wished;
    expect(names(host)).to.deep.equal([['add', ['a.txt']]]);
  });

  it('come out of a chosen folder with their paths', async () => {
    await host.set({ directory: true });
    const wished = host.nextWish();
    await chooseFiles('face-host >>> input[type=file]', [
      { name: 'holiday', children: [{ name: 'deep', children: [{ name: 'b.txt', text: 'b' }] }] },
    ]);
    await wished;
    const files = host.wishes[0]?.[1] as File[];
    expect(files.map((file) => file.webkitRelativePath)).to.deep.equal(['holiday/deep/b.txt']);
  });

  it('are dropped on the zone, and only that uploader gets them', async () => {
    const other = await viewHost();
    other.id = 'other';
    const dropped = new Promise<string[]>((resolve) =>
      addEventListener(
        'drop',
        () => resolve(other.wishes.flatMap(([, data]) => [...(data as DataTransfer).files].map(({ name }) => name))),
        {
          once: true,
        },
      ),
    );
    await dropFiles('#other >>> [part=dropzone]', [
      { name: 'a.txt', text: 'a' },
      { name: 'b.txt', text: 'b' },
    ]);
    expect(await dropped).to.deep.equal(['a.txt', 'b.txt']);
    expect(other.wishes.map(([wish]) => wish)).to.deep.equal(['add']);
    expect(host.wishes).to.deep.equal([]);
    await other.updateComplete;
    expect(other.get('[part=dropzone]').classList.contains('over')).to.equal(false);
  });
});
