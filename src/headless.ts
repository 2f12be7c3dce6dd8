/** The uploader without an element, for scripts, workers and Node. It does not use the DOM. */

export { Uploader } from './core/uploader.js';
export type { Network, ResumeOptions, RetryRules, StallTimeoutRules, UploaderOptions } from './core/uploader-options.js';
export { systemClock } from './core/clock.js';
export type { EventOutcome, Events, UploaderListener, CancelableEvents } from './core/events.js';
export type { NewFile, InitialFileData } from './core/file-record.js';
export type { FileSnapshot, TotalsSnapshot, UploaderSnapshot } from './core/snapshot.js';
export { status } from './core/status.js';
export type { Status } from './core/status.js';
export { asUploadError, UploadError } from './core/errors.js';
export type { RetryAdvice, UploadErrorDetails } from './core/errors.js';
export type * from './core/types.js';
export type { ValidationProblem, ValidationRules } from './core/validation/rules.js';
export { send } from './http/xhr.js';
export { resumeKey } from './resume/resume-key.js';
export { WebResumeStore } from './resume/web-resume-store.js';
export { S3Store } from './stores/s3/s3-store.js';
export type { S3StoreOptions } from './stores/s3/options.js';
export type { S3UploadDetails } from './stores/s3/upload-details.js';
export { browserSigner } from './stores/s3/signers/browser-signer.js';
export { StoreClock } from './stores/s3/signers/store-clock.js';
export { CredentialsProvider } from './stores/s3/signers/credentials-provider.js';
export type { Credentials } from './stores/s3/signers/credentials-provider.js';
export { serverSigner } from './stores/s3/signers/server-signer.js';
export type { ServerSignerOptions } from './stores/s3/signers/server-signer.js';
export type { S3Signer, SignedForm, SignedRequest } from './stores/s3/signers/signer.js';
export { TraditionalStore } from './stores/traditional/traditional-store.js';
export type { TraditionalOptions } from './stores/traditional/options.js';
