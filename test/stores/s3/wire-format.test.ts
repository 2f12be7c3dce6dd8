/** What goes into requests, laid beside what Fine Uploader 5.16 sends, so that servers that were made for it go on working. */
import { expect } from '@open-wc/testing';
import { UploadError } from '../../../src/core/errors.js';
import type { UploadFile } from '../../../src/core/types.js';
import { resolveEndpoint } from '../../../src/stores/s3/endpoint.js';
import { escapeKey, objectKey, isSameKey } from '../../../src/stores/s3/key.js';
import type { KeyRule } from '../../../src/stores/s3/key.js';
import { createMultipartUploadHeaders, objectMetadata, uploadPartHeaders } from '../../../src/stores/s3/metadata.js';
import { formFields, objectHeaders, policyDocument } from '../../../src/stores/s3/policy.js';
import type { PolicyCredential, ObjectProperties } from '../../../src/stores/s3/policy.js';
import { createMultipartUpload, listParts, putObject, uploadPart, requestUrl } from '../../../src/stores/s3/requests.js';
import { fileOf } from '../../contract/checks.js';

const { signal } = new AbortController();
const uuid = '8a4bb2b3-6d62-4b1c-a9c0-7c3b9ef3a5a4';
const named = (name: string): UploadFile => fileOf(new Blob(), { name, uuid });

describe('the key', () => {
  const keys: readonly (readonly [rule: KeyRule, name: string, key: string])[] = [
    ['uuid', 'a.tar.gz', `${uuid}.gz`],
    ['uuid', 'Photo.JPG', `${uuid}.JPG`],
    ['uuid', '.hidden', `${uuid}.hidden`],
    ['uuid', 'noext', uuid],
    ['uuid', 'a.', `${uuid}.`],
    ['uuid', 'v1.0/readme', uuid],
    ['uuid', 'a.b\nc', uuid],
    ['filename', "it's (1) ü+.txt", "it's (1) ü+.txt"],
    ['filename', 'half a pair \ud83c.txt', 'half a pair \ufffd.txt'],
    [({ name, size }) => `user/1/${size}/${name}`, 'a.txt', 'user/1/0/a.txt'],
    [({ name }) => Promise.resolve(`later/${name}`), 'a.txt', 'later/a.txt'],
    [() => '\ufeffmarked', 'a.txt', '\ufeffmarked'],
  ];
  for (const [rule, name, key] of keys) {
    it(`${JSON.stringify(name)} by ${typeof rule === 'string' ? rule : 'a function'}`, async () => {
      expect(await objectKey(rule, named(name), signal)).to.equal(key);
    });
  }

  const wrong: readonly (readonly [what: string, result: unknown, reason: RegExp])[] = [
    ['nothing', undefined, /must be a string/],
    ['an empty string', '', /must be a string that is not empty/],
    ['a number', 7, /must be a string/],
    ['too many bytes', 'ü'.repeat(513), /1026 bytes; the storage takes 1024/],
  ];
  for (const [what, result, reason] of wrong) {
    it(`is refused where a function makes ${what}`, async () => {
      const error = await objectKey(() => result as string, named('a.txt'), signal).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(UploadError).and.include({ code: 'InvalidKey', retry: 'manual' });
      expect((error as UploadError).reason).to.match(reason);
    });
  }

  it('may have 1024 bytes', async () => expect(await objectKey(() => 'ü'.repeat(512), named('a'), signal)).to.have.length(512));

  it('is waited for no longer than the attempt lasts', async () => {
    const attempt = new AbortController();
    const waiting = objectKey(() => new Promise(() => {}), named('a'), attempt.signal).catch((thrown: unknown) => thrown);
    attempt.abort('enough');
    expect(await waiting).to.equal('enough');
  });

  it('is escaped segment by segment', () => {
    expect(escapeKey("a b/!'()*/+&=?#%~-_./ü\\文")).to.equal('a%20b/%21%27%28%29%2A/%2B%26%3D%3F%23%25~-_./%C3%BC%5C%E6%96%87');
    expect(escapeKey('/a//b/')).to.equal('/a//b/');
    for (const key of ['a/../b', '.', 'a/.']) expect(() => escapeKey(key)).to.throw(UploadError, /A browser cannot ask for/);
  });

  it('is the same however a store has escaped it', () => {
    const key = 'user/1/ü b+c (1).txt';
    for (const other of [key, encodeURIComponent(key), escapeKey(key), 'user/1/Ã¼ b+c (1).txt', 'user/1/%C3%BC+b%2Bc+%281%29.txt']) {
      expect(isSameKey(other, key), other).to.equal(true);
    }
    for (const other of ['user/1/b+c (2).txt', 'user/2/ü b+c (1).txt', '', '100%']) expect(isSameKey(other, key), other).to.equal(false);
    expect(isSameKey('100% sure', '100% sure')).to.equal(true);
  });
});

