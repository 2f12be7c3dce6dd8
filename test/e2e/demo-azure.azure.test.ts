/** The demo's page for Azure in a real browser: the built files, Azurite, and the SAS server of demo/servers. Stored files are compared byte for byte. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { fileDialog, launchBrowser, runDemo, type RunningServer } from '../tools/playwright.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

let demo: RunningServer;
let browser: Browser;
let folder: string;
let context: BrowserContext;
let page: Page;
/** Errors and warnings in the page's console. */
let consoleMessages: string[];

const specialName = 'naïve & "quoted" (1).txt';
// Two blocks and a small one, which is there first.
const video = randomBytes(19_000_000);
const text = Buffer.from('A note of three kilobytes. '.repeat(111));
const onDisk = (name: string): string => path.join(folder, name);

before(async () => {
  [demo, browser, folder] = await Promise.all([runDemo(), launchBrowser(), mkdtemp(path.join(tmpdir(), 'fine-uploader-e2e-'))]);
  await Promise.all([writeFile(onDisk('video.mp4'), video), writeFile(onDisk(specialName), text)]);
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
  await page.goto(`${demo.origin}/azure`);
});
afterEach(async () => {
  await context.close();
  assert.deepEqual(consoleMessages, []);
});

/** The row of a file in the element. The page has other lists. */
const row = (name: string) => page.locator('fine-uploader-azure').getByRole('listitem').filter({ hasText: name });
const link = (name: string) => page.locator('#stored').getByRole('link', { name, exact: true });

/** Clicks the button and chooses files in the file dialog. */
async function choose(...names: string[]): Promise<void> {
  const dialog = await fileDialog(page, () => page.getByRole('button', { name: 'Choose files' }).click());
  await dialog.setFiles(names.map(onDisk));
}

/** Downloads a stored file from the link on the page. */
async function downloadStored(name: string): Promise<Buffer> {
  await link(name).waitFor();
  const response = await context.request.get((await link(name).getAttribute('href')) ?? '');
  assert.equal(response.status(), 200);
  return response.body();
}

describe('the page "Upload to Azure Blob Storage"', () => {
  test('uploads a large file and a file with special characters in its name unchanged', async () => {
    await choose('video.mp4', specialName);
    assert.equal(sha256(await downloadStored('video.mp4')), sha256(video));
    assert.equal(sha256(await downloadStored(specialName)), sha256(text));
    await row('video.mp4').getByText('Uploaded').waitFor();
    await row(specialName).getByText('Uploaded').waitFor();
    assert.match((await page.locator('#stored code').allInnerTexts()).join(' '), /[0-9a-f-]{36}\.mp4/);
  });

  test('resumes an upload after a reload', async () => {
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    const speed = { offline: false, latency: 0, downloadThroughput: -1 };
    await devtools.send('Network.emulateNetworkConditions', { ...speed, uploadThroughput: 6_000_000 });
    await choose('video.mp4');
    await page.locator('#events .uploadChunkSuccess').first().waitFor();
    page.on('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await devtools.send('Network.emulateNetworkConditions', { ...speed, uploadThroughput: -1 });

    await choose('video.mp4');
    assert.equal(sha256(await downloadStored('video.mp4')), sha256(video));
    const events = page.locator('#events');
    await events.locator('.complete').waitFor();
    assert.equal(await events.locator('.resume').count(), 1);
    assert.ok(
      (await events.locator('.uploadChunkSuccess').count()) < Math.ceil(video.length / (8 * 2 ** 20)),
      'uploaded blocks are not sent again',
    );
  });

  test('deletes a stored file', async () => {
    await choose(specialName);
    await link(specialName).waitFor();
    const address = (await link(specialName).getAttribute('href')) ?? '';
    await page.getByRole('button', { name: `Delete ${specialName}` }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await link(specialName).waitFor({ state: 'detached' });
    assert.equal((await context.request.get(address)).status(), 404);
  });
});
