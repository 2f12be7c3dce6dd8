/**
 * Asks the demo's store and Ceph everything and prints every answer, for looking into differences:
 *
 *     node --import tsx test/contract/s3-conformance/report.ts [--only=text of a name] [--store=demo|ceph]
 *
 * One line of JSON for each question that a store answers differently from S3, or for every one of them with `--only`.
 */
import { parseArgs } from 'node:util';
import { deviations, type Answer } from './question.js';
import { questions } from './questions.js';
import { startCephStore, startDemoStore, type StartedStore } from './stores.js';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, store: { type: 'string' } } });
  const stores: StartedStore[] = [];
  try {
    if (values.store !== 'ceph') stores.push(await startDemoStore());
    if (values.store !== 'demo') stores.push(await startCephStore());
    for (const question of questions.filter(({ name }) => name.includes(values.only ?? ''))) {
      for (const { target } of stores) {
        const answer: Answer | Error = await question
          .ask(target)
          .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
        const found = answer instanceof Error ? [`could not be asked: ${answer.message}`] : deviations(question.s3, answer);
        if (found.length > 0 || values.only !== undefined)
          console.log(JSON.stringify({ store: target.name, question: question.name, found, answer }));
      }
    }
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
}

void main();
