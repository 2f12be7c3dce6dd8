/** The whole life of an upload without a mouse: keys alone, and the focus is always somewhere that makes sense. */
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

/** A page with one uploader, at the demo's address, between two other things that can have the focus. */
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

/** What has the focus, as a screen reader would call it. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    let element: Element | null = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.getAttribute('aria-label') ?? (element?.textContent?.trim() || element?.localName) ?? '';
  });

/** Presses Tab until something has the focus. */
async function tabTo(page: Page, name: string, key = 'Tab'): Promise<void> {
  const seen: string[] = [];
  for (let presses = 0; presses < 30; presses++) {
    const now = await focused(page);
    if (now === name) return;
    seen.push(now);
    await page.keyboard.press(key);
  }
  assert.fail(`Tab never gets to "${name}", but to: ${seen.join(', ')}`);
}

/** Tab to it, and Enter. */
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
const eventually = async (page: Page, name: string): Promise<void> => {
  for (let tries = 0; tries < 100; tries++) {
    if ((await focused(page)) === name) return;
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  assert.equal(await focused(page), name);
};

describe('with the keyboard alone', () => {
  test('a file is added, paused, continued and cancelled, and the focus never gets lost', async () => {
    await visit('endpoint="/gallery/slow" chunking part-size="100kB" max-connections="2"', async (page) => {
      await page.keyboard.press('Tab');
      assert.equal(await focused(page), 'Choose files');
      await choose(page, { name: 'a.txt', size: 900_000 }, { name: 'b.txt', size: 900_000 });
      await press(page, 'Pause a.txt');
      // The button has changed its meaning, and has kept the focus.
      await eventually(page, 'Continue a.txt');
      await row(page, 'a.txt')
        .getByText(/Paused/)
        .waitFor();
      await page.keyboard.press('Enter');
      await eventually(page, 'Pause a.txt');
      await page.keyboard.press('Tab');
      assert.equal(await focused(page), 'Cancel a.txt');
      await page.keyboard.press('Space');
      await row(page, 'a.txt').waitFor({ state: 'detached' });
      // The next row has taken its place, and its focus.
      await eventually(page, 'Cancel b.txt');
      await page.keyboard.press('Space');
      await row(page, 'b.txt').waitFor({ state: 'detached' });
      await eventually(page, 'Choose files');
      await page.keyboard.press('Tab');
      assert.equal(await focused(page), 'After');
    });
  });

  test('a file that failed is tried again, then deleted, after a question', async () => {
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
      await eventually(page, 'Delete a.txt');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      // The focus begins on what destroys nothing; Escape and Enter there both mean no.
      await eventually(page, 'Cancel');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      await eventually(page, 'Delete a.txt');
      await page.keyboard.press('Enter');
      await eventually(page, 'Cancel');
      await page.keyboard.press('Tab');
      assert.equal(await focused(page), 'Delete');
      await page.keyboard.press('Enter');
      await row(page, 'a.txt').waitFor({ state: 'detached' });
      await eventually(page, 'Choose files');
    });
  });

  test('a file gets another name, and keeps it', async () => {
    await visit('endpoint="/uploads" manual-upload edit-filename', async (page) => {
      await choose(page, { name: 'draft.txt', size: 10 });
      await press(page, 'Rename draft.txt');
      await eventually(page, 'New name for draft.txt');
      // What is before the extension is marked: typing replaces it.
      await page.keyboard.type('final');
      await page.keyboard.press('Enter');
      await row(page, 'final.txt').waitFor();
      await eventually(page, 'Rename final.txt');
      await page.keyboard.press('Enter');
      await eventually(page, 'New name for final.txt');
      await page.keyboard.type('never');
      await page.keyboard.press('Escape');
      await eventually(page, 'Rename final.txt');
      await tabTo(page, 'After');
    });
  });

  test('a refused file is dismissed', async () => {
    await visit('endpoint="/uploads" size-limit="1kB"', async (page) => {
      await choose(page, { name: 'a.txt', size: 10 }, { name: 'large.txt', size: 5000 });
      await row(page, 'a.txt').getByText('Uploaded').waitFor();
      await tabTo(page, await page.locator('[data-action=dismiss]').evaluate((button) => button.getAttribute('aria-label') ?? ''));
      await page.keyboard.press('Enter');
      await row(page, 'large.txt').waitFor({ state: 'detached' });
      assert.notEqual(await focused(page), 'body');
    });
  });

  test('two thousand files can be scrolled, and the row with the focus stays', async () => {
    await visit('endpoint="/uploads" manual-upload', async (page) => {
      await page.locator('fine-uploader').evaluate((element) => {
        const files = Array.from({ length: 2000 }, (_, index) => new File(['a'], `file ${index + 1}.txt`));
        (element as HTMLElement & { addFiles(files: File[]): void }).addFiles(files);
      });
      await row(page, 'file 1.txt').waitFor();
      await press(page, 'Cancel file 1.txt');
      await eventually(page, 'Cancel file 2.txt');
      await tabTo(page, 'Files', 'Shift+Tab');
      await page.keyboard.press('End');
      await row(page, 'file 2000.txt').waitFor();
      await tabTo(page, 'Cancel file 2000.txt', 'Shift+Tab').catch(() => tabTo(page, 'Cancel file 2000.txt'));
      await page.keyboard.press('Enter');
      await eventually(page, 'Cancel file 1999.txt');
      assert.equal(await row(page, 'file 1999.txt').getAttribute('aria-setsize'), '1998');
    });
  });
});
