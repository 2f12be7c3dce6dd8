import assert from 'node:assert/strict';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { resumeKey } from '../../src/resume/resume-key.js';
import { WebResumeStore } from '../../src/resume/web-resume-store.js';
import { bytesOf, rejection } from '../contract/checks.js';
import { recordOf } from '../contract/resume-contract.js';

const folder = await mkdtemp(join(tmpdir(), 'resume-key-'));
after(() => rm(folder, { recursive: true }));

it('the key of an unfinished upload needs a file that can be read', async () => {
  const path = join(folder, 'file');
  for (const size of [10, 1_000_000]) {
    await writeFile(path, bytesOf(size));
    const blob = await openAsBlob(path);
    await writeFile(path, 'changed');
    const subject = { kind: 'traditional', endpoint: '/', name: 'file', size, lastModified: 1, blob };
    assert.ok((await rejection(resumeKey(subject))) instanceof Error);
  }
});

it('unfinished uploads last as long as the process where there is no browser', async () => {
  const store = new WebResumeStore();
  await store.save(recordOf('key'));
  assert.deepEqual([(await store.load('key'))?.key, (await store.all()).length], ['key', 1]);
  await store.delete('key');
  assert.equal(await store.load('key'), undefined);
});
