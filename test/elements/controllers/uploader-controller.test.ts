import { expect } from '@open-wc/testing';
import { cleanUp, makeFile, next, putTraditional } from '../page.js';

describe('UploaderController', () => {
  afterEach(cleanUp);

  it('applies changed settings once, although a listener reads the uploader while they start files', async () => {
    const element = putTraditional({ 'max-connections': 1, 'manual-upload': true });
    element.addEventListener('upload', (event) => event.waitUntil(new Promise(() => {})));
    element.addFiles(Array.from({ length: 20 }, (_, index) => makeFile(`${index}.bin`, 1)));
    await next(element, 'submitted', ({ id }) => id === 19);
    element.uploadStoredFiles();
    const uploader = element['uploader'];
    const options = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(uploader), 'options') as PropertyDescriptor;
    let applied = 0;
    Object.defineProperty(uploader, 'options', {
      ...options,
      set(value: unknown) {
        applied++;
        options.set?.call(uploader, value);
      },
    });
    let started = 0;
    element.addEventListener('statusChange', ({ detail }) => {
      if (detail.newStatus === 'uploading') started += element.getInProgress() > 0 ? 1 : 0;
    });
    element.maxConnections = 6;
    element.getInProgress();
    expect({ applied, started }).to.deep.equal({ applied: 1, started: 5 });
  });
});
