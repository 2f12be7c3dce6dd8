/** Uploads with the keyboard only, including the position of the focus after each action. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { fileDialog, launchBrowser, runDemo, type RunningServer } from '../tools/playwright.js';

let demo: RunningServer;
let browser: Browser;
before(async () => {
  [demo, browser] = await Promise.all([runDemo(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await demo?.close();
});

/** Opens a page with an uploader between two buttons, at the demo's origin. */
async function visit(attributes: string, use: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route('**/keyboard', (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      body: `<!doctype html><html lang="en"><title>Keyboard</title><link rel="icon" href="data:,">
        <script type="module" src="/dist/cdn/fine-uploader.esm.min.js"></script>
        <main><button>Before</button><fine-uploader multiple auto-attempt-delay="0.1" no-unload-warning ${attributes}></fine-uploader><button>After</button></main></html>`,
    }),
  );
  await page.goto(`${demo.origin}/keyboard`);
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
  await page.getByRole('button', { name: 'Before' }).focus();
  try {
    await use(page);
  } finally {
    await context.close();
  }
}

/** Returns the accessible name of the focused element. */
const focusedName = (page: Page): Promise<string> =>
  page.evaluate(() => {
    let element: Element | null = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.getAttribute('aria-label') ?? (element?.textContent?.trim() || element?.localName) ?? '';
  });

/** Presses Tab until the element with the name has the focus. */
async function tabTo(page: Page, name: string, key = 'Tab'): Promise<void> {
  const visited: string[] = [];
  for (let presses = 0; presses < 30; presses++) {
    const current = await focusedName(page);
    if (current === name) return;
    visited.push(current);
    await page.keyboard.press(key);
  }
  assert.fail(`Tab does not reach "${name}". It reaches: ${visited.join(', ')}`);
}

/** Moves the focus to a button with Tab and presses Enter. */
async function press(page: Page, name: string, key = 'Tab'): Promise<void> {
  await page.getByRole('button', { name, exact: true }).waitFor();
  await tabTo(page, name, key);
  await page.keyboard.press('Enter');
}

async function choose(page: Page, ...files: { name: string; size: number }[]): Promise<void> {
  await tabTo(page, 'Choose files', 'Shift+Tab');
  const dialog = await fileDialog(page, () => page.keyboard.press('Enter'));
  await dialog.setFiles(files.map(({ name, size }) => ({ name, mimeType: 'text/plain', buffer: Buffer.alloc(size, 'a') })));
}

