/** Reading of dropped items. */
import { expect } from '@open-wc/testing';
import { readDroppedItems } from '../../src/elements/dropped-files.js';

const fileEntry = (fullPath: string, failure?: Error) =>
  ({
    isDirectory: false,
    name: fullPath.replace(/.*\//, ''),
    fullPath,
    file: (success: (file: File) => void, error: (reason: Error) => void) =>
      failure ? error(failure) : success(new File(['x'], fullPath.replace(/.*\//, ''))),
  }) as unknown as FileSystemEntry;

const folderEntry = (fullPath: string, portions: (FileSystemEntry[] | Error)[]) =>
  ({
    isDirectory: true,
    name: fullPath.replace(/.*\//, ''),
    fullPath,
    createReader: () => ({
      readEntries: (success: (entries: FileSystemEntry[]) => void, error: (reason: Error) => void) => {
        const portion = portions.shift() ?? [];
        if (portion instanceof Error) error(portion);
        else success(portion);
      },
    }),
  }) as unknown as FileSystemEntry;

describe('readDroppedItems', () => {
  it('reads folders in portions, in order, with their paths', async () => {
    const folder = folderEntry('/f', [[fileEntry('/f/a.txt')], [folderEntry('/f/g', [[fileEntry('/f/g/b.txt')]]), fileEntry('/f/c.txt')]]);
    const { files, unreadable, ignored } = await readDroppedItems([
      { file: null, entry: folder },
      { file: new File(['x'], 'd.txt'), entry: fileEntry('/d.txt') },
    ]);
    expect(files.map(({ path }) => path ?? '')).to.deep.equal(['f/a.txt', 'f/g/b.txt', 'f/c.txt', '']);
    expect([unreadable, ignored]).to.deep.equal([[], []]);
  });

  it('leaves out a file, a folder and an item that cannot be read, and keeps all others', async () => {
    const [lost, locked] = [new Error('lost'), new Error('locked')];
    const { files, unreadable } = await readDroppedItems([
      { file: null, entry: folderEntry('/f', [[fileEntry('/f/a.txt', lost), folderEntry('/f/g', [locked]), fileEntry('/f/b.txt')]]) },
      { file: null, entry: null },
    ]);
    expect(files.map(({ path }) => path)).to.deep.equal(['f/b.txt']);
    expect(unreadable.map(({ name }) => name)).to.have.members(['f/a.txt', 'f/g', '']);
    expect(unreadable.find(({ name }) => name === 'f/g')?.cause).to.equal(locked);
  });

  it('leaves out the files of the operating system', async () => {
    const { files, ignored } = await readDroppedItems([
      { file: new File(['x'], 'Thumbs.db'), entry: null },
      { file: null, entry: folderEntry('/f', [[fileEntry('/f/.DS_Store'), fileEntry('/f/a.txt')]]) },
    ]);
    expect([files.map(({ path }) => path), ignored]).to.deep.equal([['f/a.txt'], ['Thumbs.db', 'f/.DS_Store']]);
  });
});
