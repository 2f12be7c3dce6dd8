/**
 * Temporary credentials: how they are issued, their permissions and their lifetime.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { Role } from '../../../demo/s3/store.js';
import {
  type StoreResponse,
  bucket,
  completeDocument,
  createUpload,
  type Keys,
  md5,
  presign,
  send,
  signatureV2,
  sendSigned,
  startStore,
} from './client.js';
import { postForm } from './form.js';

const first = generateKeyPairSync('rsa', { modulusLength: 2048 });
const second = generateKeyPairSync('rsa', { modulusLength: 2048 });
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** An identity provider whose keys and status the tests change. */
let published: { kid: string; key: KeyObject }[] = [{ kid: 'first', key: first.publicKey }];
let failing = false;
const provider = createServer((request, response) => {
  const responses: Record<string, unknown> = {
    '/idp/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/keys` },
    '/idp/keys': { keys: published.map(({ kid, key }) => ({ ...key.export({ format: 'jwk' }), kid, use: 'sig' })) },
    '/liar/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/keys` },
  };
  const found = responses[request.url ?? ''];
  response
    .writeHead(failing ? 500 : found === undefined ? 404 : 200, { 'content-type': 'application/json' })
    .end(JSON.stringify(found ?? {}));
});
await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
const issuer = `${origin}/idp`;
after(() => {
  provider.closeAllConnections();
  provider.close();
});

