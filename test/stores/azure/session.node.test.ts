import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { isAzureSession, openedUpload, validReceipts } from '../../../src/stores/azure/session.js';
import type { AzureSession } from '../../../src/stores/azure/session.js';

const session: AzureSession = {
  kind: 'azure',
  container: 'https://a.example/c',
  blobName: 'b',
  size: 25,
  partSize: 10,
  blockPrefix: '',
  stored: false,
};
const receipt = (index: number) => ({ index, start: index * 10, end: Math.min(25, index * 10 + 10) });

describe('isAzureSession', () => {
  it('is false where a member is missing or of another type', () => {
    assert.equal(isAzureSession(session), true);
    for (const name of ['kind', 'container', 'blobName', 'size', 'partSize', 'blockPrefix'])
      assert.equal(isAzureSession({ ...session, [name]: null }), false, name);
    for (const sizes of [{ size: -1 }, { size: 1.5 }, { partSize: 0.001 }, { size: 2 ** 50, partSize: 1 }, { partSize: -1 }])
      assert.equal(isAzureSession({ ...session, ...sizes }), false, JSON.stringify(sizes));
    for (const other of [undefined, null, 'text', 7, [], { kind: 's3' }]) assert.equal(isAzureSession(other), false);
  });
});

describe('validReceipts', () => {
  it('keeps the receipts of this upload’s blocks', () => {
    assert.deepEqual(validReceipts(session, [receipt(2), { ...receipt(1), end: 19 }, null, receipt(7)]), [receipt(2)]);
    for (const other of [undefined, null, 'x', {}]) assert.deepEqual(validReceipts(session, other), []);
  });
});

describe('openedUpload', () => {
  it('has the missing parts, and none where the blob exists', () => {
    assert.deepEqual(openedUpload(session, [receipt(1)]).parts, [receipt(0), receipt(2)]);
    const stored = openedUpload({ ...session, stored: true }, []);
    assert.deepEqual([stored.parts, stored.resumed], [[], true]);
  });
});
