import { abortable } from '../../utils/abortable.js';
import { notLoaded } from '../../core/errors.js';
import { partSize as fittingPartSize } from '../../core/parts.js';
import { asUploadError } from '../../core/errors.js';
import type {
  CloseContext,
  Opened,
  Part,
  PartContext,
  Receipt,
  Saved,
  Store,
  StoreContext,
  StoredFile,
  UploadResult,
} from '../../core/types.js';
import { notReadable } from '../../http/xhr.js';
import { given } from '../../http/params.js';
import { isGone, isUntimely } from './response-errors.js';
import { resolveEndpoint } from './endpoint.js';
import type { S3Target } from './endpoint.js';
import { keyOf } from './key.js';
import { createHeaders, metadataOf, partHeaders } from './metadata.js';
import { abort, complete, create, list, listForETags } from './multipart.js';
import type { S3StoreOptions } from './options.js';
import { notifySuccessEndpoint } from './success-endpoint.js';
import { objectHeaders } from './policy.js';
import type { PostObject } from './policy.js';
import { abortMultipartUpload, putObject, uploadPart } from './requests.js';
import { etagOf, isSession, opened, partsOf, validReceipts, verified } from './session.js';
import type { S3Session } from './session.js';
import { StoreClock } from './signers/store-clock.js';
import { S3Client } from './s3-client.js';

const mebibyte = 2 ** 20;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const limits = { min: 5 * mebibyte, max: 5 * 1024 * mebibyte, maxCount: 10_000 };
/** The largest object that one request can make, bytes. */
const largestRequest = limits.max;
/** Smaller files (bytes) report their progress when they have arrived: to listen sooner would cost a preflight, a round trip each of them would notice. */
const worthListening = 256 * 1024;

/**
 * Uploads to a bucket of Amazon S3, or of anything else that speaks S3: small files as a form post with a signed policy, others in parts. Made for each file,
 * with the options as they are when its upload begins.
 */
export class S3Store implements Store<S3Session> {
  readonly #options: S3StoreOptions;
  readonly #clock: StoreClock;
  readonly #wire: S3Client;
  /** Under way or done where an ETag could not be read: whether the parts can be listed instead. */
  #listable: Promise<unknown> | undefined;

  constructor(options: S3StoreOptions) {
    const { send, signer, clock = new StoreClock(), unsignedPayload = false } = options;
    this.#options = options;
    this.#clock = clock;
    this.#wire = new S3Client({ send, signer, clock, unsignedPayload });
  }

