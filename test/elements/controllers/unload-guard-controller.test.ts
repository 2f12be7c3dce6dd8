/** The warning before the page is left during an upload. */
import { expect } from '@open-wc/testing';
import { cleanUp, makeFile, next, putTraditional } from '../page.js';

/** Whether the browser would ask before it leaves the page. */
function warns(): boolean {
  const event = new Event('beforeunload', { cancelable: true });
  window.dispatchEvent(event);
  return event.defaultPrevented;
}

describe('the unload warning', () => {
  afterEach(cleanUp);

  async function putUploading(attributes = {}) {
    const element = putTraditional({ 'manual-upload': true, ...attributes });
    element.addFiles(makeFile('a.bin', 5_000_000));
    await next(element, 'submitted');
    expect(warns()).to.equal(false);
    const uploading = next(element, 'upload');
    element.uploadStoredFiles();
    await uploading;
    return element;
  }

  it('is there only during an upload', async () => {
    const element = await putUploading();
    expect(warns()).to.equal(true);
    await next(element, 'allComplete');
    await new Promise(requestAnimationFrame);
    expect(warns()).to.equal(false);
  });

  it('ends when the element is removed', async () => {
    const element = await putUploading();
    element.remove();
    expect(warns()).to.equal(false);
  });

  it('can be disabled', async () => {
    await putUploading({ 'no-unload-warning': true });
    expect(warns()).to.equal(false);
  });
});
