/** A frame of the gallery: an uploader with an open dialog. */
import type { FineUploaderElement } from '../../src/elements/fine-uploader-element.js';
import { waitForButton, createFile, createPicture } from './gallery-files.js';

await customElements.whenDefined('fine-uploader');
const uploader = document.querySelector('fine-uploader') as FineUploaderElement;

if (document.querySelector('[data-scene=question]')) {
  uploader.addFiles(createFile('Minutes of the meeting.pdf', 48_000, 'application/pdf'));
  (await waitForButton(uploader, 'delete')).click();
} else {
  const data = new DataTransfer();
  data.items.add(new File([await createPicture('image.png', 20)], 'image.png', { type: 'image/png' }));
  uploader.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}
