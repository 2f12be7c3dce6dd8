/** Defines `<fine-uploader-azure>`. The only import that a page needs. */

import { FineUploaderAzureElement } from './elements/fine-uploader-azure-element.js';

// If a page loads this twice, or two versions of it, the first one stays.
if (!customElements.get('fine-uploader-azure')) customElements.define('fine-uploader-azure', FineUploaderAzureElement);

declare global {
  interface HTMLElementTagNameMap {
    'fine-uploader-azure': FineUploaderAzureElement;
  }
}

export { FineUploaderAzureElement };
