import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { createSigningServer, presign, settingsFrom, signV4 } from '../../demo/servers/node/signing-server.mjs';
import { startLocalServer } from '../servers/local-server.js';
import type { LocalServer } from '../servers/local-server.js';

const ACCESS_KEY = 'AKIAIOSFODNN7EXAMPLE';
const SECRET_KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const DAY = new Date().toISOString().slice(0, 10).replaceAll('-', '');
const SCOPE = `${DAY}/us-east-1/s3/aws4_request`;

describe('presign', () => {
  it('gives the URL of the example in AWS’s documentation', () => {
    const account = {
      bucketUrl: 'https://examplebucket.s3.amazonaws.com',
      region: 'us-east-1',
      accessKey: ACCESS_KEY,
      secretKey: SECRET_KEY,
    };
    const url = presign(account, 'GET', 'test.txt', { expiresInSeconds: 86400, now: new Date('2013-05-24T00:00:00Z') });
    assert.equal(
      url,
      'https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    );
  });

  it('signs a form policy as the example in AWS’s documentation has it', () => {
    const policy =
      'eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9';
    const signature = signV4(SECRET_KEY, '20151229/us-east-1/s3/aws4_request', policy);
    assert.equal(signature, '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e');
  });
});

describe('the signing server', () => {
  let server: LocalServer;
  const refusals: string[] = [];
  before(async () => {
    const signing = createSigningServer({
      bucketUrl: 'http://127.0.0.1:9/photos',
      bucket: 'photos',
      region: 'us-east-1',
      accessKey: ACCESS_KEY,
      secretKey: SECRET_KEY,
      maxSize: 1000,
      version2: true,
      allowedOrigins: ['https://www.example.com'],
      authorize: (request) => (request.headers['x-visitor'] === 'stranger' ? undefined : 'somebody'),
      log: (line) => void refusals.push(line),
    });
    server = await startLocalServer(() => signing);
  });
  after(() => server.stop());

  const ask = (path: string, body: unknown, init: RequestInit = {}) =>
    fetch(`${server.origin}${path}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), ...init });
  const sign = async (path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await ask(path, body);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  const conditions = (): unknown[] => [
    { acl: 'private' },
    { bucket: 'photos' },
    { 'Content-Type': 'image/jpeg' },
    { success_action_status: '200' },
    { 'x-amz-algorithm': 'AWS4-HMAC-SHA256' },
    { key: 'a/b.jpg' },
    { 'x-amz-credential': `${ACCESS_KEY}/${SCOPE}` },
    { 'x-amz-date': `${DAY}T120000Z` },
    { 'x-amz-meta-qqfilename': 'na%C3%AFve.jpg' },
    ['content-length-range', '0', '1000'],
  ];
  const policy = (change: (conditions: unknown[]) => unknown[] = (all) => all) => ({
    expiration: new Date(Date.now() + 300_000).toISOString(),
    conditions: change(conditions()),
  });

  it('signs a v4 policy and returns the policy it signed', async () => {
    const asked = policy();
    const { status, body } = await sign('/s3/signature?v4=true', asked);
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(Buffer.from(String(body['policy']), 'base64').toString('utf8')), asked);
    const expected = signV4(SECRET_KEY, SCOPE, String(body['policy']));
    assert.equal(body['signature'], expected);
  });

  it('signs a v2 policy with HMAC-SHA1', async () => {
    const { status, body } = await sign(
      '/s3/signature',
      policy((all) =>
        all.filter((condition) => !JSON.stringify(condition).includes('x-amz-c') && !JSON.stringify(condition).includes('x-amz-a')),
      ),
    );
    assert.equal(status, 200);
    assert.equal(body['signature'], createHmac('sha1', SECRET_KEY).update(String(body['policy'])).digest('base64'));
  });

  const without = (text: string) => (all: unknown[]) => all.filter((condition) => !JSON.stringify(condition).includes(text));
  const withMore =
    (...more: unknown[]) =>
    (all: unknown[]) => [...all, ...more];
  const instead =
    (text: string, ...more: unknown[]) =>
    (all: unknown[]) => [...without(text)(all), ...more];
  const badPolicies: readonly [why: string, change: (conditions: unknown[]) => unknown[]][] = [
    ['another bucket', instead('"bucket"', { bucket: 'payroll' })],
    ['no bucket', without('"bucket"')],
    ['a bucket named twice', withMore({ BUCKET: 'payroll' })],
    ['another ACL', instead('acl', { acl: 'public-read' })],
    ['no ACL', without('acl')],
    ['no key', without('"key"')],
    ['an empty key', instead('"key"', { key: '' })],
    ['a key that climbs', instead('"key"', { key: 'a/../../b' })],
    ['a key with a line break', instead('"key"', { key: 'a\nb' })],
    ['any key', instead('"key"', ['starts-with', '$key', ''])],
    ['more bytes than allowed', instead('length-range', ['content-length-range', '0', '1001'])],
    ['a range that is no number', instead('length-range', ['content-length-range', '0', 'many'])],
    ['any number of bytes', without('length-range')],
    ['a redirect', withMore({ success_action_redirect: 'https://evil.example/' })],
    ['a website redirect', withMore({ 'x-amz-website-redirect-location': 'https://evil.example/' })],
    ['a condition on any field', withMore(['starts-with', '$x-amz-website-redirect-location', ''])],
    ['a nonsensical condition', withMore('acl')],
    ['another access key', instead('credential', { 'x-amz-credential': `AKIAOTHER/${SCOPE}` })],
    ['another service', instead('credential', { 'x-amz-credential': `${ACCESS_KEY}/${DAY}/us-east-1/iam/aws4_request` })],
    ['another algorithm', instead('algorithm', { 'x-amz-algorithm': 'AWS4-HMAC-MD5' })],
  ];
  for (const [why, change] of badPolicies) {
    it(`does not sign a policy with ${why}`, async () => {
      const { status, body } = await sign('/s3/signature?v4=true', policy(change));
      assert.deepEqual([status, body], [400, { invalid: true }]);
      assert.match(String(refusals.at(-1)), /^not signed: /);
    });
  }

  it('signs one policy for many keys below a prefix', async () => {
    const { status } = await sign('/s3/signature?v4=true', policy(instead('"key"', ['starts-with', '$key', 'batch-1/'])));
    assert.equal(status, 200);
  });

  it('does not sign a policy for years, or for no time', async () => {
    for (const expiration of ['2099-01-01T00:00:00Z', 'soon', undefined]) {
      const { body } = await sign('/s3/signature?v4=true', { ...policy(), expiration });
      assert.deepEqual(body, { invalid: true });
    }
  });

  for (const nonsense of ['', 'null', '[]', '"text"', '{', '{"conditions":{}}', '<html>', '{"headers":7}']) {
    it(`does not sign ${nonsense || 'nothing'}`, async () => {
      for (const path of ['/s3/signature', '/s3/signature?v4=true']) {
        const { status, body } = await sign(path, nonsense);
        assert.deepEqual([status, body], [400, { invalid: true }]);
      }
    });
  }

  const EMPTY = createHash('sha256').update('').digest('hex');
  const canonical = (change: Partial<Record<'method' | 'path' | 'query' | 'host' | 'more' | 'signed' | 'scope', string>> = {}) =>
    [
      'AWS4-HMAC-SHA256',
      `${DAY}T120000Z`,
      change.scope ?? SCOPE,
      change.method ?? 'POST',
      change.path ?? '/photos/na%C3%AFve.jpg',
      change.query ?? 'uploads=',
      `host:${change.host ?? '127.0.0.1:9'}`,
      ...(change.more === undefined ? ['x-amz-acl:private'] : change.more === '' ? [] : change.more.split('\n')),
      `x-amz-content-sha256:${EMPTY}`,
      `x-amz-date:${DAY}T120000Z`,
      '',
      change.signed ?? 'host;x-amz-acl;x-amz-content-sha256;x-amz-date',
      EMPTY,
    ].join('\n');
  const SIGNED = 'host;x-amz-content-sha256;x-amz-date';

  it('signs the steps of a multipart upload, hashing the canonical request itself', async () => {
    const steps = [
      canonical(),
      canonical({ method: 'PUT', query: 'partNumber=1&uploadId=abc', more: '', signed: SIGNED }),
      canonical({ method: 'POST', query: 'uploadId=abc', more: '', signed: SIGNED }),
      canonical({ method: 'DELETE', query: 'uploadId=abc', more: '', signed: SIGNED }),
      canonical({ method: 'GET', query: 'max-parts=5&part-number-marker=2&uploadId=abc', more: '', signed: SIGNED }),
    ];
    for (const headers of steps) {
      const { status, body } = await sign('/s3/signature?v4=true', { headers });
      assert.equal(status, 200, headers);
      const [algorithm, time, scope, ...request] = headers.split('\n');
      const stringToSign = [algorithm, time, scope, createHash('sha256').update(request.join('\n')).digest('hex')].join('\n');
      assert.equal(body['signature'], signV4(SECRET_KEY, SCOPE, stringToSign));
    }
  });

  const badRequests: readonly [why: string, headers: string][] = [
    ['a hash in place of the request', ['AWS4-HMAC-SHA256', `${DAY}T120000Z`, SCOPE, EMPTY].join('\n')],
    ['another bucket', canonical({ path: '/payroll/a' })],
    ['the bucket itself', canonical({ path: '/photos', method: 'DELETE', query: '' })],
    ['a bucket that begins like ours', canonical({ path: '/photos-private/a' })],
    ['a path that climbs', canonical({ path: '/photos/%2e%2e/payroll/a' })],
    ['broken escapes', canonical({ path: '/photos/%zz' })],
    ['another host, which may mean another bucket', canonical({ host: 'payroll.s3.amazonaws.com' })],
    ['the reading of an object', canonical({ method: 'GET', query: '' })],
    ['the deleting of an object', canonical({ method: 'DELETE', query: '' })],
    ['a change of access rules', canonical({ method: 'PUT', query: 'acl=' })],
    [
      'a copy of another object',
      canonical({
        method: 'PUT',
        query: 'partNumber=1&uploadId=abc',
        more: 'x-amz-copy-source:/payroll/a',
        signed: 'host;x-amz-copy-source;x-amz-content-sha256;x-amz-date',
      }),
    ],
    ['a public ACL', canonical({ more: 'x-amz-acl:public-read' })],
    ['another region', canonical({ scope: `${DAY}/eu-west-1/s3/aws4_request` })],
    ['another day', canonical({ scope: '20260101/us-east-1/s3/aws4_request' })],
    ['headers that are not signed', canonical({ signed: 'host' })],
    ['a header twice', canonical({ more: 'x-amz-acl:private\nx-amz-acl:public-read' })],
  ];
  for (const [why, headers] of badRequests) {
    it(`does not sign ${why}`, async () => {
      const { status, body } = await sign('/s3/signature?v4=true', { headers });
      assert.deepEqual([status, body], [400, { invalid: true }]);
    });
  }

  it('signs and refuses v2 requests by the same rules', async () => {
    const string = (method: string, resource: string, ...amz: string[]) => [method, '', 'image/jpeg', '', ...amz, resource].join('\n');
    const good = string('PUT', '/photos/a.jpg?partNumber=1&uploadId=abc', `x-amz-date:${new Date().toUTCString()}`);
    const { body } = await sign('/s3/signature', { headers: good });
    assert.equal(body['signature'], createHmac('sha1', SECRET_KEY).update(good).digest('base64'));
    for (const bad of [
      string('PUT', '/payroll/a.jpg?partNumber=1&uploadId=abc'),
      string('GET', '/photos/a.jpg'),
      string('PUT', '/photos/a.jpg?partNumber=1&uploadId=abc', 'x-amz-copy-source:/payroll/a'),
      'PUT',
    ]) {
      assert.deepEqual((await sign('/s3/signature', { headers: bad })).body, { invalid: true });
    }
  });

  it('answers preflights of the origins it knows, and refuses foreign pages', async () => {
    const preflight = await ask('/s3/signature', '', {
      method: 'OPTIONS',
      body: null,
      headers: {
        Origin: 'https://www.example.com',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type',
      },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), 'https://www.example.com');
    assert.equal(preflight.headers.get('access-control-allow-headers'), 'content-type');
    const foreign = await ask('/s3/signature', policy(), { headers: { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' } });
    assert.equal(foreign.status, 403);
    assert.equal(foreign.headers.get('access-control-allow-origin'), null);
  });

  it('asks who it is before it signs', async () => {
    const response = await ask('/s3/signature?v4=true', policy(), { headers: { 'X-Visitor': 'stranger' } });
    assert.equal(response.status, 403);
    assert.deepEqual(await response.json(), { success: false, error: 'Please sign in to upload.' });
  });

  it('refuses a body that is too long to be a policy, and goes on', async () => {
    assert.equal((await ask('/s3/signature?v4=true', 'x'.repeat(1_000_000))).status, 413);
    assert.equal((await ask('/s3/signature?v4=true', policy())).status, 200);
  });

  it('says in JSON that the store cannot be reached', async () => {
    const response = await ask('/s3/success', new URLSearchParams({ key: 'a.jpg', bucket: 'photos' }).toString());
    assert.equal(response.status, 502);
    assert.deepEqual(await response.json(), { success: false, error: 'The store could not be reached.' });
  });

  it('does not look at, link to or delete what is not in its bucket', async () => {
    for (const form of [
      { key: 'a.jpg', bucket: 'payroll' },
      { key: '../a.jpg', bucket: 'photos' },
      { key: '', bucket: 'photos' },
    ]) {
      const body = new URLSearchParams({ ...form, _method: 'DELETE' });
      assert.equal((await ask('/s3/success', body.toString())).status, 400);
      assert.equal((await ask('/s3/files', body.toString())).status, 400);
      assert.equal((await ask(`/s3/files/some-uuid?${body}`, '', { method: 'DELETE', body: null })).status, 400);
    }
  });
});

describe('the signing server, before it starts', () => {
  const environment = {
    S3_BUCKET: 'photos',
    S3_BUCKET_URL: 'https://photos.s3.eu-west-1.amazonaws.com',
    S3_REGION: 'eu-west-1',
    S3_ACCESS_KEY: ACCESS_KEY,
    S3_SECRET_KEY: SECRET_KEY,
  };

  it('throws without `authorize`, and says what to write', () => {
    assert.throws(
      () => createSigningServer({ ...settingsFrom(environment), authorize: undefined }),
      /Say who may upload: pass `authorize: /,
    );
  });

  it('throws where the environment lacks something, and names it', () => {
    for (const name of Object.keys(environment)) {
      assert.throws(() => settingsFrom({ ...environment, [name]: '' }), new RegExp(`Set ${name} in the environment`));
    }
  });
});
