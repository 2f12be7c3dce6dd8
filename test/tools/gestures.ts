/**
 * A person's hands, for tests in the browser: each of these reaches the real browser through the test runner, so what the page sees is trusted input
 * with real files from a real disk. Selectors are puppeteer's: `fine-uploader >>> input[type=file]` looks into open shadow roots.
 */
import { executeServerCommand } from '@web/test-runner-commands';

/** A file or a folder that is written to disk before it is chosen or dropped. `size` makes a file of that many bytes of {@link patternByte}. */
export type DiskEntry =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly base64: string }
  | { readonly name: string; readonly size: number }
  | { readonly name: string; readonly children: readonly DiskEntry[] };

/** One command, as it crosses to the test runner. */
export type Gesture =
  | { readonly do: 'choose' | 'chooser' | 'drop'; readonly selector: string; readonly files: readonly DiskEntry[] }
  | { readonly do: 'paste'; readonly base64: string }
  | { readonly do: 'throttle'; readonly bytesPerSecond: number; readonly latency: number }
  | { readonly do: 'offline'; readonly milliseconds: number };

const perform = async (gesture: Gesture): Promise<void> => {
  await executeServerCommand<unknown, Gesture>('gesture', gesture);
};

/** The byte at `offset` of a file made with `size`. */
export const patternByte = (offset: number): number => (offset * 31 + (offset >> 8)) & 255;

/** Gives files to a file input, as its dialog would. With `webkitdirectory`, give it one folder. Chromium and Firefox. */
export const chooseFiles = (selector: string, files: readonly DiskEntry[]): Promise<void> => perform({ do: 'choose', selector, files });

/** Clicks on what opens the file dialog, and answers the dialog. Chromium and Firefox. */
export const clickAndChoose = (selector: string, files: readonly DiskEntry[]): Promise<void> => perform({ do: 'chooser', selector, files });

/** Drags files and folders from the desktop and drops them on an element. Chromium. */
export const dropFiles = (selector: string, files: readonly DiskEntry[]): Promise<void> => perform({ do: 'drop', selector, files });

/** Only Chromium has the protocol that most gestures need; Firefox has some; WebKit none. */
const inChromium = navigator.userAgent.includes('Chrome/');
const inFirefox = navigator.userAgent.includes('Firefox/');

/** Whether {@link loseNetwork} can be done here. */
export const canLoseNetwork = inChromium || inFirefox;

/** A paste as the browser tells of it. Not `new ClipboardEvent(…, {clipboardData})`: Firefox leaves the files out. */
export function pasteOf(clipboardData: DataTransfer): ClipboardEvent {
  const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true, composed: true });
  Object.defineProperty(event, 'clipboardData', { value: clipboardData });
  return event;
}

/** The element that has the focus, inside whatever shadow roots. */
function focused(): Element {
  let element: Element = document.body;
  for (let next = document.activeElement; next; next = next.shadowRoot?.activeElement ?? null) element = next;
  return element;
}

/** Puts a PNG on the clipboard and presses Ctrl+V where the focus is. In other browsers than Chromium, the event that comes of it. */
export async function pasteImage(base64: string): Promise<void> {
  if (inChromium) return perform({ do: 'paste', base64 });
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], 'image.png', { type: 'image/png' }));
  focused().dispatchEvent(pasteOf(data));
}

/** Slows the page's uploads down to `bytesPerSecond`; 0 takes the brake off. Take it off before the test ends. Chromium. */
export const throttle = (bytesPerSecond: number, latency = 0): Promise<void> => perform({ do: 'throttle', bytesPerSecond, latency });

/**
 * Takes the page's network away, and gives it back after `milliseconds`. Resolves when it is gone; no other gesture arrives before it is back, which the
 * page's `online` event tells. Chromium and Firefox.
 */
export const loseNetwork = (milliseconds: number): Promise<void> =>
  new Promise((resolve, reject) => {
    addEventListener('offline', () => resolve(), { once: true });
    // Its answer waits with everything else for the network to come back.
    perform({ do: 'offline', milliseconds }).catch(reject);
  });
