/**
 * What a page may expect of an uploader, written without a look at src/: which statuses follow on which, what the counts are, and which events come in which order. It hears
 * every event, follows the files, and lists what breaks an expectation.
 */

/** The statuses that may follow, by status; '' before the first one. */
const followers: Readonly<Record<string, readonly string[]>> = {
  '': ['submitting', 'upload successful'],
  submitting: ['submitted', 'rejected', 'canceled'],
  submitted: ['queued', 'uploading', 'paused', 'canceled'],
  rejected: ['canceled'],
  queued: ['uploading', 'paused', 'canceled', 'upload failed', 'rejected'],
  uploading: ['upload finalizing', 'upload successful', 'upload failed', 'retrying upload', 'paused', 'canceled'],
  'upload finalizing': ['upload successful', 'upload failed', 'retrying upload', 'uploading'],
  'retrying upload': ['uploading', 'queued', 'upload finalizing', 'upload successful', 'upload failed', 'paused', 'canceled'],
  paused: ['queued', 'uploading', 'canceled'],
  'upload failed': ['retrying upload', 'canceled', 'deleting'],
  'upload successful': ['deleting', 'deleted', 'delete failed'],
  deleting: ['deleted', 'delete failed'],
  'delete failed': ['deleting', 'deleted'],
  deleted: [],
  canceled: [],
};

const inProgress = ['queued', 'uploading', 'upload finalizing', 'retrying upload'];
const unfinished = ['submitting', 'submitted', 'paused', ...inProgress];
const sending = ['uploading', 'upload finalizing', 'retrying upload'];
/** The statuses of files that the server has, if their upload has succeeded. */
const uploaded = ['upload successful', 'deleting', 'delete failed'];

export const can = {
  pause: ['submitted', 'queued', 'uploading', 'retrying upload'],
  continue: ['paused'],
  cancel: ['submitting', 'submitted', 'rejected', 'queued', 'uploading', 'retrying upload', 'paused', 'upload failed'],
  retry: ['upload failed'],
  delete: ['upload successful', 'delete failed', 'upload failed'],
} as const;

/** A file as the events tell it. */
export interface ModelFile {
  readonly id: number;
  status: string;
  /** Events that come once in a file's life. */
  readonly once: Set<string>;
  /** The success that the next `complete` has to report; undefined where none is due. */
  owed: boolean | undefined;
  hasSucceeded: boolean;
  /** An `error` has come since the last status. */
  hasError: boolean;
  /** Parts that are being sent. */
  readonly parts: Set<number>;
  deletes: number;
}

type Detail = Readonly<Record<string, unknown>>;

export class StatusModel {
  files: ModelFile[] = [];
  readonly violations: string[] = [];
  /** The last events, for a failure's message. */
  readonly log: string[] = [];
  /** How often each event came, and each status. */
  readonly heard = new Map<string, number>();
  /** Listeners act within events: an event may then come after what follows on it. */
  isReentrant = false;
  #succeeded = new Set<number>();
  #failed = new Set<number>();

  /** Notes what the scenario does. */
  note(line: string): void {
    this.log.push(line);
    if (this.log.length > 120) this.log.shift();
  }

  /** All files are gone. */
  clear(): void {
    this.files = [];
    this.#succeeded.clear();
    this.#failed.clear();
  }

  count(statuses: readonly string[]): number {
    return this.files.filter(({ status }) => statuses.includes(status)).length;
  }

  get unfinished(): number {
    return this.count(unfinished);
  }

  get inProgress(): number {
    return this.count(inProgress);
  }

  /** How many files the server has. */
  get net(): number {
    return this.files.filter(({ hasSucceeded, status }) => hasSucceeded && uploaded.includes(status)).length;
  }

  /** `allComplete` is to come. */
  get owesAllComplete(): boolean {
    return this.unfinished === 0 && this.#succeeded.size + this.#failed.size > 0;
  }

  /** The ids of files whose `complete` or `deleteComplete` is missing. */
  get owing(): number[] {
    return this.files.filter(({ owed, deletes }) => owed !== undefined || deletes > 0).map(({ id }) => id);
  }

  violate(sentence: string): void {
    this.violations.push(sentence);
    this.note(`!!! ${sentence}`);
  }

  /** Hears an event. */
  hear(name: string, detail: Detail): void {
    this.note(`  ${name} ${short(detail)}`);
    const what = name === 'statusChange' ? `“${String(detail['newStatus'])}”` : name;
    this.heard.set(what, (this.heard.get(what) ?? 0) + 1);
    const { id } = detail;
    if (name === 'statusChange') return this.#changeStatus(detail);
    if (name === 'allComplete') return this.#allComplete(detail);
    if (name === 'totalProgress') return this.#progress(name, detail);
    if (typeof id !== 'number') {
      if (id !== undefined && id !== null) this.violate(`${name} has the id ${String(id)}`);
      return;
    }
    const file = this.files[id];
    if (!file) return this.violate(`${name} of file ${id}, which does not exist`);
    this.#hearOf(file, name, detail);
  }

