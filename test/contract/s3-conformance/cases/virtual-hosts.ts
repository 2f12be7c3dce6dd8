import { CONTENT, policyUpload } from '../policy.js';
import { accepts, rejects, type ConformanceCase } from '../conformance-case.js';
import { presignV4, signV2, signV4 } from '../signatures.js';
import { toResult, elementText, tryUpload } from '../store.js';
import { APP_ORIGIN, newKey, objectPath, type Target } from '../target.js';
import { send, type WireRequest } from '../wire.js';

/** Converts a path-style request to a virtual-hosted one. */
function virtualHosted(target: Target, request: WireRequest): WireRequest {
  const path = request.path.slice(`/${target.bucket}`.length);
  const headers = { ...request.headers, Host: `${target.bucket}.${target.serviceHost}` };
  return { ...request, path: path.startsWith('/') ? path : `/${path}`, headers };
}

function putRequest(target: Target, key: string): WireRequest {
  return { method: 'PUT', path: objectPath(target.bucket, key), headers: {}, body: CONTENT };
}

const NAME = `a b (1)'s ü.txt`;

/** Virtual-hosted requests. */
export const virtualHosts: ConformanceCase[] = [
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
      const response = await send(target, signV4(target, virtualHosted(target, request)));
      const xml = response.body.toString('utf8');
      return toResult(response, { bucket: elementText(xml, 'Bucket') === target.bucket, key: elementText(xml, 'Key') === key });
    },
    { details: { bucket: true, key: true } },
  ),
  accepts(
    'virtual host: a preflight',
    async (target) => {
      const headers = { Origin: APP_ORIGIN, 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'x-amz-date' };
      const response = await send(target, virtualHosted(target, { method: 'OPTIONS', path: objectPath(target.bucket, newKey()), headers }));
      return toResult(response, { origin: response.headers['access-control-allow-origin'] ?? null });
    },
    { details: { origin: APP_ORIGIN } },
  ),
  accepts('virtual host: the host name of the service, path-style', (target) => {
    const key = newKey(NAME);
    const request = putRequest(target, key);
    return tryUpload(target, key, signV4(target, { ...request, headers: { Host: target.serviceHost } }));
  }),
  rejects('virtual host: signed for the service, sent to the bucket', 403, 'SignatureDoesNotMatch', (target) => {
    const key = newKey();
    const { headers } = signV4(target, { ...putRequest(target, key), headers: { Host: target.serviceHost } });
    const wire = virtualHosted(target, { ...putRequest(target, key), headers });
    return tryUpload(target, key, wire);
  }),
  rejects('virtual host: signed with the bucket in the path, v4', 403, 'SignatureDoesNotMatch', (target) => {
    const key = newKey();
    const hosted = virtualHosted(target, putRequest(target, key));
    const { headers } = signV4(target, { ...hosted, path: objectPath(target.bucket, key) });
    return tryUpload(target, key, { ...hosted, headers });
  }),
  rejects('virtual host: signed without the bucket in the path, v2', 403, 'SignatureDoesNotMatch', (target) => {
    const key = newKey();
    return tryUpload(target, key, signV2(target, virtualHosted(target, putRequest(target, key))));
  }),
  rejects('virtual host: a missing bucket', 404, 'NoSuchBucket', async (target) => {
    const wire = {
      ...virtualHosted(target, putRequest(target, newKey())),
      headers: { Host: `no-such-bucket-anywhere.${target.serviceHost}` },
    };
    return toResult(await send(target, signV4(target, wire)));
  }),
];
