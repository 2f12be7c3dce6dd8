import { filePart, formRequest, type FormPart } from './form.js';
import { amzDate, hmacSha1, signStringV4, type SigningOptions } from './signatures.js';
import { newKey, type Target } from './target.js';
import type { WireRequest } from './wire.js';

/** A condition of a POST policy: `{field: value}`, or `["eq" | "starts-with", "$field", value]`, or `["content-length-range", min, max]`. */
export type Condition = Record<string, string> | (string | number)[];

/** Version of the signature of a POST policy. */
export type PolicyVersion = 2 | 4;

/** An upload by form and POST policy. The defaults make a valid upload. */
export interface PolicyUpload extends SigningOptions {
  version: PolicyVersion;
  /** Key of the object. Default: a new key. */
  key?: string;
  bytes?: Buffer;
  /** Name and media type of the file part. */
  filename?: string;
  type?: string;
  /** Form fields besides the key and those of the signature. The policy has a condition for each field that is not in `unmentioned`. */
  fields?: Record<string, string>;
  /** Names of fields without a condition, which may include `key` and `bucket`. */
  unmentioned?: string[];
  /** Additional conditions. */
  conditions?: Condition[];
  /** Default: five minutes from now. `null` omits it. */
  expiration?: Date | string | null;
  /** Writes the policy as JSON. Default: JSON.stringify. */
  write?: (policy: object) => string;
  /** Changes the signed form: its parts in the order in which they are sent. */
  change?: (parts: FormPart[]) => FormPart[];
}

/** Default content of uploads. */
export const CONTENT = Buffer.from('What is in the file.');

/** Returns the signed form of an upload, its key and its content. The order of the fields is key, fields, signature, file. */
export function policyUpload(target: Target, upload: PolicyUpload): { wire: WireRequest; key: string; bytes: Buffer } {
  const { version, key = newKey(), bytes = CONTENT, fields = {}, unmentioned = [], write = JSON.stringify } = upload;
  const date = upload.date ?? new Date();
  const { accessKey, secretKey } = upload.credentials ?? target.credentials;
  const scope = { day: amzDate(date).slice(0, 8), region: upload.region ?? target.region, service: 's3' };
  const signing: Record<string, string> =
    version === 2
      ? {}
      : {
          'x-amz-algorithm': 'AWS4-HMAC-SHA256',
          'x-amz-credential': `${accessKey}/${scope.day}/${scope.region}/${scope.service}/aws4_request`,
          'x-amz-date': amzDate(date),
        };

  const demanded: Record<string, string> = { bucket: target.bucket, key, ...fields, ...signing };
  const conditions: Condition[] = [
    ...Object.entries(demanded)
      .filter(([name]) => !unmentioned.includes(name))
      .map(([name, value]) => ({ [name]: value })),
    ...(upload.conditions ?? []),
  ];
  const { expiration = new Date(Date.now() + 5 * 60_000) } = upload;
  const expires = expiration instanceof Date ? expiration.toISOString() : expiration;
  const policy = Buffer.from(write({ ...(expires === null ? {} : { expiration: expires }), conditions }), 'utf8').toString('base64');

  const signed: [string, string][] =
    version === 2
      ? [
          ['AWSAccessKeyId', accessKey],
          ['policy', policy],
          ['signature', hmacSha1(secretKey, policy)],
        ]
      : [...Object.entries(signing), ['policy', policy], ['x-amz-signature', signStringV4(secretKey, scope, policy)]];
  const parts: FormPart[] = [['key', key], ...Object.entries(fields), ...signed, filePart(bytes, upload.filename, upload.type)];
  return { wire: formRequest(target.bucket, upload.change ? upload.change(parts) : parts), key, bytes };
}

/** Changes the value of a field. */
export function withField(parts: FormPart[], name: string, value: string): FormPart[] {
  return parts.map((part) => (Array.isArray(part) && part[0] === name ? [name, value] : part));
}

/** Removes a field. */
export function withoutField(parts: FormPart[], name: string): FormPart[] {
  return parts.filter((part) => !(Array.isArray(part) && part[0] === name));
}

/** Moves a field after the file. */
export function withFieldAfterFile(parts: FormPart[], name: string): FormPart[] {
  const moved = parts.filter((part) => Array.isArray(part) && part[0] === name);
  return [...withoutField(parts, name), ...moved];
}
