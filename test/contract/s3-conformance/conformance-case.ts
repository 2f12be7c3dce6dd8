import type { Target } from './target.js';

/** The stored content after an upload: none, the sent bytes, or other bytes. */
export type Stored = 'nothing' | 'as sent' | 'otherwise';

/** The result of a case, without the parts that differ between stores, such as messages. */
export interface CaseResult {
  /** `accepted` for a status below 400. */
  outcome: 'accepted' | 'rejected';
  status: number;
  /** The `<Code>` of the error document, if there is one. */
  code?: string;
  /** Read after the request; absent if the case is not an upload. */
  stored?: Stored;
  /** Other values that the case checks, such as a header or the text of an element. */
  details?: Details;
}

/** Values that are compared one by one as JSON. */
export type Details = Record<string, string | number | boolean | string[] | null>;

/** The result according to S3's documentation. */
export interface Expected {
  outcome: 'accepted' | 'rejected';
  /** Allowed statuses. */
  statuses: number[];
  /** Allowed error codes; any code if absent or empty. */
  codes?: string[];
  details?: Details;
}

/** A request to a store and the result that S3 returns. */
export interface ConformanceCase {
  /** Group and description of the request. */
  name: string;
  s3: Expected;
  run(target: Target): Promise<CaseResult>;
  /** Reason why Ceph accepts a request that S3 rejects. The suite checks that it still does. */
  cephIsLaxer?: string;
  /** Reason why Ceph rejects a request that S3 accepts. The suite checks that it still does. */
  cephIsStricter?: string;
  /** Reason why Ceph returns other details or another success status than S3. The suite checks that it still does. */
  cephDiffers?: string;
  /** Reason why Ceph's result varies from run to run. The case does not run with Ceph. */
  cephIsUnstable?: string;
}

/** Known differences of Ceph. */
export type CephNotes = Pick<ConformanceCase, 'cephIsLaxer' | 'cephIsStricter' | 'cephDiffers' | 'cephIsUnstable'>;

/** Creates a case that S3 accepts. */
export function accepts(
  name: string,
  ask: ConformanceCase['run'],
  more: { status?: number; details?: Details } & CephNotes = {},
): ConformanceCase {
  const { status = 200, details, ...notes } = more;
  return { name, run: ask, s3: { outcome: 'accepted', statuses: [status], ...(details ? { details: details } : {}) }, ...notes };
}

/** Creates a case that S3 rejects. */
export function rejects(
  name: string,
  status: number | number[],
  codes: string | string[],
  ask: ConformanceCase['run'],
  more: { details?: Details } & CephNotes = {},
): ConformanceCase {
  const { details, ...notes } = more;
  const s3: Expected = { outcome: 'rejected', statuses: [status].flat(), codes: [codes].flat(), ...(details ? { details: details } : {}) };
  return { name, run: ask, s3, ...notes };
}

/** Describes the differences between a result and the expected one. Empty if there are none. */
export function deviations(expected: Expected, result: CaseResult): string[] {
  const problems: string[] = [];
  if (result.outcome !== expected.outcome)
    problems.push(`S3 expects ${expected.outcome}, the result is ${result.outcome} (${result.status} ${result.code ?? ''})`);
  else if (!expected.statuses.includes(result.status))
    problems.push(`the status is ${result.status}, not ${expected.statuses.join(' or ')}`);
  if (result.outcome === 'rejected' && expected.codes?.length && !expected.codes.includes(result.code ?? ''))
    problems.push(`the code is ${result.code ?? 'missing'}, not ${expected.codes.join(' or ')}`);
  return [...problems, ...contentDeviations(expected, result)];
}

/** Describes the differences in the stored content and the details, without statuses and codes. */
function contentDeviations(expected: Expected, result: CaseResult): string[] {
  const problems: string[] = [];
  if (result.outcome === 'rejected' && result.stored !== undefined && result.stored !== 'nothing')
    problems.push(`it was rejected, but ${result.stored} is stored`);
  if (result.outcome === 'accepted' && result.stored !== undefined && result.stored !== 'as sent')
    problems.push(`stored content: ${result.stored}`);
  for (const [name, value] of Object.entries(expected.details ?? {})) {
    const got = result.details?.[name];
    if (JSON.stringify(got) !== JSON.stringify(value)) problems.push(`${name} is ${JSON.stringify(got)}, not ${JSON.stringify(value)}`);
  }
  return problems;
}

/**
 * Compares Ceph's result with S3's and with the known differences. Ceph has other error codes, so statuses and codes of rejections are not compared.
 * @returns differences that are not noted, and noted differences that no longer exist
 */
export function unexpectedCephResults(question: ConformanceCase, result: CaseResult): string[] {
  const { s3, cephIsLaxer, cephIsStricter, cephDiffers } = question;
  const laxer = s3.outcome === 'rejected' && result.outcome === 'accepted';
  const stricter = s3.outcome === 'accepted' && result.outcome === 'rejected';
  const different = laxer || stricter ? [] : result.outcome === 'accepted' ? deviations(s3, result) : contentDeviations(s3, result);
  const summary = `${result.status} ${result.code ?? ''} ${JSON.stringify(result.details ?? {})}`;
  const problems: string[] = [];
  if (laxer && !cephIsLaxer) problems.push(`Ceph accepts a request that S3 rejects (${summary}); note the reason in cephIsLaxer`);
  if (stricter && !cephIsStricter) problems.push(`Ceph rejects a request that S3 accepts (${summary}); note the reason in cephIsStricter`);
  if (different.length > 0 && !cephDiffers) problems.push(`Ceph differs from S3: ${different.join('; ')}; note the reason in cephDiffers`);
  if (!laxer && cephIsLaxer) problems.push(`Ceph is noted as laxer (${cephIsLaxer}), but rejected the request (${summary})`);
  if (!stricter && cephIsStricter) problems.push(`Ceph is noted as stricter (${cephIsStricter}), but accepted the request (${summary})`);
  if (different.length === 0 && cephDiffers)
    problems.push(`Ceph is noted as different (${cephDiffers}), but returns the result of S3 (${summary})`);
  return problems;
}

/** Reports a result that accepts a request that Ceph rejects, unless S3 accepts it too. */
export function laxerThanCeph(question: ConformanceCase, result: CaseResult, ceph: CaseResult): string[] {
  if (question.cephIsStricter) return [];
  if (result.outcome === 'accepted' && ceph.outcome === 'rejected')
    return [`it accepts a request (${result.status}) that Ceph rejects (${ceph.status} ${ceph.code ?? ''})`];
  if (ceph.stored === 'nothing' && result.stored !== undefined && result.stored !== 'nothing')
    return ['it stores content that Ceph does not store'];
  return [];
}
