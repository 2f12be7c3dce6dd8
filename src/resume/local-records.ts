import type { ResumeRecord } from '../core/types.js';
import type { Found, RecordPlace } from './records.js';

const prefix = 'fine-uploader-elements:';

/** Records in localStorage, which some browsers leave where they take IndexedDB away. */
export class LocalRecords implements RecordPlace {
  async get(key: string): Promise<Found | undefined> {
    const text = localStorage.getItem(prefix + key);
    return text === null ? undefined : read(key, text);
  }

  async put(record: ResumeRecord): Promise<void> {
    localStorage.setItem(prefix + record.key, JSON.stringify(record));
  }

  async delete(key: string): Promise<void> {
    localStorage.removeItem(prefix + key);
  }

  async all(): Promise<Found[]> {
    return Object.entries(localStorage).flatMap(([name, text]) =>
      name.startsWith(prefix) ? [read(name.slice(prefix.length), text as string)] : [],
    );
  }
}

function read(key: string, text: string): Found {
  try {
    return { ...(JSON.parse(text) as Partial<ResumeRecord>), key };
  } catch {
    return { key };
  }
}
