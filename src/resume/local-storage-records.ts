import type { ResumeRecord } from '../core/types.js';
import type { StoredRecord, RecordStorage } from './records.js';

const prefix = 'fine-uploader-elements:';

/** What of the page's `Storage` is used here; workers and Node have none. */
interface Area {
  getItem(name: string): string | null;
  setItem(name: string, text: string): void;
  removeItem(name: string): void;
}

/** @throws where there is none, or the browser forbids it. */
function area(): Area {
  const { localStorage } = globalThis as { readonly localStorage?: Area };
  if (!localStorage) throw new Error('There is no localStorage here.');
  return localStorage;
}

/** Records in localStorage, which some browsers leave where they take IndexedDB away. */
export class LocalStorageRecords implements RecordStorage {
  async get(key: string): Promise<StoredRecord | undefined> {
    const text = area().getItem(prefix + key);
    return text === null ? undefined : read(key, text);
  }

  async put(record: ResumeRecord): Promise<void> {
    area().setItem(prefix + record.key, JSON.stringify(record));
  }

  async delete(key: string): Promise<void> {
    area().removeItem(prefix + key);
  }

  async all(): Promise<StoredRecord[]> {
    return Object.entries(area()).flatMap(([name, text]) =>
      name.startsWith(prefix) ? [read(name.slice(prefix.length), text as string)] : [],
    );
  }
}

function read(key: string, text: string): StoredRecord {
  try {
    return { ...(JSON.parse(text) as Partial<ResumeRecord>), key };
  } catch {
    return { key };
  }
}
