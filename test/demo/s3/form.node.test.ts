/**
 * POST Object: the signature of the policy, its conditions, and the stored object.
 */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type StoreResponse, bucket, keys, md5, send, sendSigned, startStore } from './client.js';
import { buildForm, type Condition, encodeForm, type FormOptions, postForm, setField } from './form.js';

const store = await startStore({ after }, { buckets: [{ name: bucket }, { name: 'other' }] });
const path = `/${bucket}/user/cat.txt`;

function assertError(response: StoreResponse, status: number, code: string, message?: RegExp): void {
  assert.deepEqual([response.status, response.element('Code')], [status, code], response.text);
  if (message) assert.match(response.element('Message'), message);
}

/** Asserts that the bucket is empty and that no file is left on disk. */
async function nothingStored(): Promise<void> {
  const listed = await sendSigned(store, { path: `/${bucket}?list-type=2` });
  assert.equal(listed.element('KeyCount'), '0', listed.text);
  assert.deepEqual(await readdir(join(store.folder, 'data')), []);
}

async function clear(key = 'user/cat.txt'): Promise<void> {
  await sendSigned(store, { method: 'DELETE', path: `/${bucket}/${encodeURIComponent(key)}` });
}

for (const version of [2, 4] as const) {
  describe(`a form signed with version ${version}`, () => {
    test('stores its file and returns the location', async () => {
      const response = await postForm(store, { version });
      assert.equal(response.status, 204);
      assert.equal(response.headers.etag, `"${md5('miaow')}"`);
      assert.equal(response.headers.location, `http://127.0.0.1:${store.port}/${bucket}/user/cat.txt`);
      assert.equal((await sendSigned(store, { path })).text, 'miaow');
      await clear();
    });

    const alterations: Record<string, { options: FormOptions; status: number; code: string; message?: RegExp }> = {
      'another secret': { options: { keys: { ...keys, secretAccessKey: 'wrong' } }, status: 403, code: 'SignatureDoesNotMatch' },
      'an unknown key': { options: { keys: { ...keys, accessKeyId: 'AKIAUNKNOWN' } }, status: 403, code: 'InvalidAccessKeyId' },
      'a token with permanent keys': { options: { keys: { ...keys, sessionToken: 'token' } }, status: 400, code: 'InvalidToken' },
      'an expired policy': {
        options: { expiration: new Date(Date.now() - 1000).toISOString() },
        status: 403,
        code: 'AccessDenied',
        message: /Policy expired/,
      },
      'no policy': { options: { alter: (form) => setField(form, 'policy', undefined) }, status: 403, code: 'AccessDenied' },
      'another policy than was signed': {
        options: {
          alter: (form) =>
            setField(form, 'policy', Buffer.from('{"expiration":"2999-01-01T00:00:00Z","conditions":[]}').toString('base64')),
        },
        status: 403,
        code: 'SignatureDoesNotMatch',
      },
      'another key than the policy says': {
        options: { alter: (form) => setField(form, 'key', 'user/dog.txt') },
        status: 403,
        code: 'AccessDenied',
        message: /Policy Condition failed: \["eq", ?"\$key", ?"user\/cat\.txt"\]/,
      },
      'a field that no condition allows': {
        options: { alter: (form) => form.fields.push(['acl', 'public-read']) },
        status: 403,
        code: 'AccessDenied',
        message: /Extra input fields: acl/,
      },
      'a policy that does not name the bucket': {
        options: { conditions: (conditions) => conditions.slice(1) },
        status: 403,
        code: 'AccessDenied',
        message: /Extra input fields: bucket/,
      },
      'a policy for another bucket': { options: { path: '/other' }, status: 403, code: 'AccessDenied' },
      'no key': {
        options: { alter: (form) => setField(form, 'key', undefined) },
        status: 400,
        code: 'InvalidArgument',
        message: /named 'key'/,
      },
      'an empty key': { options: { key: '' }, status: 400, code: 'InvalidArgument' },
      'a key of 1025 bytes': { options: { key: 'k'.repeat(1025) }, status: 400, code: 'KeyTooLongError' },
      'a bucket that is not there': { options: { path: '/nowhere' }, status: 404, code: 'NoSuchBucket' },
      'a field sent twice': {
        options: { alter: (form) => form.fields.push(['key', 'user/cat.txt']) },
        status: 400,
        code: 'MalformedPOSTRequest',
      },
      'fields of more than 20 KiB': {
        options: { alter: (form) => form.fields.push(['x-ignore-me', 'x'.repeat(20_480)]) },
        status: 400,
        code: 'MaxPostPreDataLengthExceededError',
      },
      'an unknown storage class': { options: { extra: { 'x-amz-storage-class': 'COLD' } }, status: 400, code: 'InvalidStorageClass' },
      'an unknown encryption': {
        options: { extra: { 'x-amz-server-side-encryption': 'ROT13' } },
        status: 400,
        code: 'InvalidEncryptionAlgorithmError',
      },
      'encryption with a key of KMS': {
        options: { extra: { 'x-amz-server-side-encryption': 'aws:kms' } },
        status: 501,
        code: 'NotImplemented',
      },
      'an unknown ACL': { options: { extra: { acl: 'everybody' } }, status: 400, code: 'InvalidArgument' },
      'metadata of more than 2 KB': { options: { extra: { 'x-amz-meta-a': 'a'.repeat(2048) } }, status: 400, code: 'MetadataTooLarge' },
      'a line break in metadata': { options: { extra: { 'x-amz-meta-a': 'a\r\nset-cookie: b=c' } }, status: 400, code: 'InvalidArgument' },
      'an Authorization header': { options: { headers: { authorization: 'AWS a:b' } }, status: 400, code: 'InvalidArgument' },
    };
    for (const [name, { options, status, code, message }] of Object.entries(alterations)) {
      test(`is rejected with ${code} for ${name}`, async () => {
        assertError(await postForm(store, { version, ...options }), status, code, message);
        await nothingStored();
      });
    }

    test('requires every field of its signature', async () => {
      for (const name of version === 2
        ? ['AWSAccessKeyId', 'signature']
        : ['x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature']) {
        assertError(
          await postForm(store, { version, alter: (form) => setField(form, name, undefined) }),
          400,
          'InvalidArgument',
          new RegExp(name, 'i'),
        );
      }
      await nothingStored();
    });
  });
}

