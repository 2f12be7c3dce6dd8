/** Policies and form fields, compared with Fine Uploader 5.16: signing servers depend on their order. */
import { expect } from '@open-wc/testing';
import { formFields, objectHeaders, policyDocument } from '../../../src/stores/s3/policy.js';
import type { ObjectProperties, SigningParams } from '../../../src/stores/s3/policy.js';

describe('a form post', () => {
  const object: ObjectProperties = {
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
  const v4: SigningParams = {
    version: 4,
    credential: 'AK/20261122/eu-west-1/s3/aws4_request',
    date: '20261122T213000Z',
    sessionToken: 'token',
  };
  const v2: SigningParams = { version: 2, accessKey: 'AK', sessionToken: undefined };
  const bare: ObjectProperties = {
    ...object,
    contentType: '',
    storageClass: '',
    serverSideEncryption: false,
    metadata: {},
    minSize: 0,
    maxSize: 0,
  };
  const time = Date.UTC(2026, 10, 22, 21, 35);

  it('has the conditions in Fine Uploader’s order (v4)', () => {
    expect(policyDocument(object, v4, time)).to.equal(
      '{"expiration":"2026-11-22T21:35:00.000Z","conditions":[{"acl":"private"},{"bucket":"photos"},{"Content-Type":"image/jpeg"},' +
        '{"success_action_status":"200"},{"x-amz-storage-class":"REDUCED_REDUNDANCY"},{"x-amz-security-token":"token"},' +
        '{"x-amz-server-side-encryption":"AES256"},{"x-amz-algorithm":"AWS4-HMAC-SHA256"},{"key":"user/ü 1.jpg"},' +
        '{"x-amz-credential":"AK/20261122/eu-west-1/s3/aws4_request"},{"x-amz-date":"20261122T213000Z"},{"x-amz-meta-a":"1"},' +
        '{"x-amz-meta-qqfilename":"a.jpg"},["content-length-range","0","20000000"]]}',
    );
  });

  it('has the conditions in Fine Uploader’s order (v2)', () => {
    expect(policyDocument({ ...bare, minSize: 5 }, v2, time)).to.equal(
      '{"expiration":"2026-11-22T21:35:00.000Z","conditions":[{"acl":"private"},{"bucket":"photos"},{"success_action_status":"200"},' +
        '{"key":"user/ü 1.jpg"},["content-length-range","5","9007199254740992"]]}',
    );
  });

  it('allows any key with a prefix, if it is for many files', () => {
    expect(JSON.parse(policyDocument(object, v2, time, 'user/'))).to.deep.equal({
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

  it('has the form fields in Fine Uploader’s order', () => {
    const names = (fields: readonly (readonly [string, string])[]) => fields.map(([name]) => name).join(' ');
    expect(names(formFields(object, v4, 'P', 'S'))).to.equal(
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

  it('has headers that create the same object', () => {
    expect(objectHeaders(object)).to.deep.equal({
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
