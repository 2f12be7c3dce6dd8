/** The demo's gallery: it shows every state of the element, and stays readable and usable under all system preferences. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { launchBrowser, runDemo, type RunningServer } from '../tools/playwright.js';
import { root } from '../tools/root.mjs';

const desk = { width: 1280, height: 900 };
type Preferences = Pick<BrowserContextOptions, 'colorScheme' | 'forcedColors' | 'reducedMotion'> & { viewport?: typeof desk };

let demo: RunningServer;
let browser: Browser;
let axe: string;
/** The gallery, opened once: preferences are changed while it is open. */
let gallery: Page;
before(async () => {
  [demo, browser, axe] = await Promise.all([
    runDemo(),
    launchBrowser(),
    readFile(path.join(root, 'node_modules/axe-core/axe.min.js'), 'utf8'),
  ]);
  gallery = await browser.newPage({ viewport: desk });
  await open(gallery, '/gallery');
});
after(async () => {
  await browser?.close();
  await demo?.close();
});

/** Opens a page of the demo. Resolves when all of its uploaders are in their states. */
async function open(page: Page, address: string): Promise<void> {
  await page.goto(`${demo.origin}${address}`);
  await page.locator('[part=button]').first().waitFor();
  if (address === '/gallery') await page.locator('main[aria-busy]').waitFor({ state: 'detached' });
}

async function visit(address: string, options: BrowserContextOptions, use: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await open(page, address);
  try {
    await use(page);
  } finally {
    await context.close();
  }
}

/** Uses the gallery under system preferences. */
async function withPreferences(preferences: Preferences, use: (page: Page) => Promise<void>): Promise<void> {
  const { viewport = desk, ...media } = preferences;
  await gallery.emulateMedia({ colorScheme: null, forcedColors: null, reducedMotion: null, ...media });
  await gallery.setViewportSize(viewport);
  // The visible rows are rendered in the frame after the resize.
  await gallery.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await use(gallery);
}

