/** Defines `<fine-uploader>`: the one import a page needs. */

import { FineUploaderElement } from './elements/fine-uploader-element.js';

// Twice the same script on a page, or two versions: the first one stays.
if (!customElements.get('fine-uploader')) customElements.define('fine-uploader', FineUploaderElement);

declare global {
  interface HTMLElementTagNameMap {
    'fine-uploader': FineUploaderElement;
  }
}

export { FineUploaderElement };
