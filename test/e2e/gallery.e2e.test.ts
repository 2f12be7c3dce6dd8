/** The demo's gallery: every state of the element is there, and good to see and to touch, whatever a person has asked the system for. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { launchBrowser, runDemo, type RunningServer } from '../tools/playwright.js';
import { root } from '../tools/root.mjs';

const desk = { width: 1280, height: 900 };
type Wishes = Pick<BrowserContextOptions, 'colorScheme' | 'forcedColors' | 'reducedMotion'> & { viewport?: typeof desk };

let demo: RunningServer;
let browser: Browser;
let axe: string;
/** The gallery, visited once: what people ask their system for changes while it is open, too. */
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

/** Opens a page of the demo; resolves when all on it is in its state. */
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

/** The gallery as it is for somebody who has asked the system for something. */
async function asking(wishes: Wishes, use: (page: Page) => Promise<void>): Promise<void> {
  const { viewport = desk, ...media } = wishes;
  await gallery.emulateMedia({ colorScheme: null, forcedColors: null, reducedMotion: null, ...media });
  await gallery.setViewportSize(viewport);
  // The rows in view are drawn in the frame after the window has changed.
  await gallery.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await use(gallery);
}

/** What axe, the checker of accessibility, has to say. */
async function complaints(page: Page): Promise<string[]> {
  // A colour on its way is neither the one nor the other.
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
  test('shows every state, under a strict policy', async () => {
    await asking({}, async (page) => {
      for (const [title, words] of [
        ['Uploading', 'Uploading: 0%'],
        ['Uploading', 'Waiting…'],
        ['Ready', 'Ready to upload'],
        ['Paused', 'Paused at 36%'],
        ['Retrying', 'Retrying (1 of 3)…'],
        ['Finalizing', 'Finishing…'],
        ['Done', 'Uploaded'],
        ['Failed', 'The archive is full. Please ask Ms Okafor for more room.'],
        ['Refused', 'Wedding, uncut.jpg is too large. The maximum file size is 2 MB.'],
        ['Being deleted', 'Deleting…'],
        ['Not deleted', 'Delete failed: This file is part of a closed case.'],
        ['Two thousand files', '2,000 files'],
        ['In your own words', 'Nothing has been added yet.'],
        ['Required', 'Choose a file.'],
        ['German', 'Hochgeladen'],
      ] as const) {
        const shown = title === 'Uploading' && words !== 'Waiting…' ? /Uploading: \d+%.* · .*\/s · .* left/ : words;
        assert.ok((await card(page, title).getByText(shown).count()) > 0, `${title}: ${words}`);
      }
      assert.equal(await card(page, 'Compact').getByRole('button').count(), 1);
      assert.equal(await card(page, 'Disabled').getByRole('button').isDisabled(), true);
      assert.equal(await card(page, 'Files are dragged over it').locator('.dragging').count(), 1);
      assert.equal(await card(page, 'A new name').getByRole('textbox').inputValue(), 'IMG_20240817_183042.jpg');
      assert.equal(
        await card(page, 'Arabic')
          .locator('fine-uploader')
          .evaluate((element) => getComputedStyle(element).direction),
        'rtl',
      );
      for (const [title, name] of [
        ['Before a file is deleted', 'Delete'],
        ['A name for what was pasted', 'OK'],
      ] as const) {
        await card(page, title).frameLocator('iframe').getByRole('dialog').getByRole('button', { name, exact: true }).waitFor();
      }
    });
  });

  test('links to what has arrived', async () => {
    await asking({}, async (page) => {
      const link = card(page, 'Done').getByRole('link', { name: 'View Contract.pdf' });
      const answer = await page.request.get(new URL((await link.getAttribute('href')) ?? '', page.url()).href);
      assert.equal((await answer.body()).length, 184_000);
    });
  });

  test('has few rows of two thousand, and tells of all of them', async () => {
    await asking({ viewport: { width: 1280, height: 900 } }, async (page) => {
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

  test('lights up and goes dark as the system does, or as the person wishes', async () => {
    await visit('/gallery', { colorScheme: 'dark' }, async (page) => {
      const dark = () =>
        page.evaluate(() => {
          const [, lightness = '0'] = /^rgb\((\d+)/.exec(getComputedStyle(document.documentElement).backgroundColor) ?? [];
          return Number(lightness) < 128;
        });
      assert.equal(await dark(), true);
      await page.getByLabel('Colours').selectOption('Light');
      assert.equal(await dark(), false);
      const frame = page.frame({ url: /question/ });
      assert.equal(await frame?.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'light');
      await page.reload();
      assert.equal(await dark(), false);
      await page.getByLabel('Colours').selectOption('As the system');
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
    test(`gives axe nothing to complain about ${how}`, async () => {
      await asking({ reducedMotion: 'reduce', ...options }, async (page) => {
        assert.deepEqual(await complaints(page), []);
      });
    });
  }

  test('shows in forced colours what colours alone would say', async () => {
    await asking({ forcedColors: 'active', reducedMotion: 'reduce' }, async (page) => {
      // What the system's colours are called is known only to styles: an element for each tells their values.
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
      assert.equal((await looks('Files are dragged over it', '[part=dropzone]')).borderTopColor, system.highlight);
      assert.equal((await looks('Uploading', '[part=progress] .bar')).backgroundColor, system.highlight);
      assert.match((await looks('Uploading', '[part=progress]')).border, /^solid/);
      assert.equal((await looks('Paused', '[part=progress] .bar')).backgroundColor, system.gray);
      assert.equal((await looks('Disabled', '[part=button]')).color, system.gray);
    });
  });

  test('moves nothing where less motion is asked for', async () => {
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
    await asking({ reducedMotion: 'no-preference' }, async (page) => assert.notDeepEqual(await moving(page), []));
    await asking({ reducedMotion: 'reduce' }, async (page) => assert.deepEqual(await moving(page), []));
  });

  for (const width of [320, 1280]) {
    test(`fits into ${width} px, and everything in it can be touched`, async () => {
      await asking({ viewport: { width, height: 800 } }, async (page) => {
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
        const small = await page.evaluate(() =>
          [...document.querySelectorAll('fine-uploader')].flatMap((uploader) =>
            [...(uploader.shadowRoot?.querySelectorAll<HTMLElement>('button, a, input:not(.hidden)') ?? [])]
              .map((element) => ({ element, box: element.getBoundingClientRect() }))
              .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24))
              .map(({ element, box }) => `${uploader.id}: ${element.outerHTML.slice(0, 60)} ${box.width} x ${box.height}`),
          ),
        );
        assert.deepEqual(small, []);
        // Everything is inside its card, be it from the left to the right or the other way.
        const outside = await page.evaluate(() =>
          [...document.querySelectorAll('fine-uploader')].flatMap((uploader) => {
            const { left, right } = uploader.getBoundingClientRect();
            return [
              ...(uploader.shadowRoot?.querySelectorAll('.uploader *:not(dialog, dialog *, svg *, .hidden, .hidden *, .bar, .stem)') ?? []),
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

describe('the page of styles', () => {
  for (const name of ['plain', 'bootstrap', 'webawesome', 'tailwind']) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`the uploader among ${name} can be read in ${colorScheme} colours`, async () => {
        await visit(`/styles/${name}`, { colorScheme, reducedMotion: 'reduce' }, async (page) => {
          await page.getByText('Uploaded', { exact: true }).waitFor();
          const ours = (await complaints(page)).filter((complaint) => complaint.includes('fine-uploader'));
          assert.deepEqual(ours, []);
        });
      });
    }
  }

  test('takes its colours from the page', async () => {
    await visit('/styles/bootstrap', {}, async (page) => {
      const [ours, theirs] = await Promise.all(
        [page.getByRole('button', { name: 'Choose files' }), page.getByRole('button', { name: 'Send' })].map((button) =>
          button.evaluate((element) => getComputedStyle(element).backgroundColor),
        ),
      );
      assert.equal(ours, theirs);
    });
  });

  test('is as wide as a small phone', async () => {
    await visit('/styles/plain', { viewport: { width: 320, height: 640 } }, async (page) =>
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320),
    );
  });
});