describe('metadata', () => {
  it('is what Fine Uploader makes of params', () => {
    expect(
      objectMetadata(
        {
          Title: 'Ü & (1)',
          count: 3,
          list: ['a', 'b'],
          nested: { a: 1 },
          called: () => 'yes!',
          nothing: null,
          undefinedToo: undefined,
          flag: false,
          'Cache-Control': 'max-age=60, public',
          'content-disposition': 'attachment; filename="a b.txt"',
          'x-amz-server-side-encryption-customer-key-MD5': 'abc==',
        },
        'ä.txt',
      ),
    ).to.deep.equal({
      'x-amz-meta-title': '%C3%9C%20%26%20(1)',
      'x-amz-meta-count': '3',
      'x-amz-meta-list': 'a%2Cb',
      'x-amz-meta-nested': '%7B%22a%22%3A1%7D',
      'x-amz-meta-called': 'yes!',
      'x-amz-meta-flag': 'false',
      'Cache-Control': 'max-age=60, public',
      'Content-Disposition': 'attachment; filename="a b.txt"',
      'x-amz-server-side-encryption-customer-key-MD5': 'abc==',
      'x-amz-meta-qqfilename': '%C3%A4.txt',
    });
  });

  it('has the file’s name under another name, if told so', () => {
    expect(objectMetadata({}, 'a', 'FileName')).to.deep.equal({ 'x-amz-meta-filename': 'a' });
    expect(objectMetadata({}, '\ud83c')).to.deep.equal({ 'x-amz-meta-qqfilename': '%EF%BF%BD' });
  });

  it('refuses names that no header has', () => {
    expect(() => objectMetadata({ 'two words': 1 }, 'a')).to.throw(UploadError, /“two words” cannot be the name of metadata/);
  });

  it('goes with parts only where a part needs it', () => {
    const metadata = objectMetadata({ a: 1, 'Content-MD5': 'x==', 'x-amz-server-side-encryption-customer-key': 'k' }, 'n');
    expect(uploadPartHeaders(metadata)).to.deep.equal({ 'x-amz-server-side-encryption-customer-key': 'k' });
    expect(Object.keys(createMultipartUploadHeaders(metadata))).not.to.include('Content-MD5');
  });
});

