/** A person at the demo, as a newcomer sees it: the built files, real clicks, drops and reloads, and what has arrived compared byte for byte. */
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
/** What the page complained of. A good day leaves the console empty. */
let complaints: string[];

const hardName = 'naïve & "quoted" (1).txt';
const video = randomBytes(25_000_000);
const text = Buffer.from('A note of three kilobytes. '.repeat(111));
const onDisk = (...names: string[]): string => path.join(folder, ...names);

before(async () => {
  [demo, browser, folder] = await Promise.all([runDemo(), launchBrowser(), mkdtemp(path.join(tmpdir(), 'fine-uploader-e2e-'))]);
  await mkdir(onDisk('holiday', 'deep'), { recursive: true });
  await Promise.all([
    writeFile(onDisk('video.mp4'), video),
    writeFile(onDisk(hardName), text),
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
  complaints = [];
  context = await browser.newContext();
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
});
afterEach(() => context.close());

const visit = (address: string) => page.goto(new URL(address, demo.origin).href);
/** The row of a file in the element; the page around it has lists as well. */
const row = (name: string) => page.locator('fine-uploader, fine-uploader-s3').getByRole('listitem').filter({ hasText: name });

/** Clicks on the button that a person sees, and answers the file dialog. */
async function choose(...files: string[]): Promise<void> {
  const dialog = await fileDialog(page, () => page.getByRole('button', { name: 'Choose files' }).click());
  await dialog.setFiles(files);
}

/** Follows the link that the page shows to a stored file. */
async function stored(name: string): Promise<Buffer> {
  const link = page.locator('#stored').getByRole('link', { name, exact: true });
  await link.waitFor();
  const response = await context.request.get(new URL((await link.getAttribute('href')) ?? '', page.url()).href);
  assert.equal(response.status(), 200);
  return response.body();
}

for (const [title, address] of [
  ['straight to S3', '/'],
  ['to your own server', '/traditional'],
] as const) {
  describe(title, () => {
    test('a large file and one with a hard name are chosen, arrive byte for byte, and can be looked at', async () => {
      await visit(address);
      await choose(onDisk('video.mp4'), onDisk(hardName));
      assert.equal(sha256(await stored('video.mp4')), sha256(video));
      assert.equal(sha256(await stored(hardName)), sha256(text));
      await row('video.mp4').getByText('Uploaded').waitFor();
      await row(hardName).getByText('Uploaded').waitFor();
      assert.deepEqual(complaints, []);
    });

    test('a folder and a file are dropped, and every file arrives', async () => {
      await visit(address);
      await page.getByRole('button', { name: 'Choose files' }).waitFor();
      await dropPaths(page, page.locator('[part=dropzone]'), [onDisk('holiday'), onDisk(hardName)]);
      assert.equal(String(await stored('a.txt')), 'first');
      assert.equal(String(await stored('b.txt')), 'second');
      assert.equal(sha256(await stored(hardName)), sha256(text));
      assert.deepEqual(complaints, []);
    });

    test('a page that is reloaded in mid-upload goes on where it was', async () => {
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
      assert.equal(sha256(await stored('video.mp4')), sha256(video));
      const events = page.locator('#events');
      await events.locator('.complete').waitFor();
      assert.equal(await events.locator('.resume').count(), 1);
      const sizes = { '/': 5 * 2 ** 20, '/traditional': 2_000_000 };
      const parts = Math.ceil(video.length / sizes[address]);
      assert.ok((await events.locator('.uploadChunkSuccess').count()) < parts, 'what had arrived before was sent again');
    });

    test('a person with a keyboard chooses a file and cancels it', async () => {
      await visit(address);
      await page.route('**/*', async (route) => {
        // Holds every upload until the test is over: there is time to cancel.
        if (route.request().method() === 'GET' || route.request().url().includes('/s3/signature')) await route.continue();
      });
      await page.getByRole('button', { name: 'Choose files' }).focus();
      const dialog = await fileDialog(page, () => page.keyboard.press('Space'));
      await dialog.setFiles(onDisk(hardName));
      const cancel = page.getByRole('button', { name: `Cancel ${hardName}` });
      await cancel.focus();
      await page.keyboard.press('Enter');
      await page.locator('#events .cancel').waitFor();
      await cancel.waitFor({ state: 'detached' });
      assert.equal(await row(hardName).getByRole('progressbar').count(), 0);
      assert.deepEqual(complaints, []);
    });
  });
}
