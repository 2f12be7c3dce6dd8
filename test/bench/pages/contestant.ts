/** What every page of the benchmark has in common: it is told what to do, does it, and says how long that took. */

/** What a page is told. */
export interface Work {
  /** The bucket: path-style. */
  readonly bucket: string;
  /** Origin of the page's own server, which signs. */
  readonly page: string;
  readonly connections: number;
  /** Bytes; 0 for small files in one request each. */
  readonly partSize: number;
}

/** What a page answers. */
export interface Outcome {
  /** From the first call of the library to the end of the last upload. */
  readonly ms: number;
  /** The longest task on the main thread meanwhile, ms; 0 where none was longer than 50. */
  readonly longestTask: number;
  /** All tasks longer than 50 ms together, ms. */
  readonly blocked: number;
}

declare global {
  var benchmark: (work: Work) => Promise<Outcome>;
}

/** The tasks longer than 50 ms that there have been since this was called. */
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

/** The files that were chosen. */
export const chosenFiles = () => [...(document.querySelector<HTMLInputElement>('#files')?.files ?? [])];

/** @param upload - resolves when all files have arrived, rejects where one has not. */
export function contestant(upload: (files: File[], work: Work) => Promise<void>): void {
  globalThis.benchmark = async (work) => {
    const files = chosenFiles();
    const tasks = watchTasks();
    const begun = performance.now();
    await upload(files, work);
    const ms = performance.now() - begun;
    // What the last answer set off belongs to it, and its entry comes later.
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { ms, ...tasks() };
  };
}

/** Does something for all items, some at a time. */
export async function inParallel<T>(items: Iterable<T>, count: number, work: (item: T) => Promise<void>): Promise<void> {
  const all = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = all.next(); !next.done; next = all.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: count }, worker));
}

/** Small files need names that tell them apart; large ones one that a store likes. */
export const keyOf = (file: File) => `photos/${file.name}`;
