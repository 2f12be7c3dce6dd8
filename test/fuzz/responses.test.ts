/** The answers of servers: uploads, deletes, success endpoints, signatures, sessions, errors of stores. */
import * as fc from 'fast-check';
import { UploadError } from '../../src/core/errors.js';
import { nonEmptyString, parseJson, parseJsonObject, responseError, retryAfter } from '../../src/http/response-errors.js';
import { requestSession } from '../../src/session/session-request.js';
import { parseSessionList } from '../../src/session/session-list.js';
import { errorFromResponse } from '../../src/stores/s3/response-errors.js';
import { notifyObjectUploaded } from '../../src/stores/s3/success-endpoint.js';
import { serverSigner } from '../../src/stores/s3/signers/server-signer.js';
import { StoreClock } from '../../src/stores/s3/signers/store-clock.js';
import type { S3StoreOptions } from '../../src/stores/s3/options.js';
import type { S3Session } from '../../src/stores/s3/session.js';
import { newUuidFrom, readResponse } from '../../src/stores/traditional/response-errors.js';
import { assert, checkUploadError, fuzz, settleOrUploadError } from './fuzz.js';
import { anyBody, anyJson, anyObject, anyResponse, anyText, changed, file, sendOf, storeContext } from './inputs.js';

const uploadFields = ['success', 'error', 'reset', 'preventRetry', 'newUuid', 'thumbnailUrl', 'message'];
const honestUploads = [
  '{"success":true}',
  '{"success":true,"newUuid":"f3b6-1","thumbnailUrl":"/t/1.jpg"}',
  '{"success":false,"error":"The disk is full.","preventRetry":true}',
  '{"success":false,"error":"Start again.","reset":true}',
  '<!DOCTYPE html><html><body>Sign in</body></html>',
];
const honestErrors = [
  '<?xml version="1.0"?><Error><Code>NoSuchUpload</Code><Message>Gone.</Message></Error>',
  '<Error><Code>AccessDenied</Code><Message>Request has expired</Message><ServerTime>2026-11-22T21:30:00Z</ServerTime></Error>',
  '<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>',
  '<InitiateMultipartUploadResult><UploadId>2~x</UploadId></InitiateMultipartUploadResult>',
  '<html><body>Hotel</body></html>',
  '',
];
const honestSessions = [
  '[{"name":"a.jpg","uuid":"1","size":3,"thumbnailUrl":"/t.jpg","deleteFileEndpoint":"/d","deleteFileParams":{"a":1}},{"name":"b","uuid":2,"s3Key":"k","s3Bucket":"b"}]',
  '[]',
];
const honestSignatures = ['{"signature":"a1b2"}', '{"policy":"eyJ","signature":"a1b2"}', '{"invalid":true}', '{"error":"Sign in first."}'];
const sessionFields = ['name', 'uuid', 'size', 'thumbnailUrl', 'deleteFileEndpoint', 'deleteFileParams', 's3Key', 's3Bucket'];

const session: S3Session = {
  ...{ kind: 's3', url: 'https://b.example.com', host: 'b.example.com', pathPrefix: '', bucket: 'b', region: 'us-east-1' },
  ...{ acceptsFormPosts: true, key: 'k', size: 3, partSize: 0, uploadId: '', initiated: 0, stored: true },
};