const role: Role = {
  arn: 'arn:aws:iam::000000000000:role/WebUpload',
  bucket,
  prefix: 'user/',
  actions: ['s3:PutObject', 's3:GetObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
  minDuration: 1,
};
const roles: Role[] = [
  role,
  { ...role, arn: 'arn:aws:iam::000000000000:role/Reader', actions: ['s3:Get*', 's3:ListBucket'], minDuration: 900, maxDuration: 1800 },
];
let clockOffset = 0;
const options = {
  buckets: [{ name: bucket }, { name: 'other' }],
  now: () => Date.now() + clockOffset,
  identityProviders: [
    { issuer, audience: 'web-page', roles },
    { issuer: `${origin}/liar`, audience: 'web-page', roles },
  ],
};
const store = await startStore({ after }, options);

const seconds = () => Math.floor((Date.now() + clockOffset) / 1000);
const claims = () => ({ iss: issuer, aud: 'web-page', sub: 'eva', iat: seconds(), exp: seconds() + 600 });
const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

function token(changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}, key: KeyObject = first.privateKey): string {
  const text = `${encode({ alg: 'RS256', kid: 'first', typ: 'JWT', ...header })}.${encode({ ...claims(), ...changes })}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
}

function assume(changes: Record<string, string | undefined> = {}): Promise<StoreResponse> {
  const fields = {
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role.arn,
    RoleSessionName: 'page',
    WebIdentityToken: token(),
    DurationSeconds: '900',
    ...changes,
  };
  const body = new URLSearchParams(Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined)).toString();
  return send(store, { method: 'POST', path: '/', headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }, body });
}

async function credentials(changes: Record<string, string | undefined> = {}): Promise<Keys & { sessionToken: string; expiration: string }> {
  const response = await assume(changes);
  assert.equal(response.status, 200, response.text);
  return {
    accessKeyId: response.element('AccessKeyId'),
    secretAccessKey: response.element('SecretAccessKey'),
    sessionToken: response.element('SessionToken'),
    expiration: response.element('Expiration'),
  };
}

function assertError(response: StoreResponse, status: number, code: string): void {
  assert.deepEqual([response.status, response.element('Code')], [status, code], response.text);
}

describe('AssumeRoleWithWebIdentity', () => {
  test('issues credentials for a valid token', async () => {
    const response = await assume();
    assert.equal(response.status, 200);
    assert.match(
      response.text,
      /<AssumeRoleWithWebIdentityResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/"><AssumeRoleWithWebIdentityResult>/,
    );
    assert.match(response.element('AccessKeyId'), /^ASIA[A-Z2-7]{16}$/);
    assert.equal(response.element('SecretAccessKey').length, 40);
    assert.ok(Math.abs(Date.parse(response.element('Expiration')) - Date.now() - 900_000) < 10_000);
    assert.deepEqual(
      [
        response.element('SubjectFromWebIdentityToken'),
        response.element('Audience'),
        response.element('Provider'),
        response.headers['cache-control'],
      ],
      ['eva', 'web-page', issuer, 'no-store'],
    );
    assert.equal(response.element('Arn'), 'arn:aws:sts::000000000000:assumed-role/WebUpload/page');
    assert.notEqual((await assume()).element('AccessKeyId'), response.element('AccessKeyId'));
    assert.equal((await assume({ WebIdentityToken: token({ aud: ['else', 'web-page'] }) })).status, 200);
  });

  const wrong: Record<string, { token: () => string; code?: string }> = {
    expired: { token: () => token({ exp: seconds() - 1 }), code: 'ExpiredTokenException' },
    'without an expiration': { token: () => token({ exp: undefined }) },
    'not valid yet': { token: () => token({ nbf: seconds() + 120 }) },
    'issued in the future': { token: () => token({ iat: seconds() + 120 }) },
    'for another audience': { token: () => token({ aud: 'another-page' }) },
    'without an audience': { token: () => token({ aud: undefined }) },
    'without a subject': { token: () => token({ sub: undefined }) },
    'of another issuer': { token: () => token({ iss: 'https://accounts.example.com' }) },
    'of an issuer whose configuration names another': { token: () => token({ iss: `${origin}/liar` }), code: 'IDPCommunicationError' },
    'signed by another key': { token: () => token({}, {}, second.privateKey) },
    'of an unknown key': { token: () => token({}, { kid: 'unknown' }) },
    unsigned: { token: () => `${encode({ alg: 'none' })}.${encode(claims())}.` },
    'signed with its public key as a secret': { token: () => token({}, { alg: 'HS256' }) },
    'of another algorithm': {
      token: () => {
        const text = `${encode({ alg: 'ES256', kid: 'first' })}.${encode(claims())}`;
        return `${text}.${sign('SHA256', Buffer.from(text), { key: curve.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
      },
    },
    'with critical extensions': { token: () => token({}, { crit: ['b64'] }) },
    'changed after it was signed': { token: () => token().replace(/\.(.*)\./, () => `.${encode({ ...claims(), sub: 'root' })}.`) },
    'that is no token': { token: () => 'hello' },
    'that is no JSON': { token: () => 'a.b.c' },
    'that is JSON of another kind': { token: () => 'bnVsbA.bnVsbA.bnVsbA' },
  };
  for (const [name, { token: make, code = 'InvalidIdentityToken' }] of Object.entries(wrong)) {
    test(`rejects a token ${name}: ${code}`, async () => {
      const response = await assume({ WebIdentityToken: make() });
      assertError(response, 400, code);
      assert.match(response.text, /<ErrorResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/"><Error><Type>Sender<\/Type>/);
    });
  }

  test('rejects unknown roles and invalid values', async () => {
    assertError(await assume({ RoleArn: 'arn:aws:iam::000000000000:role/Admin' }), 403, 'AccessDenied');
    for (const changes of [
      { RoleArn: undefined },
      { RoleArn: 'Admin' },
      { RoleSessionName: undefined },
      { RoleSessionName: 'x' },
      { RoleSessionName: 'a b' },
      { WebIdentityToken: undefined },
      { DurationSeconds: '0' },
      { DurationSeconds: '3601' },
      { DurationSeconds: '-900' },
      { DurationSeconds: 'long' },
      { DurationSeconds: '' },
      { Policy: '{}' },
      { RoleArn: roles[1]?.arn, DurationSeconds: '899' },
      { RoleArn: roles[1]?.arn, DurationSeconds: '1801' },
    ]) {
      assertError(await assume(changes), 400, 'ValidationError');
    }
    for (const changes of [{ Action: 'AssumeRole' }, { Action: undefined }, { Version: '2010-05-08' }])
      assertError(await assume(changes), 400, 'InvalidAction');
  });

  test('uses the maximum duration of the role by default', async () => {
    const { expiration } = await credentials({ RoleArn: roles[1]?.arn, DurationSeconds: undefined });
    assert.ok(Math.abs(Date.parse(expiration) - Date.now() - 1_800_000) < 10_000);
  });

  test('fetches the new key when the provider changes its keys, and reports an unreachable provider', async (t) => {
    t.after(() => {
      failing = false;
      published = [{ kid: 'first', key: first.publicKey }];
    });
    // A new store has no cached keys and no limit for the next fetch.
    const fresh = await startStore(t, options);
    const ask = (kid: string, key: KeyObject) =>
      send(fresh, {
        method: 'POST',
        path: '/',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          Action: 'AssumeRoleWithWebIdentity',
          Version: '2011-06-15',
          RoleArn: role.arn,
          RoleSessionName: 'page',
          WebIdentityToken: token({}, { kid }, key),
        }).toString(),
      });
    failing = true;
    assertError(await ask('second', second.privateKey), 400, 'IDPCommunicationError');
    failing = false;
    published = [
      { kid: 'first', key: first.publicKey },
      { kid: 'second', key: second.publicKey },
    ];
    assert.equal((await ask('second', second.privateKey)).status, 200);
  });
});

