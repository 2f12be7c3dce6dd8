import { CONTENT, policyUpload } from '../policy.js';
import { accepts, refuses, type Answer, type Question } from '../question.js';
import { signV4 } from '../signatures.js';
import { answered, put, putRequest, read, stored, tryPolicy, tryUpload } from '../store.js';
import { newKey, objectPath, type Target } from '../target.js';
import { send, sendHalf, type WireRequest } from '../wire.js';
import { createUpload, listed } from './multipart-requests.js';

const LARGE = Buffer.alloc(20 * 2 ** 20, 'x');
/** Seen under load: the client is still writing when the connection ends. */
const EARLY_ANSWER = 'RGW answers before it has the body and hangs up, so that the answer may be lost';

/** Sends half of a request, hangs up, and looks at what is there then. */
async function brokenOff(target: Target, key: string, wire: WireRequest, before: Buffer): Promise<Answer> {
  await sendHalf(target, wire);
  return answered(await read(target, key), undefined, await stored(target, key, before));
}

/** Large, broken and simultaneous requests. */
export const connections: Question[] = [
  accepts('connection: 20 MiB by PUT', (target) => {
    const key = newKey();
    return tryUpload(target, key, signV4(target, putRequest(target, key, {}, LARGE)), LARGE);
  }),
  accepts('connection: 20 MiB by form', (target) => tryPolicy(target, { version: 4, bytes: LARGE }), { status: 204 }),
  refuses(
    'connection: 20 MiB by PUT with a wrong secret are answered, not cut off',
    403,
    'SignatureDoesNotMatch',
    (target) => {
      const key = newKey();
      const credentials = { ...target.credentials, secretKey: 'x'.repeat(40) };
      return tryUpload(target, key, signV4(target, putRequest(target, key, {}, LARGE), { credentials }), LARGE);
    },
    { cephIsUnsteady: EARLY_ANSWER },
  ),
  refuses(
    'connection: 20 MiB by form with a wrong secret are answered, not cut off',
    403,
    'SignatureDoesNotMatch',
    (target) => tryPolicy(target, { version: 4, bytes: LARGE, credentials: { ...target.credentials, secretKey: 'x'.repeat(40) } }),
    { cephIsUnsteady: EARLY_ANSWER },
  ),
  refuses(
    'connection: 20 MiB by form where ten bytes are allowed are answered, not cut off',
    400,
    'EntityTooLarge',
    (target) => tryPolicy(target, { version: 4, bytes: LARGE, conditions: [['content-length-range', 0, 10]] }),
    { cephIsUnsteady: EARLY_ANSWER },
  ),
  accepts('connection: a PUT that asks first whether it may (Expect)', (target) => {
    const key = newKey();
    const { headers, ...wire } = signV4(target, putRequest(target, key));
    return tryUpload(target, key, { ...wire, headers: { ...headers, Expect: '100-continue' } });
  }),
  refuses('connection: a PUT that breaks off stores nothing', 404, 'NoSuchKey', (target) => {
    const key = newKey();
    return brokenOff(target, key, signV4(target, putRequest(target, key, {}, LARGE)), LARGE);
  }),
  accepts('connection: a PUT that breaks off leaves the object before it', async (target) => {
    const key = newKey();
    await put(target, key);
    return brokenOff(target, key, signV4(target, putRequest(target, key, {}, LARGE)), CONTENT);
  }),
  refuses('connection: a PUT with UNSIGNED-PAYLOAD that breaks off stores nothing', 404, 'NoSuchKey', (target) => {
    const key = newKey();
    return brokenOff(target, key, signV4(target, putRequest(target, key, { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, LARGE)), LARGE);
  }),
  refuses('connection: a form that breaks off stores nothing', 404, 'NoSuchKey', (target) => {
    const { wire, key, bytes } = policyUpload(target, { version: 4, bytes: LARGE });
    return brokenOff(target, key, wire, bytes);
  }),
  accepts(
    'connection: a part that breaks off is not listed',
    async (target) => {
      const upload = await createUpload(target);
      const path = `${objectPath(target.bucket, upload.key)}?partNumber=1&uploadId=${encodeURIComponent(upload.id)}`;
      await sendHalf(target, signV4(target, { method: 'PUT', path, headers: {}, body: LARGE }));
      return listed(await upload.list());
    },
    { facts: { numbers: [] } },
  ),
  accepts(
    'connection: of ten PUTs of one key at once, one is stored whole',
    async (target) => {
      const key = newKey();
      const bodies = Array.from({ length: 10 }, (_, index) => Buffer.alloc(100_000 + index, String(index)));
      await Promise.all(bodies.map((body) => send(target, signV4(target, putRequest(target, key, {}, body)))));
      const answer = await read(target, key);
      return answered(answer, { oneOfThem: bodies.some((body) => body.equals(answer.body)) });
    },
    { facts: { oneOfThem: true } },
  ),
];
