import { expect } from '@esm-bundle/chai';
import type { ResumeRecord } from '../../src/core/types.js';
import { resumableFiles } from '../../src/resume/resumable-files.js';

describe('resumableFiles', () => {
  const record: ResumeRecord = {
    ...{ key: 's3-1', name: 'a.bin', size: 11, uuid: 'u', time: 1, totalParts: 3 },
    saved: { session: { key: 'u.bin' }, receipts: [{ index: 1, size: 5, receipt: null }] },
  } as unknown as ResumeRecord;

  it('lists the parts that have not arrived, the key of the object and the data of the page', () => {
    expect(resumableFiles([{ ...record, custom: { note: 1 } }])).to.deep.equal([
      { name: 'a.bin', size: 11, uuid: 'u', remaining: [0, 2], key: 'u.bin', customResumeData: { note: 1 } },
    ]);
  });

  it('has no key of a store without objects, and no data where the page has set none', () => {
    const { totalParts: _, ...older } = record;
    expect(resumableFiles([{ ...older, saved: { ...record.saved, session: null }, custom: null }])).to.deep.equal([
      { name: 'a.bin', size: 11, uuid: 'u', remaining: [] },
    ]);
  });
});
