import assert from 'node:assert/strict';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { resumeKey } from '../../src/resume/resume-key.js';
import { bytesOf, rejection } from '../contract/checks.js';

const folder = await mkdtemp(join(tmpdir(), 'resume-key-'));
after(() => rm(folder, { recursive: true }));

it('resumeKey rejects if the file cannot be read', async () => {
  const path = join(folder, 'file');
  for (const size of [10, 1_000_000]) {
    await writeFile(path, bytesOf(size));
    const blob = await openAsBlob(path);
    await writeFile(path, 'changed');
    const identity = { storeName: 'traditional', endpoint: '/', name: 'file', size, lastModified: 1, blob };
    assert.ok((await rejection(resumeKey(identity))) instanceof Error);
  }
});
