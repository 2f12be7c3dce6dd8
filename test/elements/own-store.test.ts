/** A store of the page's own, with an element of its own: it needs no change in src/. */
import { expect, waitUntil } from '@open-wc/testing';
import type { Store, UploadFile } from '../../src/core/types.js';
import { property } from '../../src/elements/property.js';
import { count } from '../../src/elements/setting-types.js';
import type { SettingsOf } from '../../src/elements/settings.js';
import { UploaderElement } from '../../src/elements/uploader-element.js';
import { cleanUp, makeFile, next, put, upload } from './page.js';

/** Keeps files in memory. */
class MemoryStore implements Store<null> {
  static readonly files = new Map<string, string>();

  constructor(
    private readonly file: UploadFile,
    private readonly shelf: number,
  ) {}

  async open() {
    const part = { index: 0, start: 0, end: this.file.size };
    return { session: null, parts: [part], receipts: [], chunked: false, totalParts: 1, parallel: 1, resumed: false };
  }
  send = async (part: { readonly index: number; readonly start: number; readonly end: number }) => part;
  async close() {
    MemoryStore.files.set(this.file.uuid, await this.file.blob.text());
    return { response: { success: true, shelf: this.shelf } };
  }
  async remove({ uuid }: { readonly uuid: string }) {
    MemoryStore.files.delete(uuid);
  }
}

class MemoryUploaderElement extends UploaderElement {
  @property({ setting: count, attribute: 'shelf', option: 'memory.shelf' }) shelf: number | string | undefined;

  override readonly storeName = 'memory';

  protected override storeFor(file: UploadFile, { shelf }: SettingsOf<MemoryUploaderElement>): Store {
    return new MemoryStore(file, shelf);
  }

  protected override isDeletable(): boolean {
    return true;
  }
}
customElements.define('memory-uploader', MemoryUploaderElement);

describe('a store of the page’s own', () => {
  afterEach(cleanUp);

  it('receives a file, shows its row, and deletes it', async () => {
    const element = put<MemoryUploaderElement>('memory-uploader', { shelf: '3' });
    const { success, response, uuid } = await upload(element, makeFile('a.bin', 10));
    expect({ success, response }).to.deep.equal({ success: true, response: { success: true, shelf: 3 } });
    expect(MemoryStore.files.get(uuid)).to.equal(await makeFile('a.bin', 10).text());

    const row = () => element.shadowRoot?.querySelector('[part=file]');
    await waitUntil(() => row()?.querySelector('[part~=delete]'), 'the row has a button to delete');
    expect(row()?.textContent).to.contain('a.bin');

    const deleted = next(element, 'deleteComplete');
    expect(element.deleteFile(0)).to.equal(true);
    expect(await deleted).to.include({ success: true, isError: false });
    expect(MemoryStore.files.size).to.equal(0);
  });

  it('has an option path of its own', () => {
    const element = put<MemoryUploaderElement>('memory-uploader');
    element.options = { memory: { shelf: 7 }, multiple: true };
    expect(element).to.include({ shelf: 7, multiple: true });
  });

  it('is warned about by the name of its element', () => {
    const { warn } = console;
    const warnings: unknown[] = [];
    console.warn = (warning: unknown) => warnings.push(warning);
    const element = put<MemoryUploaderElement>('memory-uploader', { shelf: 'top' });
    expect(element.settings).to.include({ shelf: 0 });
    console.warn = warn;
    expect(warnings).to.deep.equal(['<memory-uploader>: shelf="top" is not a whole number, 0 or more; the default is used.']);
  });
});
