/** Messages and questions in the page's own way: Fine Uploader's showMessage, showConfirm and showPrompt. */
import { expect, waitUntil } from '@open-wc/testing';
import { pasteOf } from '../../tools/gestures.js';
import { cleanUp, collect, makeFile, next, putTraditional, upload } from '../page.js';
import type { FineUploaderElement } from '../../../src/fine-uploader.js';
import { testServers } from '../../tools/test-servers.js';

const click = (element: FineUploaderElement, part: string) => element.shadowRoot?.querySelector<HTMLElement>(`[part~=${part}]`)?.click();
const isOpen = (element: FineUploaderElement) => element.shadowRoot?.querySelector('dialog')?.open ?? false;

function paste(target: EventTarget, name: string): void {
  const data = new DataTransfer();
  data.items.add(new File(['text'], name, { type: 'text/plain' }));
  target.dispatchEvent(pasteOf(data));
}

/** An element with a file that has arrived, and can be deleted. */
async function withFile(): Promise<FineUploaderElement> {
  const element = putTraditional({ 'delete-endpoint': testServers.endpoint.uploads });
  await upload(element, makeFile('a.bin', 100));
  await waitUntil(() => element.shadowRoot?.querySelector('[part~=delete]'), 'it can be deleted');
  return element;
}

describe('the page’s own messages', () => {
  afterEach(cleanUp);

  it('say why files are refused, all of a turn at once; the list and the events say it, too', async () => {
    const element = putTraditional({ 'size-limit': 10, 'allowed-extensions': 'txt' });
    const errors = collect(element, 'error');
    const message = new Promise<string>((resolve) => (element.showMessage = resolve));
    element.addFiles([makeFile('large.txt', 11), makeFile('a.exe', 1)]);
    const lines = (await message).split('\n');
    expect(lines).to.have.length(2);
    expect(lines).to.deep.equal(errors.map(({ reason }) => reason));
    await waitUntil(() => element.shadowRoot?.querySelectorAll('[part=file]').length === 2);
  });

  it('may break without doing harm', async () => {
    const element = putTraditional({ 'size-limit': 10 });
    element.showMessage = () => Promise.reject(new DOMException('no screen'));
    const rejected = next(element, 'statusChange', ({ newStatus }) => newStatus === 'rejected');
    element.addFiles(makeFile('large.bin', 11));
    await rejected;
    expect((await upload(element, makeFile('small.bin', 10))).success).to.equal(true);
  });
});

describe('the page’s own question', () => {
  afterEach(cleanUp);

  for (const [what, answer, deletes] of [
    ['true', true, true],
    ['nothing', undefined, true],
    ['a promise', Promise.resolve('yes'), true],
    ['false', false, false],
    ['a promise of false', Promise.resolve(false), false],
  ] as const) {
    it(`whether a file may be deleted is a ${deletes ? 'yes' : 'no'} where it answers ${what}`, async () => {
      const element = await withFile();
      const asked: string[] = [];
      element.showConfirm = (question) => {
        asked.push(question);
        return answer;
      };
      const deleted = collect(element, 'submitDelete');
      click(element, 'delete');
      if (deletes) await next(element, 'deleteComplete');
      else await waitUntil(() => asked.length > 0);
      expect(asked).to.have.length(1);
      expect(asked[0]).to.contain('a.bin');
      expect(isOpen(element)).to.equal(false);
      expect(deleted).to.have.length(deletes ? 1 : 0);
    });
  }

  it('is a no where the promise is rejected, and can be asked again', async () => {
    const element = await withFile();
    let asked = 0;
    element.showConfirm = () => (++asked === 1 ? Promise.reject(new DOMException('no', 'AbortError')) : true);
    click(element, 'delete');
    await waitUntil(() => asked === 1);
    expect(element.getUploads()[0]?.status).to.equal('upload successful');
    click(element, 'delete');
    expect((await next(element, 'deleteComplete')).success).to.equal(true);
  });

  it('for a name gets a suggestion, and its answer is the name', async () => {
    const element = putTraditional({ paste: true, 'paste-prompt-for-name': true });
    const asked: string[][] = [];
    element.showPrompt = (...question) => {
      asked.push(question);
      return Promise.resolve('mine.txt');
    };
    const completed = next(element, 'complete');
    paste(element, 'notes.txt');
    expect((await completed).name).to.equal('mine.txt');
    expect(asked.map(([, suggestion]) => suggestion)).to.deep.equal(['notes.txt']);
    expect(isOpen(element)).to.equal(false);
  });

  it('for a name adds nothing where it is not answered', async () => {
    const element = putTraditional({ paste: true, 'paste-prompt-for-name': true });
    const answers = [null, false, undefined, Promise.reject(new DOMException('no', 'AbortError'))];
    for (const answer of answers) {
      const asked = new Promise<void>((resolve) => {
        element.showPrompt = () => {
          resolve();
          return answer;
        };
      });
      paste(element, 'notes.txt');
      await asked;
    }
    element.showPrompt = () => 'last.txt';
    const completed = next(element, 'complete');
    paste(element, 'notes.txt');
    await completed;
    expect(element.getUploads().map(({ name }) => name)).to.deep.equal(['last.txt']);
  });

  it('may come with Fine Uploader’s options', () => {
    const element = putTraditional();
    const [showMessage, showConfirm, showPrompt] = [() => undefined, () => true, () => ''];
    element.options = { showMessage, showConfirm, showPrompt };
    expect([element.showMessage, element.showConfirm, element.showPrompt]).to.deep.equal([showMessage, showConfirm, showPrompt]);
  });
});
