/** Dropped files and folders: any tree of entries, with names that no file system should have, and entries that cannot be read. */
import * as fc from 'fast-check';
import { readDroppedItems } from '../../src/elements/dropped-files.js';
import type { DroppedItem } from '../../src/elements/dropped-files.js';
import { toWellFormed } from '../../src/utils/well-formed.js';
import { assert, fuzz } from './fuzz.js';
import { anyFileName } from './inputs.js';

/** A file, or a folder with what it contains. */
interface Node {
  readonly name: string;
  readonly isUnreadable: boolean;
  readonly content?: readonly Node[];
}

const isUnreadable = fc.constantFrom(false, false, false, true);
const { node } = fc.letrec<{ node: Node; file: Node; folder: Node }>((tie) => ({
  file: fc.record({ name: fc.oneof(anyFileName, fc.constant('.DS_Store')), isUnreadable }),
  folder: fc.record({ name: anyFileName, isUnreadable, content: fc.array(tie('node'), { maxLength: 4 }) }),
  node: fc.oneof({ maxDepth: 4, withCrossShrink: true }, { weight: 3, arbitrary: tie('file') }, { weight: 1, arbitrary: tie('folder') }),
}));

/** The names of the files that can be read, in order. */
function readable({ name, isUnreadable, content }: Node): string[] {
  if (content) return isUnreadable ? [] : content.flatMap(readable);
  return isUnreadable || name === '.DS_Store' ? [] : [toWellFormed(name)];
}

/** Number of entries that cannot be read. A file of the operating system is not read at all. */
function countUnreadable({ name, isUnreadable, content }: Node): number {
  if (content && !isUnreadable) return content.reduce((sum, one) => sum + countUnreadable(one), 0);
  return isUnreadable && (content || name !== '.DS_Store') ? 1 : 0;
}

function entryOf({ name, isUnreadable, content }: Node, parent = ''): FileSystemEntry {
  const fullPath = `${parent}/${name}`;
  const failure = new DOMException('It cannot be read.', 'NotReadableError');
  const common = { name, fullPath, isFile: !content, isDirectory: content !== undefined };
  const file = (resolve: (file: File) => void, reject: (error: unknown) => void) =>
    isUnreadable ? reject(failure) : resolve(new File(['x'], name));
  const createReader = () => {
    // Browsers answer in portions.
    const left = (content ?? []).map((one) => entryOf(one, fullPath));
    const readEntries = (resolve: (entries: FileSystemEntry[]) => void, reject: (error: unknown) => void) =>
      isUnreadable ? reject(failure) : resolve(left.splice(0, 2));
    return { readEntries };
  };
  return { ...common, file, createReader } as unknown as FileSystemEntry;
}

const itemOf = (one: Node): DroppedItem => ({
  file: one.content || one.isUnreadable ? null : new File(['x'], one.name),
  entry: entryOf(one),
});

describe('drops, random ones', () => {
  fuzz('of files and folders are all the files in them, and tell of the others', 4, fc.array(node, { maxLength: 4 }), async (nodes) => {
    const { files, unreadable } = await readDroppedItems(nodes.map(itemOf));
    const found = JSON.stringify(files.map(({ blob }) => (blob as File).name));
    const expected = JSON.stringify(nodes.flatMap(readable));
    assert(found === expected, `${found} in place of ${expected}`);
    const failures = nodes.reduce((sum, one) => sum + countUnreadable(one), 0);
    assert(unreadable.length === failures, `${unreadable.length} of ${failures} failures are told of`);
    for (const { path = '' } of files) assert(!path.startsWith('/'), `the path ${path}`);
  });

  it('of a folder that contains itself end', async () => {
    const entryWithin = (fullPath: string): FileSystemEntry => {
      const left = [entryOf({ name: 'a.bin', isUnreadable: false }, fullPath)];
      const readEntries = (resolve: (entries: FileSystemEntry[]) => void) => {
        const portion = left.splice(0);
        resolve(portion.length > 0 ? [...portion, entryWithin(`${fullPath}/folder`)] : []);
      };
      return {
        name: 'folder',
        fullPath,
        isFile: false,
        isDirectory: true,
        createReader: () => ({ readEntries }),
      } as unknown as FileSystemEntry;
    };
    const { files, unreadable } = await readDroppedItems([{ file: null, entry: entryWithin('/folder') }]);
    assert(files.length === 100 && unreadable.length > 0, `${files.length} files, ${unreadable.length} failures`);
  });
});
