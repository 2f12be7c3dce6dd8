import type { ResumeRecord } from '../core/types.js';
import type { RecordStorage, StoredRecord } from './records.js';

const prefix = 'fine-uploader-elements:';

/** The members of `Storage` in use: Node and workers have no such type. */
interface LocalStorage {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

/** @throws if there is no localStorage, or the browser denies access to it. */
function getLocalStorage(): LocalStorage {
  const { localStorage } = globalThis as { readonly localStorage?: LocalStorage };
  if (!localStorage) throw new Error('There is no localStorage here.');
  return localStorage;
}

/** Records in localStorage, which some browsers allow where they deny IndexedDB. */
export class LocalStorageRecords implements RecordStorage {
  async get(key: string): Promise<StoredRecord | undefined> {
    const json = getLocalStorage().getItem(prefix + key);
    return json === null ? undefined : parseRecord(key, json);
  }

  async put(record: ResumeRecord): Promise<void> {
    getLocalStorage().setItem(prefix + record.key, JSON.stringify(record));
  }

  async delete(key: string): Promise<void> {
    getLocalStorage().removeItem(prefix + key);
  }

  async all(): Promise<StoredRecord[]> {
    return Object.entries(getLocalStorage()).flatMap(([name, json]) =>
      name.startsWith(prefix) ? [parseRecord(name.slice(prefix.length), json as string)] : [],
    );
  }
}

function parseRecord(key: string, json: string): StoredRecord {
  try {
    return { ...(JSON.parse(json) as Partial<ResumeRecord>), key };
  } catch {
    return { key };
  }
}
