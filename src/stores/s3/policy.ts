/**
 * A form post (PostObject): its policy and its fields, in the order Fine Uploader has them, since signing servers were written against that.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */

import type { Metadata } from './metadata.js';
import { algorithm } from './signers/sigv4.js';

/** What a form post shall make. */
export interface ObjectProperties {
  readonly bucket: string;
  readonly key: string;
  /** '' for none. */
  readonly acl: string;
  /** '' where it is not known. */
  readonly contentType: string;
  /** '' for the bucket's default. */
  readonly storageClass: string;
  readonly serverSideEncryption: boolean;
  readonly metadata: Metadata;
  /** Bytes the file must have at least; 0 for no limit. */
  readonly minSize: number;
  /** Bytes the file may have at most; 0 for no limit. */
  readonly maxSize: number;
}

/** Whose signature a form will bear. */
export type PolicyCredential = { readonly sessionToken: string | undefined } & (
  | { readonly version: 2; readonly accessKey: string }
  /** `credential`: access key and scope; `date`: `20261122T213000Z`. */
  | { readonly version: 4; readonly credential: string; readonly date: string }
);

/** A form field, or a condition for one. */
type Pair = readonly [name: string, value: string];

/**
 * The policy, as JSON.
 * @param expiration - ms since 1970.
 * @param prefix - makes a policy for many files: any key that begins so, any name and type. Undefined for a policy for this one alone.
 */
export function policyDocument(post: ObjectProperties, authority: PolicyCredential, expiration: number, prefix?: string): string {
  const exactly = ([name, value]: Pair) => ({ [name]: value });
  const loosely = ([name, value]: Pair) =>
    prefix === undefined ? { [name]: value } : ['starts-with', `$${name}`, name === 'key' ? prefix : ''];
  const conditions: unknown[] = [
    ...acl(post).map(exactly),
    { bucket: post.bucket },
    ...contentType(post).map(loosely),
    ...status.map(exactly),
    ...storageClass(post).map(exactly),
    ...securityToken(authority).map(exactly),
    ...encryption(post).map(exactly),
  ];
  const signed = signedBy(authority);
  conditions.push(...signed.slice(0, 1).map(exactly), loosely(['key', post.key]), ...signed.slice(1).map(exactly));
  conditions.push(...Object.entries(post.metadata).map(loosely));
  const { minSize, maxSize } = post;
  if (minSize > 0 || maxSize > 0) conditions.push(['content-length-range', String(minSize), String(maxSize || 2 ** 53)]);
  return JSON.stringify({ expiration: new Date(expiration).toISOString(), conditions });
}

/** The fields of the form, in the order to send them; the file comes after them. */
export function formFields(post: ObjectProperties, authority: PolicyCredential, policy: string, signature: string): Pair[] {
  return [
    ['key', post.key],
    ...contentType(post),
    ...status,
    ...storageClass(post),
    ...encryption(post),
    ...securityToken(authority),
    ...acl(post),
    ...Object.entries(post.metadata),
    ...(authority.version === 2 ? ([['AWSAccessKeyId', authority.accessKey]] as const) : signedBy(authority)),
    ['policy', policy],
    [authority.version === 2 ? 'signature' : 'x-amz-signature', signature],
  ];
}

/** The headers that make a `PutObject` or `CreateMultipartUpload` the same object as the form would. */
export function objectHeaders(post: ObjectProperties): Record<string, string> {
  const pairs = [
    ...contentType(post),
    ...acl(post, 'x-amz-acl'),
    ...storageClass(post),
    ...encryption(post),
    ...Object.entries(post.metadata),
  ];
  return Object.fromEntries(pairs);
}

const status: readonly Pair[] = [['success_action_status', '200']];

function acl(post: ObjectProperties, name = 'acl'): Pair[] {
  return post.acl ? [[name, post.acl]] : [];
}

function contentType(post: ObjectProperties): Pair[] {
  return post.contentType ? [['Content-Type', post.contentType]] : [];
}

function storageClass(post: ObjectProperties): Pair[] {
  return post.storageClass ? [['x-amz-storage-class', post.storageClass]] : [];
}

function encryption(post: ObjectProperties): Pair[] {
  const name = 'x-amz-server-side-encryption';
  return post.serverSideEncryption && !(name in post.metadata) ? [[name, 'AES256']] : [];
}

function securityToken({ sessionToken }: PolicyCredential): Pair[] {
  return sessionToken ? [['x-amz-security-token', sessionToken]] : [];
}

function signedBy(authority: PolicyCredential): Pair[] {
  if (authority.version === 2) return [];
  return [
    ['x-amz-algorithm', algorithm],
    ['x-amz-credential', authority.credential],
    ['x-amz-date', authority.date],
  ];
}
