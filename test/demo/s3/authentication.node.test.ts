/**
 * Who is let in: SigV4 and SigV2, in headers and in URLs, and everything that must be refused.
 */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  type Answer,
  bucket,
  type Call,
  keys,
  md5,
  presign,
  send,
  sha256,
  signatureV2,
  signed,
  type Signing,
  startStore,
} from './client.js';

let drift = 0;
const store = await startStore({ after }, { now: () => Date.now() + drift });
const path = `/${bucket}/cat.txt`;
const put = { method: 'PUT', path, body: 'miaow' };

function refused(answer: Answer, status: number, code: string): void {
  assert.deepEqual([answer.status, answer.element('Code')], [status, code], answer.text);
  assert.notEqual(answer.element('Message'), '');
  assert.equal(answer.element('RequestId'), answer.headers['x-amz-request-id']);
}

async function isThere(): Promise<boolean> {
  return (await signed(store, { method: 'HEAD', path })).status === 200;
}

describe('SigV4 in a header', () => {
  test('a good one writes and reads', async () => {
    assert.equal((await signed(store, put)).headers.etag, `"${md5('miaow')}"`);
    assert.equal((await signed(store, { path })).text, 'miaow');
    assert.equal((await signed(store, { method: 'DELETE', path })).status, 204);
    assert.equal(await isThere(), false);
  });

  const alterations: Record<string, { alter: Signing['alter']; status: number; code: string }> = {
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
    'a signed header left out': { alter: (call) => delete call.headers['content-type'], status: 403, code: 'SignatureDoesNotMatch' },
    'an x-amz header that was not signed': {
      alter: (call) => (call.headers['x-amz-acl'] = 'public-read'),
      status: 403,
      code: 'AccessDenied',
    },
    'metadata that was not signed': { alter: (call) => (call.headers['x-amz-meta-a'] = '1'), status: 403, code: 'AccessDenied' },
    'no payload hash': { alter: (call) => delete call.headers['x-amz-content-sha256'], status: 400, code: 'InvalidRequest' },
    'a payload hash that is none': {
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
    'a date that is none': { alter: (call) => (call.headers['x-amz-date'] = 'yesterday'), status: 403, code: 'AccessDenied' },
    'another date': {
      alter: (call) => (call.headers['x-amz-date'] = '20130524T000000Z'),
      status: 400,
      code: 'AuthorizationHeaderMalformed',
    },
    'a token with permanent keys': { alter: (call) => (call.headers['x-amz-security-token'] = 'token'), status: 400, code: 'InvalidToken' },
    'a signature cut short': {
      alter: (call) => (call.headers.authorization = call.headers.authorization?.slice(0, -1) ?? ''),
      status: 403,
      code: 'SignatureDoesNotMatch',
    },
    'no signature in the header': {
      alter: (call) => (call.headers.authorization = call.headers.authorization?.replace(/, Signature=.*/, '') ?? ''),
      status: 400,
      code: 'AuthorizationHeaderMalformed',
    },
    'a scope with a part missing': {
      alter: (call) => (call.headers.authorization = call.headers.authorization?.replace('/us-east-1', '') ?? ''),
      status: 400,
      code: 'AuthorizationHeaderMalformed',
    },
    'a scope of another day': {
      alter: (call) => (call.headers.authorization = call.headers.authorization?.replace(/\/\d{8}\//, '/20130524/') ?? ''),
      status: 400,
      code: 'AuthorizationHeaderMalformed',
    },
    'another kind of authorization': { alter: (call) => (call.headers.authorization = 'Bearer abc'), status: 400, code: 'InvalidArgument' },
    'a signature in the query as well': { alter: (call) => (call.path += '?X-Amz-Signature=1'), status: 400, code: 'InvalidArgument' },
    'no authorization': { alter: (call) => delete call.headers.authorization, status: 403, code: 'AccessDenied' },
  };
  for (const [name, { alter, status, code }] of Object.entries(alterations)) {
    test(`is refused with ${name}: ${code}, and nothing is stored`, async () => {
      refused(await signed(store, put, { ...(alter && { alter }) }), status, code);
      assert.equal(await isThere(), false);
    });
  }

  test('is refused with another secret, an unknown key, region or service', async () => {
    refused(await signed(store, put, { keys: { ...keys, secretAccessKey: 'wrong' } }), 403, 'SignatureDoesNotMatch');
    refused(await signed(store, put, { keys: { ...keys, accessKeyId: 'AKIAUNKNOWN' } }), 403, 'InvalidAccessKeyId');
    const region = await signed(store, put, { region: 'eu-west-1' });
    refused(region, 400, 'AuthorizationHeaderMalformed');
    assert.equal(region.element('Region'), 'us-east-1');
    refused(await signed(store, put, { service: 'sqs' }), 400, 'AuthorizationHeaderMalformed');
    assert.equal(await isThere(), false);
  });

  test('is refused when the host or any x-amz header is sent unsigned, which is named', async () => {
    const answer = await signed(store, { ...put, headers: { 'x-amz-meta-color': 'red' } }, { unsigned: ['x-amz-meta-color'] });
    refused(answer, 403, 'AccessDenied');
    assert.equal(answer.element('HeadersNotSigned'), 'x-amz-meta-color');
    refused(await signed(store, put, { unsigned: ['host'] }), 403, 'AccessDenied');
  });

  test('is accepted without spaces, with UNSIGNED-PAYLOAD, and with an unsigned Content-Type', async () => {
    const spaceless: Signing['alter'] = (call) => (call.headers.authorization = call.headers.authorization?.replaceAll(', ', ',') ?? '');
    assert.equal((await signed(store, put, { alter: spaceless })).status, 200);
    const free: Signing['alter'] = (call) => (call.body = 'woof!');
    assert.equal((await signed(store, { ...put, headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }, { alter: free })).status, 200);
    assert.equal((await signed(store, { path })).text, 'woof!');
    assert.equal((await signed(store, put, { unsigned: ['content-type'] })).status, 200);
    await signed(store, { method: 'DELETE', path });
  });

  test('is good for 15 minutes either way and then tells both clocks', async (t) => {
    t.after(() => void (drift = 0));
    const time = Date.UTC(2026, 5, 15, 12);
    for (const [minutes, ok] of [
      [-15.1, false],
      [-14.9, true],
      [14.9, true],
      [15.1, false],
    ] as const) {
      drift = time + minutes * 60_000 - Date.now();
      const answer = await signed(store, put, { time });
      if (ok) assert.equal(answer.status, 200);
      else {
        refused(answer, 403, 'RequestTimeTooSkewed');
        assert.equal(answer.element('RequestTime'), '20260615T120000Z');
        assert.match(answer.element('ServerTime'), /^2026-06-15T(11:44|12:15):\d\dZ$/);
        assert.equal(answer.element('MaxAllowedSkewMilliseconds'), '900000');
      }
    }
    drift = 0;
    await signed(store, { method: 'DELETE', path });
  });

  test('covers bytes beyond ASCII in header values', async () => {
    // Node writes each character of a header as one byte, and aws4 signs the UTF-8 of what it is given.
    const bytes = Buffer.from('grün').toString('latin1');
    const colored = { ...put, headers: { 'x-amz-meta-color': 'grün' } };
    assert.equal((await signed(store, colored, { alter: (call) => (call.headers['x-amz-meta-color'] = bytes) })).status, 200);
    assert.equal((await signed(store, { method: 'HEAD', path })).headers['x-amz-meta-color'], bytes);
    refused(await signed(store, colored), 403, 'SignatureDoesNotMatch');
    await signed(store, { method: 'DELETE', path });
  });
});

describe('SigV4 in a URL', () => {
  const get = async (call: Call, signing: Parameters<typeof presign>[2] = {}) =>
    send(store, { ...call, path: presign(store, { method: call.method ?? 'GET', path: call.path, headers: call.headers ?? {} }, signing) });

  test('a good one writes and reads', async () => {
    assert.equal((await get(put)).status, 200);
    assert.equal((await get({ path })).text, 'miaow');
    await signed(store, { method: 'DELETE', path });
  });

  test('is refused when it has expired, is from the future, or lives too long', async (t) => {
    t.after(() => void (drift = 0));
    const now = Date.now();
    assert.equal((await get(put, { time: now - 50_000, expires: 60 })).status, 200);
    const late = await get(put, { time: now - 70_000, expires: 60 });
    refused(late, 403, 'AccessDenied');
    assert.equal(late.element('Message'), 'Request has expired');
    assert.equal(late.element('Expires'), new Date(now - 10_000).toISOString().replace(/\.\d+/, ''));
    assert.notEqual(late.element('ServerTime'), '');
    refused(await get(put, { time: now + 16 * 60_000 }), 403, 'AccessDenied');
    for (const expires of [0, -1, 604_801, '1h', '1e3']) refused(await get(put, { expires }), 400, 'AuthorizationQueryParametersError');
    assert.equal((await get(put, { expires: 604_800 })).status, 200);
    await signed(store, { method: 'DELETE', path });
  });

  test('is refused with a parameter missing or changed', async () => {
    const good = presign(store, put);
    for (const name of ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature']) {
      const without = good.replace(new RegExp(`([?&])X-Amz-${name}=[^&]*&?`), '$1').replace(/&$/, '');
      refused(await send(store, { ...put, path: without }), 400, 'AuthorizationQueryParametersError');
    }
    refused(await send(store, { ...put, path: good.replace('X-Amz-Expires=60', 'X-Amz-Expires=61') }), 403, 'SignatureDoesNotMatch');
    refused(await send(store, { ...put, path: good.replace('cat', 'dog') }), 403, 'SignatureDoesNotMatch');
    refused(await send(store, { ...put, method: 'GET', path: good }), 403, 'SignatureDoesNotMatch');
    refused(await get(put, { region: 'eu-west-1' }), 400, 'AuthorizationQueryParametersError');
    refused(await get(put, { keys: { ...keys, accessKeyId: 'AKIAUNKNOWN' } }), 403, 'InvalidAccessKeyId');
    assert.equal(await isThere(), false);
  });

  test('covers the x-amz headers that come with it', async () => {
    refused(await send(store, { ...put, path: presign(store, put), headers: { 'x-amz-meta-a': '1' } }), 403, 'AccessDenied');
    assert.equal((await get({ ...put, headers: { 'x-amz-meta-a': '1' } })).status, 200);
    const wrongHash = await get({ ...put, headers: { 'x-amz-content-sha256': sha256('miaow') }, body: 'MIAOW' });
    assert.equal(wrongHash.status, 403, 'aws4 signs UNSIGNED-PAYLOAD whatever the header says, and the header counts');
    await signed(store, { method: 'DELETE', path });
  });

  test('may change the headers of what is read', async () => {
    await signed(store, put);
    const answer = await get({
      path: `${path}?response-content-disposition=${encodeURIComponent('attachment; filename="a b.txt"')}&response-content-type=text/x-cat`,
    });
    assert.equal(answer.headers['content-disposition'], 'attachment; filename="a b.txt"');
    assert.equal(answer.headers['content-type'], 'text/x-cat');
    refused(await get({ path: `${path}?response-content-type=${encodeURIComponent('a\r\nset-cookie: b=c')}` }), 400, 'InvalidArgument');
    refused(await send(store, { path: `${path}?response-content-type=text/x-cat` }), 403, 'AccessDenied');
    await signed(store, { method: 'DELETE', path });
  });
});

describe('SigV2', () => {
  const date = () => new Date().toUTCString();
  const header = (text: string) => ({ authorization: `AWS ${keys.accessKeyId}:${signatureV2(text)}` });

  test('a good header writes and reads, with Date or with x-amz-date', async () => {
    const now = date();
    assert.equal((await send(store, { ...put, headers: { date: now, ...header(`PUT\n\n\n${now}\n${path}`) } })).status, 200);
    const text = `GET\n\n\n\nx-amz-date:${now}\n${path}`;
    assert.equal((await send(store, { path, headers: { 'x-amz-date': now, ...header(text) } })).text, 'miaow');
    await signed(store, { method: 'DELETE', path });
  });

  test('covers Content-MD5, Content-Type, x-amz headers in order, and sub-resources', async () => {
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
    refused(await send(store, { ...put, headers: { ...headers, ...header(text('3')) } }), 403, 'SignatureDoesNotMatch');
    refused(await send(store, { ...put, body: 'MIAOW', headers: { ...headers, ...header(text('2')) } }), 400, 'BadDigest');
    const create = { method: 'POST', path: `${path}?uploads`, headers: { 'x-amz-date': now } };
    const created = await send(store, {
      ...create,
      headers: { ...create.headers, ...header(`POST\n\n\n\nx-amz-date:${now}\n${path}?uploads`) },
    });
    assert.equal(created.status, 200);
    refused(
      await send(store, { ...create, headers: { ...create.headers, ...header(`POST\n\n\n\nx-amz-date:${now}\n${path}`) } }),
      403,
      'SignatureDoesNotMatch',
    );
    await signed(store, { method: 'DELETE', path: `${path}?uploadId=${created.element('UploadId')}` });
    await signed(store, { method: 'DELETE', path });
  });

  test('signs /bucket/key also where the host names the bucket', async () => {
    const now = date();
    const call = { method: 'PUT', path: '/a%20b.txt', body: 'x' };
    const host = `${bucket}.s3.localhost:${store.port}`;
    assert.equal(
      (await send(store, { ...call, headers: { host, date: now, ...header(`PUT\n\n\n${now}\n/${bucket}/a%20b.txt`) } })).status,
      200,
    );
    refused(
      await send(store, { ...call, headers: { host, date: now, ...header(`PUT\n\n\n${now}\n/a%20b.txt`) } }),
      403,
      'SignatureDoesNotMatch',
    );
    assert.equal((await signed(store, { method: 'DELETE', path: `/${bucket}/a%20b.txt` })).status, 204);
  });

  test('is refused without a date, with an old one, and with a header that is none', async () => {
    refused(await send(store, { ...put, headers: header(`PUT\n\n\n\n${path}`) }), 403, 'AccessDenied');
    const old = new Date(Date.now() - 16 * 60_000).toUTCString();
    refused(await send(store, { ...put, headers: { date: old, ...header(`PUT\n\n\n${old}\n${path}`) } }), 403, 'RequestTimeTooSkewed');
    refused(await send(store, { ...put, headers: { date: date(), authorization: 'AWS nonsense' } }), 400, 'InvalidArgument');
    refused(await send(store, { ...put, headers: { date: date(), authorization: 'AWS AKIAUNKNOWN:abc=' } }), 403, 'InvalidAccessKeyId');
    const wrong = await send(store, { ...put, headers: { date: date(), authorization: `AWS ${keys.accessKeyId}:abc=` } });
    refused(wrong, 403, 'SignatureDoesNotMatch');
    assert.match(wrong.element('StringToSign'), /^PUT\n/);
    assert.equal(await isThere(), false);
  });

  test('works in a URL until it expires', async () => {
    const url = (expires: number | string, text = `PUT\n\n\n${expires}\n${path}`) =>
      `${path}?AWSAccessKeyId=${keys.accessKeyId}&Expires=${expires}&Signature=${encodeURIComponent(signatureV2(text))}`;
    const seconds = Math.floor(Date.now() / 1000);
    assert.equal((await send(store, { ...put, path: url(seconds + 60) })).status, 200);
    const late = await send(store, { ...put, path: url(seconds - 60) });
    refused(late, 403, 'AccessDenied');
    assert.equal(late.element('Message'), 'Request has expired');
    assert.notEqual(late.element('ServerTime'), '');
    refused(await send(store, { ...put, path: url('soon') }), 403, 'AccessDenied');
    refused(await send(store, { ...put, path: url(seconds + 60, 'another text') }), 403, 'SignatureDoesNotMatch');
    refused(await send(store, { ...put, path: url(seconds + 60).replace(/&Signature=.*/, '') }), 403, 'AccessDenied');
    await signed(store, { method: 'DELETE', path });
  });
});

test('a body whose MD5 is not what was said is refused, and so is an MD5 that is none', async () => {
  refused(await signed(store, { ...put, headers: { 'Content-MD5': md5('other', 'base64') } }), 400, 'BadDigest');
  for (const value of ['abc', md5('miaow'), md5('miaow', 'base64').slice(0, -1)]) {
    refused(await signed(store, { ...put, headers: { 'Content-MD5': value } }), 400, 'InvalidDigest');
  }
  assert.equal(await isThere(), false);
  assert.equal((await signed(store, { ...put, headers: { 'Content-MD5': md5('miaow', 'base64') } })).status, 200);
  await signed(store, { method: 'DELETE', path });
});

test('a bucket that is not there is said to be so, by path, by host and by a host of its own', async () => {
  refused(await signed(store, { path: '/other/cat.txt' }), 404, 'NoSuchBucket');
  refused(await send(store, { path: '/other/cat.txt' }), 404, 'NoSuchBucket');
  for (const host of [`other.s3.localhost:${store.port}`, 'cdn.example.com']) {
    refused(await signed(store, { path: '/cat.txt', headers: { host } }), 404, 'NoSuchBucket');
  }
});
