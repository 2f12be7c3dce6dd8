/**
 * An S3 request: bucket, key, query, headers and body.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { type ErrorCode, S3Error } from './errors.js';

/** Maximum size of an object in one request, of a part or of a form, in bytes: 5 GiB. */
export const maxBodySize = 5 * 1024 ** 3;

/** The decoded names and values of a query, in their original order. A name without `=` has the value ''. */
export class Query {
  readonly pairs: readonly (readonly [string, string])[];

  /** @throws S3Error InvalidURI if the text cannot be decoded */
  constructor(text: string) {
    this.pairs = text
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const equals = pair.indexOf('=');
        const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
        return [decode(name), decode(value)] as const;
      });
  }

  get(name: string): string | undefined {
    return this.pairs.find((pair) => pair[0] === name)?.[1];
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }
}

/** Percent-decodes a text. S3 decodes `+` as a space, also in the path. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new S3Error('InvalidURI');
  }
}

/** Size and digest of a completely received body. */
export interface ReceivedBody {
  size: number;
  /** MD5 in hex: the ETag of an object or part. */
  md5: string;
}

export class S3Request {
  readonly id = randomBytes(8).toString('hex').toUpperCase();
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** The path as sent: percent-encoded, without the query. */
  readonly rawPath: string;
  readonly query: Query;
  /** By lower-case name. Repeated headers are joined with a comma. Each character is one byte. */
  readonly headers: ReadonlyMap<string, string>;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  /** True if the host contains the bucket. */
  readonly virtualHosted: boolean;
  /** The signed SHA-256 of the body, in hex; undefined if the body is not signed. Set by authentication. */
  payloadHash: string | undefined;
  #expectsContinue: boolean;

  /**
   * @param hosts - host names of the store, see `StoreOptions.hosts`
   * @param buckets - the store's buckets; the name of a bucket may be a complete host name
   * @param expectsContinue - whether the client waits for `100 Continue` before it sends the body
   * @throws S3Error InvalidURI, InvalidRequest, InvalidBucketName
   */
  constructor(
    message: IncomingMessage,
    response: ServerResponse,
    hosts: readonly string[],
    buckets: { has(name: string): boolean },
    expectsContinue: boolean,
  ) {
    this.message = message;
    this.response = response;
    this.method = message.method ?? '';
    this.#expectsContinue = expectsContinue;
    this.headers = joinHeaders(message.rawHeaders);
    const url = message.url ?? '';
    if (!url.startsWith('/')) throw new S3Error('InvalidURI');
    const question = url.indexOf('?');
    this.rawPath = question < 0 ? url : url.slice(0, question);
    this.query = new Query(question < 0 ? '' : url.slice(question + 1));
    const path = decode(this.rawPath);
    if (path.includes('\0')) throw new S3Error('InvalidURI');
    const hostBucket = bucketFromHost(this.headers.get('host'), hosts, buckets);
    this.virtualHosted = hostBucket !== undefined;
    const slash = path.indexOf('/', 1);
    this.bucket = hostBucket ?? (path === '/' ? undefined : path.slice(1, slash < 0 ? undefined : slash));
    if (this.bucket === '') throw new S3Error('InvalidBucketName');
    const key = hostBucket !== undefined ? path.slice(1) : slash < 0 ? '' : path.slice(slash + 1);
    this.key = key === '' ? undefined : key;
  }

  /** The Host header. */
  get host(): string {
    return this.headers.get('host') ?? '';
  }

  /** Content-Length in bytes; undefined without the header. */
  get contentLength(): number | undefined {
    const value = this.headers.get('content-length');
    return value === undefined ? undefined : Number(value);
  }