describe('a version 4 form', () => {
  test('is rejected for another region, day or algorithm, and for a date that is too old or in the future', async () => {
    assertError(await postForm(store, { region: 'eu-west-1' }), 400, 'InvalidArgument');
    assertError(await postForm(store, { alter: (form) => setField(form, 'x-amz-date', '20130524T000000Z') }), 400, 'InvalidArgument');
    assertError(await postForm(store, { alter: (form) => setField(form, 'x-amz-date', 'today') }), 400, 'InvalidArgument');
    assertError(
      await postForm(store, { alter: (form) => setField(form, 'x-amz-algorithm', 'AWS4-ECDSA-P256-SHA256') }),
      400,
      'InvalidArgument',
    );
    assertError(await postForm(store, { time: Date.now() - 8 * 24 * 3_600_000 }), 403, 'AccessDenied');
    assertError(await postForm(store, { time: Date.now() + 16 * 60_000 }), 403, 'AccessDenied');
    await nothingStored();
    assert.equal((await postForm(store, { time: Date.now() - 36 * 3_600_000 })).status, 204);
    await clear();
  });

  test('requires conditions for its x-amz fields', async () => {
    for (const name of ['x-amz-algorithm', 'x-amz-credential', 'x-amz-date']) {
      const conditions = (all: Condition[]) => all.filter((condition) => !(name in condition));
      assertError(await postForm(store, { conditions }), 403, 'AccessDenied', new RegExp(`Extra input fields: ${name}`));
    }
    await nothingStored();
  });

  test('is rejected with an additional version 2 signature', async () => {
    assertError(await postForm(store, { alter: (form) => form.fields.push(['AWSAccessKeyId', keys.accessKeyId]) }), 400, 'InvalidRequest');
  });
});

