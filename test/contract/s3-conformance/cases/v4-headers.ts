import { accepts, rejects, type ConformanceCase } from '../conformance-case.js';
import { amzDate, contentMd5, presignV4, sha256, signV4 } from '../signatures.js';
import { toResult, putObject, putRequest, tryPut, tryUpload } from '../store.js';
import { newKey, objectPath } from '../target.js';
import { CONTENT } from '../policy.js';
import { send, type WireRequest } from '../wire.js';

const OTHER_SECRET = 'x'.repeat(40);
const MINUTE_MS = 60_000;
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS);

function withHeader(name: string, value: string): (wire: WireRequest) => WireRequest {
  return (wire) => ({ ...wire, headers: { ...wire.headers, [name]: value } });
}

function withoutHeader(name: string): (wire: WireRequest) => WireRequest {
  return (wire) => ({
    ...wire,
    headers: Object.fromEntries(Object.entries(wire.headers).filter(([other]) => other.toLowerCase() !== name)),
  });
}

function rewritten(change: (authorization: string) => string): (wire: WireRequest) => WireRequest {
  return (wire) => withHeader('Authorization', change(wire.headers['Authorization'] ?? ''))(wire);
}

const NAMED_ONLY = 'RGW checks only the headers in SignedHeaders';
const ANY_REGION = 'RGW ignores the region of a credential scope';

