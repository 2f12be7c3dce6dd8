/** Fine Uploader's list, as https://docs.fineuploader.com/quickstart/03-setting_up_server-s3.html shows it, with the unchanged gallery template. */
import qq from 'fine-uploader/lib/s3';
import template from 'fine-uploader/s3.fine-uploader/templates/gallery.html';
import style from 'fine-uploader/s3.fine-uploader/fine-uploader-gallery.min.css';
import { list } from './list.js';

const sheet = new CSSStyleSheet();
sheet.replaceSync(style);
document.adoptedStyleSheets = [sheet];
const markup = new DOMParser().parseFromString(template, 'text/html').querySelector('script');
if (markup) document.body.append(document.importNode(markup, true));
const place = document.createElement('div');
document.body.append(place);
const uploader = new qq.s3.FineUploader({
  element: place,
  template: markup?.id,
  autoUpload: false,
  request: { endpoint: `${location.origin}/bench`, accessKey: 'bench' },
  objectProperties: { bucket: 'bench' },
  signature: { endpoint: '/sign/fine-uploader' },
});

list({
  add: (files) => uploader.addFiles(files),
  count: () => uploader.getUploads().filter(({ status }) => status === 'submitted').length,
  pictures: '.qq-thumbnail-wrapper',
  drawn: (picture) => !!picture.querySelector('img')?.naturalWidth,
});
