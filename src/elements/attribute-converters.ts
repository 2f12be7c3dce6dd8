/** Pure readers of what people write into attributes. Each answers undefined for what it cannot understand. */

/** What a size attribute takes: bytes, or a number with a unit as in `20MB` (10^6) and `5MiB` (2^20). */
export type Size = number | string;

const powers = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5 } as const;

/** A size in bytes. */
export function readSize(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? Math.floor(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const match = /^\s*(\d+(?:\.\d+)?)\s*([kmgtp]?)(i?)b?\s*$/i.exec(value);
  if (!match) return undefined;
  const [, number = '', unit = '', binary = ''] = match;
  if (binary && !unit) return undefined;
  return Math.floor(Number(number) * (binary ? 1024 : 1000) ** powers[unit.toLowerCase() as keyof typeof powers]);
}

/** A number, 0 or more. */
export function readNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && value.trim() === '') return undefined;
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** A whole number, 0 or more. */
export function readCount(value: unknown): number | undefined {
  const number = readNumber(value);
  return number !== undefined && Number.isInteger(number) ? number : undefined;
}

/** A list whose items are separated by spaces or commas. */
export function readList(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string') ? value : undefined;
  return typeof value === 'string' ? value.split(/[\s,]+/).filter(Boolean) : undefined;
}

/** One of some words, in any case. */
export function readWord<Word extends string>(value: unknown, words: readonly Word[]): Word | undefined {
  return typeof value === 'string' ? words.find((word) => word.toLowerCase() === value.trim().toLowerCase()) : undefined;
}

/** An object. */
export function readObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

/** A string with something in it. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** Turns a JSON attribute into its property's value; what is no JSON stays a string, for the options to complain about. */
export const jsonConverter = {
  fromAttribute(value: string | null): unknown {
    if (value === null) return undefined;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  },
  toAttribute: (value: unknown) => (value === undefined ? null : JSON.stringify(value)),
};

/** Turns a numeric attribute into a number where it is one; anything else stays a string, for the options to read or to complain about. */
export const numberConverter = {
  fromAttribute(value: string | null): number | string | undefined {
    if (value === null) return undefined;
    const number = Number(value);
    return value.trim() !== '' && Number.isFinite(number) ? number : value;
  },
};