describe('answers of servers, random ones', () => {
  const rules = fc.record({
    success: fc.constantFrom('required' as const, 'optional' as const, 'ignored' as const),
    expected: fc.constant('the file has arrived'),
    preventRetryProperty: fc.constantFrom('preventRetry', '__proto__', 'constructor'),
    resetOnStatus: fc.constantFrom(undefined, [404], []),
  });

  fuzz(
    'of an upload are a success or an UploadError',
    12,
    fc.tuple(anyResponse(anyBody(uploadFields, honestUploads)), rules),
    async ([response, some]) => {
      const result = await settleOrUploadError(() => readResponse(response, some));
      const json = parseJson(response.text);
      if (result instanceof UploadError) return;
      assert(response.status >= 200 && response.status <= 204, `status ${response.status} is a success`);
      const fields = typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : {};
      if (some.success === 'required') assert(fields['success'], 'a success without success');
      assert(!fields['reset'], 'a success that asks for the whole file again');
      const uuid = newUuidFrom(result);
      assert(uuid === undefined || (typeof uuid === 'string' && uuid !== ''), `newUuid is ${String(uuid)}`);
    },
  );

  fuzz('of a store are a success or an UploadError', 12, anyResponse(fc.oneof(changed(honestErrors), anyText)), (response) => {
    const failure = errorFromResponse(response);
    const isOk = response.status >= 200 && response.status <= 204;
    if (!failure) return assert(isOk, `status ${response.status} is a success`);
    checkUploadError(failure.error);
    assert(failure.serverTime === undefined || Number.isFinite(failure.serverTime), `serverTime is ${failure.serverTime}`);
  });

  fuzz('of a success endpoint are a success or an UploadError', 8, anyResponse(anyBody(uploadFields, honestUploads)), async (response) => {
    const options = { send: sendOf(response), successEndpoint: '/done' } as unknown as S3StoreOptions;
    const result = await settleOrUploadError(() => notifyObjectUploaded(options, session, '"e"', storeContext()));
    if (result instanceof UploadError) return;
    const json = parseJsonObject(response.text) ?? {};
    assert(response.status >= 200 && response.status <= 204, `status ${response.status} is a success`);
    assert(!json['error'] && json['success'] !== false && json['reset'] !== true, `${response.text} is a success`);
  });

  fuzz(
    'of a signing server are a signature or an UploadError',
    8,
    anyResponse(anyBody(['signature', 'policy', 'invalid', 'error'], honestSignatures)),
    async (response) => {
      const send = sendOf(response);
      const signer = serverSigner({ endpoint: '/sign', accessKey: 'AKIA', send });
      const context = {
        target: session,
        file,
        signal: new AbortController().signal,
        waitFor: <T>(promise: Promise<T>) => promise,
        stallTimeout: Infinity,
        now: () => 0,
        hashedPayload: async () => 'hash',
      };
      const signed = await settleOrUploadError(() => signer.sign({ method: 'PUT', key: 'k', query: {}, headers: {}, body: null }, context));
      const json = parseJsonObject(response.text);
      if (!(signed instanceof UploadError)) {
        assert(nonEmptyString(json?.['signature']), 'a signature out of nothing');
        assert(
          response.status >= 200 && response.status <= 204 && !nonEmptyString(json?.['error']),
          `signed by ${response.status} ${response.text}`,
        );
      }
      const object = {
        ...{
          bucket: 'b',
          key: 'k',
          acl: 'private',
          contentType: '',
          storageClass: '',
          serverSideEncryption: false,
          metadata: {},
          minSize: 0,
          maxSize: 0,
        },
      };
      const form = await settleOrUploadError(() => signer.signPolicy(object, context));
      if (form instanceof UploadError) return;
      for (const [name, value] of form.fields)
        assert(typeof name === 'string' && typeof value === 'string', `the field ${name} is ${typeof value}`);
    },
  );

  fuzz('with a list of files are a list or an UploadError', 8, anyResponse(anyBody(sessionFields, honestSessions)), async (response) => {
    const request = { send: sendOf(response), endpoint: '/session', now: 0, signal: new AbortController().signal };
    const result = await settleOrUploadError(() => requestSession(request));
    if (!(result instanceof UploadError)) assert(response.status === 200, `status ${response.status} is a list`);
  });

  fuzz(
    'with a list of files tell of valid files only',
    10,
    fc.oneof(fc.array(fc.oneof(anyObject(sessionFields), anyJson)), anyJson),
    async (list) => {
      const result = await settleOrUploadError(() => parseSessionList(list, ['s3Key']));
      if (result instanceof UploadError) return assert(!Array.isArray(list), 'a list is no list');
      assert(
        Array.isArray(list) && result.items.length + result.problems.length === list.length,
        'an item is neither a file nor a problem',
      );
      for (const { name, uuid, size, thumbnailUrl, deleteFileEndpoint, deleteFileParams } of result.items) {
        assert(typeof name === 'string' && name !== '' && typeof uuid === 'string' && uuid !== '', 'a file without a name or uuid');
        assert(size === undefined || size >= 0, `a size of ${size}`);
        for (const url of [thumbnailUrl, deleteFileEndpoint])
          assert(url === undefined || typeof url === 'string', `a URL is ${typeof url}`);
        assert(deleteFileParams === undefined || typeof deleteFileParams === 'object', 'params are no object');
      }
    },
  );

  fuzz('have headers that are read or not', 6, anyResponse(fc.constant('')), (response) => {
    const delay = retryAfter(response, 0);
    assert(delay === undefined || delay >= 0, `Retry-After: ${response.header('retry-after')} is ${delay} ms`);
    checkUploadError(responseError(response));
    const clock = new StoreClock(0, () => 0);
    const date = Date.parse(response.header('date') ?? '');
    if (!Number.isNaN(date)) clock.correct(date);
    assert(Number.isFinite(clock.now()), `Date: ${response.header('date')} sets the clock to ${clock.now()}`);
  });
});
