import type { Target } from './target.js';

/** What a store holds after an upload was tried: nothing, exactly the bytes that were sent, or something else. */
export type Stored = 'nothing' | 'as sent' | 'otherwise';

/** A store's answer, without what every store words in its own way. */
export interface Answer {
  /** `accepted` for a status below 400. */
  outcome: 'accepted' | 'refused';
  status: number;
  /** The `<Code>` of an error document, if there was one. */
  code?: string;
  /** Looked up afterwards by the reader; absent where the question is not about an upload. */
  stored?: Stored;
  /** What else the question looks at, such as a header or the text of an element. */
  facts?: Facts;
}

/** Values that are compared one by one, as JSON. */
export type Facts = Record<string, string | number | boolean | string[] | null>;

/** What S3's documentation demands. */
export interface Expected {
  outcome: 'accepted' | 'refused';
  /** One of these. */
  statuses: number[];
  /** One of these, when there are any. */
  codes?: string[];
  facts?: Facts;
}

/** One question to a store, and what S3 answers to it. */
export interface Question {
  /** Begins with its group, then a sentence that says what is sent. */
  name: string;
  s3: Expected;
  ask(target: Target): Promise<Answer>;
  /** Why Ceph accepts what S3 refuses. The suite checks that it still does. */
  cephIsLaxer?: string;
  /** Why Ceph refuses what S3 accepts. The suite checks that it still does. */
  cephIsStricter?: string;
  /** Why Ceph decides as S3 does and yet has other facts or another success status. The suite checks that it still has. */
  cephDiffers?: string;
  /** Why Ceph is not asked: its answer is a matter of luck. */
  cephIsUnsteady?: string;
}

/** Notes on Ceph, all optional. */
export type CephNotes = Pick<Question, 'cephIsLaxer' | 'cephIsStricter' | 'cephDiffers' | 'cephIsUnsteady'>;

/** A question that S3 answers with a yes. */
export function accepts(name: string, ask: Question['ask'], more: { status?: number; facts?: Facts } & CephNotes = {}): Question {
  const { status = 200, facts, ...notes } = more;
  return { name, ask, s3: { outcome: 'accepted', statuses: [status], ...(facts ? { facts } : {}) }, ...notes };
}

/** A question that S3 answers with a no. */
export function refuses(
  name: string,
  status: number | number[],
  codes: string | string[],
  ask: Question['ask'],
  more: { facts?: Facts } & CephNotes = {},
): Question {
  const { facts, ...notes } = more;
  const s3: Expected = { outcome: 'refused', statuses: [status].flat(), codes: [codes].flat(), ...(facts ? { facts } : {}) };
  return { name, ask, s3, ...notes };
}

/** Every way in which `answer` is not what S3 demands, in words. Empty when it is. */
export function deviations(expected: Expected, answer: Answer): string[] {
  const found: string[] = [];
  if (answer.outcome !== expected.outcome)
    found.push(`S3 has it ${expected.outcome}, but it was ${answer.outcome} (${answer.status} ${answer.code ?? ''})`);
  else if (!expected.statuses.includes(answer.status)) found.push(`the status is ${answer.status}, not ${expected.statuses.join(' or ')}`);
  if (answer.outcome === 'refused' && expected.codes?.length && !expected.codes.includes(answer.code ?? ''))
    found.push(`the code is ${answer.code ?? 'missing'}, not ${expected.codes.join(' or ')}`);
  return [...found, ...substantialDeviations(expected, answer)];
}

/** Deviations that do not lie in the choice of a status or code: what is stored, and the facts. */
function substantialDeviations(expected: Expected, answer: Answer): string[] {
  const found: string[] = [];
  if (answer.outcome === 'refused' && answer.stored !== undefined && answer.stored !== 'nothing')
    found.push(`it was refused, but ${answer.stored} is stored`);
  if (answer.outcome === 'accepted' && answer.stored !== undefined && answer.stored !== 'as sent')
    found.push(`what is stored: ${answer.stored}`);
  for (const [name, value] of Object.entries(expected.facts ?? {})) {
    const got = answer.facts?.[name];
    if (JSON.stringify(got) !== JSON.stringify(value)) found.push(`${name} is ${JSON.stringify(got)}, not ${JSON.stringify(value)}`);
  }
  return found;
}

/**
 * Checks Ceph's answer against S3's and against the notes on Ceph. Ceph refuses with codes of its own, so a refusal's status and code are not compared.
 * @returns what is not noted, or noted and no longer so
 */
export function cephSurprises(question: Question, answer: Answer): string[] {
  const { s3, cephIsLaxer, cephIsStricter, cephDiffers } = question;
  const laxer = s3.outcome === 'refused' && answer.outcome === 'accepted';
  const stricter = s3.outcome === 'accepted' && answer.outcome === 'refused';
  const different = laxer || stricter ? [] : answer.outcome === 'accepted' ? deviations(s3, answer) : substantialDeviations(s3, answer);
  const said = `${answer.status} ${answer.code ?? ''} ${JSON.stringify(answer.facts ?? {})}`;
  const found: string[] = [];
  if (laxer && !cephIsLaxer) found.push(`Ceph accepts what S3 refuses (${said}); note why in cephIsLaxer`);
  if (stricter && !cephIsStricter) found.push(`Ceph refuses what S3 accepts (${said}); note why in cephIsStricter`);
  if (different.length > 0 && !cephDiffers) found.push(`Ceph differs from S3: ${different.join('; ')}; note why in cephDiffers`);
  if (!laxer && cephIsLaxer) found.push(`Ceph is noted as laxer (${cephIsLaxer}), but refused it (${said})`);
  if (!stricter && cephIsStricter) found.push(`Ceph is noted as stricter (${cephIsStricter}), but accepted it (${said})`);
  if (different.length === 0 && cephDiffers) found.push(`Ceph is noted as different (${cephDiffers}), but answers as S3 does (${said})`);
  return found;
}

/** Says where `answer` takes what Ceph does not, unless S3 is known to take it too. */
export function laxerThanCeph(question: Question, answer: Answer, ceph: Answer): string[] {
  if (question.cephIsStricter) return [];
  if (answer.outcome === 'accepted' && ceph.outcome === 'refused')
    return [`it accepts (${answer.status}) what Ceph refuses (${ceph.status} ${ceph.code ?? ''})`];
  if (ceph.stored === 'nothing' && answer.stored !== undefined && answer.stored !== 'nothing') return ['it stores what Ceph does not'];
  return [];
}
