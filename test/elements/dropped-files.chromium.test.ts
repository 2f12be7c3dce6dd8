/** Dropped folders, from disk. */
import { expect } from '@open-wc/testing';
import { dropFiles } from '../tools/gestures.js';
import { cleanUp, collect, next, putTraditional } from './page.js';

/** Makes a file of a folder unreadable. As root, every file on disk can be read. */
function lockFile(folder: FileSystemDirectoryEntry, name: string): void {
  const create = folder.createReader.bind(folder);
  const createReader = () => {
    const reader = create();
    const readEntries = (success: FileSystemEntriesCallback, error?: ErrorCallback) =>
      reader.readEntries((entries: FileSystemEntry[]) => {
        const locked = entries.find((entry) => entry.name === name);
        if (locked) {
          Object.defineProperty(locked, 'file', {
            value: (_: FileCallback, fail: ErrorCallback) => fail(new DOMException('The file is locked.', 'NotReadableError')),
          });
        }
        success(entries);
      }, error);
    return { readEntries };
  };
  Object.defineProperty(folder, 'createReader', { value: createReader });
}

describe('a dropped folder', () => {
  const { info } = console;
  const { webkitGetAsEntry } = DataTransferItem.prototype;
  let infos: string[] = [];
  beforeEach(() => {
    infos = [];
    console.info = (...words: unknown[]) => infos.push(words.join(' '));
    DataTransferItem.prototype.webkitGetAsEntry = function () {
      const entry = webkitGetAsEntry.call(this);
      if (entry?.isDirectory) lockFile(entry as FileSystemDirectoryEntry, 'locked.txt');
      return entry;
    };
  });
  afterEach(async () => {
    console.info = info;
    DataTransferItem.prototype.webkitGetAsEntry = webkitGetAsEntry;
    await cleanUp();
  });

  it('is added without what cannot be read, which is said, and without files of the operating system', async () => {
    const element = putTraditional({ id: 'target', lang: 'de' });
    const messages: string[] = [];
    const message = new Promise<void>((resolve) => {
      element.showMessage = (text) => {
        messages.push(text);
        resolve();
      };
    });
    const errors = collect(element, 'error');
    const all = next(element, 'allComplete');
    await element.updateComplete;
    await dropFiles('#target', [
      {
        name: 'holiday',
        children: [
          { name: '.DS_Store', text: 'x' },
          { name: 'a.txt', text: 'a' },
          { name: 'locked.txt', text: 'b' },
          {
            name: 'inner',
            children: [
              { name: 'Thumbs.db', text: 'x' },
              { name: 'c.md', text: 'c' },
            ],
          },
        ],
      },
      { name: 'loose.txt', text: 'd' },
    ]);
    await all;
    await message;
    expect(
      element
        .getUploads()
        .map(({ name }) => name)
        .sort(),
    ).to.deep.equal(['a.txt', 'c.md', 'loose.txt']);
    expect(element.getUploads().find(({ name }) => name === 'c.md')?.file?.type).to.equal('text/markdown');
    expect(errors.map(({ id, name, code }) => [id, name, code])).to.deep.equal([[null, 'holiday/locked.txt', 'unreadableError']]);
    expect(errors[0]?.reason).to.contain('holiday/locked.txt');
    expect(errors[0]?.cause).to.include({ name: 'NotReadableError' });
    expect(messages).to.deep.equal([errors[0]?.reason]);
    expect(infos).to.have.length(1);
    expect(infos[0])
      .to.match(/^<fine-uploader>: .*left out: .*\.DS_Store/)
      .and.contain('holiday/inner/Thumbs.db');
  });
});
