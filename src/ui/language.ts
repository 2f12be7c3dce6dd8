import type { ValidationProblem } from '../core/validation/rules.js';
import { messagesFor } from './messages/messages.js';
import type { MessageKey, Messages } from './messages/messages.js';

/** What goes into a text's {placeholders}. Numbers and lists are written as the language writes them. */
export type Values = Readonly<Record<string, string | number | readonly string[]>>;

/** From thousands of bytes upwards. */
export const units = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'];

/** Texts, numbers and units in one language. Pure: the same tag and texts always give the same words. */
export class Language {
  readonly #texts: readonly Partial<Messages>[];
  readonly #formats = new Map<string, Intl.NumberFormat>();
  readonly #rightToLeft: boolean;
  #plurals: Intl.PluralRules | undefined;
  #lists: Intl.ListFormat | undefined;

  /**
   * @param tag - a BCP 47 language tag that Intl understands.
   * @param overrides - texts of one uploader alone.
   */
  constructor(
    readonly tag: string,
    overrides: Partial<Messages> = {},
  ) {
    this.#texts = [overrides, ...messagesFor(tag)];
    this.#rightToLeft = isRightToLeft(tag);
  }

  /** A text with its {placeholders} filled in. A plural text follows `values.count`. */
  text(key: MessageKey, values: Values = {}): string {
    const text = this.#find(key);
    if (typeof text === 'string') return this.#fill(text, values);
    this.#plurals ??= new Intl.PluralRules(this.tag);
    return this.#fill(text[this.#plurals.select(Number(values['count'] ?? 0))] ?? text.other, values);
  }

  /** A number. */
  number(value: number, options: Intl.NumberFormatOptions = {}): string {
    const key = Object.values(options).join();
    let format = this.#formats.get(key);
    if (!format) this.#formats.set(key, (format = new Intl.NumberFormat(this.tag, options)));
    return format.format(value);
  }

  /** A size in bytes, in powers of 1000 with one digit: `7.4 MB`. '' for an unknown one (below 0). */
  bytes(bytes: number): string {
    if (bytes < 0) return '';
    const { scaled, step } = scale(bytes);
    if (step < 0) return this.number(bytes, { style: 'unit', unit: 'byte', unitDisplay: 'long' });
    const symbol = this.#texts.find(({ sizeSymbols }) => sizeSymbols)?.sizeSymbols?.[step];
    if (symbol !== undefined) return this.number(scaled, { maximumFractionDigits: 1 }) + symbol;
    return this.number(scaled, { style: 'unit', unit: units[step] ?? '', unitDisplay: 'short', maximumFractionDigits: 1 });
  }

  /** Several things, any of which will do: `jpg, png, or gif`. */
  list(items: readonly string[]): string {
    this.#lists ??= new Intl.ListFormat(this.tag, { type: 'disjunction' });
    return this.#lists.format(items);
  }

  /** Several facts in one line. In a line from right to left each keeps its own order, so that `1.2 MB/s` stays together. */
  facts(facts: readonly string[]): string {
    return facts.map((fact) => this.#isolate(fact)).join(' · ');
  }

  #find(key: MessageKey): Messages[MessageKey] {
    for (const texts of this.#texts) {
      const text = texts[key];
      if (text !== undefined) return text;
    }
    return key;
  }

  /** A Latin file name at the end of an Arabic sentence would take the full stop to the wrong side: U+2068 and U+2069 keep it to itself. */
  #isolate(text: string): string {
    return this.#rightToLeft ? `\u2068${text}\u2069` : text;
  }

  #fill(text: string, values: Values): string {
    return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
      const value = values[name];
      if (value === undefined) return placeholder;
      if (typeof value === 'number') return this.number(value);
      const word = typeof value === 'string' ? value : this.list(value);
      return this.#isolate(word);
    });
  }
}

/** Why a file is refused, as a sentence. */
export function problemText({ code, values }: ValidationProblem, language: Language): string {
  const filled: Record<string, string | number | readonly string[]> = { ...values, count: Number(values['itemLimit'] ?? 0) };
  for (const name of ['sizeLimit', 'minSizeLimit', 'totalSizeLimit']) {
    const bytes = values[name];
    if (typeof bytes === 'number') filled[name] = language.bytes(bytes);
  }
  const { extensions } = values;
  return language.text(code === 'typeError' && !(Array.isArray(extensions) && extensions.length > 0) ? 'acceptError' : code, filled);
}

/** A number of bytes as it is written: `scaled` of the `step`th unit, or (-1) of bytes. */
export function scale(bytes: number): { scaled: number; step: number } {
  let scaled = bytes;
  let step = -1;
  // 999,950 bytes would be written as 1,000 kB.
  while (step < units.length - 1 && (step < 0 ? scaled >= 1000 : scaled >= 999.95)) {
    scaled /= 1000;
    step++;
  }
  return { scaled, step };
}

/** Whether a language is written from right to left. */
function isRightToLeft(tag: string): boolean {
  return /^(ar|dv|fa|he|iw|ks|ku|ps|sd|ug|ur|yi)\b/i.test(tag);
}
