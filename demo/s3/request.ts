/**
 * One request as S3 understands it: which bucket and key it is about, its query and headers, and its body.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { type ErrorCode, S3Error } from './errors.js';

/** The most that one PUT, one part or one form may carry: 5 GiB. */
export const largestBody = 5 * 1024 ** 3;

/** A query as names and values in the order they were sent, decoded. A name without `=` has the value ''. */
export class Query {
  readonly pairs: readonly (readonly [string, string])[];

  /** @throws S3Error InvalidURI when the text cannot be decoded */
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

/** S3 reads `+` as a space, in the path too. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new S3Error('InvalidURI');
  }
}

/** What a body turned out to be once it had all arrived. */
export interface Received {
  size: number;
  /** MD5 in hex: the ETag of an object or part. */
  md5: string;
}

export class S3Request {
  readonly id = randomBytes(8).toString('hex').toUpperCase();
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** As it was sent, percent-encoding and all, without the query. */
  readonly rawPath: string;
  readonly query: Query;
  /** By lower-case name. Repeated headers are joined by a comma; each character is one byte that was sent. */
  readonly headers: ReadonlyMap<string, string>;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  /** True when the host names the bucket. */
  readonly virtualHosted: boolean;
  /** The SHA-256 that the signature vouches for, in hex; undefined when the body is not signed. Set by authentication. */
  payloadHash: string | undefined;
  #awaitsContinue: boolean;

  /**
   * @param hosts names that are not buckets, see `StoreOptions.hosts`
   * @param buckets names of the store's buckets: one of them may be a whole host name
   * @param awaitsContinue the client waits for `100 Continue` before it sends the body
   * @throws S3Error InvalidURI, InvalidRequest, InvalidBucketName
   */
  constructor(
    message: IncomingMessage,
    response: ServerResponse,
    hosts: readonly string[],
    buckets: { has(name: string): boolean },
    awaitsContinue: boolean,
  ) {
    this.message = message;
    this.response = response;
    this.method = message.method ?? '';
    this.#awaitsContinue = awaitsContinue;
    this.headers = collectHeaders(message.rawHeaders);
    const url = message.url ?? '';
    if (!url.startsWith('/')) throw new S3Error('InvalidURI');
    const question = url.indexOf('?');
    this.rawPath = question < 0 ? url : url.slice(0, question);
    this.query = new Query(question < 0 ? '' : url.slice(question + 1));
    const path = decode(this.rawPath);
    if (path.includes('\0')) throw new S3Error('InvalidURI');
    const hostBucket = bucketOfHost(this.headers.get('host'), hosts, buckets);
    this.virtualHosted = hostBucket !== undefined;
    const slash = path.indexOf('/', 1);
    this.bucket = hostBucket ?? (path === '/' ? undefined : path.slice(1, slash < 0 ? undefined : slash));
    if (this.bucket === '') throw new S3Error('InvalidBucketName');
    const key = hostBucket !== undefined ? path.slice(1) : slash < 0 ? '' : path.slice(slash + 1);
    this.key = key === '' ? undefined : key;
  }

  /** `host:port` as the client knows the store. */
  get host(): string {
    return this.headers.get('host') ?? '';
  }

  /** The declared length of the body; undefined when it is sent without one. */
  get contentLength(): number | undefined {
    const value = this.headers.get('content-length');
    return value === undefined ? undefined : Number(value);
  }

  /**
   * Hands the body on piece by piece, and checks it against Content-Length, Content-MD5 and the signed SHA-256 as it passes.
   * The pieces have been handed on when this throws: whoever stores them must throw them away.
   * @throws S3Error IncompleteBody, EntityTooLarge, BadDigest, InvalidDigest, XAmzContentSHA256Mismatch, or `tooLarge`
   */
  async receive(
    write: (chunk: Buffer) => Promise<void> | void,
    limit = largestBody,
    tooLarge: ErrorCode = 'EntityTooLarge',
  ): Promise<Received> {
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

  /** A small body as one piece. @throws what `receive` throws, and MaxMessageLengthExceeded */
  async receiveText(limit = 64 * 1024): Promise<Buffer> {
    const chunks: Buffer[] = [];
    await this.receive((chunk) => void chunks.push(chunk), limit, 'MaxMessageLengthExceeded');
    return Buffer.concat(chunks);
  }

  /** The body's raw pieces. Leaves the connection usable when the reader stops early. @throws S3Error IncompleteBody */
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
    if (!this.#awaitsContinue) return;
    this.#awaitsContinue = false;
    this.response.writeContinue();
  }

  /**
   * Takes in what is left of the body and forgets it. A browser that is refused in the middle of a large upload would otherwise
   * see a broken connection and never the reason.
   */
  async drain(): Promise<void> {
    if (this.message.readableEnded || this.message.destroyed) return;
    if (this.#awaitsContinue) {
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

function collectHeaders(raw: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = (raw[index + 1] ?? '').trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

/** Any host that is no address and no name of the store's is taken for a bucket, as S3 does for buckets behind a name of their own. */
function bucketOfHost(header: string | undefined, hosts: readonly string[], buckets: { has(name: string): boolean }): string | undefined {
  if (header === undefined || header === '') throw new S3Error('InvalidRequest', 'Missing required header for this request: Host');
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{0,5})?$/.exec(header.toLowerCase());
  const host = match?.[1];
  if (host === undefined) throw new S3Error('InvalidRequest', 'The Host header is not a host name');
  if (host.startsWith('[') || isIP(host) !== 0 || hosts.includes(host)) return undefined;
  if (buckets.has(host)) return host;
  const suffix = hosts.filter((one) => host.endsWith(`.${one}`)).sort((a, b) => b.length - a.length)[0];
  return suffix === undefined ? host : host.slice(0, -suffix.length - 1);
}
