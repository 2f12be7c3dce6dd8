/** A file that changes on the disk during its upload. The origin's private file system stands in for the disk. */
import { expect } from '@open-wc/testing';
import type { UploadError } from '../../src/core/errors.js';
import { send } from '../../src/http/xhr.js';
import { testServers, commandTestServers } from '../tools/test-servers.js';

describe('send, with a file that changed on the disk', () => {
  const name = 'changes.bin';
  let root: FileSystemDirectoryHandle;

  beforeEach(async () => {
    await commandTestServers('reset');
    root = await navigator.storage.getDirectory();
  });
  afterEach(() => root.removeEntry(name).catch(() => {}));

  async function changedFile(): Promise<File> {
    const handle = await root.getFileHandle(name, { create: true });
    const write = async (text: string) => {
      const writable = await handle.createWritable();
      await writable.write(text);
      await writable.close();
    };
    await write('before');
    const file = await handle.getFile();
    await write('after, and longer');
    return file;
  }

  for (const [how, createBody] of [
    ['as the body', (file: File) => file.slice(0, 3)],
    [
      'in a form',
      (file: File) => {
        const form = new FormData();
        form.append('name', 'value');
        form.append('file', file);
        return form;
      },
    ],
  ] as const) {
    it(`rejects with NotReadable, not NetworkError: ${how}`, async () => {
      const body = createBody(await changedFile());
      const sending = send({ method: 'POST', url: testServers.store.endpoint, body, signal: new AbortController().signal });
      const error = await sending.then(
        () => expect.fail('the request did not fail'),
        (thrown: unknown) => thrown as UploadError,
      );
      expect(error).to.include({ code: 'NotReadable', status: 0, retry: 'manual' });
      expect(error.reason).to.match(/^The file can no longer be read\./);
    });
  }
});
