/** What is read out of a store's answers. */
import { expect } from '@open-wc/testing';
import { UploadError } from '../../../src/core/errors.js';
import type { SendResponse } from '../../../src/core/types.js';
import { isUploadGone, errorFromResponse } from '../../../src/stores/s3/response-errors.js';
import { completeMultipartUploadXml, parseS3Error, parseListPartsResult, elementText } from '../../../src/stores/s3/xml.js';

describe('XML', () => {
  it('is read without a parser', () => {
    const xml = `<?xml version="1.0" encoding="UTF-8"?>
      <InitiateMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <Bucket>b</Bucket><Key>a &amp; &lt;b&gt; &quot;c&quot; &#39;d&#x27; &#x1F389; &unknown;</Key><UploadId> 2~u </UploadId><Empty/><Also></Also>
      </InitiateMultipartUploadResult>`;
    expect(elementText(xml, 'Key')).to.equal(`a & <b> "c" 'd' 🎉 &unknown;`);
    expect(elementText(xml, 'UploadId')).to.equal('2~u');
    expect(elementText(xml, 'Empty')).to.equal('');
    expect(elementText(xml, 'Also')).to.equal('');
    expect(elementText(xml, 'Upload')).to.equal(undefined);
    expect(elementText('<s3:Key xml:space="preserve">k</s3:Key>', 'Key')).to.equal('k');
    expect(elementText('<Key><![CDATA[a & </Key>&amp;]]> b</Key>', 'Key')).to.equal('a & </Key>&amp; b');
  });

  it('is text, whatever it claims to be', () => {
    expect(elementText('<Message>&lt;img src=x onerror=alert(1)&gt;</Message>', 'Message')).to.equal('<img src=x onerror=alert(1)>');
    expect(elementText('<Message>&#x110000;&#99999999;&#0;</Message>', 'Message')).to.equal('&#x110000;&#99999999;\0');
    expect(elementText('<Key>never closed', 'Key')).to.equal(undefined);
    expect(elementText('{"Key": 1}', 'Key')).to.equal(undefined);
  });

  it('is read in a time that grows with its length', () => {
    const hostile = [
      `${'<Key '.repeat(100_000)}>`,
      '<Key>'.repeat(100_000),
      `<Key>${'&'.repeat(300_000)}</Key>`,
      '<Part>'.repeat(50_000) + '</Part>',
      '<![CDATA['.repeat(20_000),
    ];
    const began = performance.now();
    for (const xml of hostile) for (const name of ['Key', 'Part', 'Error']) elementText(xml, name);
    parseListPartsResult(`<ListPartsResult>${hostile[3]}</ListPartsResult>`);
    expect(performance.now() - began).to.be.lessThan(2000);
  });

  it('tells a failure', () => {
    expect(
      parseS3Error(
        '<Error><Code>RequestTimeTooSkewed</Code><Message>Too large.</Message><RequestTime>20261122T203000Z</RequestTime><ServerTime>2026-11-22T21:30:00Z</ServerTime></Error>',
      ),
    ).to.deep.equal({ code: 'RequestTimeTooSkewed', message: 'Too large.', serverTime: Date.UTC(2026, 10, 22, 21, 30) });
    expect(parseS3Error('<Error/>')).to.deep.equal({ code: '', message: '', serverTime: undefined });
    expect(parseS3Error('<CompleteMultipartUploadResult><Key>Error</Key></CompleteMultipartUploadResult>')).to.equal(undefined);
    expect(parseS3Error('')).to.equal(undefined);
  });

  it('tells parts, page by page', () => {
    const part = (number: number) =>
      `<Part><PartNumber>${number}</PartNumber><LastModified>x</LastModified><ETag>&quot;e${number}&quot;</ETag><Size>5</Size></Part>`;
    expect(
      parseListPartsResult(
        `<ListPartsResult><NextPartNumberMarker>2</NextPartNumberMarker><IsTruncated>true</IsTruncated>${part(1)}${part(2)}</ListPartsResult>`,
      ),
    ).to.deep.equal({
      parts: [
        { partNumber: 1, etag: '"e1"', size: 5 },
        { partNumber: 2, etag: '"e2"', size: 5 },
      ],
      next: '2',
    });
    expect(
      parseListPartsResult(
        '<ListPartsResult><IsTruncated>false</IsTruncated><NextPartNumberMarker>0</NextPartNumberMarker></ListPartsResult>',
      ),
    ).to.deep.equal({ parts: [], next: undefined });
    expect(parseListPartsResult('<html>')).to.equal(undefined);
  });

  it('is written', () => {
    expect(completeMultipartUploadXml([{ partNumber: 1, etag: '"a&<b>"' }])).to.equal(
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"a&amp;&lt;b&gt;"</ETag></Part></CompleteMultipartUpload>',
    );
  });
});

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
      { reason: 'The clock of this device is wrong, so the storage did not accept the signature (RequestTimeTooSkewed).' },
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
