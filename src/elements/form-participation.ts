/** The element as a form control: its value, its validity, and its state for Back and reload. */

import type { FileRecord } from '../core/file-record.js';
import { status, unfinished } from '../core/status.js';

/** A finished file, as the browser keeps it for Back and reload. */
export interface FormStateEntry {
  readonly name: string;
  readonly uuid: string;
  readonly size: number;
  readonly key?: string;
  readonly bucket?: string;
}

/** What a form needs to know of the files. */
export interface FormValue {
  /** One entry for each finished file: S3 its key, else its uuid. */
  readonly entries: readonly string[];
  readonly state: readonly FormStateEntry[];
  /** Files that are still on their way. */
  readonly busy: boolean;
}

/** Sums the files up for a form. */
export function formValue(files: readonly Readonly<FileRecord>[]): FormValue {
  const finished = files.filter((file) => file.status === status.UPLOAD_SUCCESSFUL && !file.hidden);
  return {
    entries: finished.map((file) => file.result?.key ?? file.uuid),
    state: finished.map(({ name, uuid, size, result }) => ({
      name,
      uuid,
      size,
      ...(result?.key !== undefined && { key: result.key }),
      ...(result?.bucket !== undefined && { bucket: result.bucket }),
    })),
    busy: files.some((file) => file.status !== null && unfinished.has(file.status) && file.status !== status.SUBMITTED),
  };
}

/** Tells the form. A label for each flag is what a person reads when the form cannot be sent. */
export function tellForm(
  internals: ElementInternals,
  value: FormValue,
  {
    name,
    required,
    messages,
    anchor,
  }: { name: string; required: boolean; messages: { required: string; busy: string }; anchor: HTMLElement | null },
): void {
  const data = new FormData();
  if (name) for (const entry of value.entries) data.append(name, entry);
  internals.setFormValue(name && value.entries.length > 0 ? data : null, value.state.length > 0 ? JSON.stringify(value.state) : null);
  const target = anchor ?? undefined;
  if (value.busy) internals.setValidity({ customError: true }, messages.busy, target);
  else if (required && value.entries.length === 0) internals.setValidity({ valueMissing: true }, messages.required, target);
  else internals.setValidity({});
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
