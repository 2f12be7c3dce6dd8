/** What stands between adding a file and queueing it: the page's objections, the rules, the limits. */

import type { EventOutcome, CancelableEvents } from '../events.js';
import type { FileRecord } from '../file-record.js';
import { status } from '../status.js';
import type { Clock } from '../types.js';
import { asUploadError } from '../errors.js';
import { validateFile } from './rules.js';
import type { AcceptedTotals, ValidationProblem, ValidationRules } from './rules.js';

/** What an {@link FileValidator} decides by. */
export interface ValidationOptions {
  readonly rules: ValidationRules & {
    /** One file at a time: a newer one takes the place of the one before. */
    readonly single?: boolean;
  };
  /** Looks inside a file, where that takes time: an image's dimensions. */
  readonly inspectFile?: ((file: FileRecord) => Promise<ValidationProblem | undefined>) | undefined;
  /** A problem in a sentence for a person. */
  readonly describeProblem: (problem: ValidationProblem) => string;
  readonly clock: Clock;
}

/** What an admission needs of the uploader. */
export interface ValidationHost {
  options(): ValidationOptions;
  /** False where asking this would come to nothing. */
  hears(name: keyof CancelableEvents): boolean;
  ask<Name extends keyof CancelableEvents>(name: Name, detail: CancelableEvents[Name]): EventOutcome | Promise<EventOutcome>;
  refuse(file: FileRecord, reason: string, code: string | undefined): void;
  accept(file: FileRecord): void;
  /** Takes a file out without a word: what is only there for another one, as an image and what is made of it. */
  setAside(file: FileRecord): void;
}

/** How long (ms) files are looked at before the page gets to breathe. */
const slice = 12;

/**
 * Lets files in, or not. A file that has to wait for a promise holds up only itself. An image comes after what is made of it; it is the image that is looked at, and the
 * others go with it.
 */
export class FileValidator {
  #items = 0;
  #bytes = 0;

  constructor(private readonly host: ValidationHost) {}

  /** What counts toward the limits. */
  get present(): AcceptedTotals {
    return { items: this.#items, bytes: this.#bytes };
  }

  count(file: FileRecord): void {
    if (file.counted) return;
    file.counted = true;
    this.#items++;
    this.#bytes += Math.max(0, file.size);
  }

  uncount(file: FileRecord): void {
    if (!file.counted) return;
    file.counted = false;
    this.#items--;
    this.#bytes -= Math.max(0, file.size);
  }

  /** Looks at a batch; what was handed over together is asked about together first. */
  async admit(files: readonly FileRecord[]): Promise<void> {
    await Promise.resolve(); // whoever has just added them may still want to listen
    if (files.length === 0) return;
    const { clock } = this.host.options();
    let described: CancelableEvents['validateBatch']['files'] | undefined;
    const answer = await this.host.ask('validateBatch', {
      // Their sizes are found out for whoever reads them.
      get files() {
        return (described ??= files.filter(({ parent }) => !parent).map(({ name, size }) => ({ name, size })));
      },
    });
    let since = clock.now();
    let place = 0;
    let ahead: FileRecord[] = [];
    for (let index = 0; index < files.length; index++) {
      const file = files[index]!;
      if (files[index + 1]?.origin === file.origin) {
        ahead.push(file);
        continue;
      }
      const group = ahead.length > 0 ? [...ahead, file] : [file];
      if (answer.refused) this.#refuse(group, answer.reason || refusal, 'refused');
      else this.#admit(group, file, place);
      place++;
      if (ahead.length > 0) ahead = [];
      if (clock.now() - since < slice) continue;
      await clock.sleep(0, never);
      since = clock.now();
    }
  }

  /**
   * Goes on at once as long as nobody needs time.
   * @param group - what is let in together, in the order in which it is sent.
   * @param file - what decides for all of them.
   */
  #admit(group: readonly FileRecord[], file: FileRecord, place: number): void {
    if (file.status !== status.SUBMITTING) return this.#refuse(group);
    const { host } = this;
    const validated = host.hears('validate') ? host.ask('validate', { id: file.id, name: file.name, size: file.size }) : agreed;
    if (validated instanceof Promise) void validated.then((answer) => this.#validated(answer, group, file, place));
    else this.#validated(validated, group, file, place);
  }

  #validated(answer: EventOutcome, group: readonly FileRecord[], file: FileRecord, place: number): void {
    if (file.status !== status.SUBMITTING) return this.#refuse(group);
    if (answer.refused) return this.#refuse(group, answer.reason || refusal, 'refused');
    const { rules, inspectFile: inspect, describeProblem: describe } = this.host.options();
    const problem: ValidationProblem | undefined =
      rules.single && place > 0
        ? { code: 'tooManyFilesError', values: { file: file.name } }
        : validateFile(file, rules, rules.single ? nothing : this.present);
    if (problem) return this.#refuse(group, describe(problem), problem.code);
    for (const one of group) if (one.status === status.SUBMITTING && !one.scaledOnly) this.count(one);
    if (!inspect) return this.#submit(group, file);
    inspect(file).then(
      (found) => (found ? this.#refuse(group, describe(found), found.code) : this.#submit(group, file)),
      (error: unknown) => this.#refuse(group, asUploadError(error).reason),
    );
  }

  #submit(group: readonly FileRecord[], file: FileRecord): void {
    if (file.status !== status.SUBMITTING) return this.#refuse(group);
    for (const one of group) {
      if (one.scaledOnly) this.host.setAside(one);
      else this.#submitOne(one);
    }
  }

  #submitOne(file: FileRecord): void {
    if (file.status !== status.SUBMITTING) return;
    const { host } = this;
    const answer = host.hears('submit') ? host.ask('submit', { id: file.id, name: file.name }) : agreed;
    if (answer instanceof Promise) void answer.then((given) => this.#submitted(given, file));
    else this.#submitted(answer, file);
  }

  #submitted(answer: EventOutcome, file: FileRecord): void {
    if (answer.refused) this.host.refuse(file, answer.reason || refusal, 'refused');
    else this.host.accept(file);
  }

  /** The last one is told why, unless it is gone; nobody has to read the same of what was made of it. */
  #refuse(group: readonly FileRecord[], reason = '', code?: string): void {
    for (const [index, file] of group.entries()) {
      if (index < group.length - 1) this.host.setAside(file);
      else this.host.refuse(file, reason, code);
    }
  }
}

const agreed: EventOutcome = { refused: false };
const refusal = 'The page did not accept this file.';
const nothing: AcceptedTotals = { items: 0, bytes: 0 };
const never = new AbortController().signal;
