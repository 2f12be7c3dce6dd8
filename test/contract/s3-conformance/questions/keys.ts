import { CONTENT, policyUpload } from '../policy.js';
import { accepts, refuses, type Question } from '../question.js';
import { presignV4, signV2, signV4 } from '../signatures.js';
import { answered, elementText, put, putRequest, read, stored, tryUpload } from '../store.js';
import { newKey, objectPath, uriEncode, type Target } from '../target.js';
import { send } from '../wire.js';

/** Names that a store, a signer or a CDN is likely to get wrong. */
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

/** Names of objects, by PUT and by form. */
export const keys: Question[] = [
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
      ...(name.endsWith(' ') ? { cephIsStricter: 'RGW cuts the blanks off the ends of a form field' } : {}),
    }),
    accepts(
      `key: ${JSON.stringify(name)} in the answer to a multipart upload`,
      async (target) => {
        const key = newKey(name);
        const answer = await send(
          target,
          signV4(target, { method: 'POST', path: `${objectPath(target.bucket, key)}?uploads`, headers: {} }),
        );
        return answered(answer, { isTheKey: elementText(answer.body.toString('utf8'), 'Key') === key });
      },
      { facts: { isTheKey: true } },
    ),
  ]),
  accepts('key: 1024 bytes long', (target) => {
    const key = newKey(twoHundredFolders.padEnd(1024 - 37 - 200, 'x'));
    return tryUpload(target, key, signV4(target, putRequest(target, key)));
  }),
  refuses('key: 1025 bytes long by PUT', 400, 'KeyTooLongError', (target) => {
    const key = newKey(twoHundredFolders.padEnd(1025 - 37 - 200, 'x'));
    return tryUpload(target, key, signV4(target, putRequest(target, key)));
  }),
  refuses(
    'key: 1025 bytes long by form',
    400,
    'KeyTooLongError',
    (target) => tryForm(target, newKey(twoHundredFolders.padEnd(1025 - 37 - 200, 'x'))),
    { cephIsLaxer: 'RGW stores it, and then refuses to read it' },
  ),
  accepts('key: characters that need no encoding may be encoded', async (target) => {
    const key = newKey('abc.txt');
    const path = objectPath(target.bucket, key).replace('abc.txt', '%61b%63%2Etxt');
    return tryUpload(target, key, signV4(target, { ...putRequest(target, key), path }));
  }),
  accepts('key: hexadecimal digits of an encoding may be lower-case', async (target) => {
    const key = newKey('ä*.txt');
    const path = objectPath(target.bucket, key).replaceAll(/%../g, (code) => code.toLowerCase());
    return tryUpload(target, key, signV4(target, { ...putRequest(target, key), path }));
  }),
  accepts('key: composed and decomposed letters are two objects', async (target) => {
    const folder = newKey('');
    await put(target, `${folder}caf\u00e9`);
    await put(target, `${folder}cafe\u0301`, {}, 'another');
    return answered(await read(target, `${folder}caf\u00e9`), undefined, await stored(target, `${folder}caf\u00e9`, CONTENT));
  }),
  accepts('key: upper and lower case are two objects', async (target) => {
    const folder = newKey('');
    await put(target, `${folder}a.txt`);
    await put(target, `${folder}A.TXT`, {}, 'another');
    return answered(await read(target, `${folder}a.txt`), undefined, await stored(target, `${folder}a.txt`, CONTENT));
  }),
  accepts('key: an object and another below it, as if it were a folder', async (target) => {
    const key = newKey('a');
    await put(target, key);
    await put(target, `${key}/b`, {}, 'another');
    return answered(await read(target, key), undefined, await stored(target, key, CONTENT));
  }),
  accepts(
    'key: dots in the middle stay as they are, by form',
    async (target) => {
      const folder = newKey('');
      const { wire } = policyUpload(target, { version: 4, key: `${folder}a/../b.txt` });
      const answer = await send(target, wire);
      const elsewhere = await read(target, `${folder}b.txt`);
      return answered(answer, { elsewhere: elsewhere.status }, await stored(target, `${folder}a/../b.txt`, CONTENT));
    },
    { status: 204, facts: { elsewhere: 404 } },
  ),
  accepts('key: dots in the middle stay as they are, by PUT', (target) => {
    const key = newKey('a/./../b.txt');
    return tryUpload(target, key, signV4(target, putRequest(target, key)));
  }),
  accepts('key: a slash at the beginning', (target) => {
    const key = `/${newKey()}`;
    return tryUpload(target, key, signV4(target, putRequest(target, key)));
  }),
  accepts(
    'key: an encoded slash is a slash',
    async (target) => {
      const key = newKey('a/b.txt');
      await put(target, key);
      const path = `/${target.bucket}/${uriEncode(key)}`;
      const answer = await send(target, signV4(target, { method: 'GET', path, headers: {} }));
      return answered(answer, { body: answer.body.equals(CONTENT) });
    },
    { facts: { body: true } },
  ),
];
