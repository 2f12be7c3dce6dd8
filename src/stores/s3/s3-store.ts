import { asUploadError, throwNotLoaded, UploadError } from '../../core/errors.js';
import { partSize as fitPartSize } from '../../core/parts.js';
import type {
  CloseContext,
  Opened,
  Part,
  PartContext,
  Receipt,
  Saved,
  SendResponse,
  Store,
  StoreContext,
  StoredFile,
  UploadResult,
} from '../../core/types.js';
import { resolveValue } from '../../http/params.js';
import { notReadableError } from '../../http/xhr.js';
import { resolveEndpoint } from './endpoint.js';
import type { S3Target } from './endpoint.js';
import { readFormAnswer } from './form-answer.js';
import { objectKey } from './key.js';
import { createMultipartUploadHeaders, objectMetadata, uploadPartHeaders } from './metadata.js';
import { abortUpload, completeUpload, createUpload, findObject, listAllParts, listPartsForETags } from './multipart.js';
import type { S3StoreOptions } from './options.js';
import { objectHeaders } from './policy.js';
import type { ObjectProperties } from './policy.js';
import { abortMultipartUpload, headObject, putObject, uploadPart } from './requests.js';
import { isSignatureExpired, isUploadGone } from './response-errors.js';
import { S3Client } from './s3-client.js';
import { allParts, confirmedReceipts, isS3Session, maxPartCount, openedUpload, receiptETag, validReceipts } from './session.js';
import type { S3Session } from './session.js';
import { StoreClock } from './signers/store-clock.js';
import { notifyObjectUploaded } from './success-endpoint.js';
import type { S3UploadDetails } from './upload-details.js';

const mebibyte = 2 ** 20;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const partLimits = { min: 5 * mebibyte, max: 5 * 1024 * mebibyte, maxCount: maxPartCount };
/** The largest object (bytes) of `PutObject` or `PostObject`. */
const maxObjectSize = partLimits.max;
/** Sessions whose objects this page has stored. */
const storedByThisPage = new WeakSet<S3Session>();
/** Smaller files (bytes) report progress only when they are uploaded: a progress listener would cost each of them a preflight. */
const minSizeForProgress = 256 * 1024;

/**
 * Uploads to a bucket of Amazon S3, or of any store with S3's API: small files by a form post with a signed policy, larger ones by a multipart upload. Each file has
 * a store of its own, with the options at the time when its upload begins.
 */
export class S3Store implements Store<S3Session> {
  readonly #options: S3StoreOptions;
  readonly #clock: StoreClock;
  readonly #client: S3Client;
  /** Set when the browser cannot read an ETag: rejects if the parts cannot be listed either. */
  #canListParts: Promise<unknown> | undefined;

  constructor(options: S3StoreOptions) {
    const { send, signer, clock = new StoreClock(), unsignedPayload = false } = options;
    this.#options = options;
    this.#clock = clock;
    this.#client = new S3Client({ send, signer, clock, unsignedPayload });
  }

