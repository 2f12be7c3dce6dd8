import type { ReactiveController } from 'lit';
import type { FileRecord } from '../../core/file-record.js';
import type { Json, ResumeRecord, ResumeStore } from '../../core/types.js';
import type { ResumeOptions } from '../../core/uploader-options.js';
import type { WebResumeStore } from '../../resume/index.js';
import type { ResumableFileData } from '../../resume/resumable-files.js';
import { lazy } from '../../utils/lazy.js';
import type { FileSettings, FileSettingsMap } from '../file-settings.js';
import type { UploaderProperties } from '../uploader-properties.js';

const loadResume = lazy(() => import('../../resume/index.js'));

/** Remembers unfinished uploads, and lists those of earlier sessions: `resume`. */
export class UnfinishedUploadsController implements ReactiveController, ResumeOptions {
  /** The unfinished uploads of earlier sessions. Empty until they have been read. */
  #records: readonly ResumeRecord[] = [];
  /** The setting with which the records were read; undefined without `resume`. */
  #listedWith: number | undefined;
  /** Undefined until it is loaded. */
  #store: WebResumeStore | undefined;

  constructor(
    private readonly host: UploaderProperties & { readonly storeName: string },
    private readonly fileSettings: FileSettingsMap<FileSettings>,
  ) {
    host.addController(this);
  }

  hostUpdate(): void {
    const expireIn = this.host.resume ? this.host.settings.resumeRecordsExpireIn : undefined;
    if (expireIn === this.#listedWith) return;
    this.#listedWith = expireIn;
    if (expireIn !== undefined) this.#list().catch(() => {});
  }

  /** The unfinished uploads of earlier sessions, as the page gets them. */
  get data(): ResumableFileData[] {
    return loadResume.value?.resumableFiles(this.#records) ?? [];
  }

  /** Whether a file has the name and size of an unfinished upload. Its bytes are compared when it is uploaded. */
  has({ originalName, size }: Readonly<FileRecord>): boolean {
    return this.#records.some((record) => record.name === originalName && record.size === size);
  }

  async keyOf({ originalName: name, size, lastModified, blob, id }: FileRecord): Promise<string> {
    const keys = this.host.extraOptions['resume.customKeys'];
    const customKeys = typeof keys === 'function' ? (keys as (id: number) => Json[])(id) : [];
    const { storeName } = this.host;
    const endpoint = this.fileSettings.endpointFor(id);
    const { resumeKey } = await this.#load();
    return resumeKey({ storeName, endpoint, customKeys, name, size, lastModified, blob });
  }

  get store(): ResumeStore {
    return this.#store as ResumeStore;
  }

  async #load() {
    const { resumeKey, WebResumeStore } = await loadResume();
    const store = (this.#store ??= new WebResumeStore({ expireIn: () => this.host.settings.resumeRecordsExpireIn }));
    return { resumeKey, store };
  }

  async #list(): Promise<void> {
    const { store } = await this.#load();
    this.#records = (await store.all()).filter(({ key }) => key.startsWith(`${this.host.storeName}-`));
  }
}
