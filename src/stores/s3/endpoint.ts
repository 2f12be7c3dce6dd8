import { UploadError } from '../../core/errors.js';
import { toWellFormed } from '../../utils/well-formed.js';

/** Settings that an endpoint cannot express. Each overrides what {@link resolveEndpoint} reads from the URL. */
export interface S3TargetOptions {
  readonly bucket?: string | undefined;
  /** The Host header that the store sees, if a CDN or a proxy changes it: `photos.s3.eu-west-1.amazonaws.com`. */
  readonly host?: string | undefined;
  readonly region?: string | undefined;
  /** True if the store sees `/bucket/key`. */
  readonly pathStyle?: boolean | undefined;
}

/** The bucket that requests are sent to. Plain JSON, so that a session can hold it. */
export type S3Target = {
  /** Base URL without a trailing slash. Requests are sent to `{url}/{key}`, form posts to `{url}/`. */
  readonly url: string;
  /** The Host header that the store sees, which signatures contain. */
  readonly host: string;
  /** The path before `/key` that the store sees: '' or `/bucket`. */
  readonly pathPrefix: string;
  readonly bucket: string;
  readonly region: string;
  /** False for a store that is known not to support form posts (`PostObject`). */
  readonly acceptsFormPosts: boolean;
};

/** What a host name says about a store. */
interface HostInfo {
  readonly bucket?: string | undefined;
  readonly region?: string | undefined;
  /** True for the endpoint of a service with many buckets: the bucket is not part of the host. */
  readonly isServiceRoot: boolean;
  readonly acceptsFormPosts: boolean;
}

/** Providers whose host names do not start with `s3` or `bucket.s3`. The second group of a pattern is the region, if none is given. */
const providers: readonly (readonly [hostPattern: RegExp, region: string | undefined, acceptsFormPosts: boolean])[] = [
  [/^(?:(.+)\.)?[\da-f]{32}(?:\.[a-z]+)?\.r2\.cloudflarestorage\.com$/, 'auto', false],
  [/^(?:(.+)\.)?([a-z]{3}\d)\.(?:cdn\.)?digitaloceanspaces\.com$/, undefined, true],
  [/^(?:(.+)\.)?([a-z]{2}-[a-z]+-\d)\.linodeobjects\.com$/, undefined, true],
  [/^(?:(.+)\.)?storage\.googleapis\.com$/, 'auto', true],
  [/^(?:(.+)\.)?s3\.([a-z]{2}-[a-z]{3})\.scw\.cloud$/, undefined, true],
  [/^(?:(.+)\.)?s3\.([a-z]{2}-[a-z]+-\d+)\.backblazeb2\.com$/, undefined, false],
];

