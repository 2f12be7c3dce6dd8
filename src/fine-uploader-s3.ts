/** Defines `<fine-uploader-s3>`: the one import a page needs. */

import { FineUploaderS3Element } from './elements/fine-uploader-s3-element.js';

// Twice the same script on a page, or two versions: the first one stays.
if (!customElements.get('fine-uploader-s3')) customElements.define('fine-uploader-s3', FineUploaderS3Element);

declare global {
  interface HTMLElementTagNameMap {
    'fine-uploader-s3': FineUploaderS3Element;
  }
}

export { FineUploaderS3Element };
