/** Errors that reach the page, beside those that its own listeners throw. */
import { PageError } from './values.js';

export function pageErrors() {
  let unexpected: string[] = [];
  const end = new AbortController();
  const note = (kind: string, error: unknown, event: Event) => {
    // The element's own `error` event comes by, too.
    if (event.target !== window) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (error instanceof PageError || /ResizeObserver loop/.test(String(error))) return;
    unexpected.push(`${kind}: ${error instanceof Error ? (error.stack ?? String(error)) : String(error)}`);
  };
  const { onerror } = window;
  const { error: logError, warn } = console;
  return {
    listen() {
      // Mocha would take the errors of the page's listeners for failures.
      window.onerror = () => true;
      // The page's mistakes are warned of: thousands of them here.
      console.warn = () => {};
      console.error = (...values: unknown[]) => {
        if (!(values[0] instanceof PageError)) logError(...values);
      };
      window.addEventListener('error', (event) => note('error', event.error ?? event.message, event), {
        capture: true,
        signal: end.signal,
      });
      window.addEventListener('unhandledrejection', (event) => note('unhandled rejection', event.reason, event), {
        capture: true,
        signal: end.signal,
      });
    },
    stop() {
      end.abort();
      window.onerror = onerror;
      console.warn = warn;
      console.error = logError;
    },
    clear() {
      unexpected = [];
    },
    throwUnexpected() {
      if (unexpected.length > 0) throw new Error(unexpected.join('\n'));
    },
  };
}