/** Returns the accessibility violations that axe finds. */
async function axeViolations(page: Page): Promise<string[]> {
  // Running colour transitions would distort the contrast.
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(options: object): Promise<{ violations: { id: string; nodes: { target: unknown; failureSummary: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${JSON.stringify(target)}: ${failureSummary}`),
    );
  });
}

const card = (page: Page, title: string): Locator =>
  page.locator('.card').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

describe('the gallery', () => {
  test('shows every state under a strict policy', async () => {
    await withPreferences({}, async (page) => {
      for (const [title, text] of [
        ['Uploading', 'Uploading: 0%'],
        ['Uploading', 'Waiting…'],
        ['Ready', 'Ready to upload'],
        ['Paused', 'Paused at 36%'],
        ['Retrying', 'Retrying (1 of 3)…'],
        ['Finalizing', 'Waiting for the server…'],
        ['Done', 'Uploaded'],
        ['Failed', 'The archive is full. Please ask Ms Okafor for more room.'],
        ['Rejected', 'Wedding, uncut.jpg is too large. The maximum file size is 2 MB.'],
        ['Deleting', 'Deleting…'],
        ['Delete failed', 'Delete failed: This file is part of a closed case.'],
        ['Two thousand files', '2,000 files'],
        ['Custom texts', 'Nothing has been added yet.'],
        ['Required', 'Choose a file.'],
        ['German', 'Hochgeladen'],
      ] as const) {
        const expected = title === 'Uploading' && text !== 'Waiting…' ? /Uploading: \d+%.* · .*\/s · .* left/ : text;
        assert.ok((await card(page, title).getByText(expected).count()) > 0, `${title}: ${text}`);
      }
      assert.equal(await card(page, 'Compact').getByRole('button').count(), 1);
      assert.equal(await card(page, 'Disabled').getByRole('button').isDisabled(), true);
      assert.equal(await card(page, 'Files dragged over the drop zone').locator('.dragging').count(), 1);
      assert.equal(await card(page, 'Renaming').getByRole('textbox').inputValue(), 'IMG_20240817_183042.jpg');
      assert.equal(
        await card(page, 'Arabic')
          .locator('fine-uploader')
          .evaluate((element) => getComputedStyle(element).direction),
        'rtl',
      );
      for (const [title, name] of [
        ['Confirming a deletion', 'Delete'],
        ['Naming a pasted file', 'OK'],
      ] as const) {
        await card(page, title).frameLocator('iframe').getByRole('dialog').getByRole('button', { name, exact: true }).waitFor();
      }
    });
  });

  test('links to the uploaded file', async () => {
    await withPreferences({}, async (page) => {
      const link = card(page, 'Done').getByRole('link', { name: 'View Contract.pdf' });
      const answer = await page.request.get(new URL((await link.getAttribute('href')) ?? '', page.url()).href);
      assert.equal((await answer.body()).length, 184_000);
    });
  });

  test('renders few rows of two thousand and exposes the size of the list to assistive technology', async () => {
    await withPreferences({ viewport: { width: 1280, height: 900 } }, async (page) => {
      const files = card(page, 'Two thousand files').getByRole('listitem');
      const list = card(page, 'Two thousand files').getByRole('list');
      await list.scrollIntoViewIfNeeded();
      await files.filter({ hasText: 'Invoice 0004.pdf' }).waitFor();
      assert.ok((await files.count()) < 40);
      assert.equal(await files.first().getAttribute('aria-setsize'), '2000');
      await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
      const last = files.filter({ hasText: 'Invoice 2000.pdf' });
      await last.waitFor();
      assert.equal(await last.getAttribute('aria-posinset'), '2000');
      assert.ok((await files.count()) < 40);
    });
  });

  test('follows the colour scheme of the system or of the switch', async () => {
    await visit('/gallery', { colorScheme: 'dark' }, async (page) => {
      const dark = () =>
        page.evaluate(() => {
          const [, lightness = '0'] = /^rgb\((\d+)/.exec(getComputedStyle(document.documentElement).backgroundColor) ?? [];
          return Number(lightness) < 128;
        });
      assert.equal(await dark(), true);
      await page.getByLabel('Colour scheme').selectOption('Light');
      assert.equal(await dark(), false);
      const frame = page.frame({ url: /question/ });
      assert.equal(await frame?.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'light');
      await page.reload();
      assert.equal(await dark(), false);
      await page.getByLabel('Colour scheme').selectOption('System');
      assert.equal(await dark(), true);
    });
  });

  for (const [how, options] of [
    ['in light colours', { colorScheme: 'light' }],
    ['in dark colours', { colorScheme: 'dark' }],
    ['in forced colours', { forcedColors: 'active' }],
    ['in forced dark colours', { forcedColors: 'active', colorScheme: 'dark' }],
    ['at 400 % zoom', { viewport: { width: 320, height: 256 } }],
  ] as const) {
    test(`has no accessibility violations ${how}`, async () => {
      await withPreferences({ reducedMotion: 'reduce', ...options }, async (page) => {
        assert.deepEqual(await axeViolations(page), []);
      });
    });
  }

  test('uses system colours and borders in forced colours', async () => {
    await withPreferences({ forcedColors: 'active', reducedMotion: 'reduce' }, async (page) => {
      // Only styles resolve system colours, so a probe element reads their values.
      const system = await page.evaluate(() => {
        const probe = document.body.appendChild(document.createElement('i'));
        const values = ['Highlight', 'GrayText'].map((name) => {
          probe.style.color = name;
          return getComputedStyle(probe).color;
        });
        probe.remove();
        return { highlight: values[0], gray: values[1] };
      });
      const looks = (title: string, selector: string) =>
        card(page, title)
          .locator(selector)
          .first()
          .evaluate((element) => {
            const { backgroundColor, borderTopColor, borderTopWidth, borderTopStyle, color } = getComputedStyle(element);
            return { backgroundColor, borderTopColor, color, border: `${borderTopStyle} ${borderTopWidth}` };
          });
      assert.match((await looks('Empty', '[part=button]')).border, /^solid 1px/);
      assert.match((await looks('Empty', '[part=dropzone]')).border, /^dashed/);
      assert.equal((await looks('Files dragged over the drop zone', '[part=dropzone]')).borderTopColor, system.highlight);
      assert.equal((await looks('Uploading', '[part=progress] .bar')).backgroundColor, system.highlight);
      assert.match((await looks('Uploading', '[part=progress]')).border, /^solid/);
      assert.equal((await looks('Paused', '[part=progress] .bar')).backgroundColor, system.gray);
      assert.equal((await looks('Disabled', '[part=button]')).color, system.gray);
    });
  });

  test('has no animations with reduced motion', async () => {
    const moving = (page: Page) =>
      page.evaluate(() =>
        [...document.querySelectorAll('fine-uploader')].flatMap((uploader) =>
          [...(uploader.shadowRoot?.querySelectorAll('*') ?? [])]
            .filter((element) => {
              const { animationName, transitionDuration } = getComputedStyle(element);
              return (animationName && animationName !== 'none') || /[1-9]/.test(transitionDuration);
            })
            .map((element) => `${element.outerHTML.slice(0, 80)} ${getComputedStyle(element).transitionDuration}`),
        ),
      );
    await withPreferences({ reducedMotion: 'no-preference' }, async (page) => assert.notDeepEqual(await moving(page), []));
    await withPreferences({ reducedMotion: 'reduce' }, async (page) => assert.deepEqual(await moving(page), []));
  });

  for (const width of [320, 1280]) {
    test(`fits into ${width} px with touch targets of at least 24 px`, async () => {
      await withPreferences({ viewport: { width, height: 800 } }, async (page) => {
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
        const small = await page.evaluate(() =>
          [...document.querySelectorAll('fine-uploader')].flatMap((uploader) =>
            [...(uploader.shadowRoot?.querySelectorAll<HTMLElement>('button, a, input:not(.visually-hidden)') ?? [])]
              .map((element) => ({ element, box: element.getBoundingClientRect() }))
              .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24))
              .map(({ element, box }) => `${uploader.id}: ${element.outerHTML.slice(0, 60)} ${box.width} x ${box.height}`),
          ),
        );
        assert.deepEqual(small, []);
        // No part of an uploader overflows, in both writing directions.
        const outside = await page.evaluate(() =>
          [...document.querySelectorAll('fine-uploader')].flatMap((uploader) => {
            const { left, right } = uploader.getBoundingClientRect();
            return [
              ...(uploader.shadowRoot?.querySelectorAll(
                '.uploader *:not(dialog, dialog *, svg *, .visually-hidden, .visually-hidden *, .bar, .stem)',
              ) ?? []),
            ]
              .filter((element) => {
                const box = element.getBoundingClientRect();
                return box.width > 0 && (box.left < left - 0.5 || box.right > right + 0.5);
              })
              .map((element) => `${uploader.id}: ${element.outerHTML.slice(0, 60)}`);
          }),
        );
        assert.deepEqual(outside, []);
      });
    });
  }
});

describe('the page "Styling"', () => {
  for (const name of ['plain', 'bootstrap', 'webawesome', 'tailwind']) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`shows an accessible uploader with ${name} in ${colorScheme} colours`, async () => {
        await visit(`/styles/${name}`, { colorScheme, reducedMotion: 'reduce' }, async (page) => {
          await page.getByText('Uploaded', { exact: true }).waitFor();
          const ours = (await axeViolations(page)).filter((violation) => violation.includes('fine-uploader'));
          assert.deepEqual(ours, []);
        });
      });
    }
  }

  test('shows the uploader in the colours of the page', async () => {
    await visit('/styles/bootstrap', {}, async (page) => {
      const [ours, theirs] = await Promise.all(
        [page.getByRole('button', { name: 'Choose files' }), page.getByRole('button', { name: 'Send' })].map((button) =>
          button.evaluate((element) => getComputedStyle(element).backgroundColor),
        ),
      );
      assert.equal(ours, theirs);
    });
  });

  test('fits into 320 px without horizontal scrolling', async () => {
    await visit('/styles/plain', { viewport: { width: 320, height: 640 } }, async (page) =>
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320),
    );
  });
});