describe('conditions', () => {
  const add = (...more: Condition[]) => ({ conditions: (conditions: Condition[]) => [...conditions, ...more] });
  const replaceKey = (condition: Condition) => ({ conditions: (all: Condition[]) => all.map((one) => ('key' in one ? condition : one)) });

  test('support eq and starts-with, case-insensitively', async () => {
    assert.equal((await postForm(store, replaceKey(['eq', '$key', 'user/cat.txt']))).status, 204);
    assert.equal((await postForm(store, replaceKey(['starts-with', '$Key', 'user/']))).status, 204);
    assert.equal((await postForm(store, replaceKey(['starts-with', '$key', '']))).status, 204);
    assert.equal((await postForm(store, replaceKey({ KEY: 'user/cat.txt' }))).status, 204);
    await clear();
    assertError(await postForm(store, replaceKey(['eq', '$key', 'user/'])), 403, 'AccessDenied', /Policy Condition failed/);
    assertError(await postForm(store, replaceKey(['starts-with', '$key', 'admin/'])), 403, 'AccessDenied', /Policy Condition failed/);
    assertError(await postForm(store, replaceKey(['eq', '$key', 'USER/CAT.TXT'])), 403, 'AccessDenied', /Policy Condition failed/);
    await nothingStored();
  });

  test('fail for fields that are not sent', async () => {
    assertError(await postForm(store, add({ acl: 'private' })), 403, 'AccessDenied', /\$acl/);
    assertError(await postForm(store, add(['starts-with', '$x-amz-meta-a', ''])), 403, 'AccessDenied', /\$x-amz-meta-a/);
    assertError(await postForm(store, add(['eq', '$x-amz-meta-a', ''])), 403, 'AccessDenied', /\$x-amz-meta-a/);
    assertError(await postForm(store, add(['starts-with', '$Content-Type', ''])), 403, 'AccessDenied', /\$content-type/);
    assertError(await postForm(store, add(['starts-with', '$Content-Type', 'image/'])), 403, 'AccessDenied', /\$content-type/);
    await nothingStored();
  });

  test('on Content-Type apply to each type of a list', async () => {
    const type = (value: string) => ({
      ...add(['starts-with', '$Content-Type', 'image/']),
      alter: (form: ReturnType<typeof buildForm>) => form.fields.push(['Content-Type', value]),
    });
    assert.equal((await postForm(store, type('image/png, image/jpeg'))).status, 204);
    await clear();
    assertError(await postForm(store, type('image/png, text/html')), 403, 'AccessDenied');
    await nothingStored();
  });

  test('are not required for fields that begin with x-ignore-', async () => {
    assert.equal((await postForm(store, { alter: (form) => form.fields.push(['x-ignore-token', '1']) })).status, 204);
    await clear();
  });

  test('limit the size inclusively, as numbers or strings', async () => {
    for (const [min, max] of [
      [3, 5],
      ['3', '5'],
      [0, 9007199254740992],
      ['0', '9007199254740992'],
    ]) {
      assert.equal((await postForm(store, { ...add(['content-length-range', min, max]), file: '12345' })).status, 204);
      await clear();
    }
    const range = add(['content-length-range', 3, 5]);
    const large = await postForm(store, { ...range, file: '123456' });
    assertError(large, 400, 'EntityTooLarge');
    assert.equal(large.element('MaxSizeAllowed'), '5');
    const small = await postForm(store, { ...range, file: '12' });
    assertError(small, 400, 'EntityTooSmall');
    assert.deepEqual([small.element('ProposedSize'), small.element('MinSizeAllowed')], ['2', '3']);
    assertError(
      await postForm(store, { ...add(['content-length-range', 0, 9], ['content-length-range', 0, 5]), file: '123456' }),
      400,
      'EntityTooLarge',
    );
    await nothingStored();
  });

  test('reject a large file without storing it, and the client receives the reason', async () => {
    const response = await postForm(store, { ...add(['content-length-range', 0, 1000]), file: Buffer.alloc(20_000_000) });
    assertError(response, 400, 'EntityTooLarge');
    await nothingStored();
  });

  const broken: Record<string, FormOptions> = {
    'is not Base64': { encode: () => 'not base64!' },
    'is not JSON': { encode: () => Buffer.from('{').toString('base64') },
    'is not an object': { encode: () => Buffer.from('[]').toString('base64') },
    'is not UTF-8': {
      encode: (policy) => Buffer.from(JSON.stringify({ ...policy }).replace('cat', 'k\u00e4tz'), 'latin1').toString('base64'),
    },
    'has no expiration': { encode: (policy) => Buffer.from(JSON.stringify({ ...policy, expiration: undefined })).toString('base64') },
    'has no conditions': { encode: (policy) => Buffer.from(JSON.stringify({ ...policy, conditions: undefined })).toString('base64') },
    'has conditions that are no list': {
      encode: (policy) => Buffer.from(JSON.stringify({ ...policy, conditions: {} })).toString('base64'),
    },
    'has something else in it': { encode: (policy) => Buffer.from(JSON.stringify({ ...policy, version: 1 })).toString('base64') },
    'expires at a time without a zone': { expiration: '2999-01-01T00:00:00' },
    'expires at a number': { expiration: 32503680000 },
    'expires on an impossible day': { expiration: '2999-13-01T00:00:00Z' },
    'has an unknown operator': add(['ends-with', '$key', '.txt']),
    'has a condition of two items': add(['eq', '$key']),
    'has a condition of four items': add(['eq', '$key', 'a', 'b']),
    'has a condition without the dollar sign': add(['eq', 'key', 'user/cat.txt']),
    'has a condition on a number': add({ success_action_status: 200 }),
    'has an object with two conditions': add({ acl: 'private', key: 'user/cat.txt' }),
    'has an empty condition': add({}),
    'has a text for a condition': { conditions: (conditions) => [...conditions, 'key' as unknown as Condition] },
    'has a range that is no number': add(['content-length-range', 'a', 'b']),
    'has a range below zero': add(['content-length-range', -1, 5]),
    'has a range with fractions': add(['content-length-range', 0.5, 5]),
  };
  for (const [name, options] of Object.entries(broken)) {
    test(`reject a policy that ${name}`, async () => {
      assertError(await postForm(store, options), 400, 'InvalidPolicyDocument', /^Invalid Policy: /);
      await nothingStored();
    });
  }

  test('may have escaped slashes, as PHP writes them', async () => {
    const encode = (policy: object) => Buffer.from(JSON.stringify(policy).replaceAll('/', '\\/')).toString('base64');
    assert.equal((await postForm(store, { encode })).status, 204);
    await clear();
  });
});

