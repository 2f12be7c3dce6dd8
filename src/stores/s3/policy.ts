/**
 * The policy and the fields of a form post (`PostObject`), in Fine Uploader's order: signing servers parse the policy.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */

import type { Metadata } from './metadata.js';
import { algorithm } from './signers/sigv4.js';

/** The object that an upload creates. */
export interface ObjectProperties {
  readonly bucket: string;
  readonly key: string;
  /** Canned ACL; '' for none. */
  readonly acl: string;
  /** '' if unknown. */
  readonly contentType: string;
  /** '' for the bucket's default. */
  readonly storageClass: string;
  readonly serverSideEncryption: boolean;
  readonly metadata: Metadata;
  /** Minimum size of the file, bytes; 0 for no limit. */
  readonly minSize: number;
  /** Maximum size of the file, bytes; 0 for no limit. */
  readonly maxSize: number;
}

/** What a policy says about its signature. */
export type SigningParams = {
  readonly sessionToken: string | undefined;
  /** Status of the answer to a form post. Default 200, as in Fine Uploader: signing servers may check it. 201: the answer names the object. */
  readonly successStatus?: 200 | 201 | undefined;
} & (
  | { readonly version: 2; readonly accessKey: string }
  /** `credential`: `{accessKey}/{credentialScope}`. `date`: `20261122T213000Z`. */
  | { readonly version: 4; readonly credential: string; readonly date: string }
);

/** A form field, or a condition that requires its value. */
type Field = readonly [name: string, value: string];

/**
 * The policy, as JSON.
 *
 * @param expiration - ms since 1970.
 * @param keyPrefix - makes a policy for many files, with any key that starts with the prefix, any name and any type. Undefined for a policy for this object alone.
 */
export function policyDocument(object: ObjectProperties, signing: SigningParams, expiration: number, keyPrefix?: string): string {
  const exactMatch = ([name, value]: Field) => ({ [name]: value });
  const perFileMatch = ([name, value]: Field) =>
    keyPrefix === undefined ? { [name]: value } : ['starts-with', `$${name}`, name === 'key' ? keyPrefix : ''];
  const [algorithmField, ...otherSigningFields] = signingFields(signing).map(exactMatch);
  const conditions: unknown[] = [
    ...acl(object).map(exactMatch),
    { bucket: object.bucket },
    ...contentType(object).map(perFileMatch),
    ...successStatus(signing).map(exactMatch),
    ...storageClass(object).map(exactMatch),
    ...securityToken(signing).map(exactMatch),
    ...encryption(object).map(exactMatch),
    ...(algorithmField ? [algorithmField] : []),
    perFileMatch(['key', object.key]),
    ...otherSigningFields,
    ...Object.entries(object.metadata).map(perFileMatch),
  ];
  const { minSize, maxSize } = object;
  if (minSize > 0 || maxSize > 0) conditions.push(['content-length-range', String(minSize), String(maxSize || 2 ** 53)]);
  return JSON.stringify({ expiration: new Date(expiration).toISOString(), conditions });
}

/** The fields of the form in order. The file follows as the last field. */
export function formFields(object: ObjectProperties, signing: SigningParams, policy: string, signature: string): Field[] {
  return [
    ['key', object.key],
    ...contentType(object),
    ...successStatus(signing),
    ...storageClass(object),
    ...encryption(object),
    ...securityToken(signing),
    ...acl(object),
    ...Object.entries(object.metadata),
    ...(signing.version === 2 ? ([['AWSAccessKeyId', signing.accessKey]] as const) : signingFields(signing)),
    ['policy', policy],
    [signing.version === 2 ? 'signature' : 'x-amz-signature', signature],
  ];
}

/** The headers with which `PutObject` or `CreateMultipartUpload` creates the same object as the form. */
export function objectHeaders(object: ObjectProperties): Record<string, string> {
  return Object.fromEntries([
    ...contentType(object),
    ...acl(object, 'x-amz-acl'),
    ...storageClass(object),
    ...encryption(object),
    ...Object.entries(object.metadata),
  ]);
}

function successStatus({ successStatus = 200 }: SigningParams): Field[] {
  return [['success_action_status', String(successStatus)]];
}

function acl(object: ObjectProperties, name = 'acl'): Field[] {
  return object.acl ? [[name, object.acl]] : [];
}

function contentType(object: ObjectProperties): Field[] {
  return object.contentType ? [['Content-Type', object.contentType]] : [];
}

function storageClass(object: ObjectProperties): Field[] {
  return object.storageClass ? [['x-amz-storage-class', object.storageClass]] : [];
}

function encryption(object: ObjectProperties): Field[] {
  const name = 'x-amz-server-side-encryption';
  return object.serverSideEncryption && !(name in object.metadata) ? [[name, 'AES256']] : [];
}

function securityToken({ sessionToken }: SigningParams): Field[] {
  return sessionToken ? [['x-amz-security-token', sessionToken]] : [];
}

function signingFields(signing: SigningParams): Field[] {
  if (signing.version === 2) return [];
  return [
    ['x-amz-algorithm', algorithm],
    ['x-amz-credential', signing.credential],
    ['x-amz-date', signing.date],
  ];
}
