import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { allParts, confirmedReceipts, isS3Session, openedUpload, receiptETag, validReceipts } from '../../../src/stores/s3/session.js';
import type { S3Session } from '../../../src/stores/s3/session.js';

const session: S3Session = {
  kind: 's3',
  ...{ url: 'https://b.example', host: 'b.example', pathPrefix: '', bucket: 'b', region: 'us-east-1', acceptsFormPosts: true },
  ...{ key: 'k', size: 25, partSize: 10, uploadId: 'id', initiated: 1, stored: false },
};
const receipt = (index: number, etag = `"${index}"`) => ({ index, start: index * 10, end: Math.min(25, index * 10 + 10), data: { etag } });
const listed = (index: number, etag = `"${index}"`, size = Math.min(10, 25 - index * 10)) => ({ partNumber: index + 1, etag, size });

describe('isS3Session', () => {
  it('is true for a session, and false where one of its members is missing or of another type', () => {
    assert.equal(isS3Session(JSON.parse(JSON.stringify(session)) as S3Session), true);
    for (const name of [
      'kind',
      'url',
      'host',
      'pathPrefix',
      'bucket',
      'region',
      'key',
      'uploadId',
      'size',
      'partSize',
      'initiated',
      'stored',
    ]) {
      assert.equal(isS3Session({ ...session, [name]: null }), false, name);
    }
    for (const other of [{ size: -1 }, { size: 1.5 }, { size: 1e300 }, { partSize: 1e-9 }, { partSize: NaN }, { size: 1e6, partSize: 1 }])
      assert.equal(isS3Session({ ...session, ...other }), false, JSON.stringify(other));
    for (const other of [undefined, null, 'text', 7, []]) assert.equal(isS3Session(other), false);
  });
});

describe('validReceipts', () => {
  it('keeps the receipts of this upload’s parts only', () => {
    const foreign = [{ ...receipt(1), end: 19 }, { ...receipt(1), start: 11 }, receipt(7), null];
    assert.deepEqual(validReceipts(session, [receipt(2), ...foreign, receipt(0)]), [receipt(0), receipt(2)]);
  });

  it('takes time in proportion to the number of parts', () => {
    const large = { ...session, size: 100_000, partSize: 10 };
    const receipts = allParts(large).map((part) => ({ ...part, data: null }));
    const start = performance.now();
    assert.deepEqual(validReceipts(large, [...receipts].reverse()), receipts);
    // 10,000 parts took 400 ms when each was searched in the list.
    assert.ok(performance.now() - start < 150);
  });

  it('is empty where the record holds no list', () => {
    for (const other of [undefined, null, {}, 'x']) assert.deepEqual(validReceipts(session, other), []);
  });
});

describe('openedUpload', () => {
  it('has the parts that are missing', () => {
    const opened = openedUpload(session, [receipt(1)]);
    assert.deepEqual(
      opened.parts.map(({ index }) => index),
      [0, 2],
    );
    assert.deepEqual([opened.totalParts, opened.chunked, opened.resumed], [3, true, true]);
  });

  it('has no part where the object exists already', () => assert.deepEqual(openedUpload({ ...session, stored: true }, []).parts, []));

  it('has one part for an upload in one request', () => {
    const opened = openedUpload({ ...session, partSize: 0 }, []);
    assert.deepEqual([opened.parts, opened.chunked, opened.resumed], [[{ index: 0, start: 0, end: 25 }], false, false]);
  });
});

describe('confirmedReceipts', () => {
  it('keeps the parts that the store lists with the right size and the same ETag', () => {
    const parts = [listed(0), listed(1, '"another"'), listed(2, '"2"', 4)];
    assert.deepEqual(confirmedReceipts(session, parts, [receipt(0), receipt(1), receipt(2)]), [receipt(0)]);
  });

  it('takes the ETag of the store where the browser could not read it', () => {
    assert.deepEqual(confirmedReceipts(session, [listed(1)], []), [receipt(1)]);
    assert.deepEqual(confirmedReceipts(session, [listed(1)], [{ ...receipt(1), data: null }]), [receipt(1)]);
  });

  it('does not confirm what the store does not list', () => assert.deepEqual(confirmedReceipts(session, [], [receipt(0)]), []));
});

describe('receiptETag', () => {
  it('is empty where there is none', () => {
    for (const data of [undefined, null, {}, { etag: 7 }, 'etag'])
      assert.equal(receiptETag(data === undefined ? undefined : { ...receipt(0), data }), '');
    assert.equal(receiptETag(receipt(0)), '"0"');
  });
});

describe('allParts', () => {
  it('covers the file once', () =>
    assert.deepEqual(
      allParts(session).map(({ start, end }) => [start, end]),
      [
        [0, 10],
        [10, 20],
        [20, 25],
      ],
    ));
  it('has one part for an empty file', () => assert.equal(allParts({ ...session, size: 0 }).length, 1));
});
