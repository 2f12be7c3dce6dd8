/**
 * Builds the form that a browser sends to S3, with a policy signed by plain HMACs. Tests can change every part of it.
 */
import type { S3Store } from '../../../demo/s3/store.js';
import { amzDate, type StoreResponse, bucket, type Keys, keys, send, signatureV2, signatureV4 } from './client.js';

export type Condition = Record<string, unknown> | unknown[];

export interface Form {
  /** In the order in which they are sent. */
  fields: [name: string, value: string][];
  file: string | Buffer;
  filename: string;
}

export interface FormOptions {
  version?: 2 | 4;
  key?: string;
  file?: string | Buffer;
  filename?: string;
  /** Additional fields. A condition requires each of them. */
  extra?: Record<string, string>;
  /** Changes the conditions before they are signed. */
  conditions?: (conditions: Condition[]) => Condition[];
  /** Default: one minute from now. */
  expiration?: unknown;
  /** Encodes the policy document. Default: JSON in Base64. */
  encode?: (policy: object) => string;
  keys?: Keys;
  region?: string;
  /** Value of `x-amz-date`, in ms since 1970. Default: now. */
  time?: number;
  /** Changes the signed form before it is sent. */
  alter?: (form: Form) => void;
  path?: string;
  headers?: Record<string, string>;
}

/** Posts a form. It is valid unless the options change it. */
export function postForm(store: Pick<S3Store, 'port'>, options: FormOptions = {}): Promise<StoreResponse> {
  const form = buildForm(options);
  const { body, headers } = encodeForm(form);
  return send(store, { method: 'POST', path: options.path ?? `/${bucket}`, headers: { ...headers, ...options.headers }, body });
}

export function buildForm(options: FormOptions = {}): Form {
  const { version = 4, key = 'user/cat.txt', extra = {}, region = 'us-east-1', time = Date.now() } = options;
  const { accessKeyId, secretAccessKey, sessionToken } = options.keys ?? keys;
  const date = amzDate(time);
  const day = date.slice(0, 8);
  const fields: Record<string, string> = {
    key,
    ...extra,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
    ...(version === 4
      ? {
          'x-amz-algorithm': 'AWS4-HMAC-SHA256',
          'x-amz-credential': `${accessKeyId}/${day}/${region}/s3/aws4_request`,
          'x-amz-date': date,
        }
      : {}),
  };
  const conditions: Condition[] = [{ bucket }, ...Object.entries(fields).map(([name, value]) => ({ [name]: value }))];
  const document = {
    expiration: options.expiration ?? new Date(Date.now() + 60_000).toISOString(),
    conditions: options.conditions?.(conditions) ?? conditions,
  };
  const policy = options.encode?.(document) ?? Buffer.from(JSON.stringify(document)).toString('base64');
  const signature: [string, string][] =
    version === 4
      ? [['x-amz-signature', signatureV4(policy, day, secretAccessKey, region)]]
      : [
          ['AWSAccessKeyId', accessKeyId],
          ['signature', signatureV2(policy, secretAccessKey)],
        ];
  const form: Form = {
    fields: [...Object.entries(fields), ['policy', policy], ...signature],
    file: options.file ?? 'miaow',
    filename: options.filename ?? 'cat.txt',
  };
  options.alter?.(form);
  return form;
}

const boundary = '----a-boundary-that-is-in-no-file';

export function encodeForm({ fields, file, filename }: Form): { body: Buffer; headers: Record<string, string> } {
  const parts = fields.map(([name, value]) =>
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
  );
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: text/plain\r\n\r\n`;
  const body = Buffer.concat([...parts, Buffer.from(head), Buffer.from(file), Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return { body, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
}

/** Sets a field, or removes it. */
export function setField(form: Form, name: string, value: string | undefined): void {
  form.fields = form.fields.flatMap((field) => (field[0] !== name ? [field] : value === undefined ? [] : [[name, value]]));
}
