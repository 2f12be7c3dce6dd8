import { asUploadError, UploadError } from '../errors.js';
import type { EventEmitter } from '../event-emitter.js';
import type { CancelableEvents, EventOutcome } from '../events.js';
import type { FileRecord } from '../file-record.js';
import type { FileRegistry } from '../file-registry.js';
import { nextStatus } from '../status.js';
import type { UploadQueue } from '../upload-queue.js';
import type { CurrentOptions } from '../uploader-options.js';
import { limitProblem, validateFile } from './rules.js';
import type { AcceptedTotals, ValidationProblem } from './rules.js';

/** ms for which files are validated before other tasks of the page may run. */
const sliceTime = 12;
const noFiles: AcceptedTotals = { items: 0, bytes: 0 };
const neverAborted = new AbortController().signal;

/** Scaled versions of an image and, last, the image itself. The image is validated, and the group is accepted or refused with it. */
type Group = readonly [...FileRecord[], FileRecord];

/**
 * Decides which added files are uploaded: `validateBatch` for all files of one call, then for each file `validate`, the rules, the file's content, and `submit`. A file
 * that waits for a promise delays only itself; but while the content of files is inspected, those for which they leave no place wait, as one of them may be refused.
 */
export class FileValidator {
  /** Files that have a place, and whose content is inspected. */
  readonly #inspected = new Set<FileRecord>();
  /** Continue with files that have no place, in the order of adding. */
  #waiting: (() => void)[] = [];

  constructor(
    private readonly options: CurrentOptions,
    private readonly registry: FileRegistry,
    private readonly events: EventEmitter,
    private readonly queue: UploadQueue,
  ) {
    // Later: the events about the removed file come first.
    registry.counted.onRemoved = () => {
      if (this.#waiting.length > 0) queueMicrotask(() => this.#continueWaiting());
    };
  }

  /** Validates files that were added by one call, and queues those that are accepted. */
  async validate(added: readonly FileRecord[]): Promise<void> {
    await Promise.resolve(); // The caller may add listeners after the files.
    const files = added.filter((file) => this.registry.has(file));
    if (files.length === 0) return;
    const { clock } = this.options.current;
    const batch = await this.events.emitCancelable('validateBatch', this.#describeBatch(files));
    const tooMany = batch.refused ? undefined : this.#tooManyItems(files);
    const tooManyReason = tooMany && this.options.current.describeProblem(tooMany);
    let sliceStart = clock.now();
    let position = 0;
    for (const group of groupsOf(files)) {
      if (batch.refused) this.#refuseGroup(group, batch.reason, 'refused');
      else if (tooManyReason !== undefined) {
        mainFile(group).reason = tooManyReason;
        this.#refuseGroup(group);
      } else this.#validateGroup(group, position);
      position++;
      if (clock.now() - sliceStart < sliceTime) continue;
      await clock.sleep(0, neverAborted);
      sliceStart = clock.now();
    }
    if (tooMany && tooManyReason !== undefined)
      this.events.emit('error', { id: null, name: '', reason: tooManyReason, code: tooMany.code });
  }

  /** The names and sizes of all files: for the scaled versions of an image, those of the image. Sizes are read only if a listener reads them: see {@link FileRecord.size}. */
  #describeBatch(files: readonly FileRecord[]): CancelableEvents['validateBatch'] {
    let described: CancelableEvents['validateBatch']['files'] | undefined;
    const describe = (file: FileRecord) => {
      const { name, size } = this.registry.files[file.originId] ?? file;
      return { name, size };
    };
    return {
      get files() {
        return (described ??= files.map(describe));
      },
    };
  }

  /** Why all files of a batch are refused, if the rules ask for that; otherwise each file is compared with the limit by itself. */
  #tooManyItems(files: readonly FileRecord[]): ValidationProblem | undefined {
    const { itemLimit = 0, itemLimitRefusesBatch } = this.options.current.rules;
    if (!itemLimitRefusesBatch || itemLimit === 0) return undefined;
    const added = files.filter(({ status: now, scaledOnly }) => now === 'submitting' && !scaledOnly).length;
    const netItems = this.registry.counted.items + added;
    return added > 0 && netItems > itemLimit ? { code: 'tooManyItemsError', values: { netItems, itemLimit } } : undefined;
  }

  /** The steps from here on run synchronously where no listener needs time: there may be ten thousand files. */
  #validateGroup(group: Group, position: number): void {
    const file = mainFile(group);
    if (file.status !== 'submitting') return this.#refuseGroup(group);
    const { name, size } = file;
    const outcomes = group.map(({ id }) => this.events.emitCancelable('validate', { id, name, size }));
    if (outcomes.every((outcome): outcome is EventOutcome => !(outcome instanceof Promise))) this.#applyRules(outcomes, group, position);
    else
      void Promise.all(outcomes.map((outcome) => Promise.resolve(outcome))).then((settled) => this.#applyRules(settled, group, position));
  }