  /**
   * Passes the body to `write` in chunks, and verifies Content-Length, Content-MD5 and the signed SHA-256.
   * If it throws, chunks have been written already: the caller must discard them.
   * @throws S3Error IncompleteBody, EntityTooLarge, BadDigest, InvalidDigest, XAmzContentSHA256Mismatch, or `tooLarge`
   */
  async receiveBody(
    write: (chunk: Buffer) => Promise<void> | void,
    limit = maxBodySize,
    tooLarge: ErrorCode = 'EntityTooLarge',
  ): Promise<ReceivedBody> {
    const expectedMd5 = this.#contentMd5();
    if ((this.contentLength ?? 0) > limit) throw new S3Error(tooLarge, undefined, { MaxSizeAllowed: limit });
    const md5 = createHash('md5');
    const sha256 = this.payloadHash === undefined ? undefined : createHash('sha256');
    let size = 0;
    for await (const chunk of this.chunks()) {
      size += chunk.length;
      if (size > limit) throw new S3Error(tooLarge, undefined, { MaxSizeAllowed: limit });
      md5.update(chunk);
      sha256?.update(chunk);
      await write(chunk);
    }
    const digest = md5.digest('hex');
    if (expectedMd5 !== undefined && expectedMd5 !== digest) {
      throw new S3Error('BadDigest', undefined, { ExpectedDigest: expectedMd5, CalculatedDigest: digest });
    }
    const computed = sha256?.digest('hex');
    if (computed !== undefined && computed !== this.payloadHash) {
      throw new S3Error('XAmzContentSHA256Mismatch', undefined, {
        ClientComputedContentSHA256: this.payloadHash ?? '',
        S3ComputedContentSHA256: computed,
      });
    }
    return { size, md5: digest };
  }

  /** Reads a small body into a buffer. @throws the errors of `receiveBody`, and MaxMessageLengthExceeded */
  async readSmallBody(limit = 64 * 1024): Promise<Buffer> {
    const chunks: Buffer[] = [];
    await this.receiveBody((chunk) => void chunks.push(chunk), limit, 'MaxMessageLengthExceeded');
    return Buffer.concat(chunks);
  }

  /** Yields the body in chunks. The connection stays usable if the reader stops early. @throws S3Error IncompleteBody */
  async *chunks(): AsyncGenerator<Buffer> {
    this.sendContinue();
    try {
      for await (const chunk of this.message.iterator({ destroyOnReturn: false })) yield chunk as Buffer;
    } catch {
      throw new S3Error('IncompleteBody');
    }
    if (!this.message.complete) throw new S3Error('IncompleteBody');
  }

  sendContinue(): void {
    if (!this.#expectsContinue) return;
    this.#expectsContinue = false;
    this.response.writeContinue();
  }

  /**
   * Reads and discards the rest of the body. Otherwise a browser would see a broken connection instead of the error response to a large upload.
   */
  async discardBody(): Promise<void> {
    if (this.message.readableEnded || this.message.destroyed) return;
    if (this.#expectsContinue) {
      this.response.setHeader('Connection', 'close');
      return;
    }
    await new Promise<void>((resolve) => {
      for (const event of ['end', 'close', 'error']) this.message.once(event, resolve);
      this.message.resume();
    });
  }

  #contentMd5(): string | undefined {
    const value = this.headers.get('content-md5');
    if (value === undefined) return undefined;
    const bytes = Buffer.from(value, 'base64');
    if (bytes.length !== 16 || bytes.toString('base64') !== value) throw new S3Error('InvalidDigest', undefined, { 'Content-MD5': value });
    return bytes.toString('hex');
  }
}

function joinHeaders(raw: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = (raw[index + 1] ?? '').trim();
    const previous = headers.get(name);
    headers.set(name, previous === undefined ? value : `${previous},${value}`);
  }
  return headers;
}

/** Returns the bucket in a Host header. As in S3, a host that is neither an IP address nor a host of the store is the name of a bucket. */
function bucketFromHost(header: string | undefined, hosts: readonly string[], buckets: { has(name: string): boolean }): string | undefined {
  if (header === undefined || header === '') throw new S3Error('InvalidRequest', 'Missing required header for this request: Host');
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{0,5})?$/.exec(header.toLowerCase());
  const host = match?.[1];
  if (host === undefined) throw new S3Error('InvalidRequest', 'The Host header is not a host name');
  if (host.startsWith('[') || isIP(host) !== 0 || hosts.includes(host)) return undefined;
  if (buckets.has(host)) return host;
  const suffix = hosts.filter((name) => host.endsWith(`.${name}`)).sort((a, b) => b.length - a.length)[0];
  return suffix === undefined ? host : host.slice(0, -suffix.length - 1);
}
