/**
 * Runs the cases with the demo's store and Ceph and prints the differences from S3:
 *
 *     node --import tsx test/contract/s3-conformance/report.ts [--only=text of a name] [--store=demo|ceph]
 *
 * Prints one line of JSON for each difference, or for every case that matches `--only`.
 */
import { parseArgs } from 'node:util';
import { deviations, type CaseResult } from './conformance-case.js';
import { cases } from './cases.js';
import { startCephStore, startDemoStore, type StartedStore } from './stores.js';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, store: { type: 'string' } } });
  const stores: StartedStore[] = [];
  try {
    if (values.store !== 'ceph') stores.push(await startDemoStore());
    if (values.store !== 'demo') stores.push(await startCephStore());
    for (const question of cases.filter(({ name }) => name.includes(values.only ?? ''))) {
      for (const { target } of stores) {
        const result: CaseResult | Error = await question
          .run(target)
          .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
        const found = result instanceof Error ? [`the case failed: ${result.message}`] : deviations(question.s3, result);
        if (found.length > 0 || values.only !== undefined)
          console.log(JSON.stringify({ store: target.name, question: question.name, found, result }));
      }
    }
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
}

void main();
