/** What is read out of a store's answers. */
import { expect } from '@open-wc/testing';
import { UploadError } from '../../../src/core/errors.js';
import type { SendResponse } from '../../../src/core/types.js';
import { isUploadGone, errorFromResponse } from '../../../src/stores/s3/response-errors.js';

describe('an answer', () => {
  const answer = (
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
  const failed = (code: string, message = '') => `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;

  it('is a yes', () => {
    for (const status of [200, 201, 204]) expect(errorFromResponse(answer(status))).to.equal(undefined);
    expect(errorFromResponse(answer(200, '<ListPartsResult></ListPartsResult>'))).to.equal(undefined);
  });

  const rows: readonly (readonly [what: string, response: SendResponse, expected: Partial<UploadError>, expired?: string])[] = [
    [
      'the store’s own sentence',
      answer(403, failed('AccessDenied', 'Not yours.')),
      { reason: 'Not yours.', code: 'AccessDenied', status: 403, retry: 'manual' },
    ],
    [
      'our sentence where it has none',
      answer(403, failed('AccessDenied')),
      { reason: 'The storage refused the request (status 403, AccessDenied).' },
    ],
    [
      'a word that nobody knows',
      answer(400, failed('Whatever')),
      { reason: 'The storage sent an unexpected response (status 400, Whatever).', retry: 'manual' },
    ],
    [
      'a wrong secret',
      answer(403, failed('SignatureDoesNotMatch', 'The request signature we calculated does not match.')),
      {
        reason: "The storage did not accept the server's signature (SignatureDoesNotMatch). Check the secret key on the signing server.",
        retry: 'manual',
      },
    ],
    ['no body', answer(500), { reason: 'The storage failed (status 500).', retry: 'auto', code: undefined }],
    [
      'a failure inside a 200',
      answer(200, failed('InternalError', 'Please try again.')),
      { reason: 'Please try again.', status: 200, retry: 'auto' },
    ],
    ['a refusal inside a 200', answer(200, failed('AccessDenied')), { retry: 'auto', status: 200 }],
    ['too busy', answer(503, failed('SlowDown', 'Reduce.'), { 'retry-after': '7' }), { retry: 'auto', retryAfter: 7000 }],
    ['a broken body', answer(400, failed('BadDigest')), { retry: 'auto', startOver: false }],
    ['a request that took too long', answer(400, failed('RequestTimeout')), { retry: 'auto' }],
    ['a lost upload', answer(404, failed('NoSuchUpload')), { retry: 'auto', startOver: true }],
    ['a lost part', answer(400, failed('InvalidPart')), { retry: 'auto', startOver: true }],
    ['too small a part', answer(400, failed('EntityTooSmall')), { retry: 'auto', startOver: true }],
    [
      'a whole file that is too small',
      answer(400, failed('EntityTooSmall'), {}, 'https://b.s3.amazonaws.com/'),
      { retry: 'manual', startOver: false },
    ],
    ['a sentence without its end', answer(400, failed('X', 'Too much')), { reason: 'Too much.' }],
    ['a token that ran out', answer(400, failed('ExpiredToken')), { retry: 'manual' }, 'credentials'],
    ['a signature that ran out', answer(403, failed('AccessDenied', 'Request has expired')), { retry: 'manual' }, 'signature'],
    [
      'a policy that ran out',
      answer(403, failed('AccessDenied', 'Invalid according to Policy: Policy expired.')),
      { retry: 'manual' },
      'signature',
    ],
    [
      'a wrong clock',
      answer(403, failed('RequestTimeTooSkewed')),
      { reason: 'The storage did not accept the signature because the clock of this device is wrong (RequestTimeTooSkewed).' },
      'signature',
    ],
    ['a web page', answer(200, '\n<!DOCTYPE html><title>Welcome</title>'), { code: 'NotAStore', retry: 'auto', status: 200 }],
    ['a redirect that was not followed', answer(301, failed('PermanentRedirect')), { retry: 'manual' }],
  ];
  for (const [what, response, expected, expired] of rows) {
    it(`is a no: ${what}`, () => {
      const refusal = errorFromResponse(response);
      expect(refusal?.error).to.be.instanceOf(UploadError).and.include(expected);
      expect(refusal?.expired).to.equal(expired);
    });
  }

  it('tells the store’s clock, by its body or by its header', () => {
    const date = 'Sun, 22 Nov 2026 21:30:00 GMT';
    expect(errorFromResponse(answer(403, failed('RequestTimeTooSkewed'), { date }))?.serverTime).to.equal(Date.parse(date));
    expect(errorFromResponse(answer(403, failed('RequestTimeTooSkewed')))?.serverTime).to.equal(undefined);
  });

  it('tells that an upload is gone', () => {
    expect(isUploadGone(new UploadError('', { code: 'NoSuchUpload' }))).to.equal(true);
    expect(isUploadGone(new UploadError('', { code: 'NoSuchKey' }))).to.equal(true);
    expect(isUploadGone(new UploadError('', { status: 404 }))).to.equal(false);
  });
});
