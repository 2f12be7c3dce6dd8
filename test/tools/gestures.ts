/**
 * User gestures for tests in the browser. The test runner drives the real browser, so the page gets trusted events and files on disk.
 * Selectors are Puppeteer's: `fine-uploader >>> input[type=file]` pierces open shadow roots.
 */
import { executeServerCommand } from '@web/test-runner-commands';

/** A file or folder that is written to disk before it is chosen or dropped. `size` is the number of bytes, filled with {@link patternByte}. */
export type DiskEntry =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly base64: string }
  | { readonly name: string; readonly size: number }
  | { readonly name: string; readonly children: readonly DiskEntry[] };

/** The payload of the server command `gesture`. */
export type Gesture =
  | { readonly do: 'choose' | 'chooser' | 'drop'; readonly selector: string; readonly files: readonly DiskEntry[] }
  | { readonly do: 'paste'; readonly base64: string }
  | { readonly do: 'throttle'; readonly bytesPerSecond: number; readonly latency: number }
  | { readonly do: 'offline'; readonly milliseconds: number };

const perform = async (gesture: Gesture): Promise<void> => {
  await executeServerCommand<unknown, Gesture>('gesture', gesture);
};

/** The byte at `offset` of a {@link DiskEntry} with a `size`. */
export const patternByte = (offset: number): number => (offset * 31 + (offset >> 8)) & 255;

/** Sets the files of a file input. An input with `webkitdirectory` takes one folder. Chromium and Firefox. */
export const chooseFiles = (selector: string, files: readonly DiskEntry[]): Promise<void> => perform({ do: 'choose', selector, files });

/** Clicks an element that opens the file dialog and chooses files in it. Chromium and Firefox. */
export const clickAndChoose = (selector: string, files: readonly DiskEntry[]): Promise<void> => perform({ do: 'chooser', selector, files });

/** Drags files and folders from the desktop and drops them on an element. Chromium. */
export const dropFiles = (selector: string, files: readonly DiskEntry[]): Promise<void> => perform({ do: 'drop', selector, files });

const inChromium = navigator.userAgent.includes('Chrome/');
const inFirefox = navigator.userAgent.includes('Firefox/');

/** Whether this browser supports {@link loseNetwork}. */
export const canLoseNetwork = inChromium || inFirefox;

/** A `paste` event. `new ClipboardEvent(…, {clipboardData})` loses the files in Firefox. */
export function pasteOf(clipboardData: DataTransfer): ClipboardEvent {
  const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true, composed: true });
  Object.defineProperty(event, 'clipboardData', { value: clipboardData });
  return event;
}

/** The focused element, also inside shadow roots. */
function focused(): Element {
  let element: Element = document.body;
  for (let next = document.activeElement; next; next = next.shadowRoot?.activeElement ?? null) element = next;
  return element;
}

/** Puts a PNG on the clipboard and presses Ctrl+V. Other browsers than Chromium only get the event, on the focused element. */
export async function pasteImage(base64: string): Promise<void> {
  if (inChromium) return perform({ do: 'paste', base64 });
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], 'image.png', { type: 'image/png' }));
  focused().dispatchEvent(pasteOf(data));
}

/** Limits the page's uploads to `bytesPerSecond`; 0 removes the limit. A test removes it before it ends. `latency` is in ms. Chromium. */
export const throttle = (bytesPerSecond: number, latency = 0): Promise<void> => perform({ do: 'throttle', bytesPerSecond, latency });

/**
 * Takes the page offline for `milliseconds`. Resolves when it is offline. No other gesture works until the page's `online` event. Chromium and Firefox.
 */
export const loseNetwork = (milliseconds: number): Promise<void> =>
  new Promise((resolve, reject) => {
    addEventListener('offline', () => resolve(), { once: true });
    // The response arrives when the page is online again.
    perform({ do: 'offline', milliseconds }).catch(reject);
  });
