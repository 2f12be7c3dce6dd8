import type { ResumeRecord } from '../core/types.js';
import { getLocalStorage } from './local-storage.js';
import type { RecordStorage, StoredRecord } from './records.js';

const prefix = 'fine-uploader-elements:';

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