describe('temporary credentials', () => {
  let mine: Awaited<ReturnType<typeof credentials>>;
  before(async () => {
    mine = await credentials();
  });
  const path = `/${bucket}/user/cat.txt`;
  const put = { method: 'PUT', path, body: 'miaow' };

  test('allow the actions of their role with every kind of signature', async () => {
    assert.equal((await sendSigned(store, put, { keys: mine })).status, 200);
    assert.equal((await sendSigned(store, { path }, { keys: mine })).text, 'miaow');
    assert.equal((await send(store, { ...put, path: presign(store, put, { keys: mine }) })).status, 200);
    for (const version of [2, 4] as const) assert.equal((await postForm(store, { version, keys: mine })).status, 204);
    const now = new Date().toUTCString();
    const text = `PUT\n\n\n\nx-amz-date:${now}\nx-amz-security-token:${mine.sessionToken}\n${path}`;
    const headers = {
      'x-amz-date': now,
      'x-amz-security-token': mine.sessionToken,
      authorization: `AWS ${mine.accessKeyId}:${signatureV2(text, mine.secretAccessKey)}`,
    };
    assert.equal((await send(store, { ...put, headers })).status, 200);
    const expires = Math.floor(Date.now() / 1000) + 60;
    const signature = signatureV2(`PUT\n\n\n${expires}\nx-amz-security-token:${mine.sessionToken}\n${path}`, mine.secretAccessKey);
    const query = new URLSearchParams({
      AWSAccessKeyId: mine.accessKeyId,
      Expires: String(expires),
      Signature: signature,
      'x-amz-security-token': mine.sessionToken,
    });
    assert.equal((await send(store, { ...put, path: `${path}?${query.toString()}` })).status, 200);
  });

  test('allow a complete multipart upload', async () => {
    const call = (method: string, query: string, body?: string) =>
      sendSigned(store, { method, path: `${path}${query}`, ...(body === undefined ? {} : { body }) }, { keys: mine });
    const uploadId = (await call('POST', '?uploads')).element('UploadId');
    assert.equal((await call('PUT', `?partNumber=1&uploadId=${uploadId}`, 'miaow')).status, 200);
    assert.equal((await call('GET', `?uploadId=${uploadId}`)).element('PartNumber'), '1');
    assert.equal((await call('POST', `?uploadId=${uploadId}`, completeDocument([{ partNumber: 1, etag: md5('miaow') }]))).status, 200);
    const aborted = (await call('POST', '?uploads')).element('UploadId');
    assert.equal((await call('DELETE', `?uploadId=${aborted}`)).status, 204);
  });

  test('allow nothing else', async () => {
    const mineOnly = { keys: mine };
    assertError(await sendSigned(store, { ...put, path: `/${bucket}/admin/cat.txt` }, mineOnly), 403, 'AccessDenied');
    assertError(await sendSigned(store, { ...put, path: '/other/user/cat.txt' }, mineOnly), 403, 'AccessDenied');
    assertError(await sendSigned(store, { method: 'DELETE', path }, mineOnly), 403, 'AccessDenied');
    assertError(await sendSigned(store, { path: `/${bucket}?list-type=2&prefix=user/` }, mineOnly), 403, 'AccessDenied');
    assertError(await sendSigned(store, { path: `/${bucket}?uploads` }, mineOnly), 403, 'AccessDenied');
    assertError(await postForm(store, { keys: mine, key: 'admin/cat.txt' }), 403, 'AccessDenied');
    assertError(await sendSigned(store, { path: `/${bucket}/user/missing` }, mineOnly), 403, 'AccessDenied');
    const foreign = await createUpload(store, `/${bucket}/admin/big`);
    assertError(
      await sendSigned(store, { method: 'PUT', path: `/${bucket}/admin/big?partNumber=1&uploadId=${foreign}`, body: 'x' }, mineOnly),
      403,
      'AccessDenied',
    );
    assertError(
      await sendSigned(store, { method: 'PUT', path: `${path}?partNumber=1&uploadId=${foreign}`, body: 'x' }, mineOnly),
      404,
      'NoSuchUpload',
    );
    const reader = { keys: await credentials({ RoleArn: roles[1]?.arn }) };
    assert.equal((await sendSigned(store, { path }, reader)).text, 'miaow');
    assert.equal((await sendSigned(store, { path: `/${bucket}?list-type=2&prefix=user/` }, reader)).status, 200);
    assertError(await sendSigned(store, { path: `/${bucket}?list-type=2` }, reader), 403, 'AccessDenied');
    assertError(await sendSigned(store, { path: `/${bucket}/user/missing` }, reader), 404, 'NoSuchKey');
    assertError(await sendSigned(store, put, reader), 403, 'AccessDenied');
  });

  test('require their complete session token', async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = mine;
    const with_ = (changes: Partial<Keys>) => sendSigned(store, put, { keys: { accessKeyId, secretAccessKey, sessionToken, ...changes } });
    assertError(await sendSigned(store, put, { keys: { accessKeyId, secretAccessKey } }), 403, 'InvalidAccessKeyId');
    assertError(await with_({ sessionToken: 'token' }), 400, 'InvalidToken');
    assertError(await with_({ sessionToken: sessionToken.replace(/./, (letter) => (letter === 'A' ? 'B' : 'A')) }), 400, 'InvalidToken');
    assertError(await with_({ sessionToken: sessionToken.slice(0, -4) }), 400, 'InvalidToken');
    assertError(await with_({ sessionToken: (await credentials()).sessionToken }), 400, 'InvalidToken');
    assertError(await with_({ secretAccessKey: 'wrong' }), 403, 'SignatureDoesNotMatch');
    assertError(
      await sendSigned(store, put, { keys: mine, alter: (call) => delete call.headers['x-amz-security-token'] }),
      403,
      'InvalidAccessKeyId',
    );
    assertError(await postForm(store, { keys: { accessKeyId, secretAccessKey } }), 403, 'InvalidAccessKeyId');
  });

  test('are valid until they expire', async (t) => {
    t.after(() => void (clockOffset = 0));
    const short = await credentials({ DurationSeconds: '3' });
    assert.equal((await sendSigned(store, put, { keys: short })).status, 200);
    clockOffset = 3000;
    assertError(await sendSigned(store, put, { keys: short }), 400, 'ExpiredToken');
    for (const version of [2, 4] as const) assertError(await postForm(store, { version, keys: short }), 400, 'ExpiredToken');
    assertError(await send(store, { ...put, path: presign(store, put, { keys: short }) }), 400, 'ExpiredToken');
  });

  test('survive a restart and are invalid for another store', async (t) => {
    const one = await startStore(t, options);
    const fields = {
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: role.arn,
      RoleSessionName: 'page',
      WebIdentityToken: token(),
    };
    const response = await send(one, {
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
    const theirs = {
      accessKeyId: response.element('AccessKeyId'),
      secretAccessKey: response.element('SecretAccessKey'),
      sessionToken: response.element('SessionToken'),
    };
    await one.close();
    const again = await startStore(t, { ...options, folder: one.folder });
    assert.equal((await sendSigned(again, put, { keys: theirs })).status, 200);
    assertError(await sendSigned(store, put, { keys: theirs }), 400, 'InvalidToken');
  });
});
