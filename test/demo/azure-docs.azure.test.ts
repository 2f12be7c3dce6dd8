/** The page, the rules and the servers of demo/docs/azure.md at work: in a browser, with Azurite. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { account, accountKey, startAzurite } from '../../demo/servers/azurite.js';
import type { Azurite } from '../../demo/servers/azurite.js';
import { createSasServer, settingsFrom } from '../../demo/servers/node/azure-sas-server.mjs';
import { sendRaw } from '../contract/signing-suite.js';
import { launchBrowser } from '../tools/playwright.js';
import { root } from '../tools/root.mjs';
import { blocksOf, exchanges, parts } from './azure-docs.js';

const container = 'https://account.blob.core.windows.net/photos';
const [page1 = '', page2 = ''] = blocksOf('html');
const [session = ''] = blocksOf('json');

let folder: string;
let azurite: Azurite;
let site: http.Server;
let origin: string;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let consoleMessages: string[];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'azure-docs-'));
  // The site that the rules allow, and no other: so it begins before the storage.
  site = http.createServer((request, response) => void serve(request, response));
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  [azurite, browser] = await Promise.all([startAzurite(join(folder, 'data'), origin), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  site?.closeAllConnections();
  site?.close();
  await azurite?.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  consoleMessages = [];
  context = await browser.newContext();
  page = await context.newPage();
  page.on('pageerror', (error) => consoleMessages.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) consoleMessages.push(message.text());
  });
});
afterEach(async () => {
  await context.close();
  assert.deepEqual(consoleMessages, []);
});

/** A page of the text, with the container of this test. */
const here = (html: string): string => html.replaceAll(container, azurite.containerUrl);
/** With files of earlier visits, as the text says. */
const withSession = (html: string): string => html.replace('can-delete', 'can-delete session-endpoint="/azure/files"');

async function serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const environment = {
    ...Object.fromEntries(
      [
        ...blocksOf('sh')
          .join('\n')
          .matchAll(/^export (\w+)=(.*)$/gm),
      ].map(([, name = '', value = '']) => [name, value]),
    ),
    ...{ AZURE_ACCOUNT: account, AZURE_ACCOUNT_KEY: accountKey, AZURE_CONTAINER_URL: azurite.containerUrl },
  };
  const authorize = ({ headers }: http.IncomingMessage) => /(?:^|; )session=(\w+)/.exec(headers.cookie ?? '')?.[1];
  const pages: Readonly<Record<string, string>> = { '/': page1, '/params': page2, '/session': withSession(page1) };
  const html = pages[request.url ?? ''];
  if (html !== undefined) {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Set-Cookie': 'session=alice; HttpOnly; SameSite=Strict' });
    // The second block has the tag alone.
    const script = html.includes('<script') ? '' : '<script type="module" src="fine-uploader.esm.min.js"></script>';
    response.end(`<!doctype html><link rel="icon" href="data:,">${script}${here(html)}`);
  } else if (request.url === '/fine-uploader.esm.min.js') {
    response.writeHead(200, { 'Content-Type': 'text/javascript' });
    createReadStream(join(root, 'dist/cdn/fine-uploader.esm.min.js')).pipe(response);
  } else if (request.url?.startsWith('/azure/files')) {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(session);
  } else if (!(await createSasServer({ ...settingsFrom(environment), authorize })(request, response))) {
    response.writeHead(404).end();
  }
}

