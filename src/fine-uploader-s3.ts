/** Defines `<fine-uploader-s3>`. The only import that a page needs. */

import { FineUploaderS3Element } from './elements/fine-uploader-s3-element.js';

// If a page loads this twice, or two versions of it, the first one stays.
if (!customElements.get('fine-uploader-s3')) customElements.define('fine-uploader-s3', FineUploaderS3Element);

declare global {
  interface HTMLElementTagNameMap {
    'fine-uploader-s3': FineUploaderS3Element;
  }
}

export { FineUploaderS3Element };