/** Signature version 4 in the Authorization header. */
export const v4Headers: ConformanceCase[] = [
  accepts('v4 header: a valid signature', (target) => tryPut(target)),
  accepts('v4 header: without spaces after the commas, as Fine Uploader writes it', (target) =>
    tryPut(target, { change: rewritten((authorization) => authorization.replaceAll(', ', ',')) }),
  ),
  accepts('v4 header: UNSIGNED-PAYLOAD', (target) => tryPut(target, { headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } })),
  accepts('v4 header: UNSIGNED-PAYLOAD lets the body change after signing', (target) => {
    const key = newKey();
    const signed = signV4(
      target,
      putRequest(target, key, { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, Buffer.alloc(CONTENT.length, 'x')),
    );
    return tryUpload(target, key, { ...signed, body: CONTENT });
  }),
  accepts('v4 header: a content type that is not signed, as Fine Uploader sends it', (target) =>
    tryPut(target, { headers: { 'Content-Type': 'image/png' }, unsigned: ['content-type'] }),
  ),
  accepts('v4 header: an empty content type that is not signed, as Fine Uploader sends parts', (target) =>
    tryPut(target, { headers: { 'Content-Type': '' }, unsigned: ['content-type'] }),
  ),
  accepts('v4 header: a content type that is signed', (target) => tryPut(target, { headers: { 'Content-Type': 'image/png' } })),
  accepts('v4 header: metadata with characters that XML and URLs treat specially', (target) =>
    tryPut(target, { headers: { 'x-amz-meta-a': `a=b&c;d,e "f" 'g' <h>/%20+` } }),
  ),
  accepts('v4 header: a clock that is 14 minutes slow', (target) => tryPut(target, { date: inMinutes(-14) })),
  accepts('v4 header: a clock that is 14 minutes fast', (target) => tryPut(target, { date: inMinutes(14) })),
  accepts('v4 header: the right Content-MD5', (target) => tryPut(target, { headers: { 'Content-MD5': contentMd5(CONTENT) } })),
  accepts('v4 header: query parameters that are not in alphabetical order', async (target) => {
    const key = newKey();
    await putObject(target, key);
    const path = `${objectPath(target.bucket, key)}?response-expires=0&response-content-type=text%2Fcsv`;
    return toResult(await send(target, signV4(target, { method: 'GET', path, headers: {} })));
  }),
  rejects('v4 header: a wrong secret', 403, 'SignatureDoesNotMatch', (target) =>
    tryPut(target, { credentials: { ...target.credentials, secretKey: OTHER_SECRET } }),
  ),
  rejects('v4 header: an unknown access key', 403, 'InvalidAccessKeyId', (target) =>
    tryPut(target, { credentials: { ...target.credentials, accessKey: 'AKIAUNKNOWN000000000' } }),
  ),
  rejects('v4 header: no signature at all', 403, 'AccessDenied', (target) => {
    const key = newKey();
    return tryUpload(target, key, putRequest(target, key));
  }),
  rejects('v4 header: an unknown session token', [400, 403], ['InvalidToken', 'InvalidAccessKeyId', 'AccessDenied'], (target) =>
    tryPut(target, { sessionToken: 'bm90IGEgdG9rZW4=' }),
  ),
  rejects('v4 header: a key other than the signed one', 403, 'SignatureDoesNotMatch', (target) => {
    const key = newKey();
    return tryUpload(target, key, { ...signV4(target, putRequest(target, newKey())), path: objectPath(target.bucket, key) });
  }),
  rejects('v4 header: a bucket other than the signed one', 403, 'SignatureDoesNotMatch', async (target) => {
    const key = newKey();
    return toResult(await send(target, { ...signV4(target, putRequest(target, key)), path: objectPath(target.otherBucket, key) }));
  }),
  rejects('v4 header: a method other than the signed one', 403, 'SignatureDoesNotMatch', async (target) => {
    const key = newKey();
    await putObject(target, key);
    const wire = signV4(target, { method: 'GET', path: objectPath(target.bucket, key), headers: {} });
    return toResult(await send(target, { ...wire, method: 'DELETE' }));
  }),
  rejects('v4 header: a query parameter that is not signed', 403, 'SignatureDoesNotMatch', (target) =>
    tryPut(target, { change: (wire) => ({ ...wire, path: `${wire.path}?partNumber=1&uploadId=x` }) }),
  ),
  rejects('v4 header: metadata changed after signing', 403, 'SignatureDoesNotMatch', (target) =>
    tryPut(target, { headers: { 'x-amz-meta-a': 'signed' }, change: withHeader('x-amz-meta-a', 'changed') }),
  ),
  rejects('v4 header: a signed header that is not sent', 403, 'SignatureDoesNotMatch', (target) =>
    tryPut(target, { headers: { 'x-amz-meta-a': 'signed' }, change: withoutHeader('x-amz-meta-a') }),
  ),
  rejects('v4 header: the date changed after signing', 403, 'SignatureDoesNotMatch', (target) =>
    tryPut(target, { change: withHeader('X-Amz-Date', amzDate(new Date(Date.now() + 5000))) }),
  ),
  rejects(
    'v4 header: an x-amz header that is not signed',
    403,
    'AccessDenied',
    (target) => tryPut(target, { change: withHeader('x-amz-meta-a', 'added') }),
    {
      cephIsLaxer: NAMED_ONLY,
    },
  ),
  rejects(
    'v4 header: an acl that is not signed',
    403,
    'AccessDenied',
    (target) => tryPut(target, { change: withHeader('x-amz-acl', 'public-read') }),
    {
      cephIsLaxer: NAMED_ONLY,
    },
  ),
  rejects(
    'v4 header: host is not among the signed headers',
    403,
    ['AccessDenied', 'SignatureDoesNotMatch'],
    (target) => tryPut(target, { unsigned: ['host'] }),
    { cephIsLaxer: NAMED_ONLY },
  ),
  rejects('v4 header: a host other than the signed one', 403, 'SignatureDoesNotMatch', (target) =>
    tryPut(target, { change: withHeader('Host', `127.0.0.1:${Number(new URL(target.url).port) + 1}`) }),
  ),
  rejects('v4 header: another region', 400, 'AuthorizationHeaderMalformed', (target) => tryPut(target, { region: 'mars-north-1' }), {
    cephIsLaxer: ANY_REGION,
  }),
  rejects('v4 header: another service', 400, 'AuthorizationHeaderMalformed', (target) => tryPut(target, { service: 'ec2' })),
  rejects('v4 header: a credential scope of another day', 400, 'AuthorizationHeaderMalformed', (target) =>
    tryPut(target, { change: rewritten((authorization) => authorization.replace(/\/\d{8}\//, '/20200101/')) }),
  ),
  rejects('v4 header: a credential scope that does not end in aws4_request', 400, 'AuthorizationHeaderMalformed', (target) =>
    tryPut(target, { change: rewritten((authorization) => authorization.replace('aws4_request', 'aws5_request')) }),
  ),
  rejects('v4 header: an Authorization header with Credential only', 400, 'AuthorizationHeaderMalformed', (target) =>
    tryPut(target, { change: rewritten((authorization) => authorization.split(',')[0] ?? '') }),
  ),
  rejects('v4 header: an unknown authorization scheme', 400, 'InvalidArgument', (target) =>
    tryPut(target, { change: withHeader('Authorization', 'Bearer abc') }),
  ),
  rejects('v4 header: a signature in the header and another in the query', 400, 'InvalidArgument', (target) =>
    tryPut(target, { change: (wire) => ({ ...wire, path: presignV4(target, { ...wire, headers: {} }).path }) }),
  ),
  rejects('v4 header: a clock that is 16 minutes slow', 403, 'RequestTimeTooSkewed', (target) => tryPut(target, { date: inMinutes(-16) })),
  rejects('v4 header: a clock that is 16 minutes fast', 403, 'RequestTimeTooSkewed', (target) => tryPut(target, { date: inMinutes(16) })),
  rejects('v4 header: a request from yesterday', 403, 'RequestTimeTooSkewed', (target) => tryPut(target, { date: inMinutes(-24 * 60) })),
  rejects('v4 header: no date', 403, 'AccessDenied', (target) => tryPut(target, { change: withoutHeader('x-amz-date') })),
  rejects('v4 header: an invalid date', 403, 'AccessDenied', (target) => tryPut(target, { change: withHeader('X-Amz-Date', 'yesterday') })),
  rejects('v4 header: a body that does not match its SHA-256', 400, 'XAmzContentSHA256Mismatch', (target) =>
    tryPut(target, { change: (wire) => ({ ...wire, body: Buffer.alloc(CONTENT.length, 'x') }) }),
  ),
  rejects('v4 header: the signed SHA-256 replaced by that of another body', 403, 'SignatureDoesNotMatch', (target) => {
    const body = Buffer.alloc(CONTENT.length, 'x');
    return tryPut(target, { change: (wire) => withHeader('X-Amz-Content-Sha256', sha256(body))({ ...wire, body }) });
  }),
  rejects('v4 header: an invalid SHA-256', 400, 'InvalidArgument', (target) =>
    tryPut(target, { headers: { 'x-amz-content-sha256': 'abc' } }),
  ),
  rejects('v4 header: no x-amz-content-sha256', 400, 'InvalidRequest', (target) =>
    tryPut(target, { unsigned: ['x-amz-content-sha256'], change: withoutHeader('x-amz-content-sha256') }),
  ),
  rejects('v4 header: a wrong Content-MD5', 400, 'BadDigest', (target) =>
    tryPut(target, { headers: { 'Content-MD5': contentMd5('another body') } }),
  ),
  rejects('v4 header: an invalid Content-MD5', 400, 'InvalidDigest', (target) => tryPut(target, { headers: { 'Content-MD5': 'abc' } })),
];