const row = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name });
const waitForFocus = async (page: Page, name: string): Promise<void> => {
  for (let tries = 0; tries < 100; tries++) {
    if ((await focusedName(page)) === name) return;
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  assert.equal(await focusedName(page), name);
};

describe('keyboard users', () => {
  test('can add, pause, continue and cancel a file and keep the focus', async () => {
    await visit('endpoint="/gallery/slow" chunking part-size="100kB" max-connections="2"', async (page) => {
      await page.keyboard.press('Tab');
      assert.equal(await focusedName(page), 'Choose files');
      await choose(page, { name: 'a.txt', size: 900_000 }, { name: 'b.txt', size: 900_000 });
      await press(page, 'Pause a.txt');
      // The button has another action and keeps the focus.
      await waitForFocus(page, 'Continue a.txt');
      await row(page, 'a.txt')
        .getByText(/Paused/)
        .waitFor();
      await page.keyboard.press('Enter');
      await waitForFocus(page, 'Pause a.txt');
      await page.keyboard.press('Tab');
      assert.equal(await focusedName(page), 'Cancel a.txt');
      await page.keyboard.press('Space');
      await row(page, 'a.txt').waitFor({ state: 'detached' });
      // The focus moves to the next row.
      await waitForFocus(page, 'Cancel b.txt');
      await page.keyboard.press('Space');
      await row(page, 'b.txt').waitFor({ state: 'detached' });
      await waitForFocus(page, 'Choose files');
      await page.keyboard.press('Tab');
      assert.equal(await focusedName(page), 'After');
    });
  });

  test('can retry a failed file and delete it after confirmation', async () => {
    await visit('endpoint="/uploads" delete-endpoint="/uploads" max-auto-attempts="0"', async (page) => {
      let broken = true;
      await page.route('**/uploads', (route) =>
        broken ? route.fulfill({ status: 500, json: { success: false, error: 'The disk is full.' } }) : route.continue(),
      );
      await choose(page, { name: 'a.txt', size: 10 });
      await row(page, 'a.txt').getByText('The disk is full.').waitFor();
      broken = false;
      await press(page, 'Retry a.txt');
      await row(page, 'a.txt').getByText('Uploaded').waitFor();
      await waitForFocus(page, 'Delete a.txt');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      // The Cancel button has the initial focus; Escape cancels too.
      await waitForFocus(page, 'Cancel');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      await waitForFocus(page, 'Delete a.txt');
      await page.keyboard.press('Enter');
      await waitForFocus(page, 'Cancel');
      await page.keyboard.press('Tab');
      assert.equal(await focusedName(page), 'Delete');
      await page.keyboard.press('Enter');
      await row(page, 'a.txt').waitFor({ state: 'detached' });
      await waitForFocus(page, 'Choose files');
    });
  });

  test('can rename a file', async () => {
    await visit('endpoint="/uploads" manual-upload edit-filename', async (page) => {
      await choose(page, { name: 'draft.txt', size: 10 });
      await press(page, 'Rename draft.txt');
      await waitForFocus(page, 'New name for draft.txt');
      // The name without its extension is selected, so that typing replaces it.
      await page.keyboard.type('final');
      await page.keyboard.press('Enter');
      await row(page, 'final.txt').waitFor();
      await waitForFocus(page, 'Rename final.txt');
      await page.keyboard.press('Enter');
      await waitForFocus(page, 'New name for final.txt');
      await page.keyboard.type('never');
      await page.keyboard.press('Escape');
      await waitForFocus(page, 'Rename final.txt');
      await tabTo(page, 'After');
    });
  });

  test('can dismiss a rejected file', async () => {
    await visit('endpoint="/uploads" size-limit="1kB"', async (page) => {
      await choose(page, { name: 'a.txt', size: 10 }, { name: 'large.txt', size: 5000 });
      await row(page, 'a.txt').getByText('Uploaded').waitFor();
      await tabTo(page, await page.locator('[data-action=dismiss]').evaluate((button) => button.getAttribute('aria-label') ?? ''));
      await page.keyboard.press('Enter');
      await row(page, 'large.txt').waitFor({ state: 'detached' });
      assert.notEqual(await focusedName(page), 'body');
    });
  });

  test('can scroll two thousand files, and the focused row is kept', async () => {
    await visit('endpoint="/uploads" manual-upload', async (page) => {
      await page.locator('fine-uploader').evaluate((element) => {
        const files = Array.from({ length: 2000 }, (_, index) => new File(['a'], `file ${index + 1}.txt`));
        (element as HTMLElement & { addFiles(files: File[]): void }).addFiles(files);
      });
      await row(page, 'file 1.txt').waitFor();
      await press(page, 'Cancel file 1.txt');
      await waitForFocus(page, 'Cancel file 2.txt');
      await tabTo(page, 'Files', 'Shift+Tab');
      await page.keyboard.press('End');
      await row(page, 'file 2000.txt').waitFor();
      await tabTo(page, 'Cancel file 2000.txt', 'Shift+Tab').catch(() => tabTo(page, 'Cancel file 2000.txt'));
      await page.keyboard.press('Enter');
      await waitForFocus(page, 'Cancel file 1999.txt');
      assert.equal(await row(page, 'file 1999.txt').getAttribute('aria-setsize'), '1998');
    });
  });
});
