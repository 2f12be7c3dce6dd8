/** The page of the soak: uploaders of several modes, their actions, and the record of their events. */
import type { FineUploaderElement, FineUploaderS3Element, status as statuses } from '../../../src/index.js';
import { contentOf } from '../content.js';
import type { PageAction } from '../plan.js';
import type { SoakFile } from '../content.js';
import { uuidOf } from '../requests.js';
import { held, installInstruments, native } from './instruments.js';

type Uploader = FineUploaderElement | FineUploaderS3Element;
type Status = (typeof statuses)[keyof typeof statuses];

/** An uploader that the page opens. */
export interface UploaderPlan {
  readonly mode: string;
  readonly element: 'fine-uploader' | 'fine-uploader-s3';
  readonly attributes: Readonly<Record<string, string>>;
  readonly credentials?: { readonly accessKey: string; readonly secretKey: string; readonly expiration: string } | undefined;
  readonly files: readonly SoakFile[];
}

/** A row of an uploader, as the page shows it. */
export interface Row {
  readonly mode: string;
  readonly name: string;
  readonly uuid: string;
  readonly status: Status;
  /** Text of the row's status. */
  readonly text: string;
}

/** A file whose success the page has told. */
export interface Completed {
  readonly name: string;
  /** Key of the object, or UUID on the own server. */
  readonly id: string;
}

/** What the driver of the soak calls. */
export interface SoakPage {
  open(uploaders: readonly UploaderPlan[]): Promise<void>;
  /** Runs the actions from `from` on (ms since the beginning of the round). Resolves after the last one. */
  run(actions: readonly PageAction[], from: number): Promise<void>;
  rows(): Row[];
  /** Survives a reload. */
  completed(): Completed[];
  held: typeof held;
  /** Adds files of an uploader again, as a person does after a reload. */
  add(mode: string, names: readonly string[]): void;
  /** Calls a method without arguments of all uploaders. */
  callAll(method: 'pauseAll' | 'continueAll' | 'retryAll' | 'reset' | 'remove'): void;
  /** The upload ids in the records of unfinished uploads. */
  recordedUploadIds(): Promise<string[]>;
}

declare global {
  interface Window {
    soak: SoakPage;
    /** Of the driver. Adds a line to the trace of a file. */
    report(uuid: string, name: string, line: string): Promise<void>;
    /** Of the driver. Tells that the page has received the id of a new multipart upload. */
    reportUpload(uuid: string, uploadId: string): Promise<void>;
    soakSeed: string;
  }
}

const uploaders = new Map<string, { readonly element: Uploader; readonly plan: UploaderPlan }>();
/** The id of each file by its name. */
const ids = new Map<string, number>();

const reportedEvents = [
  ...[
    'submitted',
    'upload',
    'uploadChunk',
    'uploadChunkSuccess',
    'resume',
    'autoRetry',
    'manualRetry',
    'complete',
    'cancel',
    'error',
    'statusChange',
  ],
] as const;

const completedKey = 'soak completed';
const readCompleted = () => JSON.parse(sessionStorage.getItem(completedKey) ?? '[]') as Completed[];

function report(element: Uploader, event: CustomEvent<Record<string, unknown>>): void {
  const { id, name, oldStatus, newStatus, partIndex, reason, code, status, success, attempt } = event.detail;
  if (typeof id !== 'number') return;
  const told = { partIndex, attempt, success, code, status, reason };
  const details = Object.entries(told).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${String(value)}`]));
  const change = event.type === 'statusChange' ? `${String(oldStatus)} -> ${String(newStatus)}` : event.type;
  void window.report(element.getUuid(id) ?? '', String(name), [change, ...details].join(' '));
  if (event.type !== 'complete' || success !== true) return;
  const entry: Completed = { name: String(name), id: String(event.detail['key'] ?? event.detail['uuid']) };
  sessionStorage.setItem(completedKey, JSON.stringify([...readCompleted(), entry]));
}

function addFile(mode: string, file: SoakFile): void {
  const { element } = uploaders.get(mode)!;
  ids.set(file.name, element.getUploads().length);
  element.addFiles(new File([contentOf(file)], file.name, { type: file.type, lastModified: 1_700_000_000_000 }));
}

function act({ mode, kind, file: index }: PageAction): void {
  const { element, plan } = uploaders.get(mode)!;
  const file = plan.files[index]!;
  if (kind === 'add') {
    // A file that was added before a reload stays as it is.
    if (!ids.has(file.name)) addFile(mode, file);
    return;
  }
  if (kind === 'pauseAll' || kind === 'continueAll' || kind === 'retryAll') {
    void window.report('', mode, `${kind}() while ${element.getInProgress()} files are under way`);
    return element[kind]();
  }
  const id = ids.get(file.name);
  if (id === undefined) return;
  const methods = { pause: 'pauseUpload', continue: 'continueUpload', cancel: 'cancel', retry: 'retry' } as const;
  const before = element.getUploads({ id })?.status;
  void window.report(element.getUuid(id) ?? '', file.name, `${methods[kind]}() while ${before}`);
  element[methods[kind]](id);
}

window.soak = {
  async open(plans) {
    for (const plan of plans) {
      const element = document.createElement(plan.element);
      uploaders.set(plan.mode, { element, plan });
      for (const [name, value] of Object.entries(plan.attributes)) element.setAttribute(name, value);
      if (plan.credentials) Object.assign(element, { credentials: plan.credentials });
      for (const name of reportedEvents)
        element.addEventListener(name, (event) => report(element, event as CustomEvent<Record<string, unknown>>));
      document.body.append(element);
    }
    for (const { element } of uploaders.values()) await element.updateComplete;
  },
  async run(actions, from) {
    const start = performance.now();
    for (const action of actions.filter(({ at }) => at >= from)) {
      const wait = action.at - from - (performance.now() - start);
      if (wait > 0) await new Promise((resolve) => native.setTimeout(resolve, wait));
      act(action);
    }
  },
  rows: () =>
    [...uploaders].flatMap(([mode, { element }]) =>
      element.getUploads().map(({ id, uuid, name, status }): Row => {
        const row = element.shadowRoot?.querySelector(`[part=file][data-id="${id}"] [part=status]`);
        return { mode, name: String(name), uuid, status: status, text: row?.textContent?.trim() ?? '' };
      }),
    ),
  completed: readCompleted,
  held,
  add(mode, names) {
    const { plan } = uploaders.get(mode)!;
    for (const file of plan.files) if (names.includes(file.name)) addFile(mode, file);
  },
  callAll(method) {
    for (const { element } of uploaders.values()) element[method]();
  },
  async recordedUploadIds() {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('fine-uploader-elements');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('No database'));
    });
    const names = [...database.objectStoreNames];
    const texts: string[] = [];
    for (const name of names) {
      const records = await new Promise<unknown[]>((resolve, reject) => {
        const request = database.transaction(name).objectStore(name).getAll();
        request.onsuccess = () => resolve(request.result as unknown[]);
        request.onerror = () => reject(request.error ?? new Error('No records'));
      });
      texts.push(...records.map((record) => JSON.stringify(record)));
    }
    database.close();
    return texts.flatMap((text) => [...text.matchAll(/"uploadId":"([^"]+)"/g)].map(([, id = '']) => id));
  },
};

installInstruments(window.soakSeed, (url, text) => {
  const uploadId = /<UploadId>(.*?)<\/UploadId>/.exec(text)?.[1];
  if (uploadId) void window.reportUpload(uuidOf({ path: url }, ''), uploadId);
});
