/** A frame of the page "Styling": an uploader with an uploaded file and a rejected one. */
import type { FineUploaderElement } from '../../src/elements/fine-uploader-element.js';
import { createFile, createPicture } from './gallery-files.js';

await customElements.whenDefined('fine-uploader');
const uploader = document.querySelector('fine-uploader') as FineUploaderElement;
uploader.addFiles([await createPicture('Mill Lane at night.jpg', 225), createFile('Video of the flicker.mp4', 64_000_000, 'video/mp4')]);
