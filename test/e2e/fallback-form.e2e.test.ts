/** The fallback form inside the element: it works without JavaScript and until the element is defined, and is hidden afterwards. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser, runDemo, type RunningServer } from '../tools/playwright.js';

let demo: RunningServer;
let browser: Browser;
before(async () => {
  [demo, browser] = await Promise.all([runDemo(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await demo?.close();
});

const buffer = Buffer.from('A letter, sent without a line of script.');
const letter = { name: 'naïve & "quoted".txt', mimeType: 'text/plain', buffer };

describe('the fallback form inside the element', () => {
  test('uploads without JavaScript', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${demo.origin}/traditional`);
    await page.getByLabel('File', { exact: true }).setInputFiles(letter);
    // The browser may request the page's icon at any time.
    const uploaded = page.waitForResponse((response) => response.status() === 200 && new URL(response.url()).pathname !== '/favicon.svg');
    await page.getByRole('button', { name: 'Upload' }).click();
    const response = await uploaded;
    assert.match(new URL(response.url()).pathname, /^\/uploads\/[\da-f-]{36}$/);
    assert.deepEqual(await response.body(), buffer);
    await context.close();
  });

  test('shows an error if no file was chosen', async () => {
    const answer = await fetch(`${demo.origin}/uploads`, {
      method: 'POST',
      headers: { Accept: 'text/html' },
      body: (() => {
        const form = new FormData();
        form.append('qqfile', new Blob([]), '');
        return form;
      })(),
    });
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /choose a file/i);
  });

  test('is usable until the element is defined and is hidden afterwards', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    let loadScript = (): void => {};
    const mayLoad = new Promise<void>((resolve) => (loadScript = resolve));
    await page.route('**/fine-uploader.esm.min.js', async (route) => {
      await mayLoad;
      await route.continue();
    });
    await page.goto(`${demo.origin}/traditional`, { waitUntil: 'commit' });
    const button = page.getByRole('button', { name: 'Upload', exact: true });
    await button.waitFor();
    assert.equal(await page.getByLabel('File', { exact: true }).isVisible(), true);
    loadScript();
    await page.getByRole('button', { name: 'Choose files' }).waitFor();
    assert.equal(await button.isVisible(), false);
    assert.equal(await page.getByLabel('File', { exact: true }).isVisible(), false);
    assert.equal(await page.locator('fine-uploader').evaluate((element) => (element as HTMLFormElement & { form: unknown }).form), null);
    await context.close();
  });
});
