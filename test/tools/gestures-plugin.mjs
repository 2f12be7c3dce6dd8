/**
 * Server commands for the test runner that drive the real browser: choose, drop and paste files, throttle the network, go offline. Tests call them
 * through test/tools/gestures.ts, which documents each.
 *
 * Choosing works in Chromium and Firefox. Dropping, pasting and throttling need Chromium's DevTools protocol.
 */
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * @typedef {import('puppeteer-core').Page} Page
 * @typedef {import('./gestures.js').DiskEntry} DiskEntry
 * @typedef {import('./gestures.js').Gesture} Gesture
 */

/** A pattern instead of zeros reveals a part in the wrong place. @param {number} size @param {number} offset */
function patternBytes(size, offset) {
  const bytes = Buffer.allocUnsafe(size);
  for (let index = 0; index < size; index++) bytes[index] = ((offset + index) * 31 + ((offset + index) >> 8)) & 255;
  return bytes;
}

/** @param {string} file @param {number} size */
async function writePattern(file, size) {
  const handle = await open(file, 'w');
  const step = 1 << 20;
  for (let offset = 0; offset < size; offset += step) await handle.write(patternBytes(Math.min(step, size - offset), offset));
  await handle.close();
}

/** @param {string} folder @param {readonly DiskEntry[]} entries @returns {Promise<string[]>} */
async function writeEntries(folder, entries) {
  const paths = [];
  for (const entry of entries) {
    const target = path.join(folder, entry.name);
    if (path.dirname(target) !== folder) throw new Error(`${entry.name} is not a plain file name.`);
    if ('children' in entry) {
      await mkdir(target);
      await writeEntries(target, entry.children);
    } else if ('base64' in entry) await writeFile(target, entry.base64, 'base64');
    else if ('size' in entry) await writePattern(target, entry.size);
    else await writeFile(target, entry.text);
    paths.push(target);
  }
  return paths;
}

/** @param {Page} page @param {string} selector */
async function query(page, selector) {
  const handle = await page.$(selector);
  if (!handle) throw new Error(`No element matches ${selector}.`);
  return handle;
}

/** @param {Page} page @param {string} selector @param {readonly string[]} files */
async function drop(page, selector, files) {
  const element = await query(page, selector);
  await element.scrollIntoView();
  const box = await element.boundingBox();
  if (!box) throw new Error(`${selector} is not visible, so nothing can be dropped on it.`);
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  const devtools = await page.createCDPSession();
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of /** @type {const} */ (['dragEnter', 'dragOver', 'drop'])) {
    await devtools.send('Input.dispatchDragEvent', { type, x, y, data });
  }
  await devtools.detach();
}

/** @param {Page} page @param {string} base64 a PNG, the only image type that every clipboard supports */
async function paste(page, base64) {
  const { origin } = new URL(page.url());
  await page.browserContext().overridePermissions(origin, ['clipboard-read', 'clipboard-write', 'clipboard-sanitized-write']);
  await page.bringToFront();
  await page.evaluate(async (data) => {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) })]);
  }, base64);
  await page.keyboard.down('Control');
  await page.keyboard.press('v');
  await page.keyboard.up('Control');
}

const unthrottled = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };

/**
 * One DevTools session per page for its network: if two sessions have rules for the same requests, the later one has no effect.
 * @type {WeakMap<Page, Promise<import('puppeteer-core').CDPSession>>}
 */
const networkSessions = new WeakMap();

/**
 * Puppeteer's `setOfflineMode` is not used: it dispatches `offline` too early, and a request made on that event would still succeed.
 * @param {Page} page @param {typeof unthrottled} conditions
 */
async function setNetwork(page, conditions) {
  if ((await page.browser().version()).startsWith('firefox')) return page.setOfflineMode(conditions.offline);
  let opening = networkSessions.get(page);
  if (!opening) networkSessions.set(page, (opening = page.createCDPSession()));
  const devtools = await opening;
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditionsByRule', { matchedNetworkConditions: [{ urlPattern: '', ...conditions }] });
  await devtools.send('Network.overrideNetworkState', conditions);
}

/** @returns {import('@web/test-runner').TestRunnerPlugin} */
export function gesturesPlugin() {
  /** @type {Promise<string> | undefined} */
  let folder;
  /** A new folder per gesture: the browser may still read the files of the previous one. */
  let count = 0;
  /** @param {readonly DiskEntry[]} entries */
  async function onDisk(entries) {
    folder ??= mkdtemp(path.join(tmpdir(), 'fine-uploader-gestures-'));
    const own = path.join(await folder, String(count++));
    await mkdir(own);
    return writeEntries(own, entries);
  }

  /** @param {Page} page @param {Gesture} gesture @returns {Promise<void>} */
  async function perform(page, gesture) {
    switch (gesture.do) {
      case 'choose': {
        const input = /** @type {import('puppeteer-core').ElementHandle<HTMLInputElement>} */ (await query(page, gesture.selector));
        return input.uploadFile(...(await onDisk(gesture.files)));
      }
      case 'chooser': {
        const files = await onDisk(gesture.files);
        const [chooser] = await Promise.all([page.waitForFileChooser({ timeout: 5000 }), page.locator(gesture.selector).click()]);
        return chooser.accept(files);
      }
      case 'drop':
        return drop(page, gesture.selector, await onDisk(gesture.files));
      case 'paste':
        return paste(page, gesture.base64);
      case 'throttle':
        return setNetwork(page, { ...unthrottled, latency: gesture.latency, uploadThroughput: gesture.bytesPerSecond || -1 });
      case 'offline':
        // While Chromium is offline, no further command arrives, so a timer restores the network. The page may be closed by then.
        await setNetwork(page, { ...unthrottled, offline: true });
        setTimeout(() => void setNetwork(page, unthrottled).catch(() => {}), gesture.milliseconds);
    }
  }

  return {
    name: 'gestures',
    async executeCommand({ command, payload, session }) {
      if (command !== 'gesture') return undefined;
      const browser = /** @type {{getPage?: (id: string) => Page}} */ (/** @type {unknown} */ (session.browser));
      if (!browser.getPage) throw new Error(`${session.browser.name} does not support gestures.`);
      await perform(browser.getPage(session.id), /** @type {Gesture} */ (payload));
      return true;
    },
    async serverStop() {
      if (folder) await rm(await folder, { recursive: true, force: true });
    },
  };
}
