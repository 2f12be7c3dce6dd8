import { unexpectedCephResults, deviations, laxerThanCeph, type CaseResult, type ConformanceCase } from './conformance-case.js';
import type { Target } from './target.js';

/** The stores to check. */
export interface ConformanceTargets {
  /** Stores that must return the results of S3 and must not be laxer than Ceph. */
  strict: Target[];
  /** Ceph, for the comparison. */
  ceph?: Target;
}

/**
 * Runs a case with every store.
 * @returns the problems, each with the name of the store. Empty if there are none.
 */
export async function checkConformance(question: ConformanceCase, { strict, ceph }: ConformanceTargets): Promise<string[]> {
  const ask = (target: Target): Promise<CaseResult | Error> =>
    question.run(target).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  const [answers, fromCeph] = await Promise.all([
    Promise.all(strict.map(ask)),
    ceph && question.cephIsUnstable === undefined ? ask(ceph) : undefined,
  ]);

  const problems = answers.flatMap((result, index) => {
    const name = strict[index]?.name ?? '';
    if (result instanceof Error) return [`${name}: the case failed, ${result.message}`];
    const laxer = fromCeph === undefined || fromCeph instanceof Error ? [] : laxerThanCeph(question, result, fromCeph);
    return [...deviations(question.s3, result), ...laxer].map((problem) => `${name}: ${problem}`);
  });
  if (fromCeph instanceof Error) problems.push(`${ceph?.name}: the case failed, ${fromCeph.message}`);
  else if (fromCeph) problems.push(...unexpectedCephResults(question, fromCeph));
  return problems;
}
