/**
 * Authentication by SigV4 and SigV2, in headers and in URLs.
 */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  type StoreResponse,
  bucket,
  type RequestOptions,
  keys,
  md5,
  presign,
  send,
  sha256,
  signatureV2,
  sendSigned,
  type SigningOptions,
  startStore,
} from './client.js';

let clockOffset = 0;
const store = await startStore({ after }, { now: () => Date.now() + clockOffset });
const path = `/${bucket}/cat.txt`;
const put = { method: 'PUT', path, body: 'miaow' };

function assertError(response: StoreResponse, status: number, code: string): void {
  assert.deepEqual([response.status, response.element('Code')], [status, code], response.text);
  assert.notEqual(response.element('Message'), '');
  assert.equal(response.element('RequestId'), response.headers['x-amz-request-id']);
}

async function objectExists(): Promise<boolean> {
  return (await sendSigned(store, { method: 'HEAD', path })).status === 200;
}

describe('SigV4 in a header', () => {
  test('accepts a valid signature to write and read', async () => {
    assert.equal((await sendSigned(store, put)).headers.etag, `"${md5('miaow')}"`);
    assert.equal((await sendSigned(store, { path })).text, 'miaow');
    assert.equal((await sendSigned(store, { method: 'DELETE', path })).status, 204);
    assert.equal(await objectExists(), false);
  });

  const alterations: Record<string, { alter: SigningOptions['alter']; status: number; code: string }> = {
    'another body': { alter: (call) => (call.body = 'MIAOW'), status: 400, code: 'XAmzContentSHA256Mismatch' },
    'a longer body': {
      alter: (call) => {
        call.body = 'miaow!';
        call.headers['content-length'] = '6';
      },
      status: 403,
      code: 'SignatureDoesNotMatch',
    },
    'another key': { alter: (call) => (call.path = `/${bucket}/dog.txt`), status: 403, code: 'SignatureDoesNotMatch' },
    'a query that was not signed': { alter: (call) => (call.path += '?x=1'), status: 403, code: 'SignatureDoesNotMatch' },
    'another method': {
      alter: (call) => {
        call.method = 'DELETE';
        delete call.body;
        delete call.headers['content-length'];
      },
      status: 403,
      code: 'SignatureDoesNotMatch',
    },
    'another value of a signed header': {
      alter: (call) => (call.headers['content-type'] = 'text/html'),
      status: 403,
      code: 'SignatureDoesNotMatch',
    },
    'another host': { alter: (call) => (call.headers.host = 'localhost'), status: 403, code: 'SignatureDoesNotMatch' },
    'a missing signed header': { alter: (call) => delete call.headers['content-type'], status: 403, code: 'SignatureDoesNotMatch' },
    'an x-amz header that was not signed': {
      alter: (call) => (call.headers['x-amz-acl'] = 'public-read'),
      status: 403,
      code: 'AccessDenied',
    },
    'metadata that was not signed': { alter: (call) => (call.headers['x-amz-meta-a'] = '1'), status: 403, code: 'AccessDenied' },
    'no payload hash': { alter: (call) => delete call.headers['x-amz-content-sha256'], status: 400, code: 'InvalidRequest' },
    'an invalid payload hash': {
      alter: (call) => (call.headers['x-amz-content-sha256'] = 'abc'),
      status: 400,
      code: 'InvalidArgument',
    },
    'a chunked signature': {
      alter: (call) => (call.headers['x-amz-content-sha256'] = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'),
      status: 501,
      code: 'NotImplemented',
    },
    'no date': { alter: (call) => delete call.headers['x-amz-date'], status: 403, code: 'AccessDenied' },
    'an invalid date': { alter: (call) => (call.headers['x-amz-date'] = 'yesterday'), status: 403, code: 'AccessDenied' },
    'another date': {
      alter: (call) => (call.headers['x-amz-date'] = '20130524T000000Z'),
      status: 400,
      code: 'AuthorizationHeaderMalformed',
    },
    'a token with permanent keys': { alter: (call) => (call.headers['x-amz-security-token'] = 'token'), status: 400, code: 'InvalidToken' },
    'a truncated signature': {
      alter: (call) => (call.headers.authorization = call.headers.authorization?.slice(0, -1) ?? ''),
      status: 403,
      code: 'SignatureDoesNotMatch',
    },
    'no signature in the header': {
      alter: (call) => (call.headers.authorization = call.headers.authorization?.replace(/, Signature=.*/, '') ?? ''),
      status: 400,
      code: 'AuthorizationHeaderMalformed',
    },
    'an incomplete credential scope': {
      alter: (call) => (call.headers.authorization = call.headers.authorization?.replace('/us-east-1', '') ?? ''),
      status: 400,
      code: 'AuthorizationHeaderMalformed',
    },
    'a credential scope of another day': {
      alter: (call) => (call.headers.authorization = call.headers.authorization?.replace(/\/\d{8}\//, '/20130524/') ?? ''),
      status: 400,
      code: 'AuthorizationHeaderMalformed',
    },
    'another authorization scheme': { alter: (call) => (call.headers.authorization = 'Bearer abc'), status: 400, code: 'InvalidArgument' },
    'a signature in the query as well': { alter: (call) => (call.path += '?X-Amz-Signature=1'), status: 400, code: 'InvalidArgument' },
    'no authorization': { alter: (call) => delete call.headers.authorization, status: 403, code: 'AccessDenied' },
  };
  for (const [name, { alter, status, code }] of Object.entries(alterations)) {
    test(`rejects ${name} with ${code} and stores nothing`, async () => {
      assertError(await sendSigned(store, put, { ...(alter && { alter }) }), status, code);
      assert.equal(await objectExists(), false);
    });
  }

  test('rejects a wrong secret key, access key, region or service', async () => {
    assertError(await sendSigned(store, put, { keys: { ...keys, secretAccessKey: 'wrong' } }), 403, 'SignatureDoesNotMatch');
    assertError(await sendSigned(store, put, { keys: { ...keys, accessKeyId: 'AKIAUNKNOWN' } }), 403, 'InvalidAccessKeyId');
    const region = await sendSigned(store, put, { region: 'eu-west-1' });
    assertError(region, 400, 'AuthorizationHeaderMalformed');
    assert.equal(region.element('Region'), 'us-east-1');
    assertError(await sendSigned(store, put, { service: 'sqs' }), 400, 'AuthorizationHeaderMalformed');
    assert.equal(await objectExists(), false);
  });

  test('rejects an unsigned host or x-amz header and names it', async () => {
    const response = await sendSigned(store, { ...put, headers: { 'x-amz-meta-color': 'red' } }, { unsigned: ['x-amz-meta-color'] });
    assertError(response, 403, 'AccessDenied');
    assert.equal(response.element('HeadersNotSigned'), 'x-amz-meta-color');
    assertError(await sendSigned(store, put, { unsigned: ['host'] }), 403, 'AccessDenied');
  });

  test('accepts a header without spaces, UNSIGNED-PAYLOAD, and an unsigned Content-Type', async () => {
    const spaceless: SigningOptions['alter'] = (call) =>
      (call.headers.authorization = call.headers.authorization?.replaceAll(', ', ',') ?? '');
    assert.equal((await sendSigned(store, put, { alter: spaceless })).status, 200);
    const free: SigningOptions['alter'] = (call) => (call.body = 'woof!');
    assert.equal(
      (await sendSigned(store, { ...put, headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }, { alter: free })).status,
      200,
    );
    assert.equal((await sendSigned(store, { path })).text, 'woof!');
    assert.equal((await sendSigned(store, put, { unsigned: ['content-type'] })).status, 200);
    await sendSigned(store, { method: 'DELETE', path });
  });

  test('allows clock differences of 15 minutes and returns both times otherwise', async (t) => {
    t.after(() => void (clockOffset = 0));
    const time = Date.UTC(2026, 5, 15, 12);
    for (const [minutes, ok] of [
      [-15.1, false],
      [-14.9, true],
      [14.9, true],
      [15.1, false],
    ] as const) {
      clockOffset = time + minutes * 60_000 - Date.now();
      const response = await sendSigned(store, put, { time });
      if (ok) assert.equal(response.status, 200);
      else {
        assertError(response, 403, 'RequestTimeTooSkewed');
        assert.equal(response.element('RequestTime'), '20260615T120000Z');
        assert.match(response.element('ServerTime'), /^2026-06-15T(11:44|12:15):\d\dZ$/);
        assert.equal(response.element('MaxAllowedSkewMilliseconds'), '900000');
      }
    }
    clockOffset = 0;
    await sendSigned(store, { method: 'DELETE', path });
  });

  test('covers non-ASCII bytes in header values', async () => {
    // Node writes each character of a header as one byte; aws4 signs the UTF-8 of its input.
    const bytes = Buffer.from('grün').toString('latin1');
    const colored = { ...put, headers: { 'x-amz-meta-color': 'grün' } };
    assert.equal((await sendSigned(store, colored, { alter: (call) => (call.headers['x-amz-meta-color'] = bytes) })).status, 200);
    assert.equal((await sendSigned(store, { method: 'HEAD', path })).headers['x-amz-meta-color'], bytes);
    assertError(await sendSigned(store, colored), 403, 'SignatureDoesNotMatch');
    await sendSigned(store, { method: 'DELETE', path });
  });
});

describe('SigV4 in a URL', () => {
  const get = async (call: RequestOptions, signing: Parameters<typeof presign>[2] = {}) =>
    send(store, { ...call, path: presign(store, { method: call.method ?? 'GET', path: call.path, headers: call.headers ?? {} }, signing) });

  test('accepts a valid signature to write and read', async () => {
    assert.equal((await get(put)).status, 200);
    assert.equal((await get({ path })).text, 'miaow');
    await sendSigned(store, { method: 'DELETE', path });
  });

  test('rejects a URL that has expired, is not valid yet, or expires after more than a week', async (t) => {
    t.after(() => void (clockOffset = 0));
    const now = Date.now();
    assert.equal((await get(put, { time: now - 50_000, expires: 60 })).status, 200);
    const late = await get(put, { time: now - 70_000, expires: 60 });
    assertError(late, 403, 'AccessDenied');
    assert.equal(late.element('Message'), 'Request has expired');
    assert.equal(late.element('Expires'), new Date(now - 10_000).toISOString().replace(/\.\d+/, ''));
    assert.notEqual(late.element('ServerTime'), '');
    assertError(await get(put, { time: now + 16 * 60_000 }), 403, 'AccessDenied');
    for (const expires of [0, -1, 604_801, '1h', '1e3']) assertError(await get(put, { expires }), 400, 'AuthorizationQueryParametersError');
    assert.equal((await get(put, { expires: 604_800 })).status, 200);
    await sendSigned(store, { method: 'DELETE', path });
  });

  test('rejects a missing or changed parameter', async () => {
    const good = presign(store, put);
    for (const name of ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature']) {
      const without = good.replace(new RegExp(`([?&])X-Amz-${name}=[^&]*&?`), '$1').replace(/&$/, '');
      assertError(await send(store, { ...put, path: without }), 400, 'AuthorizationQueryParametersError');
    }
    assertError(await send(store, { ...put, path: good.replace('X-Amz-Expires=60', 'X-Amz-Expires=61') }), 403, 'SignatureDoesNotMatch');
    assertError(await send(store, { ...put, path: good.replace('cat', 'dog') }), 403, 'SignatureDoesNotMatch');
    assertError(await send(store, { ...put, method: 'GET', path: good }), 403, 'SignatureDoesNotMatch');
    assertError(await get(put, { region: 'eu-west-1' }), 400, 'AuthorizationQueryParametersError');
    assertError(await get(put, { keys: { ...keys, accessKeyId: 'AKIAUNKNOWN' } }), 403, 'InvalidAccessKeyId');
    assert.equal(await objectExists(), false);
  });

  test('covers the x-amz headers of the request', async () => {
    assertError(await send(store, { ...put, path: presign(store, put), headers: { 'x-amz-meta-a': '1' } }), 403, 'AccessDenied');
    assert.equal((await get({ ...put, headers: { 'x-amz-meta-a': '1' } })).status, 200);
    const wrongHash = await get({ ...put, headers: { 'x-amz-content-sha256': sha256('miaow') }, body: 'MIAOW' });
    assert.equal(wrongHash.status, 403, 'aws4 signs UNSIGNED-PAYLOAD and ignores the header, which the store uses');
    await sendSigned(store, { method: 'DELETE', path });
  });

  test('overrides response headers', async () => {
    await sendSigned(store, put);
    const response = await get({
      path: `${path}?response-content-disposition=${encodeURIComponent('attachment; filename="a b.txt"')}&response-content-type=text/x-cat`,
    });
    assert.equal(response.headers['content-disposition'], 'attachment; filename="a b.txt"');
    assert.equal(response.headers['content-type'], 'text/x-cat');
    assertError(await get({ path: `${path}?response-content-type=${encodeURIComponent('a\r\nset-cookie: b=c')}` }), 400, 'InvalidArgument');
    assertError(await send(store, { path: `${path}?response-content-type=text/x-cat` }), 403, 'AccessDenied');
    await sendSigned(store, { method: 'DELETE', path });
  });
});

describe('SigV2', () => {
  const date = () => new Date().toUTCString();
  const header = (text: string) => ({ authorization: `AWS ${keys.accessKeyId}:${signatureV2(text)}` });

  test('accepts a valid header with Date or x-amz-date', async () => {
    const now = date();
    assert.equal((await send(store, { ...put, headers: { date: now, ...header(`PUT\n\n\n${now}\n${path}`) } })).status, 200);
    const text = `GET\n\n\n\nx-amz-date:${now}\n${path}`;
    assert.equal((await send(store, { path, headers: { 'x-amz-date': now, ...header(text) } })).text, 'miaow');
    await sendSigned(store, { method: 'DELETE', path });
  });

  test('covers Content-MD5, Content-Type, x-amz headers in order, and subresources', async () => {
    const now = date();
    const contentMd5 = md5('miaow', 'base64');
    const headers = {
      'x-amz-meta-b': '2',
      'x-amz-meta-a': '1',
      'x-amz-date': now,
      'content-type': 'text/x-cat',
      'content-md5': contentMd5,
    };
    const text = (meta: string) => `PUT\n${contentMd5}\ntext/x-cat\n\nx-amz-date:${now}\nx-amz-meta-a:1\nx-amz-meta-b:${meta}\n${path}`;
    assert.equal((await send(store, { ...put, headers: { ...headers, ...header(text('2')) } })).status, 200);
    assertError(await send(store, { ...put, headers: { ...headers, ...header(text('3')) } }), 403, 'SignatureDoesNotMatch');
    assertError(await send(store, { ...put, body: 'MIAOW', headers: { ...headers, ...header(text('2')) } }), 400, 'BadDigest');
    const create = { method: 'POST', path: `${path}?uploads`, headers: { 'x-amz-date': now } };
    const created = await send(store, {
      ...create,
      headers: { ...create.headers, ...header(`POST\n\n\n\nx-amz-date:${now}\n${path}?uploads`) },
    });
    assert.equal(created.status, 200);
    assertError(
      await send(store, { ...create, headers: { ...create.headers, ...header(`POST\n\n\n\nx-amz-date:${now}\n${path}`) } }),
      403,
      'SignatureDoesNotMatch',
    );
    await sendSigned(store, { method: 'DELETE', path: `${path}?uploadId=${created.element('UploadId')}` });
    await sendSigned(store, { method: 'DELETE', path });
  });

  test('signs /bucket/key for virtual-hosted requests too', async () => {
    const now = date();
    const call = { method: 'PUT', path: '/a%20b.txt', body: 'x' };
    const host = `${bucket}.s3.localhost:${store.port}`;
    assert.equal(
      (await send(store, { ...call, headers: { host, date: now, ...header(`PUT\n\n\n${now}\n/${bucket}/a%20b.txt`) } })).status,
      200,
    );
    assertError(
      await send(store, { ...call, headers: { host, date: now, ...header(`PUT\n\n\n${now}\n/a%20b.txt`) } }),
      403,
      'SignatureDoesNotMatch',
    );
    assert.equal((await sendSigned(store, { method: 'DELETE', path: `/${bucket}/a%20b.txt` })).status, 204);
  });

  test('rejects a missing date, an old date and an invalid header', async () => {
    assertError(await send(store, { ...put, headers: header(`PUT\n\n\n\n${path}`) }), 403, 'AccessDenied');
    const old = new Date(Date.now() - 16 * 60_000).toUTCString();
    assertError(await send(store, { ...put, headers: { date: old, ...header(`PUT\n\n\n${old}\n${path}`) } }), 403, 'RequestTimeTooSkewed');
    assertError(await send(store, { ...put, headers: { date: date(), authorization: 'AWS nonsense' } }), 400, 'InvalidArgument');
    assertError(await send(store, { ...put, headers: { date: date(), authorization: 'AWS AKIAUNKNOWN:abc=' } }), 403, 'InvalidAccessKeyId');
    const wrong = await send(store, { ...put, headers: { date: date(), authorization: `AWS ${keys.accessKeyId}:abc=` } });
    assertError(wrong, 403, 'SignatureDoesNotMatch');
    assert.match(wrong.element('StringToSign'), /^PUT\n/);
    assert.equal(await objectExists(), false);
  });

  test('accepts a URL until it expires', async () => {
    const url = (expires: number | string, text = `PUT\n\n\n${expires}\n${path}`) =>
      `${path}?AWSAccessKeyId=${keys.accessKeyId}&Expires=${expires}&Signature=${encodeURIComponent(signatureV2(text))}`;
    const seconds = Math.floor(Date.now() / 1000);
    assert.equal((await send(store, { ...put, path: url(seconds + 60) })).status, 200);
    const late = await send(store, { ...put, path: url(seconds - 60) });
    assertError(late, 403, 'AccessDenied');
    assert.equal(late.element('Message'), 'Request has expired');
    assert.notEqual(late.element('ServerTime'), '');
    assertError(await send(store, { ...put, path: url('soon') }), 403, 'AccessDenied');
    assertError(await send(store, { ...put, path: url(seconds + 60, 'another text') }), 403, 'SignatureDoesNotMatch');
    assertError(await send(store, { ...put, path: url(seconds + 60).replace(/&Signature=.*/, '') }), 403, 'AccessDenied');
    await sendSigned(store, { method: 'DELETE', path });
  });
});

test('rejects a body that does not match Content-MD5, and an invalid Content-MD5', async () => {
  assertError(await sendSigned(store, { ...put, headers: { 'Content-MD5': md5('other', 'base64') } }), 400, 'BadDigest');
  for (const value of ['abc', md5('miaow'), md5('miaow', 'base64').slice(0, -1)]) {
    assertError(await sendSigned(store, { ...put, headers: { 'Content-MD5': value } }), 400, 'InvalidDigest');
  }
  assert.equal(await objectExists(), false);
  assert.equal((await sendSigned(store, { ...put, headers: { 'Content-MD5': md5('miaow', 'base64') } })).status, 200);
  await sendSigned(store, { method: 'DELETE', path });
});

test('answers NoSuchBucket for an unknown bucket in the path, in a subdomain and as a host name', async () => {
  assertError(await sendSigned(store, { path: '/other/cat.txt' }), 404, 'NoSuchBucket');
  assertError(await send(store, { path: '/other/cat.txt' }), 404, 'NoSuchBucket');
  for (const host of [`other.s3.localhost:${store.port}`, 'cdn.example.com']) {
    assertError(await sendSigned(store, { path: '/cat.txt', headers: { host } }), 404, 'NoSuchBucket');
  }
});
