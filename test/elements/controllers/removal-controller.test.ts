/** An element that is removed from the document during an upload. */
import { expect } from '@open-wc/testing';
import { cleanUp, makeFile, next, putTraditional } from '../page.js';

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
});
