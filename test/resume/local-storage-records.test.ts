import { expect } from '@open-wc/testing';
import { LocalStorageRecords } from '../../src/resume/local-storage-records.js';
import { isResumeRecord } from '../../src/resume/records.js';
import { recordOf } from '../contract/resume-contract.js';
import { clearStorage, localStoragePrefix as prefix } from './storage.js';

afterEach(clearStorage);

describe('LocalStorageRecords', () => {
  it('lists its own entries, and leaves those of others alone', async () => {
    const records = new LocalStorageRecords();
    localStorage.setItem('somebody else’s', '{"key":"x"}');
    await records.put(recordOf('one'));
    expect(await records.all()).to.deep.equal([recordOf('one', { time: (await records.get('one'))?.time ?? NaN })]);
    await records.delete('one');
    expect(await records.all()).to.deep.equal([]);
    expect(localStorage.getItem('somebody else’s')).to.equal('{"key":"x"}');
  });

  for (const text of ['', '{', 'null', '[]', '7', '"text"', '{"key":"another","saved":null}']) {
    it(`answers the key alone for an entry that is no record: ${text || 'empty'}`, async () => {
      localStorage.setItem(`${prefix}key`, text);
      const record = await new LocalStorageRecords().get('key');
      expect(record?.key).to.equal('key');
      expect(isResumeRecord(record)).to.equal(false);
    });
  }
});
