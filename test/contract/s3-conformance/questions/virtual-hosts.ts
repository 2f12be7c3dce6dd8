import { CONTENT, policyUpload } from '../policy.js';
import { accepts, refuses, type Question } from '../question.js';
import { presignV4, signV2, signV4 } from '../signatures.js';
import { answered, elementText, tryUpload } from '../store.js';
import { APP_ORIGIN, newKey, objectPath, type Target } from '../target.js';
import { send, type WireRequest } from '../wire.js';

/** The same request to BUCKET.service instead of service/BUCKET. */
function virtualHosted(target: Target, request: WireRequest): WireRequest {
  const path = request.path.slice(`/${target.bucket}`.length);
  const headers = { ...request.headers, Host: `${target.bucket}.${target.serviceHost}` };
  return { ...request, path: path.startsWith('/') ? path : `/${path}`, headers };
}

function putRequest(target: Target, key: string): WireRequest {
  return { method: 'PUT', path: objectPath(target.bucket, key), headers: {}, body: CONTENT };
}

const NAME = `a b (1)'s ü.txt`;

/** Buckets that are addressed by a host name of their own, as is usual with AWS. */
export const virtualHosts: Question[] = [
  accepts('virtual host: PUT, v4', (target) => {
    const key = newKey(NAME);
    return tryUpload(target, key, signV4(target, virtualHosted(target, putRequest(target, key))));
  }),
  accepts('virtual host: PUT, v4 presigned', (target) => {
    const key = newKey(NAME);
    return tryUpload(target, key, presignV4(target, virtualHosted(target, putRequest(target, key))));
  }),
  accepts('virtual host: PUT, v2, which signs the bucket as part of the path', (target) => {
    const key = newKey(NAME);
    return tryUpload(
      target,
      key,
      signV2(target, virtualHosted(target, putRequest(target, key)), { resource: objectPath(target.bucket, key) }),
    );
  }),
  accepts(
    'virtual host: a form',
    (target) => {
      const { wire, key } = policyUpload(target, { version: 4 });
      return tryUpload(target, key, virtualHosted(target, wire));
    },
    { status: 204 },
  ),
  accepts(
    'virtual host: create a multipart upload',
    async (target) => {
      const key = newKey(NAME);
      const request = { method: 'POST', path: `${objectPath(target.bucket, key)}?uploads`, headers: {} };
      const answer = await send(target, signV4(target, virtualHosted(target, request)));
      const xml = answer.body.toString('utf8');
      return answered(answer, { bucket: elementText(xml, 'Bucket') === target.bucket, key: elementText(xml, 'Key') === key });
    },
    { facts: { bucket: true, key: true } },
  ),
  accepts(
    'virtual host: a preflight',
    async (target) => {
      const headers = { Origin: APP_ORIGIN, 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'x-amz-date' };
      const answer = await send(target, virtualHosted(target, { method: 'OPTIONS', path: objectPath(target.bucket, newKey()), headers }));
      return answered(answer, { origin: answer.headers['access-control-allow-origin'] ?? null });
    },
    { facts: { origin: APP_ORIGIN } },
  ),
  accepts('virtual host: the service by its name, path-style', (target) => {
    const key = newKey(NAME);
    const request = putRequest(target, key);
    return tryUpload(target, key, signV4(target, { ...request, headers: { Host: target.serviceHost } }));
  }),
  refuses('virtual host: signed for the service, sent to the bucket', 403, 'SignatureDoesNotMatch', (target) => {
    const key = newKey();
    const { headers } = signV4(target, { ...putRequest(target, key), headers: { Host: target.serviceHost } });
    const wire = virtualHosted(target, { ...putRequest(target, key), headers });
    return tryUpload(target, key, wire);
  }),
  refuses('virtual host: signed with the bucket in the path, v4', 403, 'SignatureDoesNotMatch', (target) => {
    const key = newKey();
    const hosted = virtualHosted(target, putRequest(target, key));
    const { headers } = signV4(target, { ...hosted, path: objectPath(target.bucket, key) });
    return tryUpload(target, key, { ...hosted, headers });
  }),
  refuses('virtual host: signed without the bucket in the path, v2', 403, 'SignatureDoesNotMatch', (target) => {
    const key = newKey();
    return tryUpload(target, key, signV2(target, virtualHosted(target, putRequest(target, key))));
  }),
  refuses('virtual host: a bucket that does not exist', 404, 'NoSuchBucket', async (target) => {
    const wire = {
      ...virtualHosted(target, putRequest(target, newKey())),
      headers: { Host: `no-such-bucket-anywhere.${target.serviceHost}` },
    };
    return answered(await send(target, signV4(target, wire)));
  }),
];
