/**
 * The POST policy of a form: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
import { S3Error } from './errors.js';

type Condition =
  { operator: 'eq' | 'starts-with'; field: string; value: string } | { operator: 'content-length-range'; min: number; max: number };

export interface Policy {
  /** Milliseconds since 1970. */
  expiration: number;
  conditions: Condition[];
}

/** @throws S3Error InvalidPolicyDocument */
export function parsePolicy(base64: string): Policy {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.toString('base64') !== base64) throw invalid('Invalid Base64.');
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw invalid('Invalid JSON.');
  }
  if (!isObject(document)) throw invalid('Invalid JSON.');
  for (const name of Object.keys(document)) if (name !== 'expiration' && name !== 'conditions') throw invalid(`Unexpected: '${name}'`);
  const { expiration, conditions } = document;
  if (expiration === undefined) throw invalid('Policy missing expiration.');
  if (conditions === undefined) throw invalid('Policy missing conditions.');
  const time =
    typeof expiration === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(expiration) ? Date.parse(expiration) : NaN;
  if (Number.isNaN(time)) throw invalid(`Invalid 'expiration' value: ${JSON.stringify(expiration)}`);
  if (!Array.isArray(conditions)) throw invalid("Invalid 'conditions' value: must be a List.");
  return { expiration: time, conditions: conditions.map(parseCondition) };
}

function parseCondition(condition: unknown): Condition {
  if (Array.isArray(condition)) {
    const [operator, first, second] = condition as unknown[];
    if (typeof operator !== 'string') throw invalid('Invalid Condition: the first item must be an operator.');
    if (condition.length !== 3) throw invalid(`Invalid Condition: ${operator} must have three items.`);
    switch (operator.toLowerCase()) {
      case 'content-length-range': {
        const [min, max] = [parseLength(first), parseLength(second)];
        return { operator: 'content-length-range', min, max };
      }
      case 'eq':
      case 'starts-with':
        if (typeof first !== 'string' || typeof second !== 'string' || !/^\$./.test(first)) {
          throw invalid(`Invalid Condition: ${operator} needs "$field" and a value.`);
        }
        return { operator: operator.toLowerCase() as 'eq' | 'starts-with', field: first.slice(1).toLowerCase(), value: second };
      default:
        throw invalid(`Invalid Condition: unknown operation '${operator}'.`);
    }
  }
  if (!isObject(condition)) throw invalid('Invalid Condition: must be a List or an Object.');
  const entries = Object.entries(condition);
  const [field, value] = entries[0] ?? [];
  if (entries.length !== 1 || field === undefined)
    throw invalid('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.');
  if (typeof value !== 'string') throw invalid('Invalid Simple-Condition: value must be a string.');
  return { operator: 'eq', field: field.toLowerCase(), value };
}

function parseLength(value: unknown): number {
  const number = typeof value === 'number' ? value : typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : NaN;
  // Fine Uploader sends 2^53 for "no limit".
  if (!Number.isInteger(number) || number < 0 || number > 2 ** 53)
    throw invalid('Invalid Content-Length-Range: must be two whole numbers.');
  return number;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(problem: string): S3Error {
  return new S3Error('InvalidPolicyDocument', `Invalid Policy: ${problem}`);
}

/** Fields that need no condition. */
const exemptFields = new Set(['x-amz-signature', 'awsaccesskeyid', 'signature', 'policy', 'file']);

/**
 * Checks a form against its policy.
 * @param fields - by lower-case name, including `bucket`, and `key` with the file name inserted
 * @returns the allowed size of the file, in bytes
 * @throws S3Error AccessDenied
 */
export function checkPolicy(policy: Policy, fields: ReadonlyMap<string, string>, now: number): { min: number; max: number } {
  if (now >= policy.expiration) throw denied('Policy expired.');
  const covered = new Set<string>();
  const range = { min: 0, max: Infinity };
  for (const condition of policy.conditions) {
    if (condition.operator === 'content-length-range') {
      range.min = Math.max(range.min, condition.min);
      range.max = Math.min(range.max, condition.max);
      continue;
    }
    const { operator, field, value } = condition;
    covered.add(field);
    // A missing field fails every condition, even one that requires an empty value.
    const sent = fields.get(field);
    // S3 treats a Content-Type with commas as a list; every item must have the prefix.
    const isList = operator === 'starts-with' && field === 'content-type';
    const candidates = sent === undefined ? [] : isList ? sent.split(',').map((candidate) => candidate.trim()) : [sent];
    if (
      candidates.length === 0 ||
      !candidates.every((candidate) => (operator === 'eq' ? candidate === value : candidate.startsWith(value)))
    ) {
      throw denied(`Policy Condition failed: ${JSON.stringify([operator, `$${field}`, value])}`);
    }
  }
  const extra = [...fields.keys()].filter((name) => !covered.has(name) && !exemptFields.has(name) && !name.startsWith('x-ignore-'));
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`);
  return range;
}

function denied(problem: string): S3Error {
  return new S3Error('AccessDenied', `Invalid according to Policy: ${problem}`);
}
