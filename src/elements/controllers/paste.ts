import type { EventOutcome } from '../../core/events.js';

/** What becomes of pasted files. */
export interface PasteRules {
  /** Asks the page whether it may be added, and under which name. */
  ask(file: File): EventOutcome | Promise<EventOutcome>;
  /** What an image without a name of its own is called, without its extension. */
  imageName(): string;
  /** The name that a person gives it; null where it is not to be added. */
  nameGiven(suggested: string): string | null | Promise<string | null>;
  add(file: File, name: string): void;
}

/** Adds the files and images of a paste. Text that is pasted is left alone. */
export function takePaste(event: ClipboardEvent, rules: PasteRules): void {
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length === 0 || event.defaultPrevented) return;
  event.preventDefault();
  for (const file of files) void add(file, rules);
}

async function add(file: File, rules: PasteRules): Promise<void> {
  const answer = await rules.ask(file);
  if (answer.refused) return;
  const format = /^image\/([^+]+)/.exec(file.type)?.[1];
  const extension = /\.[^.]+$/.exec(file.name)?.[0] ?? (format ? `.${format}` : '');
  if (typeof answer.value === 'string' && answer.value) {
    return rules.add(file, answer.value.endsWith(extension) ? answer.value : answer.value + extension);
  }
  // Browsers call every pasted picture image.png; files that were copied in a file manager have their own names.
  const suggested = format && /^image\.\w+$/.test(file.name) ? rules.imageName() + extension : file.name;
  const name = await rules.nameGiven(suggested);
  if (name !== null) rules.add(file, name || suggested);
}
