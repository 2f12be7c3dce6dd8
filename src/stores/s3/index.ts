/** Uploads to S3, signed by a server or in the browser. Loaded with the first file. */

export { send } from '../../http/xhr.js';
export { assertMetadata } from './metadata.js';
export { S3Store } from './s3-store.js';
export { browserSigner } from './signers/browser-signer.js';
export { serverSigner } from './signers/server-signer.js';
