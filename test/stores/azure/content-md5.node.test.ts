import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { contentMd5 } from '../../../src/stores/azure/content-md5.js';

const signal = new AbortController().signal;

describe('contentMd5()', () => {
  it('is the MD5 that Node computes, in base64, for bodies of less and more than a piece', async () => {
    for (const size of [0, 1, 2 ** 20 - 1, 2 ** 20, 2 ** 21 + 3]) {
      const bytes = randomBytes(size);
      assert.equal(await contentMd5(new Blob([bytes]), signal), createHash('md5').update(bytes).digest('base64'));
    }
  });

  it('stops when it is aborted', async () => {
    await assert.rejects(contentMd5(new Blob(['a']), AbortSignal.abort(new Error('stopped'))), /stopped/);
  });

  it('says that a file cannot be read any more', async () => {
    const blob = new Blob(['a']);
    blob.slice = () => ({ size: 1, arrayBuffer: () => Promise.reject(new DOMException('', 'NotReadableError')) }) as unknown as Blob;
    await assert.rejects(contentMd5(blob, signal), { code: 'NotReadable' });
  });
});