async function choose(name: string, bytes: Buffer): Promise<void> {
  const input = page.locator('fine-uploader-azure').locator('input[type=file][aria-hidden]');
  await input.setInputFiles({ name, mimeType: 'text/plain', buffer: bytes });
}
/** Deletes a file as a user does. */
async function remove(name: string): Promise<void> {
  await page.getByRole('button', { name: `Delete ${name}` }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
}
const link = (name: string) => page.locator('#stored').getByRole('link', { name, exact: true });

describe('demo/docs/azure.md', { timeout: 120_000 }, () => {
  it('has a page that uploads below the user’s prefix, links what is stored, and deletes it', async () => {
    await page.goto(origin);
    const name = 'naïve & "quoted" (1).txt';
    await choose(name, Buffer.from('hello'));
    await link(name).waitFor();
    const blobName = (await link(name).getAttribute('title')) ?? '';
    assert.match(blobName, /^users\/alice\/[0-9a-f-]{36}\//);
    assert.ok(blobName.endsWith(`/${name}`));
    const stored = await fetch((await link(name).getAttribute('href')) ?? '');
    assert.equal(await stored.text(), 'hello');
    await remove(name);
    await link(name).waitFor({ state: 'detached' });
    assert.equal(await azurite.sha256(blobName), null);
  });

  it('has a page that resumes after a reload', async () => {
    await page.goto(origin);
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    const speed = { offline: false, latency: 0, downloadThroughput: -1 };
    await devtools.send('Network.emulateNetworkConditions', { ...speed, uploadThroughput: 6_000_000 });
    const bytes = Buffer.alloc(19_000_000, 'a byte of many');
    const path = `${folder}/film.bin`;
    await writeFile(path, bytes);
    const input = page.locator('fine-uploader-azure').locator('input[type=file][aria-hidden]');
    const stored = page.waitForResponse((response) => response.url().includes('comp=block&') && response.status() === 201);
    await input.setInputFiles(path);
    await stored;
    // The record of the block is written.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
    page.on('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await devtools.send('Network.emulateNetworkConditions', { ...speed, uploadThroughput: -1 });
    const requests: string[] = [];
    page.on('request', (request) => requests.push(`${request.method()} ${/comp=\w+/.exec(request.url())?.[0] ?? ''}`));
    await input.setInputFiles(path);
    await link('film.bin').waitFor();
    assert.ok(requests.includes('GET comp=blocklist'), requests.join('\n'));
    assert.ok(
      requests.filter((request) => request === 'PUT comp=block').length < Math.ceil(bytes.length / 8 / 2 ** 20),
      requests.join('\n'),
    );
  });

  it('has a list of files of earlier visits, which can be deleted', async () => {
    const [{ name = '', blobName = '' } = {}] = JSON.parse(session) as { name?: string; blobName?: string }[];
    const put = await azurite.request('PUT', `/uploads/${blobName}`, 'cat', { 'x-ms-blob-type': 'BlockBlob' });
    assert.equal(put.status, 201);
    await page.goto(`${origin}/session`);
    await remove(name);
    await page.locator('fine-uploader-azure').getByRole('listitem').waitFor({ state: 'detached' });
    assert.equal(await azurite.sha256(blobName), null);
  });

  it('has params that become metadata and headers of the blob', async () => {
    await page.goto(`${origin}/params`);
    // The tag alone names blobs by their uuid; the server of the test gives names below users/alice/ only.
    await page.evaluate(() => {
      const uploader = document.querySelector('fine-uploader-azure') as HTMLElement & { blobName: unknown };
      uploader.blobName = () => 'users/alice/params.txt';
    });
    const completed = page.evaluate(
      () => new Promise((resolve) => document.querySelector('fine-uploader-azure')?.addEventListener('complete', () => resolve(true))),
    );
    await choose('params.txt', Buffer.from('hello'));
    await completed;
    const { headers } = await azurite.request('HEAD', '/uploads/users/alice/params.txt');
    assert.equal(headers.get('x-ms-meta-album'), encodeURIComponent('Größe'));
    assert.equal(headers.get('x-ms-meta-qqfilename'), 'params.txt');
    assert.equal(headers.get('cache-control'), 'max-age=3600');
  });

  it('has an answer of the success endpoint that the server gives', async () => {
    const [request = '', answer = ''] = exchanges.find(([one]) => one.startsWith('POST /azure/success')) ?? [];
    const { headers, body } = parts(request);
    await azurite.request('PUT', '/uploads/users/alice/na%C3%AFve.jpg', 'a picture', { 'x-ms-blob-type': 'BlockBlob' });
    const form = new URLSearchParams(body);
    form.set('container', form.get('container')?.replace(container, azurite.containerUrl) ?? '');
    const got = await sendRaw(`${origin}/azure/success`, 'POST', headers, form.toString());
    assert.equal(got.status, 200, got.text);
    const { tempLink } = got.body;
    assert.deepEqual({ ...got.body, tempLink: '…' }, JSON.parse(parts(answer).body));
    assert.equal(await (await fetch(String(tempLink))).text(), 'a picture');
  });
});
