import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import type { Json, Saved } from '../../../src/core/types.js';
import { isResumable, maxJoinTime, totalParts } from '../../../src/stores/traditional/session.js';

const session = { uuid: 'u', size: 10, chunked: true, partSize: 4 };

describe('totalParts', () => {
  for (const [size, partSize, expected] of [
    [10, 4, 3],
    [8, 4, 2],
    [0, 4, 1],
    [3, 4, 1],
  ] as const) {
    it(`is ${expected} for ${size} bytes in chunks of ${partSize}`, () =>
      assert.equal(totalParts({ ...session, size, partSize }), expected));
  }
});

describe('maxJoinTime', () => {
  it('gives the server a minute for each 1.2 GB', () => assert.equal(maxJoinTime({ ...session, size: 1_200_000_000 }), 60_000));
});

describe('isResumable', () => {
  const saved = (given: Json, receipts: unknown = []): Saved => ({ session: given, receipts: receipts as Saved['receipts'] });

  it('is true for what this version has saved', () =>
    assert.equal(isResumable(saved(session, [{ index: 0, start: 0, end: 4 }]), 10), true));

  for (const [what, record] of Object.entries({
    'a session of another size': saved({ ...session, size: 11 }),
    'a session without a uuid': saved({ size: 10, chunked: true, partSize: 4 }),
    'chunks without a size': saved({ ...session, partSize: 0 }),
    'chunks whose size is no number': saved({ ...session, partSize: 'much' }),
    'chunks whose size is a fraction': saved({ ...session, partSize: 1.5 }),
    'chunks whose size is a text': saved({ ...session, partSize: '4' }),
    'a session that does not tell whether it has chunks': saved({ ...session, chunked: 1 }),
    'no session': saved(null),
    'a list as the session': saved([]),
    'receipts that are no list': saved(session, { 0: {} }),
    'a receipt that is no object': saved(session, [null]),
  }))
    it(`is false for ${what}`, () => assert.equal(isResumable(record, 10), false));

  it('is false for more chunks than a list of them could hold', () =>
    assert.equal(isResumable(saved({ ...session, size: 2 ** 40, partSize: 1 }), 2 ** 40), false));
});
