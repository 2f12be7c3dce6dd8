/** A frame of the page of styles: an uploader with a file that has arrived, and one that is refused. */
import type { FineUploaderElement } from '../../src/elements/fine-uploader-element.js';
import { fileOf, pictureOf } from './gallery-files.js';

await customElements.whenDefined('fine-uploader');
const uploader = document.querySelector('fine-uploader') as FineUploaderElement;
uploader.addFiles([await pictureOf('Mill Lane at night.jpg', 225), fileOf('Video of the flicker.mp4', 64_000_000, 'video/mp4')]);
