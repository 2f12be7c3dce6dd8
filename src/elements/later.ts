/**
 * What an element needs only once there is a file, or a list of files to fetch: it is loaded beside the page, not before it is shown. In the bundles for CDNs it is all
 * inside.
 */
import { abortable } from '../utils/abortable.js';
import { notLoaded } from '../core/errors.js';
import { lazy } from '../utils/lazy.js';
import { UploadError } from '../core/errors.js';
import type { ResumeRecord, ResumeStore, Store } from '../core/types.js';

/**
 * A store that is loaded with its first use.
 * @param load - what it throws as an {@link UploadError} is told as it is; anything else is a script that could not be had, and tried again.
 */
export function storeLater(load: () => Promise<Store>): Store {
  const loaded = lazy(load);
  const store = (signal: AbortSignal): Promise<Store> =>
    abortable(
      loaded().catch((cause: unknown) => {
        throw cause instanceof UploadError ? cause : notLoaded(cause);
      }),
      signal,
    );
  return {
    open: async (saved, context) => (await store(context.signal)).open(saved, context),
    send: async (part, session, context) => (await store(context.signal)).send(part, session, context),
    close: async (session, receipts, context) => (await store(context.signal)).close(session, receipts, context),
    abandon: async (session, context) => (await store(context.signal)).abandon?.(session, context),
    remove: async (file, context) => (await store(context.signal)).remove?.(file, context),
  };
}

/** A memory that also tells all that it knows. */
export interface ListedResumeStore extends ResumeStore {
  all(): Promise<ResumeRecord[]>;
}

/** A memory that is loaded with its first use. */
export function resumeStoreLater(load: () => Promise<ListedResumeStore>): ListedResumeStore {
  const store = lazy(load);
  return {
    load: async (key) => (await store()).load(key),
    save: async (record) => (await store()).save(record),
    delete: async (key) => (await store()).delete(key),
    all: async () => (await store()).all(),
  };
}
