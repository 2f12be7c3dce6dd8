/** Loads once; where that failed, again the next time. Also good for `import()`: asked for what is there already, a browser takes its time all the same (90 µs). */
export function lazy<Thing>(load: () => Promise<Thing>): () => Promise<Thing> {
  let loading: Promise<Thing> | undefined;
  return () =>
    (loading ??= load().catch((cause: unknown) => {
      loading = undefined;
      throw cause;
    }));
}
