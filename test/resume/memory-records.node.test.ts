import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { MemoryRecords } from '../../src/resume/memory-records.js';
import { recordOf } from '../contract/resume-contract.js';

describe('MemoryRecords', () => {
  it('keeps copies, which a caller cannot change', async () => {
    const records = new MemoryRecords();
    const record = recordOf('key');
    const kept = structuredClone(record);
    await records.put(record);
    (record.saved.session as Record<string, unknown>)['uuid'] = 'changed';
    assert.deepEqual(await records.get('key'), kept);
    const read = await records.get('key');
    if (read) (read as { name: string }).name = 'changed';
    assert.deepEqual(await records.all(), [kept]);
  });

  it('deletes a record, and no other', async () => {
    const records = new MemoryRecords();
    for (const key of ['one', 'two']) await records.put(recordOf(key));
    await records.delete('one');
    await records.delete('three');
    assert.deepEqual([await records.get('one'), (await records.all()).map(({ key }) => key)], [undefined, ['two']]);
  });
});
