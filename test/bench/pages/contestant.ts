/** The common part of all pages: it receives a workload, runs it and returns the time. */

/** The workload of a page. */
export interface Work {
  /** URL of the bucket, path-style. */
  readonly bucket: string;
  /** Origin of the page's server, which signs. */
  readonly page: string;
  readonly connections: number;
  /** Size of a part in bytes; 0 for small files in one request each. */
  readonly partSize: number;
}

/** The result of a page. */
export interface Outcome {
  /** Time from the first call of the library to the end of the last upload, in ms. */
  readonly ms: number;
  /** Longest task of the main thread, in ms; 0 if none is longer than 50 ms. */
  readonly longestTask: number;
  /** Total time of tasks longer than 50 ms, in ms. */
  readonly blocked: number;
}

declare global {
  var benchmark: (work: Work) => Promise<Outcome>;
}

/** Starts to observe tasks longer than 50 ms. Returns a function that returns them. */
export function watchTasks(): () => { longestTask: number; blocked: number } {
  const tasks: number[] = [];
  const take = (entries: PerformanceEntryList) => tasks.push(...entries.map(({ duration }) => duration));
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  observer.observe({ type: 'longtask' });
  return () => {
    take(observer.takeRecords());
    observer.disconnect();
    return { longestTask: Math.max(0, ...tasks), blocked: tasks.reduce((sum, ms) => sum + ms, 0) };
  };
}

/** Returns the chosen files. */
export const chosenFiles = () => [...(document.querySelector<HTMLInputElement>('#files')?.files ?? [])];

/** Defines the page's workload. @param upload - resolves when all files are uploaded, rejects if one fails */
export function contestant(upload: (files: File[], work: Work) => Promise<void>): void {
  globalThis.benchmark = async (work) => {
    const files = chosenFiles();
    const tasks = watchTasks();
    const begun = performance.now();
    await upload(files, work);
    const ms = performance.now() - begun;
    // The task after the last response belongs to the upload, and its entry is queued later.
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { ms, ...tasks() };
  };
}

/** Runs work for all items, `count` at a time. */
export async function inParallel<T>(items: Iterable<T>, count: number, work: (item: T) => Promise<void>): Promise<void> {
  const all = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = all.next(); !next.done; next = all.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: count }, worker));
}

/** Returns the key of a file. */
export const keyOf = (file: File) => `photos/${file.name}`;
