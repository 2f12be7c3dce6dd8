import type { ReactiveController } from 'lit';
import type { FileRecord } from '../../core/file-record.js';
import type { Json, JsonObject, ResumeRecord, ResumeStore } from '../../core/types.js';
import type { ResumeOptions } from '../../core/uploader-options.js';
import type { WebResumeStore } from '../../resume/index.js';
import { lazy } from '../../utils/lazy.js';
import type { FileSettings, FileSettingsMap } from '../file-settings.js';
import type { ResumableFileData } from '../file-types.js';
import type { UploaderProperties } from '../uploader-properties.js';

const loadResume = lazy(() => import('../../resume/index.js'));

/** Remembers unfinished uploads, and lists those of earlier sessions: `resume`. */
export class UnfinishedUploadsController implements ReactiveController, ResumeStore, ResumeOptions {
  /** The unfinished uploads of earlier sessions. Empty until they have been read. */
  records: readonly ResumeRecord[] = [];
  /** The setting with which the records were read; undefined without `resume`. */
  #listedWith: number | undefined;
  readonly #store = lazy(async (): Promise<WebResumeStore> => {
    const { WebResumeStore } = await loadResume();
    return new WebResumeStore({ expireIn: () => this.host.settings.resumeRecordsExpireIn });
  });

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

  /** {@link records} as the page gets them. */
  get data(): ResumableFileData[] {
    return this.records.map(({ name, size, uuid, saved, totalParts = 0, custom }) => {
      const arrived = new Set(saved.receipts.map(({ index }) => index));
      const remaining = Array.from({ length: totalParts }, (_, index) => index).filter((index) => !arrived.has(index));
      const key = (saved.session as JsonObject | null)?.['key'];
      return {
        ...{ name, size, uuid, remaining },
        ...(typeof key === 'string' && { key }),
        ...(custom !== undefined && custom !== null && { customResumeData: custom }),
      };
    });
  }

  /** Whether a file has the name and size of an unfinished upload. Its bytes are compared when it is uploaded. */
  has({ originalName, size }: Readonly<FileRecord>): boolean {
    return this.records.some((record) => record.name === originalName && record.size === size);
  }

  async keyOf({ originalName: name, size, lastModified, blob, id }: FileRecord): Promise<string> {
    const keys = this.host.extraOptions['resume.customKeys'];
    const customKeys = typeof keys === 'function' ? (keys as (id: number) => Json[])(id) : [];
    const { storeName } = this.host;
    const endpoint = this.fileSettings.endpointFor(id);
    const { resumeKey } = await loadResume();
    return resumeKey({ storeName, endpoint, customKeys, name, size, lastModified, blob });
  }

  get store(): ResumeStore {
    return this;
  }

  async load(key: string): Promise<ResumeRecord | undefined> {
    return (await this.#store()).load(key);
  }

  async save(record: ResumeRecord): Promise<void> {
    return (await this.#store()).save(record);
  }

  async delete(key: string): Promise<void> {
    return (await this.#store()).delete(key);
  }

  async lock(key: string, signal?: AbortSignal): Promise<(() => void) | undefined> {
    return (await this.#store()).lock(key, signal);
  }

  async #list(): Promise<void> {
    const records = await (await this.#store()).all();
    this.records = records.filter(({ key }) => key.startsWith(`${this.host.storeName}-`));
  }
}
