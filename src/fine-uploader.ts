/** Defines `<fine-uploader>`. The only import that a page needs. */

import { FineUploaderElement } from './elements/fine-uploader-element.js';

// If a page loads this twice, or two versions of it, the first one stays.
if (!customElements.get('fine-uploader')) customElements.define('fine-uploader', FineUploaderElement);

declare global {
  interface HTMLElementTagNameMap {
    'fine-uploader': FineUploaderElement;
  }
}

export { FineUploaderElement };