describe('a form post', () => {
  const post: ObjectProperties = {
    bucket: 'photos',
    key: 'user/ü 1.jpg',
    acl: 'private',
    contentType: 'image/jpeg',
    storageClass: 'REDUCED_REDUNDANCY',
    serverSideEncryption: true,
    metadata: { 'x-amz-meta-a': '1', 'x-amz-meta-qqfilename': 'a.jpg' },
    minSize: 0,
    maxSize: 20_000_000,
  };
  const v4: PolicyCredential = {
    version: 4,
    credential: 'AK/20261122/eu-west-1/s3/aws4_request',
    date: '20261122T213000Z',
    sessionToken: 'token',
  };
  const v2: PolicyCredential = { version: 2, accessKey: 'AK', sessionToken: undefined };
  const bare: ObjectProperties = {
    ...post,
    contentType: '',
    storageClass: '',
    serverSideEncryption: false,
    metadata: {},
    minSize: 0,
    maxSize: 0,
  };
  const time = Date.UTC(2026, 10, 22, 21, 35);

  it('has its policy in Fine Uploader’s order (v4)', () => {
    expect(policyDocument(post, v4, time)).to.equal(
      '{"expiration":"2026-11-22T21:35:00.000Z","conditions":[{"acl":"private"},{"bucket":"photos"},{"Content-Type":"image/jpeg"},' +
        '{"success_action_status":"200"},{"x-amz-storage-class":"REDUCED_REDUNDANCY"},{"x-amz-security-token":"token"},' +
        '{"x-amz-server-side-encryption":"AES256"},{"x-amz-algorithm":"AWS4-HMAC-SHA256"},{"key":"user/ü 1.jpg"},' +
        '{"x-amz-credential":"AK/20261122/eu-west-1/s3/aws4_request"},{"x-amz-date":"20261122T213000Z"},{"x-amz-meta-a":"1"},' +
        '{"x-amz-meta-qqfilename":"a.jpg"},["content-length-range","0","20000000"]]}',
    );
  });

  it('has its policy in Fine Uploader’s order (v2)', () => {
    expect(policyDocument({ ...bare, minSize: 5 }, v2, time)).to.equal(
      '{"expiration":"2026-11-22T21:35:00.000Z","conditions":[{"acl":"private"},{"bucket":"photos"},{"success_action_status":"200"},' +
        '{"key":"user/ü 1.jpg"},["content-length-range","5","9007199254740992"]]}',
    );
  });

  it('can have a policy for more than one file', () => {
    expect(JSON.parse(policyDocument(post, v2, time, 'user/'))).to.deep.equal({
      expiration: '2026-11-22T21:35:00.000Z',
      conditions: [
        { acl: 'private' },
        { bucket: 'photos' },
        ['starts-with', '$Content-Type', ''],
        { success_action_status: '200' },
        { 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
        { 'x-amz-server-side-encryption': 'AES256' },
        ['starts-with', '$key', 'user/'],
        ['starts-with', '$x-amz-meta-a', ''],
        ['starts-with', '$x-amz-meta-qqfilename', ''],
        ['content-length-range', '0', '20000000'],
      ],
    });
  });

  it('has its fields in Fine Uploader’s order', () => {
    const names = (fields: readonly (readonly [string, string])[]) => fields.map(([name]) => name).join(' ');
    expect(names(formFields(post, v4, 'P', 'S'))).to.equal(
      'key Content-Type success_action_status x-amz-storage-class x-amz-server-side-encryption x-amz-security-token acl x-amz-meta-a ' +
        'x-amz-meta-qqfilename x-amz-algorithm x-amz-credential x-amz-date policy x-amz-signature',
    );
    expect(formFields(bare, v2, 'P', 'S')).to.deep.equal([
      ['key', 'user/ü 1.jpg'],
      ['success_action_status', '200'],
      ['acl', 'private'],
      ['AWSAccessKeyId', 'AK'],
      ['policy', 'P'],
      ['signature', 'S'],
    ]);
  });

  it('is the same object as headers', () => {
    expect(objectHeaders(post)).to.deep.equal({
      'Content-Type': 'image/jpeg',
      'x-amz-acl': 'private',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-meta-a': '1',
      'x-amz-meta-qqfilename': 'a.jpg',
    });
    expect(objectHeaders({ ...bare, acl: '' })).to.deep.equal({});
    const kms = { 'x-amz-server-side-encryption': 'aws:kms' };
    expect(objectHeaders({ ...bare, acl: '', serverSideEncryption: true, metadata: kms })).to.deep.equal(kms);
  });
});

describe('requests', () => {
  const target = resolveEndpoint('http://127.0.0.1:9000/b');

  it('go to where the object will be', () => {
    expect(requestUrl(target, putObject('a b/ü', {}, new Blob()))).to.equal('http://127.0.0.1:9000/b/a%20b/%C3%BC');
    expect(requestUrl(target, createMultipartUpload('k', {}))).to.equal('http://127.0.0.1:9000/b/k?uploads');
    expect(requestUrl(target, uploadPart('k', '2~x/y==', 3, {}, new Blob()))).to.equal(
      'http://127.0.0.1:9000/b/k?partNumber=3&uploadId=2~x%2Fy%3D%3D',
    );
    expect(requestUrl(target, listParts('k', 'u', '1000'))).to.equal('http://127.0.0.1:9000/b/k?part-number-marker=1000&uploadId=u');
  });
});
