/** A loader that calls its function once and keeps the result. */
export interface Lazy<Value> {
  (): Promise<Value>;
  /** The result, or undefined before it is loaded. Reading it is free: a browser takes 90 µs to answer an `import()` of a module that it has. */
  readonly value: Value | undefined;
}

/**
 * Wraps a function so that it runs once, however often the wrapper is called. After a rejection the next call runs it again.
 *
 * ```ts
 * const loadView = lazy(() => import('./files-view.js'), 1000);
 * const { FilesView } = loadView.value ?? (await loadView());
 * ```
 *
 * @param load - usually an `import()`.
 * @param retryDelay - ms for which a rejection is repeated before `load` is called again: for callers that run many times a second. Default 0.
 */
export function lazy<Value>(load: () => Promise<Value>, retryDelay = 0): Lazy<Value> {
  let loading: Promise<Value> | undefined;
  const forget = () => (loading = undefined);
  const start = async () => {
    try {
      return (result.value = await load());
    } catch (cause) {
      if (retryDelay > 0) setTimeout(forget, retryDelay);
      else forget();
      throw cause;
    }
  };
  const result = Object.assign(() => (loading ??= start()), { value: undefined as Value | undefined });
  return result;
}
