/** Uploads to the page's own server, in Fine Uploader's protocol. Loaded with the first file. */

export { send } from '../../http/xhr.js';
export { TraditionalStore } from './traditional-store.js';
