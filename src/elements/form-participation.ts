/** The element as a form control: its value, its validity, and its state for Back and reload. */

import type { FileRecord } from '../core/file-record.js';
import { status } from '../core/status.js';
import type { Uploader } from '../core/uploader.js';

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
  /** What a person reads when the form cannot be sent. */
  readonly messages: { readonly required: string; readonly busy: string };
  /** Where the browser shows that. */
  readonly anchor: HTMLElement | null;
}

/** With more files than this, their sum is not made for every one of them that arrives. */
const few = 200;
/** Then it takes no more than this part of the time. */
const share = 1 / 50;

/** Tells the form around an element what has come of the files, and whether it can be sent. */
export class FormParticipation {
  #value = '';
  #state: string | null = null;
  #validity = '';
  #filled = false;
  #next = 0;

  constructor(private readonly internals: ElementInternals) {}

  /** Tells it where something is new; with many files still on their way, now and then. */
  tell({ files, busy, totals }: Pick<Uploader, 'files' | 'busy' | 'totals'>, rules: FormRules): void {
    const begun = performance.now();
    if (!busy || files.length <= few || begun >= this.#next) {
      this.#tellValue(totals.succeeded > 0 ? files : [], rules.name);
      const end = performance.now();
      this.#next = end + (end - begun) / share;
    }
    this.#tellValidity(busy, rules);
  }

  #tellValue(files: readonly Readonly<FileRecord>[], name: string): void {
    const finished = files.filter((file) => file.status === status.UPLOAD_SUCCESSFUL && !file.hidden);
    this.#filled = finished.length > 0;
    const entries = name ? finished.map((file) => file.result?.key ?? file.uuid) : [];
    const state = finished.length > 0 ? JSON.stringify(finished.map(stateOf)) : null;
    const value = entries.length > 0 ? JSON.stringify([name, entries]) : '';
    if (value === this.#value && state === this.#state) return;
    this.#value = value;
    this.#state = state;
    const data = new FormData();
    for (const entry of entries) data.append(name, entry);
    this.internals.setFormValue(entries.length > 0 ? data : null, state);
  }

  #tellValidity(busy: boolean, { required, messages, anchor }: FormRules): void {
    const flag = busy ? 'customError' : required && !this.#filled ? 'valueMissing' : '';
    const message = busy ? messages.busy : messages.required;
    const validity = flag && `${flag} ${message}`;
    if (validity === this.#validity) return;
    this.#validity = validity;
    this.internals.setValidity(flag ? { [flag]: true } : {}, flag ? message : '', anchor ?? undefined);
  }
}

function stateOf({ name, uuid, size, result }: Readonly<FileRecord>): FormStateEntry {
  return {
    name,
    uuid,
    size,
    ...(result?.key !== undefined && { key: result.key }),
    ...(result?.bucket !== undefined && { bucket: result.bucket }),
  };
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
