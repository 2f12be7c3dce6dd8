/** Promise: the public names are stable. Names may be added; none may be removed or change its meaning. */
import { expect } from '@open-wc/testing';
import { FineUploaderElement, FineUploaderS3Element, status } from '../../src/index.js';
import type { UploaderEventMap } from '../../src/index.js';

const both = [FineUploaderElement, FineUploaderS3Element] as const;

/** Attributes of both elements, and their defaults as properties. */
const shared = {
  endpoint: undefined,
  method: 'POST',
  params: undefined,
  'custom-headers': undefined,
  'with-credentials': false,
  name: '',
  required: false,
  disabled: false,
  accept: '',
  multiple: false,
  directory: false,
  capture: undefined,
  'manual-upload': false,
  'max-connections': 6,
  'stall-timeout': undefined,
  'answer-timeout': 600,
  'allowed-extensions': '',
  'size-limit': undefined,
  'min-size-limit': undefined,
  'item-limit': undefined,
  'total-size-limit': undefined,
  'allow-empty': false,
  'image-min-width': undefined,
  'image-max-width': undefined,
  'image-min-height': undefined,
  'image-max-height': undefined,
  chunking: false,
  'part-size': undefined,
  'concurrent-chunks': false,
  'chunking-mandatory': false,
  'chunking-success-endpoint': undefined,
  resume: false,
  'resume-records-expire-in': 7,
  'max-auto-attempts': 3,
  'auto-attempt-delay': 1,
  'delete-endpoint': undefined,
  'delete-method': 'DELETE',
  'session-endpoint': undefined,
  'edit-filename': false,
  paste: false,
  'paste-prompt-for-name': false,
  'failed-upload-text': 'custom',
  'no-thumbnails': false,
  'no-unload-warning': false,
  'form-params': false,
  'upload-on-submit': false,
  'drop-anywhere': false,
} as const;

const ofS3 = {
  'access-key': '',
  'signature-endpoint': undefined,
  'signature-version': 4,
  'success-endpoint': undefined,
  'success-params': undefined,
  region: undefined,
  bucket: undefined,
  host: undefined,
  'path-style': false,
  key: 'uuid',
  acl: 'private',
  'storage-class': undefined,
  'server-side-encryption': false,
  'unsigned-payload': false,
  'batch-policy': false,
  'clock-drift': 0,
} as const;

/** Methods of both elements. */
const methods =
  'addFiles addInitialFiles cancel cancelAll clearStoredFiles continueUpload continueAll deleteFile drawThumbnail getEndpoint getFile getInProgress getName getNetUploads getParentId getRemainingAllowedItems getResumableFilesData getSize getUploads getUuid isResumable pauseUpload pauseAll removeFileRef reset retry retryAll scaleImage setCustomHeaders setCustomResumeData setDeleteFileCustomHeaders setDeleteFileEndpoint setDeleteFileParams setEndpoint setForm setItemLimit setName setParams setStatus setUuid uploadStoredFiles addExtraDropzone removeExtraDropzone addExtraButton removeExtraButton'.split(
    ' ',
  );

const methodsOfS3 = 'getBucket getKey setAcl setCredentials setUploadSuccessEndpoint setUploadSuccessParams'.split(' ');

/** The events and the properties of their details. A misspelt name does not compile. */
const events: { readonly [Name in keyof UploaderEventMap]: readonly (keyof UploaderEventMap[Name]['detail'])[] } = {
  validateBatch: ['files'],
  validate: ['id', 'name', 'size'],
  submit: ['id', 'name'],
  submitted: ['id', 'name'],
  upload: ['id', 'name'],
  uploadChunk: ['id', 'name', 'partIndex', 'startByte', 'endByte', 'totalParts'],
  uploadChunkSuccess: ['id', 'name', 'partIndex', 'startByte', 'endByte', 'totalParts', 'response'],
  resume: ['id', 'name', 'customResumeData'],
  resumeWait: ['id', 'name'],
  progress: ['id', 'name', 'uploadedBytes', 'totalBytes'],
  totalProgress: ['uploadedBytes', 'totalBytes'],
  autoRetry: ['id', 'name', 'attempt'],
  manualRetry: ['id', 'name'],
  complete: ['id', 'name', 'success', 'response', 'key', 'bucket', 'uuid'],
  allComplete: ['succeeded', 'failed'],
  cancel: ['id', 'name'],
  error: ['id', 'name', 'reason', 'code', 'status', 'cause'],
  statusChange: ['id', 'name', 'oldStatus', 'newStatus'],
  submitDelete: ['id', 'name'],
  delete: ['id', 'name'],
  deleteComplete: ['id', 'name', 'success', 'isError'],
  pasteReceived: ['blob'],
  sessionRequestComplete: ['response', 'success'],
  credentialsExpired: [],
};

