/** The element as a form control: its value, its validity, and its state for Back and reload. */

import type { FileRecord } from '../../core/file-record.js';
import { status } from '../../core/status.js';
import type { Uploader } from '../../core/uploader.js';

/** A finished file, as the browser keeps it for Back and reload. */
export interface FormStateEntry {
  readonly name: string;
  readonly uuid: string;
  readonly size: number;
  readonly key?: string;
  readonly bucket?: string;
}

/** What a form may ask of the element. */
export interface FormRules {
  readonly name: string;
  readonly required: boolean;
  /** What a person reads when the form cannot be sent, and where the browser shows it: asked for only when it is news. */
  readonly explain: () => { readonly messages: { readonly required: string; readonly busy: string }; readonly anchor: HTMLElement | null };
}

/** With more files than this, their sum is not made for every one of them that arrives. */
const few = 200;
/** Then it takes no more than this part of the time. */
const share = 1 / 50;

/** Tells the form around an element what has come of the files, and whether it can be sent. */
export class FormParticipation {
  #name = '';
  #arrivals = 0;
  #value = '';
  #state: string | null = null;
  #flag = '';
  #message = '';
  #filled = false;
  #next = 0;

  constructor(private readonly internals: ElementInternals) {}

  /**
   * Tells it where something is new; with many files still on their way, now and then.
   * @param reworded - a message may read differently than before.
   */
  tell(
    { files, busy, totals, successRevision: arrivals }: Pick<Uploader, 'files' | 'busy' | 'totals' | 'successRevision'>,
    rules: FormRules,
    reworded = false,
  ): void {
    const { name } = rules;
    const begun = performance.now();
    if ((arrivals !== this.#arrivals || name !== this.#name) && (!busy || files.length <= few || begun >= this.#next)) {
      this.#arrivals = arrivals;
      this.#name = name;
      this.#tellValue(totals.succeeded > 0 ? files : [], name);
      const end = performance.now();
      this.#next = end + (end - begun) / share;
    }
    this.#tellValidity(busy, rules, reworded);
  }

  #tellValue(files: readonly Readonly<FileRecord>[], name: string): void {
    const finished = files.filter((file) => file.status === status.UPLOAD_SUCCESSFUL && !file.hidden);
    this.#filled = finished.length > 0;
    const entries = name ? finished.map((file) => detailOf(file, 'key') ?? file.uuid) : [];
    const state = finished.length > 0 ? JSON.stringify(finished.map(stateOf)) : null;
    const value = entries.length > 0 ? JSON.stringify([name, entries]) : '';
    if (value === this.#value && state === this.#state) return;
    this.#value = value;
    this.#state = state;
    const data = new FormData();
    for (const entry of entries) data.append(name, entry);
    this.internals.setFormValue(entries.length > 0 ? data : null, state);
  }

  #tellValidity(busy: boolean, { required, explain }: FormRules, reworded: boolean): void {
    const flag = busy ? 'customError' : required && !this.#filled ? 'valueMissing' : '';
    if (flag === this.#flag && !(flag && reworded)) return;
    const { messages, anchor } = explain();
    const message = flag && (busy ? messages.busy : messages.required);
    if (flag === this.#flag && message === this.#message) return;
    this.#flag = flag;
    this.#message = message;
    this.internals.setValidity(flag ? { [flag]: true } : {}, message, anchor ?? undefined);
  }
}

function stateOf(file: Readonly<FileRecord>): FormStateEntry {
  const { name, uuid, size } = file;
  const key = detailOf(file, 'key');
  const bucket = detailOf(file, 'bucket');
  return { name, uuid, size, ...(key !== undefined && { key }), ...(bucket !== undefined && { bucket }) };
}

function detailOf({ result }: Readonly<FileRecord>, name: 'key' | 'bucket'): string | undefined {
  const value = result?.details?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** Reads a state that the browser kept; anything odd is no state. */
export function readFormState(state: unknown): readonly FormStateEntry[] {
  try {
    const entries: unknown = typeof state === 'string' ? JSON.parse(state) : [];
    if (!Array.isArray(entries)) return [];
    return entries.filter(
      (entry: Partial<FormStateEntry> | null): entry is FormStateEntry => typeof entry?.name === 'string' && typeof entry.uuid === 'string',
    );
  } catch {
    return [];
  }
}