/** `s3.host`, `s3.region.host`, `s3.dualstack.region.host`, and Amazon's `s3-region` and `s3-accelerate`, each with or without `bucket.` before it. */
const s3HostPattern = /^(?:(.+)\.)?s3(\..+|-.+\.amazonaws\.com(?:\.cn)?)$/;
const regionPattern = /(?:^|[.-])([a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d+)\./;
/** An IP address, or a name without dots such as that of a container. It is never the domain of a bucket. */
const machinePattern = /^(?:[^.]+|[\d.]+|\[.*\])$/;

/**
 * Resolves the URL of a bucket: virtual-hosted-style, path-style, accelerated, a CDN, a custom domain, or any other store with S3's API.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 *
 * @param endpoint - a URL. Without a scheme, https is used; a path such as `/s3` is relative to the page.
 * @throws {@link UploadError} with a sentence for the developer if the endpoint is invalid.
 */
export function resolveEndpoint(endpoint: string, options: S3TargetOptions = {}): S3Target {
  const cacheKey = JSON.stringify([endpoint, options]);
  if (cached?.cacheKey !== cacheKey) cached = { cacheKey, target: resolve(endpoint, options) };
  return cached.target;
}

/** The last result: consecutive files mostly have the same endpoint. */
let cached: { readonly cacheKey: string; readonly target: S3Target } | undefined;

function resolve(endpoint: string, options: S3TargetOptions): S3Target {
  const url = parseEndpoint(endpoint);
  const urlInfo = hostInfo(url.hostname);
  const host = options.host ? withoutScheme(options.host) : url.host;
  if (!/^[^\s?#@\\]+$/.test(host))
    throw new UploadError(`The host “${host}” is not a host name.`, { code: 'InvalidEndpoint', retry: 'never' });
  const isRewritten = host !== url.host;
  const info = isRewritten ? hostInfo(host.replace(/:\d+$/, '')) : urlInfo;
  const segments = url.pathname.split('/').filter(Boolean);
  const [firstSegment] = segments;

  const bucket = options.bucket || (info.bucket ?? firstSegment ?? (info.isServiceRoot ? '' : url.hostname));
  if (!bucket) throw invalidEndpoint(endpoint, 'names no bucket. Add the bucket to its path, or set the bucket');

  // Unless a CDN rewrites requests, the store sees the path that is sent.
  const isBucketInHost = !isRewritten && urlInfo.bucket === bucket;
  const isBucketInPath = !isRewritten && !isBucketInHost && firstSegment !== undefined;
  if (!isRewritten && (segments.length > 1 || (firstSegment !== undefined && (!isBucketInPath || firstSegment !== bucket)))) {
    throw invalidEndpoint(
      endpoint,
      `has a path that is not its bucket “${bucket}”. Folders belong in the key. If a CDN rewrites requests, set the host that the store sees`,
    );
  }
  const pathStyle = !isBucketInHost && (options.pathStyle || isBucketInPath || info.isServiceRoot);
  const pathPrefix = pathStyle ? `/${encodeURIComponent(toWellFormed(bucket))}` : '';
  const sentPath = isRewritten ? url.pathname.replace(/\/+$/, '') : pathPrefix;
  return {
    url: url.origin + sentPath,
    host,
    pathPrefix,
    bucket,
    region: options.region || info.region || urlInfo.region || 'us-east-1',
    acceptsFormPosts: urlInfo.acceptsFormPosts && info.acceptsFormPosts,
  };
}

function parseEndpoint(endpoint: string): URL {
  const text = endpoint.trim();
  const base = (globalThis as { readonly location?: { readonly href: string } }).location?.href;
  let url: URL;
  try {
    if (/^\/(?!\/)/.test(text)) url = new URL(text, base);
    else url = new URL(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text.replace(/^\/\//, '')}`);
  } catch {
    throw invalidEndpoint(endpoint, 'is not a URL');
  }
  if (!/^https?:$/.test(url.protocol)) throw invalidEndpoint(endpoint, 'is neither an https nor an http URL');
  if (url.search || url.hash || url.username) throw invalidEndpoint(endpoint, 'must be a URL without a query, a fragment or a user');
  return url;
}

function hostInfo(hostname: string): HostInfo {
  for (const [pattern, region, acceptsFormPosts] of providers) {
    const match = pattern.exec(hostname);
    if (match) return { bucket: match[1], region: region ?? match[2], isServiceRoot: match[1] === undefined, acceptsFormPosts };
  }
  const match = s3HostPattern.exec(hostname);
  if (match) {
    const region = regionPattern.exec(match[2] ?? '')?.[1];
    return { bucket: match[1], region, isServiceRoot: match[1] === undefined, acceptsFormPosts: true };
  }
  return { isServiceRoot: machinePattern.test(hostname), acceptsFormPosts: true };
}

/** The host of a text that may be a URL. */
function withoutScheme(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/\/.*$/, '');
}

function invalidEndpoint(endpoint: string, problem: string): UploadError {
  return new UploadError(`The endpoint “${endpoint}” ${problem}.`, { code: 'InvalidEndpoint', retry: 'never' });
}
