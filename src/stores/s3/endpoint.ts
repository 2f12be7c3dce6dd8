import { UploadError } from '../../core/errors.js';

/** What a page may say beside its endpoint, where the endpoint does not tell. */
export interface EndpointOverrides {
  readonly bucket?: string | undefined;
  /** The host that the store sees, where a CDN or proxy in between changes it: `photos.s3.eu-west-1.amazonaws.com`. */
  readonly host?: string | undefined;
  readonly region?: string | undefined;
  /** True where the store sees `/bucket/key`. */
  readonly pathStyle?: boolean | undefined;
}

/** Where a bucket is reached. Plain JSON, so that a session can hold it. */
export type S3Target = {
  /** Requests go to this and `/key`; it does not end in a slash. Form posts go to this and `/`. */
  readonly url: string;
  /** The Host header that the store sees and signatures name. */
  readonly host: string;
  /** What comes before `/key` in the path that the store sees: '' or `/bucket`. */
  readonly pathPrefix: string;
  readonly bucket: string;
  readonly region: string;
  /** False where the store is known not to take form posts. */
  readonly acceptsFormPosts: boolean;
};

/** What a host name tells by itself. `root` is a service that has many buckets; it needs one named. */
interface KnownHost {
  readonly bucket?: string | undefined;
  readonly region?: string | undefined;
  readonly root: boolean;
  readonly forms: boolean;
}

/** Providers whose host names do not have the label `s3`: [what may follow `bucket.`, region (or where the pattern has it), forms]. */
const providers: readonly (readonly [RegExp, string | undefined, boolean])[] = [
  [/^(?:(.+)\.)?[\da-f]{32}(?:\.[a-z]+)?\.r2\.cloudflarestorage\.com$/, 'auto', false],
  [/^(?:(.+)\.)?([a-z]{3}\d)\.(?:cdn\.)?digitaloceanspaces\.com$/, undefined, true],
  [/^(?:(.+)\.)?([a-z]{2}-[a-z]+-\d)\.linodeobjects\.com$/, undefined, true],
  [/^(?:(.+)\.)?storage\.googleapis\.com$/, 'auto', true],
  [/^(?:(.+)\.)?s3\.([a-z]{2}-[a-z]{3})\.scw\.cloud$/, undefined, true],
  [/^(?:(.+)\.)?s3\.([a-z]{2}-[a-z]+-\d+)\.backblazeb2\.com$/, undefined, false],
];

/** `s3.host`, `s3.region.host`, `s3.dualstack.region.host`, and Amazon's own `s3-region` and `s3-accelerate`, after `bucket.` or alone. */
const labelled = /^(?:(.+)\.)?s3(\..+|-.+\.amazonaws\.com(?:\.cn)?)$/;
const regionLabel = /(?:^|[.-])([a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d+)\./;
/** An address, or a name without dots as containers have: never a bucket's own domain. */
const machine = /^(?:[^.]+|[\d.]+|\[.*\])$/;

/**
 * Reads an endpoint of any shape: virtual-hosted, path-style, accelerated, a CDN or domain of one's own, or any other store that speaks S3.
 *
 * @param endpoint - a URL; without a scheme https is meant; a path such as `/s3` is one of the page's own server.
 * @throws {@link UploadError} with a sentence for the developer where it cannot be a bucket's.
 */
export function resolveEndpoint(endpoint: string, overrides: EndpointOverrides = {}): S3Target {
  const key = JSON.stringify([endpoint, overrides]);
  if (resolved?.key !== key) resolved = { key, target: resolve(endpoint, overrides) };
  return resolved.target;
}

/** The last one: most often it is that of the next file, too. */
let resolved: { readonly key: string; readonly target: S3Target } | undefined;

function resolve(endpoint: string, overrides: EndpointOverrides): S3Target {
  const url = parse(endpoint);
  const known = knownHost(url.hostname);
  const origin = overrides.host ? hostOf(overrides.host) : url.host;
  const rewritten = origin !== url.host;
  const knownOrigin = rewritten ? knownHost(origin.replace(/:\d+$/, '')) : known;
  const segments = url.pathname.split('/').filter(Boolean);
  const [first] = segments;

  const ofHost = rewritten ? knownOrigin : known;
  const bucket = overrides.bucket || (ofHost.bucket ?? first ?? (ofHost.root ? '' : url.hostname));
  if (!bucket) throw unusable(endpoint, 'names no bucket. Add the bucket to its path, or set the bucket');

  // Where nobody rewrites requests on the way, the path that is sent is the path that the store sees.
  const inHost = !rewritten && known.bucket === bucket;
  const inPath = !rewritten && !inHost && first !== undefined;
  if (!rewritten && (segments.length > 1 || (first !== undefined && (!inPath || first !== bucket)))) {
    throw unusable(
      endpoint,
      `has a path that is not its bucket “${bucket}”. Folders belong in the key; where a CDN rewrites requests, set the host that the store sees`,
    );
  }
  const pathStyle = !inHost && (overrides.pathStyle || inPath || ofHost.root);
  const path = pathStyle ? `/${encodeURIComponent(bucket)}` : '';
  const sent = rewritten ? url.pathname.replace(/\/+$/, '') : path;
  return {
    url: url.origin + sent,
    host: origin,
    pathPrefix: path,
    bucket,
    region: overrides.region || knownOrigin.region || known.region || 'us-east-1',
    acceptsFormPosts: known.forms && knownOrigin.forms,
  };
}

function parse(endpoint: string): URL {
  const text = endpoint.trim();
  const base = (globalThis as { readonly location?: { readonly href: string } }).location?.href;
  let url: URL;
  try {
    if (/^\/(?!\/)/.test(text)) url = new URL(text, base);
    else url = new URL(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text.replace(/^\/\//, '')}`);
  } catch {
    throw unusable(endpoint, 'is not a URL');
  }
  if (!/^https?:$/.test(url.protocol)) throw unusable(endpoint, 'is neither an https nor an http URL');
  if (url.search || url.hash || url.username) throw unusable(endpoint, 'must be a plain address, without a query, a fragment or a user');
  return url;
}

function knownHost(hostname: string): KnownHost {
  for (const [pattern, region, forms] of providers) {
    const match = pattern.exec(hostname);
    if (match) return { bucket: match[1], region: region ?? match[2], root: match[1] === undefined, forms };
  }
  const match = labelled.exec(hostname);
  if (match) return { bucket: match[1], region: regionLabel.exec(match[2] ?? '')?.[1], root: match[1] === undefined, forms: true };
  return { root: machine.test(hostname), forms: true };
}

/** The host of what a page may have written as a URL. */
function hostOf(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/\/.*$/, '');
}

function unusable(endpoint: string, what: string): UploadError {
  return new UploadError(`The endpoint “${endpoint}” ${what}.`, { code: 'InvalidEndpoint', retry: 'never' });
}