describe('the metadata of a form', () => {
  test('is returned when the object is read', async () => {
    const extra = {
      acl: 'public-read',
      'Content-Type': 'text/x-cat; charset=utf-8',
      'Cache-Control': 'max-age=60',
      'Content-Disposition': 'attachment; filename="Kätzchen.txt"',
      'Content-Encoding': 'identity',
      Expires: 'Thu, 01 Dec 2994 16:00:00 GMT',
      'x-amz-meta-Color': 'grün',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-server-side-encryption': 'AES256',
    };
    const response = await postForm(store, { extra });
    assert.equal(response.headers['x-amz-server-side-encryption'], 'AES256');
    const { headers } = await sendSigned(store, { method: 'HEAD', path });
    const bytes = (text: string) => Buffer.from(text).toString('latin1');
    assert.deepEqual(
      {
        'content-type': headers['content-type'],
        'cache-control': headers['cache-control'],
        'content-disposition': headers['content-disposition'],
        'content-encoding': headers['content-encoding'],
        expires: headers.expires,
        'x-amz-meta-color': headers['x-amz-meta-color'],
        'x-amz-storage-class': headers['x-amz-storage-class'],
        'x-amz-server-side-encryption': headers['x-amz-server-side-encryption'],
        'x-amz-acl': headers['x-amz-acl'],
        'content-length': headers['content-length'],
      },
      {
        'content-type': 'text/x-cat; charset=utf-8',
        'cache-control': 'max-age=60',
        'content-disposition': bytes('attachment; filename="Kätzchen.txt"'),
        'content-encoding': 'identity',
        expires: 'Thu, 01 Dec 2994 16:00:00 GMT',
        'x-amz-meta-color': bytes('grün'),
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        'x-amz-server-side-encryption': 'AES256',
        'x-amz-acl': 'public-read',
        'content-length': '5',
      },
    );
    assert.match((await sendSigned(store, { path: `${path}?acl` })).text, /global\/AllUsers<\/URI><\/Grantee><Permission>READ</);
    await clear();
  });

  test('defaults to a binary Content-Type and ignores the type of the file part', async () => {
    await postForm(store);
    assert.equal((await sendSigned(store, { method: 'HEAD', path })).headers['content-type'], 'binary/octet-stream');
    await clear();
  });

  test('replaces ${filename} in the key with the base name of the file before it checks conditions', async () => {
    const options = {
      key: 'user/${filename}',
      conditions: (all: Condition[]) => all.map((one) => ('key' in one ? ['starts-with', '$key', 'user/'] : one)),
    };
    for (const [filename, name] of [
      ['Kätzchen $& 1.txt', 'Kätzchen $& 1.txt'],
      ['C:\\pictures\\dog.txt', 'dog.txt'],
      ['../../etc/passwd', 'passwd'],
    ] as const) {
      const response = await postForm(store, { ...options, filename });
      assert.equal(response.status, 204, response.text);
      assert.equal((await sendSigned(store, { path: `/${bucket}/user/${encodeURIComponent(name)}` })).text, 'miaow');
      await clear(`user/${name}`);
    }
    await nothingStored();
  });

  test('supports all keys: dots, leading slashes, emoji', async () => {
    for (const key of ['../../escape', '/leading', '..', 'a//b', '😀/ü b+c&d=e?f#g%.txt', '__proto__', 'constructor']) {
      assert.equal((await postForm(store, { key })).status, 204, key);
      const path = `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
      assert.equal((await sendSigned(store, { path })).text, 'miaow', key);
      await sendSigned(store, { method: 'DELETE', path });
    }
    await nothingStored();
  });
});

describe('the response to a form', () => {
  test('has the status of success_action_status; 204 if it is not supported', async () => {
    for (const [asked, status] of [
      ['200', 200],
      ['204', 204],
      ['201', 201],
      ['418', 204],
    ] as const) {
      const response = await postForm(store, { extra: { success_action_status: asked } });
      assert.equal(response.status, status);
      if (status === 201) {
        assert.deepEqual(
          ['Bucket', 'Key', 'ETag', 'Location'].map((name) => response.element(name)),
          [bucket, 'user/cat.txt', `"${md5('miaow')}"`, response.headers.location],
        );
      } else assert.equal(response.text, '');
    }
    await clear();
  });

  test('is a redirect if success_action_redirect is a URL', async () => {
    const response = await postForm(store, { extra: { success_action_redirect: 'https://example.com/done?a=1' } });
    assert.equal(response.status, 303);
    const location = new URL(response.headers.location ?? '');
    assert.equal(location.origin + location.pathname, 'https://example.com/done');
    assert.deepEqual(Object.fromEntries(location.searchParams), { a: '1', bucket, key: 'user/cat.txt', etag: `"${md5('miaow')}"` });
    for (const value of ['javascript:alert(1)', 'not an address']) {
      assert.equal((await postForm(store, { extra: { success_action_redirect: value } })).status, 204);
    }
    await clear();
  });

  test('has a virtual-hosted location if the form was sent to one', async () => {
    const host = `${bucket}.s3.localhost:${store.port}`;
    const response = await postForm(store, { path: '/', headers: { host } });
    assert.equal(response.headers.location, `http://${host}/user/cat.txt`);
    await clear();
  });
});

describe('a malformed form', () => {
  const { body, headers } = encodeForm(buildForm());
  const post = (content: Buffer | string, more: Record<string, string> = {}) =>
    send(store, { method: 'POST', path: `/${bucket}`, headers: { ...headers, ...more }, body: content });
  const withPart = (part: string, place: 'before' | 'after') => {
    const text = body.toString('latin1');
    const boundary = text.slice(0, text.indexOf('\r\n'));
    const position = place === 'before' ? 0 : text.lastIndexOf(boundary);
    return Buffer.from(`${text.slice(0, position)}${boundary}\r\n${part}\r\n${text.slice(position)}`, 'latin1');
  };

  test('is rejected without an end, a boundary, a file or fields', async () => {
    assertError(await post(body.subarray(0, body.length - 20)), 400, 'MalformedPOSTRequest');
    assertError(await post(body, { 'content-type': 'multipart/form-data' }), 400, 'MalformedPOSTRequest');
    assertError(await post('hello'), 400, 'MalformedPOSTRequest');
    assertError(await post(''), 400, 'MalformedPOSTRequest');
    assertError(await post(body.subarray(0, 300)), 400, 'MalformedPOSTRequest');
    const text = body.toString();
    const noFile = `${text.slice(0, text.lastIndexOf('--', text.indexOf('name="file"')))}`;
    assertError(
      await post(`${noFile.slice(0, noFile.lastIndexOf('\r\n'))}\r\n${text.slice(text.lastIndexOf('------'))}`),
      400,
      'InvalidArgument',
      /exactly one file/,
    );
    await nothingStored();
  });

  test('is rejected with a second file, or with a file in another field', async () => {
    const file = (name: string) => `Content-Disposition: form-data; name="${name}"; filename="b.txt"\r\n\r\nb`;
    assertError(await post(withPart(file('file'), 'after')), 400, 'IncorrectNumberOfFilesInPostRequest');
    assertError(await post(withPart(file('x-ignore-picture'), 'before')), 400, 'MalformedPOSTRequest');
    await nothingStored();
  });

  test('may contain its file as a text field, once', async () => {
    const text = body.toString().replace(/; filename="[^"]*"\r\nContent-Type: text\/plain/, '');
    assert.equal((await post(text)).status, 204);
    assert.equal((await sendSigned(store, { path })).text, 'miaow');
    await clear();
    assertError(await post(Buffer.from(text.replace('miaow', 'mi\u00e4ow'), 'latin1')), 400, 'MalformedPOSTRequest');
    const boundary = text.slice(0, text.indexOf('\r\n'));
    const second = `${boundary}\r\nContent-Disposition: form-data; name="file"\r\n\r\nagain\r\n${boundary}--`;
    assertError(await post(text.replace(`${boundary}--`, second)), 400, 'IncorrectNumberOfFilesInPostRequest');
    await nothingStored();
  });

  test('requires Content-Length', async () => {
    const response = await post(body, { 'transfer-encoding': 'chunked' });
    assertError(response, 411, 'MissingContentLength');
  });

  test('ignores fields after the file', async () => {
    const field = (name: string, value: string) => `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
    assert.equal((await post(withPart(field('submit', 'Upload'), 'after'))).status, 204);
    await clear();
    const late = encodeForm(buildForm({ alter: (form) => setField(form, 'key', undefined) })).body;
    const text = late.toString();
    const boundary = text.slice(0, text.indexOf('\r\n'));
    const end = text.lastIndexOf(boundary);
    const moved = `${text.slice(0, end)}${boundary}\r\n${field('key', 'user/cat.txt')}\r\n${text.slice(end)}`;
    assertError(await post(moved), 400, 'InvalidArgument', /order of the fields/);
    await nothingStored();
  });

  test('is rejected with another Content-Type', async () => {
    assertError(
      await send(store, { method: 'POST', path: `/${bucket}`, headers: { 'content-type': 'text/plain' }, body: 'x' }),
      412,
      'PreconditionFailed',
    );
  });
});