  async open(saved: Saved<S3Session> | undefined, context: StoreContext): Promise<Opened<S3Session>> {
    const { file, signal } = context;
    const target = await this.#target(context);
    const partSize = await this.#partSize(target, context);
    const old = saved?.session;
    if (isSession(old) && isSameTarget(old, target)) {
      if (old.size === file.size && (old.stored || old.partSize === partSize)) {
        const resumed = await this.#resume(old, validReceipts(old, saved?.receipts), context);
        if (resumed) return resumed;
      } else {
        await this.abandon(old, context).catch(() => {});
      }
      signal.throwIfAborted();
    }
    const key = await keyOf(this.#options.key ?? 'uuid', file, signal);
    const began = this.#clock.now();
    const session: S3Session = { ...target, kind: 's3', key, size: file.size, partSize, uploadId: '', began, stored: false };
    if (partSize === 0) return opened(session, []);
    const uploadId = await create(this.#wire, session, createHeaders(objectHeaders(this.#post(session, context))), context);
    return opened({ ...session, uploadId }, []);
  }

  async send(part: Part, session: S3Session, context: PartContext): Promise<Receipt> {
    const { blob, size } = context.file;
    if (blob.size !== size) throw notReadable(new RangeError(`${blob.size} of ${size} bytes are there.`));
    const etag = session.uploadId ? await this.#sendPart(part, session, context) : await this.#sendWhole(session, context);
    return { ...part, data: { etag } };
  }

  async close(session: S3Session, receipts: readonly Receipt[], context: CloseContext<S3Session>): Promise<UploadResult> {
    const { key, bucket, uploadId } = session;
    if (!session.stored) {
      if (uploadId) await complete(this.#wire, session, receipts, context);
      context.saveSession({ ...session, stored: true });
    }
    const etag = uploadId ? '' : etagOf(receipts[0]);
    return {
      response: { success: true, ...(await notifySuccessEndpoint(this.#options, session, etag, context)) },
      details: { key, bucket },
    };
  }

  async abandon(session: S3Session, context: StoreContext): Promise<void> {
    if (session.uploadId && !session.stored) await abort(this.#wire, session, context);
  }

  async remove(file: StoredFile, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { requestDelete } = await import('./delete-endpoint.js').catch((cause: unknown) => {
      throw notLoaded(cause);
    });
    signal.throwIfAborted();
    return requestDelete(this.#options, file, signal);
  }

  async #target({ file, signal }: StoreContext): Promise<S3Target> {
    const { endpoint, ...settings } = this.#options;
    const values = [
      given(settings.bucket, file),
      given(settings.host, file),
      given(settings.region, file),
      given(settings.pathStyle, file),
    ] as const;
    const [bucket, host, region, pathStyle] = await abortable(Promise.all(values), signal);
    return resolveEndpoint(endpoint, { bucket, host, region, pathStyle });
  }

  /** Bytes, or 0 where the file goes up in one request. */
  async #partSize(target: S3Target, { file, signal }: StoreContext): Promise<number> {
    const { chunking, chunkingMandatory, partSize = limits.min } = this.#options;
    const { size } = file;
    const fitting = fittingPartSize(size, await abortable(given(partSize, file), signal), limits);
    // One request for a large file only as a form: any other is signed with a hash of its body, which would have to be read into memory for it.
    const whole = chunking ? size <= fitting && !chunkingMandatory : size <= (this.#hasForms(target) ? largestRequest : fitting);
    return whole ? 0 : fitting;
  }

  #hasForms({ forms }: S3Target): boolean {
    return forms && this.#options.signer.signPolicy !== undefined;
  }

  /** What the file is to become. */
  #post({ bucket, key }: S3Session, { file }: StoreContext): PostObject {
    const { acl = 'private', storageClass = '', serverSideEncryption = false, params = {}, filenameParam } = this.#options;
    const { minSizeLimit: minSize = 0, sizeLimit: maxSize = 0 } = this.#options;
    const metadata = metadataOf(params, file.name, filenameParam);
    return { bucket, key, acl, contentType: file.type, storageClass, serverSideEncryption, metadata, minSize, maxSize };
  }

  /** Finds out what of an earlier upload is there; undefined where nothing is left of it. */
  async #resume(session: S3Session, receipts: readonly Receipt[], context: StoreContext): Promise<Opened<S3Session> | undefined> {
    if (session.stored || !session.uploadId) return opened(session, receipts);
    try {
      return opened(session, verified(session, await list(this.#wire, session, context), receipts));
    } catch (thrown) {
      context.signal.throwIfAborted();
      const error = asUploadError(thrown);
      // With all parts there it may be that an earlier attempt made them one and did not live to hear of it: `close` finds that out.
      if (isGone(error) && receipts.length < partsOf(session).length) return undefined;
      // Not every server signs, nor does every bucket let a page do, what an upload itself never needs. Then our own receipts must do.
      if (error.retry === 'auto' && error.code !== 'NetworkError' && !isGone(error)) throw error;
      return opened(session, receipts);
    }
  }

  /** Answers the part's ETag, or '' where it cannot be read. */
  async #sendPart({ index, start, end }: Part, session: S3Session, context: PartContext): Promise<string> {
    const body = context.file.blob.slice(start, end);
    const headers = partHeaders(this.#post(session, context).metadata);
    const request = uploadPart(session.key, session.uploadId, index + 1, headers, body);
    const response = await this.#wire.request(session, request, context, (loaded) => context.progress(loaded));
    const etag = response.header('etag');
    if (etag) return etag;
    // Better to know after one part than after the last that the ETags are not to be had.
    this.#listable ??= listForETags(this.#wire, session, context);
    await this.#listable.catch((error: unknown) => {
      this.#listable = undefined;
      throw error;
    });
    return '';
  }

  /** One request for the whole file. Answers the object's ETag, or '' where it cannot be read. */
  async #sendWhole(session: S3Session, context: PartContext): Promise<string> {
    const { blob, size } = context.file;
    const post = this.#post(session, context);
    // What is counted on the wire is the whole body, a form around the file too.
    const scaled = (loaded: number, total: number) => context.progress(Math.floor((loaded / Math.max(total, 1)) * size));
    const progress = size < worthListening ? undefined : scaled;
    const put = () =>
      this.#wire.request(session, putObject(session.key, objectHeaders(post), blob.slice(0, size, post.contentType)), context, progress);
    const form = () => this.#wire.postForm(session, post, context, progress);
    const sending = this.#hasForms(session) ? form() : put();
    const response = await sending.catch(async (thrown: unknown) => {
      const error = asUploadError(thrown);
      if (context.signal.aborted) throw thrown;
      if ((error.status === 405 || error.status === 501) && size <= limits.min) return put();
      if (isUntimely(error) && (await this.#learnTime(session, context))) return form();
      throw thrown;
    });
    return response.header('etag') ?? '';
  }

  /**
   * Whether the store could be asked for its time, and it was not what we thought. The refusal of a form does not tell it; that of a signed request does, and
   * one that can do no harm is to abort an upload that does not exist.
   */
  async #learnTime(session: S3Session, context: StoreContext): Promise<boolean> {
    const { drift } = this.#clock;
    await this.#wire.request(session, abortMultipartUpload(session.key, 'none'), context).catch(() => {});
    context.signal.throwIfAborted();
    return this.#clock.drift !== drift;
  }
}

function isSameTarget(one: S3Target, other: S3Target): boolean {
  return one.url === other.url && one.host === other.host && one.path === other.path && one.bucket === other.bucket;
}
