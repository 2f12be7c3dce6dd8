import type { ValidationProblem } from '../core/validation/rules.js';
import { messagesFor } from './messages/messages.js';
import type { MessageKey, Messages } from './messages/messages.js';

/** Values of a text's {placeholders}. Numbers and lists are formatted in the language of the text. */
export type MessageValues = Readonly<Record<string, string | number | readonly string[]>>;

/** Intl's names of the byte units, from 1000 bytes upwards. */
export const byteUnits = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'];

/** Texts, numbers and sizes in one language. Immutable: registering messages later does not change it. */
export class Language {
  readonly #messages: readonly Partial<Messages>[];
  readonly #numberFormats = new Map<string, Intl.NumberFormat>();
  readonly #rightToLeft: boolean;
  #pluralRules: Intl.PluralRules | undefined;
  #listFormat: Intl.ListFormat | undefined;

  /**
   * @param tag - a BCP 47 language tag that Intl accepts.
   * @param overrides - texts that replace the registered ones.
   */
  constructor(
    readonly tag: string,
    overrides: Partial<Messages> = {},
  ) {
    this.#messages = [overrides, ...messagesFor(tag)];
    this.#rightToLeft = isRightToLeft(tag);
  }

  /** Returns a text with its {placeholders} replaced. `values.count` selects the plural form. */
  text(key: MessageKey, values: MessageValues = {}): string {
    const message = this.#find(key);
    if (typeof message === 'string') return this.#interpolate(message, values);
    this.#pluralRules ??= new Intl.PluralRules(this.tag);
    return this.#interpolate(message[this.#pluralRules.select(Number(values['count'] ?? 0))] ?? message.other, values);
  }

  /** Formats a number. */
  number(value: number, options: Intl.NumberFormatOptions = {}): string {
    const key = Object.values(options).join();
    let format = this.#numberFormats.get(key);
    if (!format) this.#numberFormats.set(key, (format = new Intl.NumberFormat(this.tag, options)));
    return format.format(value);
  }

  /** Formats a size in bytes, in units of 1000 with at most one decimal: `7.4 MB`. Returns '' for an unknown size (below 0). */
  bytes(bytes: number): string {
    if (bytes < 0) return '';
    const { value, unitIndex } = scaleBytes(bytes);
    if (unitIndex < 0) return this.number(bytes, { style: 'unit', unit: 'byte', unitDisplay: 'long' });
    const symbol = this.#messages.find(({ sizeSymbols }) => sizeSymbols)?.sizeSymbols?.[unitIndex];
    if (symbol !== undefined) return this.number(value, { maximumFractionDigits: 1 }) + symbol;
    return this.number(value, { style: 'unit', unit: byteUnits[unitIndex] ?? '', unitDisplay: 'short', maximumFractionDigits: 1 });
  }

  /** Formats a list of alternatives: `jpg, png, or gif`. */
  list(items: readonly string[]): string {
    this.#listFormat ??= new Intl.ListFormat(this.tag, { type: 'disjunction' });
    return this.#listFormat.format(items);
  }

  /** Joins short texts into one line: `50% · 1.2 MB/s`. */
  join(texts: readonly string[]): string {
    return texts.map((text) => this.#isolate(text)).join(' · ');
  }

  #find(key: MessageKey): Messages[MessageKey] {
    for (const messages of this.#messages) {
      const message = messages[key];
      if (message !== undefined) return message;
    }
    return key;
  }

  /** In right-to-left text, wraps a value in U+2068 and U+2069. Otherwise the full stop after a Latin file name would move to the wrong side. */
  #isolate(text: string): string {
    return this.#rightToLeft ? `\u2068${text}\u2069` : text;
  }

  #interpolate(text: string, values: MessageValues): string {
    return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
      const value = values[name];
      if (value === undefined) return placeholder;
      if (typeof value === 'number') return this.number(value);
      return this.#isolate(typeof value === 'string' ? value : this.list(value));
    });
  }
}

/** Returns a sentence that says why a file is rejected. */
export function describeProblem({ code, values }: ValidationProblem, language: Language): string {
  const formatted: Record<string, string | number | readonly string[]> = { ...values, count: Number(values['itemLimit'] ?? 0) };
  for (const name of ['sizeLimit', 'minSizeLimit', 'totalSizeLimit']) {
    const bytes = values[name];
    if (typeof bytes === 'number') formatted[name] = language.bytes(bytes);
  }
  const { extensions } = values;
  const hasExtensions = Array.isArray(extensions) && extensions.length > 0;
  return language.text(code === 'typeError' && !hasExtensions ? 'acceptError' : code, formatted);
}

/** Converts a number of bytes to the largest unit that fits. `unitIndex` is an index into {@link byteUnits}, or -1 for bytes. */
export function scaleBytes(bytes: number): { value: number; unitIndex: number } {
  let value = bytes;
  let unitIndex = -1;
  // 999.95 instead of 1000: with one decimal, 999,950 bytes would be written as 1,000 kB.
  while (unitIndex < byteUnits.length - 1 && (unitIndex < 0 ? value >= 1000 : value >= 999.95)) {
    value /= 1000;
    unitIndex++;
  }
  return { value, unitIndex };
}

function isRightToLeft(tag: string): boolean {
  return /^(ar|dv|fa|he|iw|ks|ku|ps|sd|ug|ur|yi)\b/i.test(tag);
}
