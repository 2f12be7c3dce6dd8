import type { ResumeOptions } from '../core/uploader-options.js';
import { lazy } from '../utils/lazy.js';
import type { ResumeRecord } from '../core/types.js';
import type { ResumeSubject } from '../resume/resume-key.js';
import { resumeStoreLater } from './later.js';
import type { ListedResumeStore } from './later.js';
import type { SharedSettings } from './settings.js';

const loadMemory = lazy(() => import('./resume-memory.js'));

/** The uploads that earlier sessions of the page have begun, and what is remembered of the present ones. */
export class UnfinishedUploads {
  /** Those of earlier sessions. Empty until {@link load} is done. */
  get all(): readonly ResumeRecord[] {
    return this.#all;
  }
  #all: readonly ResumeRecord[] = [];
  #memory: ListedResumeStore | undefined;

  /** @param identity - what tells one file's upload from another's, beside the file itself. */
  constructor(private readonly identity: (id: number) => Pick<ResumeSubject, 'kind' | 'endpoint' | 'customKeys'>) {}

  /** Whether one of them looks like this file: the bytes are compared only when it is added. */
  has({ originalName, size }: { readonly originalName: string; readonly size: number }): boolean {
    return this.#all.some((record) => record.name === originalName && record.size === size);
  }

  /** @param kind - what one kind of element has begun, the other cannot go on with. */
  async load(kind: string, settings: SharedSettings): Promise<void> {
    this.#all = (await this.#memoryWith(settings).all()).filter(({ key }) => key.startsWith(`${kind}-`));
  }

  /** What the uploader needs to remember uploads and to find them again. */
  options(settings: SharedSettings): ResumeOptions {
    return {
      store: this.#memoryWith(settings),
      keyOf: async ({ originalName: name, size, lastModified, blob, id }) => {
        const identity = this.identity(id);
        const { resumeKey } = await loadMemory();
        return resumeKey({ ...identity, name, size, lastModified, blob });
      },
    };
  }

  #memoryWith({ resumeRecordsExpireIn: expireIn }: SharedSettings): ListedResumeStore {
    return (this.#memory ??= resumeStoreLater(async () => new (await loadMemory()).WebResumeStore({ expireIn })));
  }
}
