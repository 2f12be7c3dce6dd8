import { expect } from '@open-wc/testing';
import { isResumeRecord } from '../../src/resume/records.js';
import { recordOf } from '../contract/resume-contract.js';

describe('isResumeRecord', () => {
  it('is true only for a record with all that an upload needs', () => {
    expect(isResumeRecord(recordOf('key'))).to.equal(true);
    for (const record of [undefined, { key: 'key' }, { ...recordOf('key'), time: NaN }]) expect(isResumeRecord(record)).to.equal(false);
  });
});
