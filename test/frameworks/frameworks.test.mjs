/**
 * The element in pages of React, Vue and Svelte, used as their documentation describes custom elements: attributes, object properties, events, methods
 * through a reference, a slot, and removal from the page.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { compile } from 'svelte/compiler';
import { createTraditionalEndpoint } from '../../demo/servers/node/traditional-endpoint.mjs';
import { launchBrowser } from '../tools/playwright.ts';
import { root } from '../tools/root.mjs';

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {http.Server} */
let server;
/** @type {string} */
let origin;
/** @type {string} */
let folder;
/** @type {ReadonlyMap<string, string>[]} */
const received = [];

const pages = { React: 'react.jsx', Vue: 'vue.js', Svelte: 'svelte.js' };

/** @type {import('esbuild').Plugin} */
const svelte = {
  name: 'svelte',
  setup(bundle) {
    bundle.onLoad({ filter: /\.svelte$/ }, async ({ path: file }) => ({
      contents: compile(await readFile(file, 'utf8'), { filename: file, generate: 'client' }).js.code,
      loader: 'js',
    }));
  },
};

/** @param {string} file */
async function bundleOf(file) {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    conditions: ['browser', 'production'],
    define: {
      'process.env.NODE_ENV': '"production"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    plugins: [svelte],
  });
  return outputFiles[0]?.text ?? '';
}

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fine-uploader-frameworks-'));
  const endpoint = await createTraditionalEndpoint({
    folder,
    authorize: () => 'tester',
    stored: (_file, fields) => void received.push(fields),
  });
  const element = await readFile(path.join(root, 'dist/cdn/fine-uploader.esm.min.js'));
  const scripts = new Map(
    await Promise.all(Object.entries(pages).map(async ([name, file]) => /** @type {const} */ ([`/${name}.js`, await bundleOf(file)]))),
  );
  server = http.createServer(async (request, response) => {
    if (await endpoint(request, response)) return;
    const script = request.url === '/element.js' ? element : scripts.get(request.url ?? '');
    if (script) response.writeHead(200, { 'Content-Type': 'text/javascript; charset=utf-8' }).end(script);
    else
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
        .end(`<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>${request.url}</title><div id="app"></div>
          <script type="module" src="/element.js"></script><script type="module" src="${request.url}.js"></script></html>`);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  origin = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

for (const name of Object.keys(pages)) {
  describe(name, () => {
    test('sets attributes and object properties, receives events and calls methods', async () => {
      const page = await browser.newPage();
      /** @type {string[]} */
      const complaints = [];
      page.on('pageerror', ({ message }) => complaints.push(message));
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      await page.goto(`${origin}/${name}`);
      await page.getByText('Nothing yet').waitFor();
      received.length = 0;
      await page
        .locator('fine-uploader input[type=file]')
        .setInputFiles(['a.txt', 'b.txt'].map((file) => ({ name: file, mimeType: 'text/plain', buffer: Buffer.from(file) })));
      await page.getByText('Ready to upload').nth(1).waitFor();
      await page.getByRole('button', { name: 'Upload' }).click();
      await page
        .getByRole('status')
        .filter({ hasText: /[ab]\.txt, [ab]\.txt/ })
        .waitFor();
      assert.deepEqual(
        received.map((fields) => fields.get('album')),
        ['Holiday', 'Holiday'],
      );

      const choose = page.getByRole('button', { name: 'Choose files' });
      await page.getByRole('button', { name: 'Toggle' }).click();
      await page.locator('fine-uploader[disabled]').waitFor();
      assert.equal(await choose.isDisabled(), true);
      assert.equal(await page.getByRole('listitem').count(), 2, 'another rendering takes no file away');
      await page.getByRole('button', { name: 'Toggle' }).click();
      await page.locator('fine-uploader:not([disabled])').waitFor();
      assert.equal(await choose.isDisabled(), false);

      await page.getByRole('button', { name: 'Show' }).click();
      await page.locator('fine-uploader').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Show' }).click();
      await page.getByText('Nothing yet').waitFor();
      assert.deepEqual(complaints, []);
      await page.close();
    });
  });
}
