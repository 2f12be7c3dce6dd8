import { filePart, formRequest, type FormPart } from './form.js';
import { amzDate, hmacSha1, signTextV4, type SigningOptions } from './signatures.js';
import { newKey, type Target } from './target.js';
import type { WireRequest } from './wire.js';

/** A condition of a POST policy: `{field: value}`, or `["eq" | "starts-with", "$field", value]`, or `["content-length-range", min, max]`. */
export type Condition = Record<string, string> | (string | number)[];

/** The two ways a POST policy is signed. */
export type PolicyVersion = 2 | 4;

/** An upload by form and POST policy. Everything left out has the value of a good upload. */
export interface PolicyUpload extends SigningOptions {
  version: PolicyVersion;
  /** Default: a new one. */
  key?: string;
  bytes?: Buffer;
  /** Name and media type of the file part. */
  filename?: string;
  type?: string;
  /** Form fields besides the key and the signature's. Each gets a condition of its own unless it is named in `unmentioned`. */
  fields?: Record<string, string>;
  /** Field names (`key` and `bucket` too) that get no condition. */
  unmentioned?: string[];
  /** Further conditions. */
  conditions?: Condition[];
  /** Default: in five minutes. `null` leaves it out. */
  expiration?: Date | string | null;
  /** The policy as JSON text. Default: JSON.stringify. */
  write?: (policy: object) => string;
  /** Changes the finished form: its parts in the order in which they are sent. */
  change?: (parts: FormPart[]) => FormPart[];
}

/** The content of an upload that does not say which. */
export const CONTENT = Buffer.from('What is in the file.');

/** The signed form of an upload, ready to be sent, and the key it is meant for. Field order: key, fields, signature, file. */
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
      : [...Object.entries(signing), ['policy', policy], ['x-amz-signature', signTextV4(secretKey, scope, policy)]];
  const parts: FormPart[] = [['key', key], ...Object.entries(fields), ...signed, filePart(bytes, upload.filename, upload.type)];
  return { wire: formRequest(target.bucket, upload.change ? upload.change(parts) : parts), key, bytes };
}

/** Sets a field of a form to another value, where it stands. */
export function withField(parts: FormPart[], name: string, value: string): FormPart[] {
  return parts.map((part) => (Array.isArray(part) && part[0] === name ? [name, value] : part));
}

/** Leaves a field out of a form. */
export function withoutField(parts: FormPart[], name: string): FormPart[] {
  return parts.filter((part) => !(Array.isArray(part) && part[0] === name));
}

/** The file in front of one field, which comes last. */
export function withFieldAfterFile(parts: FormPart[], name: string): FormPart[] {
  const moved = parts.filter((part) => Array.isArray(part) && part[0] === name);
  return [...withoutField(parts, name), ...moved];
}