  async open(saved: Saved<S3Session> | undefined, context: StoreContext): Promise<Opened<S3Session>> {
    const { file, signal } = context;
    const target = await this.#resolveTarget(context);
    const partSize = await this.#partSize(target, context);
    const savedSession = saved?.session;
    if (isS3Session(savedSession) && isSameTarget(savedSession, target)) {
      if (savedSession.size === file.size && (savedSession.stored || savedSession.partSize === partSize)) {
        const resumed = await this.#resume(savedSession, validReceipts(savedSession, saved?.receipts), context);
        if (resumed) return resumed;
      } else {
        await this.abandon(savedSession, context).catch(() => {});
      }
      signal.throwIfAborted();
    }
    const key = await objectKey(this.#options.key ?? 'uuid', context);
    const initiated = this.#clock.now();
    const session: S3Session = { ...target, kind: 's3', key, size: file.size, partSize, uploadId: '', initiated, stored: false };
    if (partSize === 0) return openedUpload(session, []);
    const headers = createMultipartUploadHeaders(objectHeaders(this.#objectProperties(session, context)));
    const uploadId = await createUpload(this.#client, session, headers, context);
    return openedUpload({ ...session, uploadId }, []);
  }

  async send(part: Part, session: S3Session, context: PartContext): Promise<Receipt> {
    if (context.overrides) {
      this.#options.warn?.(
        'What a promise of uploadChunk resolves to has no effect: S3 defines the requests of parts, and other headers would not be signed.',
      );
    }
    const { blob, size } = context.file;
    if (blob.size !== size) throw notReadableError(new RangeError(`The file has ${blob.size} bytes instead of ${size}.`));
    const etag = session.uploadId ? await this.#sendPart(part, session, context) : await this.#sendObject(session, context);
    return { ...part, data: { etag } };
  }

  async close(session: S3Session, receipts: readonly Receipt[], context: CloseContext<S3Session>): Promise<UploadResult> {
    const { key, bucket, uploadId } = session;
    if (!session.stored) {
      if (uploadId) {
        context.saveSession({ ...session, completing: true });
        await completeUpload(this.#client, session, receipts, context);
      }
      const stored = { ...session, stored: true };
      storedByThisPage.add(stored);
      context.saveSession(stored);
    }
    const etag = uploadId ? '' : receiptETag(receipts[0]);
    const response = await notifyObjectUploaded(this.#options, session, etag, context).catch(async (thrown: unknown) => {
      const error = asUploadError(thrown);
      if (!session.stored || error.status !== 404 || error.retry === 'never' || !(await this.#isObjectGone(session, context))) throw thrown;
      throw new UploadError('The uploaded file is no longer there.', { code: 'NoSuchKey', status: 404, startOver: true, cause: thrown });
    });
    return { response: { success: true, ...response }, details: { key, bucket } satisfies S3UploadDetails };
  }

  /** True if an object that was stored before no longer exists. The success endpoint has said so, but an endpoint with a wrong URL says the same. */
  async #isObjectGone(session: S3Session, context: StoreContext): Promise<boolean> {
    const object = await findObject(this.#client, session, context);
    return object === 'missing' || (object === 'unknown' && !storedByThisPage.has(session));
  }

  async abandon(session: S3Session, context: StoreContext): Promise<void> {
    if (session.uploadId && !session.stored) await abortUpload(this.#client, session, context);
  }

  async prepareAbandon(session: S3Session, context: StoreContext): Promise<(() => void) | undefined> {
    const { key, uploadId, stored } = session;
    return uploadId && !stored ? this.#client.prepare(session, abortMultipartUpload(key, uploadId), context) : undefined;
  }

  async remove(file: StoredFile, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { requestDelete } = await import('./delete-endpoint.js').catch(throwNotLoaded);
    signal.throwIfAborted();
    return requestDelete(this.#options, file, signal);
  }

  async #resolveTarget({ file, waitFor }: StoreContext): Promise<S3Target> {
    const { endpoint, ...options } = this.#options;
    const values = [
      resolveValue(options.bucket, file),
      resolveValue(options.host, file),
      resolveValue(options.region, file),
      resolveValue(options.pathStyle, file),
    ] as const;
    const [bucket, host, region, pathStyle] = await waitFor(Promise.all(values));
    return resolveEndpoint(endpoint, { bucket, host, region, pathStyle });
  }

  /** Size of the parts in bytes, or 0 for an upload in one request. */
  async #partSize(target: S3Target, { file, waitFor }: StoreContext): Promise<number> {
    const { chunking, chunkingMandatory, partSize: requestedSize = partLimits.min } = this.#options;
    const { size } = file;
    const partSize = fitPartSize(size, await waitFor(resolveValue(requestedSize, file)), partLimits);
    // Without chunking, a large file is uploaded by a form post. PutObject signs a hash of the body, which must be read into memory.
    const maxSingleSize = chunking || !this.#canPostForm(target) ? partSize : maxObjectSize;
    const isSingleRequest = size <= maxSingleSize && !(chunking && chunkingMandatory);
    return isSingleRequest ? 0 : partSize;
  }

  #canPostForm({ acceptsFormPosts }: S3Target): boolean {
    return acceptsFormPosts && this.#options.signer.signPolicy !== undefined;
  }

  #objectProperties({ bucket, key }: S3Session, { file }: StoreContext): ObjectProperties {
    const { acl = 'private', storageClass = '', serverSideEncryption = false, params = {}, filenameParam } = this.#options;
    const { minSizeLimit: minSize = 0, sizeLimit: maxSize = 0 } = this.#options;
    const metadata = objectMetadata(params, file.name, filenameParam);
    return { bucket, key, acl, contentType: file.type, storageClass, serverSideEncryption, metadata, minSize, maxSize };
  }

  /** Lists the parts of an earlier upload. Resolves with undefined if the upload no longer exists. */
  async #resume(session: S3Session, receipts: readonly Receipt[], context: StoreContext): Promise<Opened<S3Session> | undefined> {
    if (session.stored || !session.uploadId) return openedUpload(session, receipts);
    try {
      return openedUpload(session, confirmedReceipts(session, await listAllParts(this.#client, session, context), receipts));
    } catch (thrown) {
      context.signal.throwIfAborted();
      const error = asUploadError(thrown);
      // If all parts are uploaded, the earlier attempt may have completed the upload without receiving the response: `close` finds out.
      if (isUploadGone(error) && receipts.length < allParts(session).length) {
        // The last receipts may not have been saved.
        const isStored = (await findObject(this.#client, session, context)) === 'found';
        return isStored ? openedUpload({ ...session, stored: true }, receipts) : undefined;
      }
      // Some signing servers and buckets do not allow ListParts. Then the receipts are trusted.
      if (error.retry === 'auto' && error.code !== 'NetworkError' && !isUploadGone(error)) throw error;
      return openedUpload(session, receipts);
    }
  }

  /** Uploads a part. Resolves with its ETag, or '' if the browser cannot read it. */
  async #sendPart({ index, start, end }: Part, session: S3Session, context: PartContext): Promise<string> {
    const body = context.file.blob.slice(start, end);
    const headers = uploadPartHeaders(this.#objectProperties(session, context).metadata);
    const request = uploadPart(session.key, session.uploadId, index + 1, headers, body);
    const response = await this.#client.request(session, request, context, (loaded) => context.progress(loaded));
    const etag = response.header('etag');
    if (etag) return etag;
    // Fails after the first part, not after the last, if the ETags cannot be listed.
    this.#canListParts ??= listPartsForETags(this.#client, session, context);
    await this.#canListParts.catch((error: unknown) => {
      this.#canListParts = undefined;
      throw error;
    });
    return '';
  }

  /** Uploads the file in one request. Resolves with the object's ETag, or '' if the browser cannot read it. */
  async #sendObject(session: S3Session, context: PartContext): Promise<string> {
    const { blob, size } = context.file;
    const object = this.#objectProperties(session, context);
    // The loaded bytes include the form fields.
    const reportProgress = (loaded: number, total: number) => context.progress(Math.floor((loaded / Math.max(total, 1)) * size));
    const onProgress = size < minSizeForProgress ? undefined : reportProgress;
    const put = async () => {
      const request = putObject(session.key, objectHeaders(object), blob.slice(0, size, object.contentType));
      const response = await this.#client.request(session, request, context, onProgress);
      return response.header('etag') ?? '';
    };
    const postForm = async () => {
      const response = await this.#client.postObject(session, object, context, onProgress);
      const { etag, isConfirmed } = readFormAnswer(response, session.key);
      if (!isConfirmed) await this.#assertStored(session, response, context);
      return etag;
    };
    const sending = this.#canPostForm(session) ? postForm() : put();
    return sending.catch(async (thrown: unknown) => {
      const error = asUploadError(thrown);
      if (context.signal.aborted) throw thrown;
      const isPostUnsupported = error.status === 405 || error.status === 501;
      if (isPostUnsupported && size <= partLimits.min) return put();
      if (isSignatureExpired(error) && (await this.#correctClock(session, context))) return postForm();
      throw thrown;
    });
  }

  /**
   * Asks for the object after an answer that may not be the store's. An answer of another origin is believed where none better was asked for: a page can read it only if
   * its sender knows the page's origin, which a captive portal does not. If the store does not allow the question (HeadObject needs `s3:GetObject`; without
   * `s3:ListBucket`, S3 answers 403 for an object that does not exist), the answer is believed, too, as in Fine Uploader.
   */
  async #assertStored(session: S3Session, answer: SendResponse, context: StoreContext): Promise<void> {
    const isOfPage = (globalThis as { readonly origin?: string }).origin === originOf(answer.url);
    if (!this.#options.signer.asksForDocument && !isOfPage) return;
    const error = await this.#client.request(session, headObject(session.key), context).then(() => undefined, asUploadError);
    context.signal.throwIfAborted();
    if (error?.status === 404)
      throw new UploadError('The storage did not keep the file. Something else may have answered instead of it.', {
        code: 'NotStored',
        status: 404,
      });
  }

  /**
   * Corrects the clock by the store's, and resolves with true if it was wrong. The error response to a form post does not contain the store's time; that to a signed
   * request does. Aborting an upload that does not exist is a harmless request.
   */
  async #correctClock(session: S3Session, context: StoreContext): Promise<boolean> {
    const { drift } = this.#clock;
    await this.#client.request(session, abortMultipartUpload(session.key, 'none'), context).catch(() => {});
    context.signal.throwIfAborted();
    return this.#clock.drift !== drift;
  }
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

function isSameTarget(one: S3Target, other: S3Target): boolean {
  return one.url === other.url && one.host === other.host && one.pathPrefix === other.pathPrefix && one.bucket === other.bucket;
}
