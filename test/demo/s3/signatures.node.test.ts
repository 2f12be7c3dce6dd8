/**
 * The example signatures of AWS's documentation, computed by the store's functions and sent to a store with a clock at their date.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signV2, stringToSignV2 } from '../../../demo/s3/signature-v2.js';
import { canonicalRequest, canonicalUri, parseCredential, sign, stringToSign } from '../../../demo/s3/signature-v4.js';
import { keys, send, startStore } from './client.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
const nothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const v4Examples = [
  {
    name: 'GET object',
    method: 'GET',
    rawPath: '/test.txt',
    query: [],
    headers: { range: 'bytes=0-9', 'x-amz-content-sha256': nothing },
    signature: 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  {
    name: 'PUT object',
    method: 'PUT',
    rawPath: '/test$file.text',
    query: [],
    headers: {
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
    },
    body: 'Welcome to Amazon S3.',
    signature: '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  },
  {
    name: 'GET bucket lifecycle',
    method: 'GET',
    rawPath: '/',
    query: [['lifecycle', '']],
    headers: { 'x-amz-content-sha256': nothing },
    signature: 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  },
  {
    name: 'list objects',
    method: 'GET',
    rawPath: '/',
    query: [
      ['max-keys', '2'],
      ['prefix', 'J'],
    ],
    headers: { 'x-amz-content-sha256': nothing },
    signature: '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  },
] as const;
const amzDate = '20130524T000000Z';
const credential = `${keys.accessKeyId}/20130524/us-east-1/s3/aws4_request`;
const exampleHost = 'examplebucket.s3.amazonaws.com';

function exampleHeaders(headers: object): Map<string, string> {
  return new Map(Object.entries({ host: exampleHost, ...headers, 'x-amz-date': amzDate }));
}

for (const example of v4Examples) {
  test(`SigV4: computes the published signature of "${example.name}"`, () => {
    const headers = exampleHeaders(example.headers);
    const canonical = canonicalRequest({
      method: example.method,
      rawPath: example.rawPath,
      query: example.query,
      headers,
      signedHeaders: [...headers.keys()],
      payloadHash: example.headers['x-amz-content-sha256'],
    });
    const scope = parseCredential(credential);
    assert.ok(scope);
    assert.equal(sign(keys.secretAccessKey, scope, stringToSign(amzDate, scope, canonical)), example.signature);
  });
}

test('SigV4: accepts the published PUT and GET on their date and rejects a changed digit', async (t) => {
  const store = await startStore(t, {
    now: () => Date.UTC(2013, 4, 24),
    buckets: [{ name: 'examplebucket' }],
    hosts: ['s3.amazonaws.com'],
  });
  const [get, put] = v4Examples;
  const call = (example: typeof get | typeof put, signature: string) => {
    const headers = exampleHeaders(example.headers);
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${[...headers.keys()].sort().join(';')},Signature=${signature}`;
    return send(store, {
      method: example.method,
      path: example.rawPath,
      headers: { ...Object.fromEntries(headers), authorization },
      ...('body' in example ? { body: example.body } : {}),
    });
  };
  assert.equal((await call(put, put.signature)).status, 200);
  const refused = await call(put, put.signature.replace('9', '8'));
  assert.equal(refused.element('Code'), 'SignatureDoesNotMatch');
  assert.match(refused.element('CanonicalRequest'), /^PUT\n\/test%24file\.text\n\ndate:Fri, 24 May 2013 00:00:00 GMT\nhost:examplebucket/);
  assert.equal(
    refused.element('StringToSign'),
    'AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n9e0e90d9c76de8fa5b200d8c849cd5b8dc7a3be3951ddb7f6a76b4158342019d',
  );
  // test.txt does not exist: the signature is accepted, the object is not found.
  assert.equal((await call(get, get.signature)).element('Code'), 'NoSuchKey');
});

test('SigV4: accepts the published presigned GET until it expires', async (t) => {
  let now = Date.UTC(2013, 4, 24);
  const store = await startStore(t, { now: () => now, buckets: [{ name: 'examplebucket' }], hosts: ['s3.amazonaws.com'] });
  const path = `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(credential)}&X-Amz-Date=${amzDate}&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`;
  const headers = { host: exampleHost };
  assert.equal((await send(store, { path, headers })).element('Code'), 'NoSuchKey');
  now += 86_400_000;
  const late = await send(store, { path, headers });
  assert.deepEqual([late.status, late.element('Code'), late.element('Message')], [403, 'AccessDenied', 'Request has expired']);
  assert.equal(late.element('Expires'), '2013-05-25T00:00:00Z');
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html */
test('SigV4: computes the published signature of a POST policy', () => {
  const policy =
    'eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9';
  const scope = parseCredential(`${keys.accessKeyId}/20151229/us-east-1/s3/aws4_request`);
  assert.ok(scope);
  assert.equal(sign(keys.secretAccessKey, scope, policy), '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e');
});

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html */
const v2Examples = [
  {
    name: 'object GET',
    parts: {
      method: 'GET',
      resource: '/awsexamplebucket1/photos/puppy.jpg',
      query: [],
      headers: {},
      date: 'Tue, 27 Mar 2007 19:36:42 +0000',
    },
    signature: 'qgk2+6Sv9/oM7G3qLEjTH1a1l1g=',
  },
  {
    name: 'object PUT',
    parts: {
      method: 'PUT',
      resource: '/awsexamplebucket1/photos/puppy.jpg',
      query: [],
      headers: { 'content-type': 'image/jpeg' },
      date: 'Tue, 27 Mar 2007 21:15:45 +0000',
    },
    signature: 'iqRzw+ileNPu1fhspnRs8nOjjIA=',
  },
  {
    name: 'list',
    parts: {
      method: 'GET',
      resource: '/awsexamplebucket1/',
      query: [
        ['prefix', 'photos'],
        ['max-keys', '50'],
        ['marker', 'puppy'],
      ],
      headers: {},
      date: 'Tue, 27 Mar 2007 19:42:41 +0000',
    },
    signature: 'm0WP8eCtspQl5Ahe6L1SozdX9YA=',
  },
  {
    name: 'fetch of a sub-resource',
    parts: { method: 'GET', resource: '/awsexamplebucket1/', query: [['acl', '']], headers: {}, date: 'Tue, 27 Mar 2007 19:44:46 +0000' },
    signature: '82ZHiFIjc+WbcwFKGUVEQspPn+0=',
  },
] as const;

for (const { name, parts, signature } of v2Examples) {
  test(`SigV2: computes the published signature of "${name}"`, () => {
    const text = stringToSignV2({ ...parts, headers: new Map(Object.entries(parts.headers)) });
    assert.equal(signV2(keys.secretAccessKey, text), signature);
  });
}

test('the canonical URI is decoded, strictly encoded again and never normalized', () => {
  assert.equal(canonicalUri("/a!b'(c)*d"), '/a%21b%27%28c%29%2Ad');
  assert.equal(canonicalUri('/a%21b'), '/a%21b');
  assert.equal(canonicalUri('//x/../y/./z'), '//x/../y/./z');
  assert.equal(canonicalUri('/%F0%9F%98%80-_.~'), '/%F0%9F%98%80-_.~');
  assert.equal(canonicalUri('/a+b%2Bc'), '/a%20b%2Bc');
});
