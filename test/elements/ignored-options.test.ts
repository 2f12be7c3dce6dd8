/** Fine Uploader's options that have no effect. */
import { expect } from '@open-wc/testing';
import { optionWarnings } from '../../src/elements/ignored-options.js';

const host = { localName: 'fine-uploader', isConnected: true, form: null };

describe('optionWarnings', () => {
  it('names each option and what replaces it', async () => {
    const options = {
      formatFileName: () => '',
      thumbnails: { maxCount: 5, placeholders: { waitingPath: '/w.png' } },
      camera: { ios: true },
      'retry.showAutoRetryNote': true,
    };
    expect(await optionWarnings(host, options)).to.deep.equal([
      '<fine-uploader>: the option "formatFileName" has no effect: the list shows names unchanged; `setName` changes one.',
      '<fine-uploader>: the option "thumbnails.maxCount" has no effect. In its place: `no-thumbnails` disables thumbnails; only visible rows have one.',
      '<fine-uploader>: the option "thumbnails.placeholders.waitingPath" has no effect: an icon for the file type is shown while there is no thumbnail.',
      '<fine-uploader>: the option "camera.ios" has no effect. In its place: `capture`.',
      '<fine-uploader>: the option "retry.showAutoRetryNote" has no effect: the note is always shown.',
    ]);
  });

  it('names options that Fine Uploader does not have', async () => {
    expect(await optionWarnings(host, { objectProperties: { acl: 'private' }, 'display.nonsense': false })).to.deep.equal([
      '<fine-uploader>: options has no "objectProperties"; it is ignored.',
      '<fine-uploader>: options has no "display.nonsense"; it is ignored.',
    ]);
  });

  it('names texts that are never shown, beside those that are', async () => {
    const options = {
      messages: { onLeave: 'Stay!', sizeError: 'Large.', totalSizeError: 'Larger.', frobnicate: 'Hm.', unsupportedBrowser: 'Old.' },
      text: { sizeSymbols: ['kB'], failUpload: 'Failed', paused: { other: 'Paused' }, sizeError: 'Large.', nonsense: '?' },
    };
    expect(await optionWarnings(host, options)).to.deep.equal([
      '<fine-uploader>: the option "messages.onLeave" has no effect: browsers show a text of their own before a page is left.',
      '<fine-uploader>: options has no "messages.frobnicate"; it is ignored.',
      '<fine-uploader>: options has no "text.nonsense"; it is ignored.',
    ]);
  });

  it('is silent about options that are not needed, or only switch something off', async () => {
    const options = { debug: false, display: { prependFiles: false }, workarounds: { iosEmptyVideos: true }, 'cors.expected': true };
    expect(await optionWarnings(host, options)).to.deep.equal([]);
  });
});
