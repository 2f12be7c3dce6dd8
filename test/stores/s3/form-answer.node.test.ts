import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SendResponse } from '../../../src/core/types.js';
import { readFormAnswer } from '../../../src/stores/s3/form-answer.js';

const response = (text: string, headers: Readonly<Record<string, string>> = {}): SendResponse => ({
  status: text === '' ? 200 : 201,
  text,
  url: 'https://bucket.example/',
  header: (name) => headers[name.toLowerCase()] ?? null,
});
const created = (etag: string) =>
  response(`<PostResponse><Location>https://b/k</Location><Bucket>b</Bucket><Key>k</Key><ETag>${etag}</ETag></PostResponse>`);

describe('readFormAnswer', () => {
  it('has the ETag with its quotes, which Ceph leaves out of its document', () => {
    for (const etag of ['"0f-2"', '&quot;0f-2&quot;'])
      assert.deepEqual(readFormAnswer(created(etag), 'k'), { etag: '"0f-2"', isConfirmed: true });
    assert.deepEqual(readFormAnswer(created('8209f48686f2aa2c13cf18a16ee3c8d8'), 'k').etag, '"8209f48686f2aa2c13cf18a16ee3c8d8"');
  });

  it('takes the ETag of the headers where there is no document', () => {
    assert.deepEqual(readFormAnswer(response('', { etag: '"a"' }), 'k'), { etag: '"a"', isConfirmed: true });
    assert.deepEqual(readFormAnswer(response(''), 'k'), { etag: '', isConfirmed: false });
  });

  it('refuses a document about another object, and an answer that is not S3’s', () => {
    assert.throws(() => readFormAnswer(created('"a"'), 'other'), { code: 'OtherObject' });
    assert.throws(() => readFormAnswer(response('<html></html>'), 'k'), { code: 'NotAStore' });
  });
});
