/** A lock for pages without https, which have no Web Locks: an owner and the time of its last heartbeat in localStorage, which all tabs share. */

import { systemClock } from '../core/clock.js';
import { uuid } from '../utils/uuid.js';
import { getLocalStorage } from './local-storage.js';

const prefix = 'fine-uploader-elements-lease:';
/** Time (ms) after which every tab has what the others have written. */
const settleTime = 50;

/** Times of a lease, ms. */
export interface LeaseTimes {
  /** Between two heartbeats. Default 10,000. */
  readonly heartbeat?: number;
  /** Since the last heartbeat, after which the owner counts as gone. Browsers run timers of hidden pages once a minute only. Default 90,000. */
  readonly expiry?: number;
  /** Between two looks at a lease that another one has. Default 1000. */
  readonly poll?: number;
}

interface Lease {
  readonly owner: string;
  /** The last heartbeat, ms since 1970. */
  readonly time: number;
}

/**
 * Takes the lease of a key. Where localStorage is denied, nobody waits: there is nothing that tabs could share.
 * @param signal - waits until the lease is free, or the signal is aborted: then rejects with its reason. Without a signal, does not wait.
 * @returns a function that gives the lease back; undefined where another one has it.
 */
export async function acquireLease(key: string, signal?: AbortSignal, times: LeaseTimes = {}): Promise<(() => void) | undefined> {
  const { heartbeat = 10_000, expiry = 90_000, poll = 1000 } = times;
  const name = prefix + key;
  const owner = uuid();
  const anySignal = signal ?? new AbortController().signal;
  for (;;) {
    anySignal.throwIfAborted();
    const current = read(name);
    if (!current || Math.abs(Date.now() - current.time) > expiry) {
      if (!write(name, owner)) return () => {};
      // Another tab may have written at the same moment: the last one has it.
      await systemClock.sleep(settleTime, anySignal);
      if (read(name)?.owner === owner) return hold(name, owner, heartbeat);
    }
    if (!signal) return undefined;
    await systemClock.sleep(poll, signal);
  }
}

function hold(name: string, owner: string, heartbeat: number): () => void {
  const release = () => {
    clearInterval(timer);
    removeEventListener('pagehide', release);
    if (read(name)?.owner === owner) remove(name);
  };
  const timer = setInterval(() => read(name)?.owner === owner && write(name, owner), heartbeat);
  // Otherwise, a reloaded page would wait for the expiry.
  addEventListener('pagehide', release);
  return release;
}

function read(name: string): Lease | undefined {
  try {
    const lease = JSON.parse(getLocalStorage().getItem(name) ?? 'null') as Partial<Lease> | null;
    return typeof lease?.owner === 'string' && typeof lease.time === 'number' ? (lease as Lease) : undefined;
  } catch {
    return undefined;
  }
}

/** False where nothing can be written. */
function write(name: string, owner: string): boolean {
  try {
    getLocalStorage().setItem(name, JSON.stringify({ owner, time: Date.now() } satisfies Lease));
    return true;
  } catch {
    return false;
  }
}

function remove(name: string): void {
  try {
    getLocalStorage().removeItem(name);
  } catch {
    // Denied meanwhile: the lease expires.
  }
}
