/** What carries a file into a bucket. */

export { send } from '../http/xhr.js';
export { S3Store } from '../stores/s3/s3-store.js';
export { browserSigner } from '../stores/s3/signers/browser-signer.js';
export { serverSigner } from '../stores/s3/signers/server-signer.js';
export { keyRule, signatureHeaders } from './s3-values.js';