  #applyRules(outcomes: readonly EventOutcome[], group: Group, position: number): void {
    const file = mainFile(group);
    if (file.status !== 'submitting') return this.#refuseGroup(group);
    const outcome = outcomes[outcomes.length - 1];
    if (outcome?.refused) return this.#refuseGroup(group, outcome.reason, 'refused');
    for (const [index, member] of group.entries()) if (outcomes[index]?.refused) this.#refuseSilently(member);
    const { rules, inspectFile, describeProblem } = this.options.current;
    const { counted } = this.registry;
    let problem: ValidationProblem | undefined;
    try {
      problem =
        rules.single && position > 0
          ? { code: 'tooManyFilesError', values: { file: file.name } }
          : validateFile(file, rules, rules.single ? noFiles : counted);
    } catch (error) {
      // A rule of the page that cannot be applied accepts nothing.
      return this.#refuseGroup(group, asUploadError(error).reason);
    }
    if (problem && this.#mayGetPlace(problem)) return void this.#waiting.push(() => this.#applyRules(outcomes, group, position));
    if (problem) return this.#refuseGroup(group, describeProblem(problem), problem.code);
    for (const member of group) if (member.status === 'submitting' && !member.scaledOnly) counted.add(member);
    const inspection = inspectFile?.(file);
    if (!inspection) return this.#submitGroup(group);
    this.#inspected.add(file);
    void inspection
      .then(
        (found) => (found ? this.#refuseGroup(group, describeProblem(found), found.code) : this.#submitGroup(group)),
        (error: unknown) => this.#refuseGroup(group, asUploadError(error).reason, asUploadError(error).code),
      )
      .finally(() => {
        this.#inspected.delete(file);
        this.#continueWaiting();
      });
  }

  /** Why a failed file cannot be retried: others have taken its place. */
  retryProblem(file: FileRecord): ValidationProblem | undefined {
    const { rules } = this.options.current;
    const problem = rules.single ? undefined : limitProblem(file, rules, this.registry.counted);
    return problem?.code === 'tooManyItemsError' ? { ...problem, code: 'retryFailTooManyItems' } : problem;
  }

  /** Whether the problem is a limit that an inspected file may make room under. */
  #mayGetPlace({ code }: ValidationProblem): boolean {
    if (code !== 'tooManyItemsError' && code !== 'totalSizeError') return false;
    for (const file of this.#inspected) if (file.status === 'submitting') return true;
    return false;
  }

  /** Each gets the place that is free, or waits again, or is refused. Ends at the first that waits again. */
  #continueWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    while (waiting.length > 0 && this.#waiting.length === 0) waiting.shift()?.();
    this.#waiting.push(...waiting);
  }

  #submitGroup(group: Group): void {
    if (mainFile(group).status !== 'submitting') return this.#refuseGroup(group);
    for (const member of group) {
      if (member.scaledOnly) this.#refuseSilently(member);
      else this.#submit(member);
    }
  }

  #submit(file: FileRecord): void {
    if (file.status !== 'submitting') return;
    const outcome = this.events.emitCancelable('submit', { id: file.id, name: file.name });
    if (outcome instanceof Promise) void outcome.then((settled) => this.#finishSubmit(settled, file));
    else this.#finishSubmit(outcome, file);
  }

  #finishSubmit(outcome: EventOutcome, file: FileRecord): void {
    if (outcome.refused) this.#refuse(file, outcome.reason, 'refused');
    // Cancelled meanwhile, it takes no other file's place.
    else if (file.status === 'submitting') this.#accept(file);
  }

  #accept(file: FileRecord): void {
    const { rules, autoUpload } = this.options.current;
    if (rules.single) this.#removeOthers(file);
    if (!this.registry.move(file, 'accept') || !this.registry.has(file)) return;
    this.events.emit('submitted', { id: file.id, name: file.name });
    if ((autoUpload || file.startsWhenAccepted) && file.status === 'submitted') this.queue.add(file);
  }

  /** Removes all files but this one, its scaled versions, and those that are still validated. */
  #removeOthers(file: FileRecord): void {
    for (const other of this.registry.files) {
      if (other.originId === file.originId || other.status === 'submitting') continue;
      if (other.status && nextStatus(other.status, 'cancel')) this.queue.cancel(other);
      else this.registry.counted.remove(other);
      this.registry.hide(other);
    }
  }

  /** Emits an error for the image only: its scaled versions would repeat it. */
  #refuseGroup(group: Group, reason = '', code?: string): void {
    for (const member of group) {
      if (member === mainFile(group)) this.#refuse(member, reason, code);
      else this.#refuseSilently(member);
    }
  }

  /** Emits an error if there is a reason. A page that refuses without one knows why. */
  #refuse(file: FileRecord, reason = '', code?: string): void {
    if (!this.registry.canMove(file, 'refuse')) return;
    if (reason) {
      file.reason = reason;
      this.events.emitError(file, new UploadError(reason, { code, retry: 'never' }));
    }
    // A listener may have cancelled it within the event.
    if (!this.registry.move(file, 'refuse')) return;
    this.registry.totals.refused++;
    this.registry.checkAllComplete();
  }

  #refuseSilently(file: FileRecord): void {
    if (!this.registry.move(file, 'refuse')) return;
    this.registry.hide(file);
    this.registry.checkAllComplete();
  }
}

/** Scaled versions come directly before their image. */
function* groupsOf(files: readonly FileRecord[]): Generator<Group> {
  let scaled: FileRecord[] = [];
  for (const [index, file] of files.entries()) {
    if (files[index + 1]?.originId === file.originId) {
      scaled.push(file);
      continue;
    }
    yield [...scaled, file];
    if (scaled.length > 0) scaled = [];
  }
}

function mainFile(group: Group): FileRecord {
  return group[group.length - 1] as FileRecord;
}
