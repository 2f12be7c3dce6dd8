import { cephSurprises, deviations, laxerThanCeph, type Answer, type Question } from './question.js';
import type { Target } from './target.js';

/** Who is asked. */
export interface Asked {
  /** Stores that have to answer exactly as S3 does, and never laxer than Ceph. */
  strict: Target[];
  /** The store to compare with, if there is one here. */
  ceph?: Target;
}

/**
 * Puts one question to every store.
 * @returns everything that is not as it has to be, one sentence each, beginning with the store's name. Empty when all is well.
 */
export async function conform(question: Question, { strict, ceph }: Asked): Promise<string[]> {
  const ask = (target: Target): Promise<Answer | Error> =>
    question.ask(target).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  const [answers, fromCeph] = await Promise.all([
    Promise.all(strict.map(ask)),
    ceph && question.cephIsUnsteady === undefined ? ask(ceph) : undefined,
  ]);

  const problems = answers.flatMap((answer, index) => {
    const name = strict[index]?.name ?? '';
    if (answer instanceof Error) return [`${name}: could not be asked, ${answer.message}`];
    const laxer = fromCeph === undefined || fromCeph instanceof Error ? [] : laxerThanCeph(question, answer, fromCeph);
    return [...deviations(question.s3, answer), ...laxer].map((problem) => `${name}: ${problem}`);
  });
  if (fromCeph instanceof Error) problems.push(`${ceph?.name}: could not be asked, ${fromCeph.message}`);
  else if (fromCeph) problems.push(...cephSurprises(question, fromCeph));
  return problems;
}
