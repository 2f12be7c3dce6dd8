/** An element that is removed from the document during an upload. */
import { expect } from '@open-wc/testing';
import { testServers } from '../../tools/test-servers.js';
import { cleanUp, collect, makeFile, next, putTraditional, upload } from '../page.js';

describe('uploads of a removed element', () => {
  afterEach(cleanUp);

  it('pause, and continue when it returns', async () => {
    const element = putTraditional({ 'manual-upload': true, 'max-connections': 1 });
    element.addFiles(makeFile('a.bin', 5_000_000));
    await next(element, 'submitted');
    const begun = next(element, 'statusChange', ({ newStatus }) => newStatus === 'uploading');
    element.uploadStoredFiles();
    await begun;
    const paused = next(element, 'statusChange', ({ newStatus }) => newStatus === 'paused');
    element.remove();
    await paused;
    const completed = next(element, 'complete');
    document.body.append(element);
    expect((await completed).success).to.equal(true);
  });

  for (const question of ['validateBatch', 'validate', 'submit'] as const) {
    it(`do not begin for a file that waits in ${question}, until the element returns`, async () => {
      const element = putTraditional();
      let answer = () => {};
      element.addEventListener(question, (event) => event.waitUntil(new Promise<void>((resolve) => (answer = resolve))));
      const asked = next(element, question);
      element.addFiles(makeFile('a.bin', 10));
      await asked;
      element.remove();
      const uploads = collect(element, 'upload');
      const paused = next(element, 'statusChange', ({ newStatus }) => newStatus === 'paused');
      answer();
      await paused;
      expect(uploads).to.deep.equal([]);
      const completed = next(element, 'complete');
      document.body.append(element);
      expect((await completed).success).to.equal(true);
    });
  }

  it('do not begin for stored files that were to be uploaded, and the others stay stored', async () => {
    const element = putTraditional({ 'manual-upload': true });
    element.addFiles(makeFile('a.bin', 10));
    element.uploadStoredFiles();
    element.addFiles(makeFile('b.bin', 10));
    const submitted = next(element, 'submitted', ({ id }) => id === 1);
    element.remove();
    await submitted;
    expect(element.getUploads().map(({ status }) => status)).to.deep.equal(['paused', 'submitted']);
    const completed = next(element, 'complete');
    document.body.append(element);
    expect((await completed).id).to.equal(0);
    expect(element.getUploads({ id: 1 })?.status).to.equal('submitted');
  });

  it('go on without a pause where the element is moved in one turn', async () => {
    const element = putTraditional();
    const moved = document.createElement('div');
    document.body.append(moved);
    element.addEventListener('submitted', () => moved.append(element));
    const changes = collect(element, 'statusChange');
    const completed = next(element, 'complete');
    element.addFiles(makeFile('a.bin', 10));
    document.body.append(element);
    expect((await completed).success).to.equal(true);
    expect(changes.filter(({ newStatus }) => newStatus === 'paused')).to.deep.equal([]);
    moved.remove();
  });

  it('begin in an element that was never in the document', async () => {
    const element = document.createElement('fine-uploader');
    element.endpoint = testServers.endpoint.uploads;
    expect((await upload(element, makeFile('a.bin', 10))).success).to.equal(true);
  });
});
