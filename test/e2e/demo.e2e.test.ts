/** The demo in a real browser: the built files, real clicks, drops and reloads. Stored files are compared byte for byte. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { dropPaths, fileDialog, launchBrowser, runDemo, type RunningServer } from '../tools/playwright.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let demo: RunningServer;
let browser: Browser;
let folder: string;
let context: BrowserContext;
let page: Page;
/** Errors and warnings in the page's console. */
let consoleMessages: string[];

const specialName = 'naïve & "quoted" (1).txt';
const video = randomBytes(25_000_000);
const text = Buffer.from('A note of three kilobytes. '.repeat(111));
const onDisk = (...names: string[]): string => path.join(folder, ...names);

before(async () => {
  [demo, browser, folder] = await Promise.all([runDemo(), launchBrowser(), mkdtemp(path.join(tmpdir(), 'fine-uploader-e2e-'))]);
  await mkdir(onDisk('holiday', 'deep'), { recursive: true });
  await Promise.all([
    writeFile(onDisk('video.mp4'), video),
    writeFile(onDisk(specialName), text),
    writeFile(onDisk('holiday', 'a.txt'), 'first'),
    writeFile(onDisk('holiday', 'deep', 'b.txt'), 'second'),
  ]);
});
after(async () => {
  await browser?.close();
  await demo?.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  consoleMessages = [];
  context = await browser.newContext();
  page = await context.newPage();
  page.on('pageerror', (error) => consoleMessages.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') consoleMessages.push(message.text());
  });
});
afterEach(() => context.close());

const visit = (address: string) => page.goto(new URL(address, demo.origin).href);
/** The row of a file in the element. The page has other lists. */
const row = (name: string) => page.locator('fine-uploader, fine-uploader-s3').getByRole('listitem').filter({ hasText: name });

/** Clicks the button and chooses files in the file dialog. */
async function choose(...files: string[]): Promise<void> {
  const dialog = await fileDialog(page, () => page.getByRole('button', { name: 'Choose files' }).click());
  await dialog.setFiles(files);
}

/** Downloads a stored file from the link on the page. */
async function downloadStored(name: string): Promise<Buffer> {
  const link = page.locator('#stored').getByRole('link', { name, exact: true });
  await link.waitFor();
  const response = await context.request.get(new URL((await link.getAttribute('href')) ?? '', page.url()).href);
  assert.equal(response.status(), 200);
  return response.body();
}

for (const [title, address] of [
  ['the page "Upload straight to S3"', '/'],
  ['the page "Upload to your own server"', '/traditional'],
] as const) {
  describe(title, () => {
    test('uploads a large file and a file with special characters in its name unchanged', async () => {
      await visit(address);
      await choose(onDisk('video.mp4'), onDisk(specialName));
      assert.equal(sha256(await downloadStored('video.mp4')), sha256(video));
      assert.equal(sha256(await downloadStored(specialName)), sha256(text));
      await row('video.mp4').getByText('Uploaded').waitFor();
      await row(specialName).getByText('Uploaded').waitFor();
      assert.deepEqual(consoleMessages, []);
    });

    test('uploads every file of a dropped folder', async () => {
      await visit(address);
      await page.getByRole('button', { name: 'Choose files' }).waitFor();
      await dropPaths(page, page.locator('[part=dropzone]'), [onDisk('holiday'), onDisk(specialName)]);
      assert.equal(String(await downloadStored('a.txt')), 'first');
      assert.equal(String(await downloadStored('b.txt')), 'second');
      assert.equal(sha256(await downloadStored(specialName)), sha256(text));
      assert.deepEqual(consoleMessages, []);
    });

    test('resumes an upload after a reload', async () => {
      await visit(address);
      const devtools = await context.newCDPSession(page);
      await devtools.send('Network.enable');
      const speed = { offline: false, latency: 0, downloadThroughput: -1 };
      await devtools.send('Network.emulateNetworkConditions', { ...speed, uploadThroughput: 8_000_000 });
      await choose(onDisk('video.mp4'));
      await page.locator('#events .uploadChunkSuccess').first().waitFor();
      page.on('dialog', (dialog) => void dialog.accept());
      await page.reload();
      await devtools.send('Network.emulateNetworkConditions', { ...speed, uploadThroughput: -1 });

      await choose(onDisk('video.mp4'));
      assert.equal(sha256(await downloadStored('video.mp4')), sha256(video));
      const events = page.locator('#events');
      await events.locator('.complete').waitFor();
      assert.equal(await events.locator('.resume').count(), 1);
      const sizes = { '/': 5 * 2 ** 20, '/traditional': 2_000_000 };
      const parts = Math.ceil(video.length / sizes[address]);
      assert.ok((await events.locator('.uploadChunkSuccess').count()) < parts, 'uploaded parts are not sent again');
    });

    test('lets keyboard users choose and cancel a file', async () => {
      await visit(address);
      await page.route('**/*', async (route) => {
        // Never answers upload requests, so that there is time to cancel.
        if (route.request().method() === 'GET' || route.request().url().includes('/s3/signature')) await route.continue();
      });
      await page.getByRole('button', { name: 'Choose files' }).focus();
      const dialog = await fileDialog(page, () => page.keyboard.press('Space'));
      await dialog.setFiles(onDisk(specialName));
      const cancel = page.getByRole('button', { name: `Cancel ${specialName}` });
      await cancel.focus();
      await page.keyboard.press('Enter');
      await page.locator('#events .cancel').waitFor();
      await cancel.waitFor({ state: 'detached' });
      assert.equal(await row(specialName).getByRole('progressbar').count(), 0);
      assert.deepEqual(consoleMessages, []);
    });
  });
}
