/** Errors made of a store's responses. */
import { expect } from '@open-wc/testing';
import { UploadError } from '../../../src/core/errors.js';
import type { SendResponse } from '../../../src/core/types.js';
import { isUploadGone, errorFromResponse } from '../../../src/stores/s3/response-errors.js';

describe('errorFromResponse', () => {
  const response = (
    status: number,
    text = '',
    headers: Record<string, string> = {},
    url = 'https://b.s3.amazonaws.com/k?uploadId=u',
  ): SendResponse => ({
    status,
    url,
    text,
    header: (name) => headers[name] ?? null,
  });
  const errorXml = (code: string, message = '') => `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;

  it('returns undefined for a success', () => {
    for (const status of [200, 201, 204]) expect(errorFromResponse(response(status))).to.equal(undefined);
    expect(errorFromResponse(response(200, '<ListPartsResult></ListPartsResult>'))).to.equal(undefined);
  });

  const rows: readonly (readonly [title: string, response: SendResponse, expected: Partial<UploadError>, expired?: string])[] = [
    [
      'the store’s message',
      response(403, errorXml('AccessDenied', 'Not yours.')),
      { reason: 'Not yours.', code: 'AccessDenied', status: 403, retry: 'manual' },
    ],
    [
      'our message, if the store sends none',
      response(403, errorXml('AccessDenied')),
      { reason: 'The storage refused the request (status 403, AccessDenied).' },
    ],
    [
      'an unknown code',
      response(400, errorXml('Whatever')),
      { reason: 'The storage sent an unexpected response (status 400, Whatever).', retry: 'manual' },
    ],
    [
      'a wrong secret key',
      response(403, errorXml('SignatureDoesNotMatch', 'The request signature we calculated does not match.')),
      {
        reason: "The storage did not accept the server's signature (SignatureDoesNotMatch). Check the secret key on the signing server.",
        retry: 'manual',
      },
    ],
    ['no body', response(500), { reason: 'The storage failed (status 500).', retry: 'auto', code: undefined }],
    [
      'InternalError with status 200',
      response(200, errorXml('InternalError', 'Please try again.')),
      { reason: 'Please try again.', status: 200, retry: 'auto' },
    ],
    ['AccessDenied with status 200', response(200, errorXml('AccessDenied')), { retry: 'auto', status: 200 }],
    [
      'SlowDown with Retry-After',
      response(503, errorXml('SlowDown', 'Reduce.'), { 'retry-after': '7' }),
      { retry: 'auto', retryAfter: 7000 },
    ],
    ['BadDigest', response(400, errorXml('BadDigest')), { retry: 'auto', startOver: false }],
    ['RequestTimeout', response(400, errorXml('RequestTimeout')), { retry: 'auto' }],
    ['NoSuchUpload', response(404, errorXml('NoSuchUpload')), { retry: 'auto', startOver: true }],
    ['InvalidPart', response(400, errorXml('InvalidPart')), { retry: 'auto', startOver: true }],
    ['EntityTooSmall for a part', response(400, errorXml('EntityTooSmall')), { retry: 'auto', startOver: true }],
    [
      'EntityTooSmall for a whole file',
      response(400, errorXml('EntityTooSmall'), {}, 'https://b.s3.amazonaws.com/'),
      { retry: 'manual', startOver: false },
    ],
    ['a message without a full stop', response(400, errorXml('X', 'Too much')), { reason: 'Too much.' }],
    ['an expired token', response(400, errorXml('ExpiredToken')), { retry: 'manual' }, 'credentials'],
    ['an expired signature', response(403, errorXml('AccessDenied', 'Request has expired')), { retry: 'manual' }, 'signature'],
    [
      'an expired policy',
      response(403, errorXml('AccessDenied', 'Invalid according to Policy: Policy expired.')),
      { retry: 'manual' },
      'signature',
    ],
    [
      'a wrong clock',
      response(403, errorXml('RequestTimeTooSkewed')),
      { reason: 'The storage did not accept the signature because the clock of this device is wrong (RequestTimeTooSkewed).' },
      'signature',
    ],
    ['a web page', response(200, '\n<!DOCTYPE html><title>Welcome</title>'), { code: 'NotAStore', retry: 'auto', status: 200 }],
    ['a redirect', response(301, errorXml('PermanentRedirect')), { retry: 'manual' }],
  ];
  for (const [title, received, expected, expired] of rows) {
    it(`returns an error: ${title}`, () => {
      const failure = errorFromResponse(received);
      expect(failure?.error).to.be.instanceOf(UploadError).and.include(expected);
      expect(failure?.expired).to.equal(expired);
    });
  }

  it('reads the store’s time from the Date header', () => {
    const date = 'Sun, 22 Nov 2026 21:30:00 GMT';
    expect(errorFromResponse(response(403, errorXml('RequestTimeTooSkewed'), { date }))?.serverTime).to.equal(Date.parse(date));
    expect(errorFromResponse(response(403, errorXml('RequestTimeTooSkewed')))?.serverTime).to.equal(undefined);
  });
});

describe('isUploadGone', () => {
  it('is true for NoSuchUpload and NoSuchKey', () => {
    expect(isUploadGone(new UploadError('', { code: 'NoSuchUpload' }))).to.equal(true);
    expect(isUploadGone(new UploadError('', { code: 'NoSuchKey' }))).to.equal(true);
    expect(isUploadGone(new UploadError('', { status: 404 }))).to.equal(false);
  });
});
