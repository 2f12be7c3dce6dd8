import assert from 'node:assert/strict';
import { it } from 'node:test';
import { WebResumeStore } from '../../src/resume/web-resume-store.js';
import { recordOf } from '../contract/resume-contract.js';

it('WebResumeStore keeps records in memory in Node', async () => {
  const store = new WebResumeStore();
  await store.save(recordOf('key'));
  assert.deepEqual([(await store.load('key'))?.key, (await store.all()).length], ['key', 1]);
  await store.delete('key');
  assert.equal(await store.load('key'), undefined);
});
