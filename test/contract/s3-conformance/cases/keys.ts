import { CONTENT, policyUpload } from '../policy.js';
import { accepts, rejects, type ConformanceCase } from '../conformance-case.js';
import { presignV4, signV2, signV4 } from '../signatures.js';
import { toResult, elementText, putObject, putRequest, readObject, compareStored, tryUpload } from '../store.js';
import { newKey, objectPath, uriEncode, type Target } from '../target.js';
import { send } from '../wire.js';

/** Names with characters that stores, signers or CDNs often handle incorrectly. */
const NAMES = [
  'a b.txt',
  ' blank at both ends ',
  "!'()*.txt",
  '+.txt',
  'a&b=c;d,e.txt',
  '#1.txt',
  'what?.txt',
  '100%.txt',
  '%2F and %20.txt',
  '$1:@.txt',
  '~-_..txt',
  '"quoted" <b>bold</b>.txt',
  'back\\slash^{}|`[].txt',
  'Grüße 写真.txt',
  'cafe\u0301.txt',
  '📷👩‍👩‍👧.png',
  '...',
  '.hidden',
  'a//b.txt',
  'ends in a slash/',
  'toString',
];

const twoHundredFolders = 'ä/'.repeat(200);

async function tryForm(target: Target, key: string) {
  const { wire } = policyUpload(target, { version: 4, key });
  return tryUpload(target, key, wire);
}

/** Keys of objects, by PUT and by form. */
export const keys: ConformanceCase[] = [
  ...NAMES.flatMap((name) => [
    accepts(`key: ${JSON.stringify(name)} by PUT, v4`, (target) => {
      const key = newKey(name);
      return tryUpload(target, key, signV4(target, putRequest(target, key)));
    }),
    accepts(`key: ${JSON.stringify(name)} by PUT, v2`, (target) => {
      const key = newKey(name);
      return tryUpload(target, key, signV2(target, putRequest(target, key)));
    }),
    accepts(`key: ${JSON.stringify(name)} by PUT, presigned`, (target) => {
      const key = newKey(name);
      return tryUpload(target, key, presignV4(target, putRequest(target, key)));
    }),
    accepts(`key: ${JSON.stringify(name)} by form`, (target) => tryForm(target, newKey(name)), {
      status: 204,
      ...(name.endsWith(' ') ? { cephIsStricter: 'RGW trims form fields' } : {}),
    }),
    accepts(
      `key: ${JSON.stringify(name)} in the response of CreateMultipartUpload`,
      async (target) => {
        const key = newKey(name);
        const response = await send(
          target,
          signV4(target, { method: 'POST', path: `${objectPath(target.bucket, key)}?uploads`, headers: {} }),
        );
        return toResult(response, { isTheKey: elementText(response.body.toString('utf8'), 'Key') === key });
      },
      { details: { isTheKey: true } },
    ),
  ]),
  accepts('key: 1024 bytes long', (target) => {
    const key = newKey(twoHundredFolders.padEnd(1024 - 37 - 200, 'x'));
    return tryUpload(target, key, signV4(target, putRequest(target, key)));
  }),
  rejects('key: 1025 bytes long by PUT', 400, 'KeyTooLongError', (target) => {
    const key = newKey(twoHundredFolders.padEnd(1025 - 37 - 200, 'x'));
    return tryUpload(target, key, signV4(target, putRequest(target, key)));
  }),
  rejects(
    'key: 1025 bytes long by form',
    400,
    'KeyTooLongError',
    (target) => tryForm(target, newKey(twoHundredFolders.padEnd(1025 - 37 - 200, 'x'))),
    { cephIsLaxer: 'RGW stores the object and then rejects reading it' },
  ),
  accepts('key: unreserved characters may be percent-encoded', async (target) => {
    const key = newKey('abc.txt');
    const path = objectPath(target.bucket, key).replace('abc.txt', '%61b%63%2Etxt');
    return tryUpload(target, key, signV4(target, { ...putRequest(target, key), path }));
  }),
  accepts('key: percent-encodings may have lower-case digits', async (target) => {
    const key = newKey('ä*.txt');
    const path = objectPath(target.bucket, key).replaceAll(/%../g, (code) => code.toLowerCase());
    return tryUpload(target, key, signV4(target, { ...putRequest(target, key), path }));
  }),
  accepts('key: composed and decomposed letters are two objects', async (target) => {
    const folder = newKey('');
    await putObject(target, `${folder}caf\u00e9`);
    await putObject(target, `${folder}cafe\u0301`, {}, 'another');
    return toResult(await readObject(target, `${folder}caf\u00e9`), undefined, await compareStored(target, `${folder}caf\u00e9`, CONTENT));
  }),
  accepts('key: upper and lower case are two objects', async (target) => {
    const folder = newKey('');
    await putObject(target, `${folder}a.txt`);
    await putObject(target, `${folder}A.TXT`, {}, 'another');
    return toResult(await readObject(target, `${folder}a.txt`), undefined, await compareStored(target, `${folder}a.txt`, CONTENT));
  }),
  accepts('key: an object and another one below its key', async (target) => {
    const key = newKey('a');
    await putObject(target, key);
    await putObject(target, `${key}/b`, {}, 'another');
    return toResult(await readObject(target, key), undefined, await compareStored(target, key, CONTENT));
  }),
  accepts(
    'key: dot segments are not resolved, by form',
    async (target) => {
      const folder = newKey('');
      const { wire } = policyUpload(target, { version: 4, key: `${folder}a/../b.txt` });
      const response = await send(target, wire);
      const elsewhere = await readObject(target, `${folder}b.txt`);
      return toResult(response, { elsewhere: elsewhere.status }, await compareStored(target, `${folder}a/../b.txt`, CONTENT));
    },
    { status: 204, details: { elsewhere: 404 } },
  ),
  accepts('key: dot segments are not resolved, by PUT', (target) => {
    const key = newKey('a/./../b.txt');
    return tryUpload(target, key, signV4(target, putRequest(target, key)));
  }),
  accepts('key: a leading slash', (target) => {
    const key = `/${newKey()}`;
    return tryUpload(target, key, signV4(target, putRequest(target, key)));
  }),
  accepts(
    'key: an encoded slash is a slash',
    async (target) => {
      const key = newKey('a/b.txt');
      await putObject(target, key);
      const path = `/${target.bucket}/${uriEncode(key)}`;
      const response = await send(target, signV4(target, { method: 'GET', path, headers: {} }));
      return toResult(response, { body: response.body.equals(CONTENT) });
    },
    { details: { body: true } },
  ),
];
