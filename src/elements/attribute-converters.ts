/** Converts the values of attributes. Each function returns undefined for a value that it cannot read. */

/** Bytes, or a number with a unit: `20MB` (20 * 10^6 bytes), `5MiB` (5 * 2^20 bytes). */
export type Size = number | string;

const powers = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5 } as const;

/** Returns a size in bytes. */
export function readSize(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? Math.floor(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const match = /^\s*(\d+(?:\.\d+)?)\s*([kmgtp]?)(i?)b?\s*$/i.exec(value);
  if (!match) return undefined;
  const [, number = '', unit = '', binary = ''] = match;
  if (binary && !unit) return undefined;
  return Math.floor(Number(number) * (binary ? 1024 : 1000) ** powers[unit.toLowerCase() as keyof typeof powers]);
}

/** Returns a number of 0 or more. */
export function readNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && value.trim() === '') return undefined;
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

/** Returns a whole number of 0 or more. */
export function readCount(value: unknown): number | undefined {
  const number = readNumber(value);
  return number !== undefined && Number.isInteger(number) ? number : undefined;
}

/** The entries of a list, whatever they are: of an array, or of a string whose entries are separated by spaces or commas. */
export function listEntries(value: unknown, separator = /[\s,]+/): readonly unknown[] | undefined {
  if (typeof value === 'string') return value.split(separator).filter((entry) => entry.trim() !== '');
  return Array.isArray(value) ? value : undefined;
}

/** Returns the entries of a list that can be read; undefined if it has entries and none can be read. */
export function readList(value: unknown, isReadable = isText, separator?: RegExp): readonly string[] | undefined {
  const entries = listEntries(value, separator);
  const readable = entries?.filter(isReadable);
  return entries?.length && !readable?.length ? undefined : readable;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Returns one of the words. Upper and lower case are the same. */
export function readWord<Word extends string>(value: unknown, words: readonly Word[]): Word | undefined {
  return typeof value === 'string' ? words.find((word) => word.toLowerCase() === value.trim().toLowerCase()) : undefined;
}

/** Returns an object that is not an array. */
export function readObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

/** Whether an object contains itself. Objects of classes, such as files, are not looked into. */
export function hasCycle(value: unknown, containers: readonly unknown[] = []): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (containers.includes(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== null && prototype !== Object.prototype) return false;
  return Object.values(value).some((inner) => hasCycle(inner, [...containers, value]));
}

/** Returns a string without the space around it, and not an empty one. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** Converts an attribute in JSON. Invalid JSON stays a string, which the setting then reports. */
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

/** Converts a number. Anything else stays a string, which the setting then reads or reports. */
export const numberConverter = {
  fromAttribute(value: string | null): number | string | undefined {
    if (value === null) return undefined;
    const number = Number(value);
    return value.trim() !== '' && Number.isFinite(number) ? number : value;
  },
};
