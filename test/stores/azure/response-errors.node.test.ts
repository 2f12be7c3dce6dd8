import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { errorFromResponse, isSasRefused } from '../../../src/stores/azure/response-errors.js';

const response = (status: number, text = '', headers: Readonly<Record<string, string>> = {}) => ({
  ...{ status, text, url: 'https://a.example/c/b' },
  header: (name: string) => headers[name] ?? null,
});
const errorXml = (code: string, message: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;

describe('errorFromResponse', () => {
  it('is undefined for a success', () => {
    for (const status of [200, 201, 202, 204]) assert.equal(errorFromResponse(response(status)), undefined);
  });

  it('is an error for a web page, which a captive portal sends', () => {
    assert.equal(errorFromResponse(response(200, ' <!DOCTYPE html><title>Welcome'))?.code, 'NotAStore');
  });

  for (const [status, code, retry, startOver] of [
    [400, 'InvalidBlockList', 'auto', true],
    [400, 'Md5Mismatch', 'auto', false],
    [403, 'AuthenticationFailed', 'manual', false],
    [404, 'ContainerNotFound', 'manual', false],
    [409, 'BlobAlreadyExists', 'manual', false],
    [412, 'LeaseIdMissing', 'manual', false],
    [500, 'OperationTimedOut', 'auto', false],
    [503, 'ServerBusy', 'auto', false],
  ] as const)
    it(`advises for ${code}`, () => {
      const error = errorFromResponse(response(status, errorXml(code, 'A sentence.\nRequestId:1\nTime:2')));
      assert.deepEqual([error?.code, error?.status, error?.retry, error?.startOver], [code, status, retry, startOver]);
      assert.doesNotMatch(error?.message ?? '', /RequestId/);
    });

  it('takes the code from the header, and a sentence for the status where there is neither', () => {
    assert.equal(errorFromResponse(response(404, '', { 'x-ms-error-code': 'ContainerNotFound' }))?.code, 'ContainerNotFound');
    assert.match(errorFromResponse(response(403))?.message ?? '', /The storage refused the request \(status 403\)/);
  });

  it('reads Azurite’s words for a wrong MD5 as Azure’s code', () => {
    const error = errorFromResponse(response(400, errorXml('InvalidOperation', "Provided contentMD5 doesn't match.")));
    assert.deepEqual([error?.code, error?.retry], ['Md5Mismatch', 'auto']);
    assert.equal(errorFromResponse(response(400, errorXml('InvalidOperation', 'Other')))?.code, 'InvalidOperation');
  });

  it('keeps what the storage says as text', () => {
    const error = errorFromResponse(response(400, errorXml('Other', '&lt;img src=x onerror=alert(1)&gt;')));
    assert.equal(error?.message, '<img src=x onerror=alert(1)>');
  });
});

describe('isSasRefused', () => {
  it('is true for the codes of a SAS that may have expired only', () => {
    const refused = (status: number, code: string) => isSasRefused(errorFromResponse(response(status, errorXml(code, 'x')))!);
    assert.deepEqual(
      [
        refused(403, 'AuthenticationFailed'),
        refused(403, 'AuthorizationFailure'),
        refused(403, 'AuthorizationPermissionMismatch'),
        refused(400, 'AuthenticationFailed'),
      ],
      [true, true, false, false],
    );
  });
});
