/**
 * What pages of other origins may do, and may read.
 */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { type Answer, bucket, send, signed, startStore } from './client.js';
import { postForm } from './form.js';

const rules = [
  {
    allowedOrigins: ['https://app.example.com', 'https://*.pages.example.com'],
    allowedMethods: ['PUT', 'POST', 'DELETE'],
    allowedHeaders: ['Content-Type', 'x-amz-*', 'Authorization'],
    exposeHeaders: ['ETag', 'Location'],
    maxAgeSeconds: 600,
  },
  { allowedOrigins: ['*'], allowedMethods: ['GET'], allowedHeaders: [] },
];
const store = await startStore(
  { after },
  { buckets: [{ name: bucket, cors: rules }, { name: 'closed' }], stsAllowedOrigins: ['https://app.example.com'] },
);
const path = `/${bucket}/cat.txt`;
const origin = 'https://app.example.com';

const preflight = (headers: Record<string, string>, where = path) => send(store, { method: 'OPTIONS', path: where, headers });
const cors = (answer: Answer) => Object.fromEntries(Object.entries(answer.headers).filter(([name]) => name.startsWith('access-control-')));

describe('a preflight', () => {
  test('is answered with the first rule that allows all of it', async () => {
    const answer = await preflight({
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-type, X-Amz-Date,authorization',
    });
    assert.equal(answer.status, 200);
    assert.deepEqual(cors(answer), {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'PUT, POST, DELETE',
      'access-control-allow-headers': 'content-type, x-amz-date, authorization',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'ETag, Location',
      'access-control-max-age': '600',
    });
    assert.equal(answer.headers.vary, 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method');
    const anybody = await preflight({ origin: 'https://elsewhere.example', 'access-control-request-method': 'GET' });
    assert.deepEqual(cors(anybody), { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'GET' });
    assert.equal((await preflight({ origin: 'https://a.pages.example.com', 'access-control-request-method': 'POST' })).status, 200);
  });

  test('is refused for another origin, method or header, and for a bucket without rules', async () => {
    for (const headers of [
      { origin: 'https://elsewhere.example', 'access-control-request-method': 'PUT' },
      { origin: 'https://app.example.com.evil.example', 'access-control-request-method': 'PUT' },
      { origin: 'https://pages.example.com', 'access-control-request-method': 'PUT' },
      { origin: 'null', 'access-control-request-method': 'PUT' },
      { origin, 'access-control-request-method': 'PATCH' },
      { origin, 'access-control-request-method': 'put' },
      { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type, x-requested-with' },
      { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'range' },
    ]) {
      const answer = await preflight(headers);
      assert.deepEqual([answer.status, answer.element('Code'), cors(answer)], [403, 'AccessForbidden', {}], JSON.stringify(headers));
    }
    for (const where of ['/closed/cat.txt', '/nowhere/cat.txt']) {
      assert.equal((await preflight({ origin, 'access-control-request-method': 'PUT' }, where)).element('Code'), 'AccessForbidden');
    }
    assert.equal((await preflight({ 'access-control-request-method': 'PUT' })).status, 400);
    assert.equal((await preflight({ origin })).status, 400);
  });
});

describe('the answer to a page', () => {
  test('carries the headers whatever it says', async () => {
    const expected = {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'PUT, POST, DELETE',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'ETag, Location',
    };
    const put = { method: 'PUT', path, body: 'miaow', headers: { origin } };
    const answers = [
      await signed(store, put),
      await signed(store, put, { keys: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' } }),
      await signed(store, put, { alter: (call) => (call.body = 'MIAOW') }),
      await send(store, put),
      await signed(store, { ...put, path: `${path}?partNumber=1&uploadId=unknown` }),
      await send(store, { method: 'DELETE', path: `${path}?tagging`, headers: { origin } }),
      await postForm(store, { headers: { origin } }),
      await postForm(store, { headers: { origin }, expiration: '2013-05-24T00:00:00Z' }),
      await send(store, { method: 'POST', path: `/${bucket}`, headers: { origin, 'content-type': 'multipart/form-data' }, body: 'x' }),
    ];
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [200, 403, 400, 403, 404, 501, 204, 403, 400],
    );
    for (const answer of answers) assert.deepEqual(cors(answer), expected, answer.text);
  });

  test('carries none for another origin or method, or without an origin', async () => {
    const put = { method: 'PUT', path, body: 'miaow' };
    assert.deepEqual(cors(await signed(store, { ...put, headers: { origin: 'https://elsewhere.example' } })), {});
    assert.deepEqual(cors(await signed(store, put)), {});
    assert.deepEqual(cors(await signed(store, { method: 'HEAD', path, headers: { origin } })), {});
    assert.deepEqual(cors(await signed(store, { path, headers: { origin } })), {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET',
    });
  });

  test('of the token service depends on the origins that may use it', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const allowed = await send(store, { method: 'POST', path: '/', headers: { ...headers, origin }, body: 'Action=x' });
    assert.deepEqual([allowed.status, allowed.headers['access-control-allow-origin']], [400, origin]);
    const other = await send(store, {
      method: 'POST',
      path: '/',
      headers: { ...headers, origin: 'https://elsewhere.example' },
      body: 'Action=x',
    });
    assert.deepEqual(cors(other), {});
    const asked = await preflight(
      { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
      '/',
    );
    assert.deepEqual([asked.status, asked.headers['access-control-allow-origin']], [200, origin]);
  });
});