const propertyOf = (attribute: string) => attribute.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

describe('the public names', () => {
  for (const element of both) {
    const tag = element === FineUploaderElement ? 'fine-uploader' : 'fine-uploader-s3';
    const attributes = tag === 'fine-uploader' ? shared : { ...shared, ...ofS3 };

    it(`<${tag}> has its attributes, each also as a property with its default`, () => {
      const fresh = document.createElement(tag) as unknown as Record<string, unknown>;
      for (const [attribute, value] of Object.entries(attributes)) {
        expect(element.observedAttributes, attribute).to.include(attribute);
        expect(propertyOf(attribute) in fresh, attribute).to.equal(true);
        // The README's tables have the defaults that depend on other attributes.
        expect(fresh[propertyOf(attribute)] || undefined, attribute).to.equal(value || undefined);
      }
      for (const property of ['options', 'scaling', 'pasteTarget', 'showMessage', 'showConfirm', 'showPrompt', 'extraButtons'])
        expect(property in fresh, property).to.equal(true);
    });

    it(`<${tag}> reflects each attribute, set before or after the upgrade, in its property`, () => {
      for (const [attribute, value] of Object.entries(attributes)) {
        const [text, property] = typeof value === 'boolean' ? ['', true] : typeof value === 'number' ? ['8', undefined] : ['x', undefined];
        if (/^(params|custom-headers|success-params|endpoint)$/.test(attribute)) continue;
        const holder = document.createElement('div');
        holder.innerHTML = `<${tag} ${attribute}="${text}"></${tag}>`;
        const after = document.createElement(tag);
        after.setAttribute(attribute, text);
        for (const uploader of [holder.firstElementChild, after]) {
          const actual = (uploader as unknown as Record<string, unknown>)[propertyOf(attribute)];
          if (property === true) expect(actual, attribute).to.equal(true);
          else expect(String(actual), attribute).to.equal(text);
        }
      }
    });

    it(`<${tag}> has its methods`, () => {
      const all = tag === 'fine-uploader' ? methods : [...methods, ...methodsOfS3];
      for (const method of all) expect((element.prototype as unknown as Record<string, unknown>)[method], method).to.be.a('function');
    });
  }

  it('credentials are a property and not an attribute', () => {
    expect('credentials' in FineUploaderS3Element.prototype).to.equal(true);
    expect(FineUploaderS3Element.observedAttributes.filter((name) => /credentials|secret|token/.test(name))).to.deep.equal([
      'with-credentials',
    ]);
  });

  it('the statuses are those of Fine Uploader', () => {
    expect(status).to.deep.equal({
      SUBMITTING: 'submitting',
      SUBMITTED: 'submitted',
      REJECTED: 'rejected',
      QUEUED: 'queued',
      CANCELED: 'canceled',
      PAUSED: 'paused',
      UPLOADING: 'uploading',
      UPLOAD_FINALIZING: 'upload finalizing',
      UPLOAD_RETRYING: 'retrying upload',
      UPLOAD_SUCCESSFUL: 'upload successful',
      UPLOAD_FAILED: 'upload failed',
      DELETE_FAILED: 'delete failed',
      DELETING: 'deleting',
      DELETED: 'deleted',
    });
  });

  it('listeners have typed events', () => {
    const element = document.createElement('fine-uploader-s3');
    // This test passes if it compiles.
    element.addEventListener('complete', (event) => event.detail.key?.toUpperCase());
    element.addEventListener('progress', ({ detail }) => detail.uploadedBytes / detail.totalBytes);
    element.addEventListener('credentialsExpired', (event) =>
      event.waitUntil(Promise.resolve({ accessKey: '', secretKey: '', expiration: new Date() })),
    );
    expect(Object.keys(events)).to.have.length(24);
  });
});
