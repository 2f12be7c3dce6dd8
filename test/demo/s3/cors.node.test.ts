/**
 * CORS: preflights and response headers.
 */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { type StoreResponse, bucket, send, sendSigned, startStore } from './client.js';
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

const preflight = (headers: Record<string, string>, target = path) => send(store, { method: 'OPTIONS', path: target, headers });
const cors = (response: StoreResponse) =>
  Object.fromEntries(Object.entries(response.headers).filter(([name]) => name.startsWith('access-control-')));

describe('a preflight', () => {
  test('gets the first rule that allows origin, method and headers', async () => {
    const response = await preflight({
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-type, X-Amz-Date,authorization',
    });
    assert.equal(response.status, 200);
    assert.deepEqual(cors(response), {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'PUT, POST, DELETE',
      'access-control-allow-headers': 'content-type, x-amz-date, authorization',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'ETag, Location',
      'access-control-max-age': '600',
    });
    assert.equal(response.headers.vary, 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method');
    const otherOrigin = await preflight({ origin: 'https://elsewhere.example', 'access-control-request-method': 'GET' });
    assert.deepEqual(cors(otherOrigin), { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'GET' });
    assert.equal((await preflight({ origin: 'https://a.pages.example.com', 'access-control-request-method': 'POST' })).status, 200);
  });

  test('is rejected for another origin, method or header, and for a bucket without rules', async () => {
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
      const response = await preflight(headers);
      assert.deepEqual([response.status, response.element('Code'), cors(response)], [403, 'AccessForbidden', {}], JSON.stringify(headers));
    }
    for (const where of ['/closed/cat.txt', '/nowhere/cat.txt']) {
      assert.equal((await preflight({ origin, 'access-control-request-method': 'PUT' }, where)).element('Code'), 'AccessForbidden');
    }
    assert.equal((await preflight({ 'access-control-request-method': 'PUT' })).status, 400);
    assert.equal((await preflight({ origin })).status, 400);
  });
});

describe('a response', () => {
  test('has CORS headers for every status', async () => {
    const expected = {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'PUT, POST, DELETE',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'ETag, Location',
    };
    const put = { method: 'PUT', path, body: 'miaow', headers: { origin } };
    const responses = [
      await sendSigned(store, put),
      await sendSigned(store, put, { keys: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' } }),
      await sendSigned(store, put, { alter: (call) => (call.body = 'MIAOW') }),
      await send(store, put),
      await sendSigned(store, { ...put, path: `${path}?partNumber=1&uploadId=unknown` }),
      await send(store, { method: 'DELETE', path: `${path}?tagging`, headers: { origin } }),
      await postForm(store, { headers: { origin } }),
      await postForm(store, { headers: { origin }, expiration: '2013-05-24T00:00:00Z' }),
      await send(store, { method: 'POST', path: `/${bucket}`, headers: { origin, 'content-type': 'multipart/form-data' }, body: 'x' }),
    ];
    assert.deepEqual(
      responses.map((response) => response.status),
      [200, 403, 400, 403, 404, 501, 204, 403, 400],
    );
    for (const response of responses) assert.deepEqual(cors(response), expected, response.text);
  });

  test('has no CORS headers for another origin or method, or without an origin', async () => {
    const put = { method: 'PUT', path, body: 'miaow' };
    assert.deepEqual(cors(await sendSigned(store, { ...put, headers: { origin: 'https://elsewhere.example' } })), {});
    assert.deepEqual(cors(await sendSigned(store, put)), {});
    assert.deepEqual(cors(await sendSigned(store, { method: 'HEAD', path, headers: { origin } })), {});
    assert.deepEqual(cors(await sendSigned(store, { path, headers: { origin } })), {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET',
    });
  });

  test('of STS has CORS headers for the configured origins only', async () => {
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
    const stsPreflight = await preflight(
      { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
      '/',
    );
    assert.deepEqual([stsPreflight.status, stsPreflight.headers['access-control-allow-origin']], [200, origin]);
  });
});
