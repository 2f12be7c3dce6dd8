/**
 * Is the demo's store as strict as S3, and never laxer than Ceph?
 *
 *     node --import tsx --test test/contract/s3-conformance/conformance.node.test.ts
 *     CEPH=1 node --import tsx --test test/contract/s3-conformance/conformance.node.test.ts    (boots Ceph, and installs it where it can)
 */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { conform } from './conformance.js';
import { questions } from './questions.js';
import { startCephStore, startDemoStore } from './stores.js';

// Ceph first: it may fail to start, and then nothing else is to be left behind.
const ceph = process.env['CEPH'] === '1' ? await startCephStore() : undefined;
const demo = await startDemoStore();
const started = ceph ? [demo, ceph] : [demo];

describe(`S3 conformance of ${started.map(({ target }) => target.name).join(' and ')}`, () => {
  after(() => Promise.all(started.map((store) => store.close())));

  test('every question has a name of its own', () => {
    const names = questions.map(({ name }) => name);
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
  });

  for (const question of questions) {
    test(question.name, async () => {
      const problems = await conform(question, { strict: [demo.target], ...(ceph ? { ceph: ceph.target } : {}) });
      assert.deepEqual(problems, []);
    });
  }
});