  #hearOf(file: ModelFile, name: string, detail: Detail): void {
    const expectStatus = (...statuses: readonly string[]) => {
      if (!this.isReentrant && !statuses.includes(file.status)) this.violate(`${name} of file ${file.id} while it is ${file.status}`);
    };
    const expectOnce = () => {
      if (file.once.has(name)) this.violate(`a second ${name} of file ${file.id}`);
      file.once.add(name);
    };
    switch (name) {
      case 'validate':
      case 'submit':
        expectOnce();
        return expectStatus('submitting');
      case 'submitted':
        expectOnce();
        return expectStatus('submitted');
      case 'upload':
        return expectStatus('uploading');
      case 'uploadChunk':
        file.parts.add(Number(detail['partIndex']));
        return expectStatus('uploading', 'retrying upload');
      case 'uploadChunkSuccess':
        if (!file.parts.delete(Number(detail['partIndex'])))
          this.violate(`part ${String(detail['partIndex'])} of file ${file.id} succeeded unasked`);
        return expectStatus(...sending);
      case 'progress':
        expectStatus(...sending);
        return this.#progress(name, detail);
      case 'error':
        file.hasError = true;
        if (typeof detail['reason'] !== 'string' || detail['reason'] === '') this.violate(`error of file ${file.id} without a reason`);
        return;
      case 'autoRetry':
        if (!file.hasError && !this.isReentrant) this.violate(`autoRetry of file ${file.id} without an error`);
        if (!(Number(detail['attempt']) >= 1)) this.violate(`autoRetry of file ${file.id} with attempt ${String(detail['attempt'])}`);
        return expectStatus(...sending);
      case 'complete':
        return this.#complete(file, detail);
      case 'manualRetry':
        return expectStatus(...can.retry);
      case 'cancel':
        return expectStatus(...can.cancel);
      case 'submitDelete':
        return expectStatus(...can.delete);
      case 'delete':
        file.deletes++;
        return expectStatus('deleting');
      case 'deleteComplete':
        if (--file.deletes < 0) this.violate(`deleteComplete of file ${file.id} without a delete`);
        if (detail['success'] === detail['isError']) this.violate(`deleteComplete of file ${file.id} is neither a success nor an error`);
        return;
    }
  }

  #changeStatus(detail: Detail): void {
    const { id, oldStatus, newStatus } = detail;
    if (typeof id !== 'number' || typeof newStatus !== 'string') return this.violate(`statusChange ${short(detail)}`);
    if (oldStatus === null) {
      if (id !== this.files.length && !this.isReentrant) return this.violate(`file ${id} follows on file ${this.files.length - 1}`);
      this.files[id] = {
        id,
        status: '',
        once: new Set(),
        owed: undefined,
        hasSucceeded: false,
        hasError: false,
        parts: new Set(),
        deletes: 0,
      };
    }
    const file = this.files[id];
    if (!file) return this.violate(`statusChange of file ${id}, which does not exist`);
    if (file.status !== (oldStatus ?? '')) this.violate(`file ${id} is ${file.status}, not ${String(oldStatus)}`);
    if (!followers[file.status]?.includes(newStatus)) this.violate(`file ${id}: ${file.status} is followed by ${newStatus}`);
    if (file.owed !== undefined && !this.isReentrant) this.violate(`file ${id} is ${newStatus} before its complete`);
    file.status = newStatus;
    file.hasError = false;
    if (newStatus !== 'uploading' && newStatus !== 'retrying upload') file.parts.clear();
    if (newStatus === 'upload successful') {
      this.#outcome(id, this.#succeeded);
      file.hasSucceeded = true;
      if (oldStatus !== null) file.owed = true;
    }
    if (newStatus === 'upload failed') {
      this.#outcome(id, this.#failed);
      file.owed = false;
    }
    if (newStatus === 'canceled' || newStatus === 'deleted') this.#outcome(id);
  }

  #outcome(id: number, list?: Set<number>): void {
    this.#succeeded.delete(id);
    this.#failed.delete(id);
    list?.add(id);
  }

  #complete(file: ModelFile, { success, uuid, response }: Detail): void {
    if (file.owed === undefined) this.violate(`complete of file ${file.id}, which is ${file.status}: none is due`);
    else if (success !== file.owed) this.violate(`complete of file ${file.id} says success: ${String(success)}`);
    if (success === false && !file.hasError && !this.isReentrant) this.violate(`complete of file ${file.id} without an error before it`);
    if (typeof uuid !== 'string') this.violate(`complete of file ${file.id} has no uuid`);
    if (typeof response !== 'object' || response === null) this.violate(`complete of file ${file.id} has no response`);
    file.owed = undefined;
  }

  #allComplete({ succeeded, failed }: Detail): void {
    const heard = short({ succeeded: sorted(succeeded), failed: sorted(failed) });
    const expected = short({ succeeded: sorted([...this.#succeeded]), failed: sorted([...this.#failed]) });
    if (this.unfinished > 0) this.violate(`allComplete while ${this.unfinished} files are unfinished`);
    if (heard !== expected) this.violate(`allComplete with ${heard} in place of ${expected}`);
    if (this.#succeeded.size + this.#failed.size === 0) this.violate('allComplete with no file');
    this.#succeeded.clear();
    this.#failed.clear();
  }

  #progress(name: string, { uploadedBytes, totalBytes }: Detail): void {
    const uploaded = Number(uploadedBytes);
    const total = Number(totalBytes);
    if (!(uploaded >= 0) || (total >= 0 && uploaded > total)) this.violate(`${name} of ${uploaded} of ${total} bytes`);
  }
}

function sorted(ids: unknown): unknown[] {
  return Array.isArray(ids) ? (ids as number[]).toSorted((one, other) => one - other) : [ids];
}

function short(value: unknown): string {
  try {
    return JSON.stringify(value).slice(0, 200);
  } catch {
    return String(value);
  }
}
