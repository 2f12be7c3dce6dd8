/** The demo's pages in a real browser: sign-in, event log, untrusted texts. The pages load the built files. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser, runDemo, servePages } from '../tools/playwright.js';
import type { RunningServer } from '../tools/playwright.js';

let demo: RunningServer;
let bare: RunningServer;
const barePages: Record<string, string> = {};
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Errors and warnings in the page's console, including violations of its policy. */
let consoleMessages: string[];
before(async () => {
  bare = await servePages(barePages);
  process.env['ORIGINS'] = bare.origin;
  [demo, browser] = await Promise.all([runDemo(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await demo?.close();
  await bare?.close();
});
beforeEach(async () => {
  consoleMessages = [];
  context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  page = await context.newPage();
  page.on('pageerror', (error) => consoleMessages.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) consoleMessages.push(message.text());
  });
});
afterEach(() => context.close());

const choose = (name: string, text: string) =>
  page
    .locator('fine-uploader, fine-uploader-s3')
    // The element's own input, not the one of the fallback form.
    .locator('input[type=file][aria-hidden]')
    .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
const links = () => page.locator('#stored').getByRole('link');

describe('the page without a server', () => {
  it('disables the uploader until the user signs in', async () => {
    await page.goto(`${demo.origin}/no-server`);
    const button = page.getByRole('button', { name: 'Choose files' });
    await button.waitFor();
    assert.ok(await button.isDisabled());
    await page.getByText('You are not signed in.').waitFor();
  });

  it('signs the user in, uploads with temporary credentials and links to the stored file', async () => {
    await page.goto(`${demo.origin}/no-server`);
    await page.getByRole('button', { name: 'Sign in to upload' }).click();
    await page.getByLabel('Name').fill('Zoë <b>Ω</b>');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Signed in as Zoë <b>Ω</b>.').waitFor();
    assert.equal(page.url(), `${demo.origin}/no-server`, 'the page removes the code from its URL');

    await choose('naïve & "quoted" (1).txt', 'hello');
    await links().waitFor();
    const stored = await context.request.get((await links().getAttribute('href')) ?? '');
    assert.equal(await stored.text(), 'hello');
    assert.match(await page.locator('#stored code').innerText(), /^visitors\/[\w-]+\.txt$/);

    const storage = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
    assert.doesNotMatch(storage, /eyJ|secret|verifier/i, 'neither token nor credentials are stored');

    await page.getByRole('button', { name: 'Sign in as another user' }).click();
    await page.getByLabel('Name').fill('Ann');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Signed in as Ann.').waitFor();
    assert.deepEqual(consoleMessages, []);
  });

  it('shows a snippet that works when it is copied', async () => {
    await page.goto(`${demo.origin}/no-server`);
    const snippet = (await page.locator('code, pre').allInnerTexts()).find((text) => text.includes('temporaryCredentials')) ?? '';
    assert.match(snippet, /AssumeRoleWithWebIdentity/);
    // A page of another site, which the provider knows, with nothing in it but the snippet.
    barePages['/no-server'] = `<!doctype html>${snippet}`;
    await page.goto(`${bare.origin}/no-server`);
    await page.getByLabel('Name').fill('Zoë');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForFunction(() => document.querySelector<HTMLElement & { disabled: boolean }>('fine-uploader-s3')?.disabled === false);
    const uploaded = page.evaluate(
      () =>
        new Promise<{ success: boolean; key: string }>((resolve) =>
          document.querySelector('fine-uploader-s3')?.addEventListener('complete', (event) => resolve((event as CustomEvent).detail)),
        ),
    );
    await choose('notes.txt', 'hello');
    const { success, key } = await uploaded;
    assert.ok(success);
    assert.match(key, /^visitors\/[\w-]+$/);
    assert.deepEqual(consoleMessages, []);
  });

  it('rejects an authorization code that it did not request', async () => {
    await page.goto(`${demo.origin}/no-server?code=stolen&state=made-up`);
    await page.getByText('This sign-in was not started on this page. Please try again.').waitFor();
    assert.equal(page.url(), `${demo.origin}/no-server`);
  });
});

describe('the pages', () => {
  it('show file names as text and link to http and https URLs only', async () => {
    const name = '<img src=x onerror=alert(1)>.txt';
    for (const [tempLink, count] of [
      ['javascript:alert(1)', 0],
      ['data:text/html,<script>alert(1)</script>', 0],
      ['http://[broken', 0],
      [{ not: 'a string' }, 0],
      ['https://www.example.com/a', 1],
    ] as const) {
      await page.goto(`${demo.origin}/traditional`);
      await page.route('**/uploads', (route) => route.fulfill({ json: { success: true, tempLink } }));
      await choose(name, 'hello');
      await page.locator('#stored li').waitFor();
      assert.equal(await page.locator('#stored li > :first-child').innerText(), name);
      assert.equal(await links().count(), count, JSON.stringify(tempLink));
      assert.equal(await page.locator('#stored img, #events img').count(), 0);
    }
    assert.deepEqual(consoleMessages, []);
  });

  it('log every event until the log is cleared', async () => {
    await page.goto(demo.origin);
    await choose('a.txt', 'hello');
    const events = page.locator('#events');
    await events.locator('.allComplete').waitFor();
    for (const name of ['submitted', 'upload', 'progress', 'complete']) assert.equal(await events.locator(`.${name}`).count(), 1, name);
    await page.getByRole('button', { name: 'Clear' }).click();
    assert.equal(await events.locator('li').count(), 0);
  });

  it('copy the HTML of the element to the clipboard', async () => {
    await page.goto(demo.origin);
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, await page.locator('#snippet').textContent());
    assert.match(copied, /<fine-uploader-s3\n {2}endpoint="http:\/\/127\.0\.0\.1/);
  });

  it('fit into 320 px without horizontal scrolling', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    for (const path of ['/', '/traditional', '/azure', '/no-server', '/styles']) {
      await page.goto(`${demo.origin}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, path);
    }
  });
});
