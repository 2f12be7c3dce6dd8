import { CONTENT, policyUpload } from '../policy.js';
import { accepts, rejects, type CaseResult, type ConformanceCase } from '../conformance-case.js';
import { signV4 } from '../signatures.js';
import { toResult, putObject, putRequest, readObject, compareStored, tryPolicy, tryUpload } from '../store.js';
import { newKey, objectPath, type Target } from '../target.js';
import { send, sendHalf, type WireRequest } from '../wire.js';
import { createUpload, listed } from './multipart-requests.js';

const LARGE = Buffer.alloc(20 * 2 ** 20, 'x');
/** Happens under load: the client is still writing when the connection is closed. */
const EARLY_RESPONSE = 'RGW answers before it has the body and hangs up, so that the response may be lost';

/** Sends half of a request, closes the connection and reads the object. */
async function sendIncomplete(target: Target, key: string, wire: WireRequest, before: Buffer): Promise<CaseResult> {
  await sendHalf(target, wire);
  return toResult(await readObject(target, key), undefined, await compareStored(target, key, before));
}

/** Large, interrupted and concurrent requests. */
export const connections: ConformanceCase[] = [
  accepts('connection: 20 MiB by PUT', (target) => {
    const key = newKey();
    return tryUpload(target, key, signV4(target, putRequest(target, key, {}, LARGE)), LARGE);
  }),
  accepts('connection: 20 MiB by form', (target) => tryPolicy(target, { version: 4, bytes: LARGE }), { status: 204 }),
  rejects(
    'connection: 20 MiB by PUT with a wrong secret get a response',
    403,
    'SignatureDoesNotMatch',
    (target) => {
      const key = newKey();
      const credentials = { ...target.credentials, secretKey: 'x'.repeat(40) };
      return tryUpload(target, key, signV4(target, putRequest(target, key, {}, LARGE), { credentials }), LARGE);
    },
    { cephIsUnstable: EARLY_RESPONSE },
  ),
  rejects(
    'connection: 20 MiB by form with a wrong secret get a response',
    403,
    'SignatureDoesNotMatch',
    (target) => tryPolicy(target, { version: 4, bytes: LARGE, credentials: { ...target.credentials, secretKey: 'x'.repeat(40) } }),
    { cephIsUnstable: EARLY_RESPONSE },
  ),
  rejects(
    'connection: 20 MiB by form with a limit of ten bytes get a response',
    400,
    'EntityTooLarge',
    (target) => tryPolicy(target, { version: 4, bytes: LARGE, conditions: [['content-length-range', 0, 10]] }),
    { cephIsUnstable: EARLY_RESPONSE },
  ),
  accepts('connection: a PUT with Expect: 100-continue', (target) => {
    const key = newKey();
    const { headers, ...wire } = signV4(target, putRequest(target, key));
    return tryUpload(target, key, { ...wire, headers: { ...headers, Expect: '100-continue' } });
  }),
  rejects('connection: an interrupted PUT stores nothing', 404, 'NoSuchKey', (target) => {
    const key = newKey();
    return sendIncomplete(target, key, signV4(target, putRequest(target, key, {}, LARGE)), LARGE);
  }),
  accepts('connection: an interrupted PUT does not change the object', async (target) => {
    const key = newKey();
    await putObject(target, key);
    return sendIncomplete(target, key, signV4(target, putRequest(target, key, {}, LARGE)), CONTENT);
  }),
  rejects('connection: an interrupted PUT with UNSIGNED-PAYLOAD stores nothing', 404, 'NoSuchKey', (target) => {
    const key = newKey();
    return sendIncomplete(
      target,
      key,
      signV4(target, putRequest(target, key, { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, LARGE)),
      LARGE,
    );
  }),
  rejects('connection: an interrupted form stores nothing', 404, 'NoSuchKey', (target) => {
    const { wire, key, bytes } = policyUpload(target, { version: 4, bytes: LARGE });
    return sendIncomplete(target, key, wire, bytes);
  }),
  accepts(
    'connection: an interrupted part is not listed',
    async (target) => {
      const upload = await createUpload(target);
      const path = `${objectPath(target.bucket, upload.key)}?partNumber=1&uploadId=${encodeURIComponent(upload.id)}`;
      await sendHalf(target, signV4(target, { method: 'PUT', path, headers: {}, body: LARGE }));
      return listed(await upload.list());
    },
    { details: { numbers: [] } },
  ),
  accepts(
    'connection: one of ten concurrent PUTs of a key is stored completely',
    async (target) => {
      const key = newKey();
      const bodies = Array.from({ length: 10 }, (_, index) => Buffer.alloc(100_000 + index, String(index)));
      await Promise.all(bodies.map((body) => send(target, signV4(target, putRequest(target, key, {}, body)))));
      const response = await readObject(target, key);
      return toResult(response, { oneOfThem: bodies.some((body) => body.equals(response.body)) });
    },
    { details: { oneOfThem: true } },
  ),
];
