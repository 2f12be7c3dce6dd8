/** `<fine-uploader-s3>` with `manual-upload`. */
import '../../../src/fine-uploader-s3.js';
import { list } from './list.js';

const element = document.createElement('fine-uploader-s3');
Object.assign(element, {
  endpoint: `${location.origin}/bench`,
  accessKey: 'bench',
  signatureEndpoint: '/sign/fine-uploader',
  multiple: true,
  manualUpload: true,
});
document.body.append(element);

list({
  add: (files) => void element.addFiles(files),
  count: () => {
    const shown = getComputedStyle(element.shadowRoot?.querySelector('.rows') ?? document.body).getPropertyValue('--count');
    return Number(shown) ? element.getUploads({ status: 'submitted' }).length : 0;
  },
  hasRows: () => Boolean(element.shadowRoot?.querySelector('[part=file]')),
  pictures: 'canvas',
  root: () => element.shadowRoot,
  drawn: (picture) => picture.classList.contains('there'),
});
