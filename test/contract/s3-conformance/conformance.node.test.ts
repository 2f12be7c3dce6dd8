/**
 * The demo's store returns the results that S3's documentation specifies, and never accepts a request that Ceph rejects.
 *
 *     node --import tsx --test test/contract/s3-conformance/conformance.node.test.ts
 *     CEPH=1 node --import tsx --test test/contract/s3-conformance/conformance.node.test.ts    (starts Ceph, and installs it if necessary)
 */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { checkConformance } from './conformance.js';
import { cases } from './cases.js';
import { startCephStore, startDemoStore } from './stores.js';

// Ceph first: if it fails to start, there is no other store to stop.
const ceph = process.env['CEPH'] === '1' ? await startCephStore() : undefined;
const demo = await startDemoStore();
const started = ceph ? [demo, ceph] : [demo];

describe(`S3 conformance of ${started.map(({ target }) => target.name).join(' and ')}`, () => {
  after(() => Promise.all(started.map((store) => store.close())));

  test('every case has a unique name', () => {
    const names = cases.map(({ name }) => name);
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
  });

  for (const question of cases) {
    test(question.name, async () => {
      const problems = await checkConformance(question, { strict: [demo.target], ...(ceph ? { ceph: ceph.target } : {}) });
      assert.deepEqual(problems, []);
    });
  }
});
