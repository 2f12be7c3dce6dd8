/** The elements in a form that the browser submits to a server. */
import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startDemo, type Demo } from '../../demo/demo.js';
import { launchBrowser } from '../tools/playwright.js';
import { root } from '../tools/root.mjs';

let demo: Demo;
let browser: Browser;
let server: http.Server;
let origin: string;
let folder: string;
let context: BrowserContext;
let page: Page;
/** HTML in the page's form. */
let fields: string;
/** The received forms, as pairs of name and value. */
let sent: [string, string][][];
/** The bodies of the received uploads. */
let uploaded: string[];

before(async () => {
  server = http.createServer((request, response) => {
    if (request.method === 'POST') {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        if (request.url === '/uploads') {
          uploaded.push(body);
          response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"success": true}');
          return;
        }
        sent.push([...new URLSearchParams(body)]);
        response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end('<!doctype html><h1>Thank you</h1>');
      });
    } else if (request.url === '/elements.js') {
      response.writeHead(200, { 'Content-Type': 'text/javascript' });
      createReadStream(path.join(root, 'dist/cdn/fine-uploader.esm.min.js')).pipe(response);
    } else {
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(`<!doctype html>
        <html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>A form</title>
        <script type="module" src="/elements.js"></script>
        <form method="post" action="/sent"><input name="title" value="Holiday">${fields}<button name="do" value="send">Send</button></form>`);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = await mkdtemp(path.join(tmpdir(), 'fine-uploader-form-'));
  const ports = { port: 0, s3Port: 0, identityPort: 0 };
  [demo, browser] = await Promise.all([
    startDemo({ ...ports, folder, distFolder: path.join(root, 'dist'), origins: [origin] }),
    launchBrowser(),
  ]);
});
after(async () => {
  await browser?.close();
  await demo?.close();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  sent = [];
  uploaded = [];
  context = await browser.newContext();
  page = await context.newPage();
});
afterEach(() => context.close());

const own = (attributes: string): string => `<fine-uploader endpoint="${demo.url}uploads" multiple ${attributes}></fine-uploader>`;
const s3 = (attributes: string): string =>
  `<fine-uploader-s3 endpoint="${demo.bucketUrl}" region="us-east-1" access-key="DEMOACCESSKEY0000001" signature-endpoint="${demo.url}s3/signature"
    success-endpoint="${demo.url}s3/success" multiple ${attributes}></fine-uploader-s3>`;

async function visit(content: string): Promise<void> {
  fields = content;
  await page.goto(origin);
  await page
    .getByRole('button', { name: /Choose/ })
    .first()
    .waitFor();
}

const row = (name: string) => page.getByRole('listitem').filter({ hasText: name });

/** Chooses files in an element's file input. */
const choose = (element: string, ...names: string[]) =>
  page
    .locator(element)
    .locator('input[type=file]')
    .setInputFiles(names.map((name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(`This is ${name}.`) })));

async function upload(element: string, ...names: string[]): Promise<void> {
  await choose(element, ...names);
  for (const name of names) await row(name).getByText('Uploaded').waitFor();
}

/** Submits the form and waits for the next page. */
async function send(): Promise<[string, string][]> {
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('heading', { name: 'Thank you' }).waitFor();
  return sent.at(-1) ?? [];
}

const valuesOf = (pairs: readonly [string, string][], name: string): string[] =>
  pairs.filter(([key]) => key === name).map(([, value]) => value);

describe('a submitted form', () => {
  test('contains one entry for each uploaded file: its UUID, or its key for S3', async () => {
    await visit(own('name="letters"') + s3('name="photos" key="filename"'));
    await upload('fine-uploader', 'a.txt', 'b.txt');
    await upload('fine-uploader-s3', 'c.txt');
    const pairs = await send();
    const letters = valuesOf(pairs, 'letters');
    assert.equal(letters.length, 2);
    for (const uuid of letters) assert.match(await (await fetch(`${demo.url}uploads/${uuid}`)).text(), /This is [ab]\.txt\./);
    assert.deepEqual(valuesOf(pairs, 'photos'), ['c.txt']);
    assert.deepEqual(valuesOf(pairs, 'title'), ['Holiday']);
    assert.deepEqual(valuesOf(pairs, 'do'), ['send']);
    assert.equal(pairs.length, 5);
  });

  test('contains no entry of an element without a name or without files', async () => {
    await visit(own('') + s3('name="photos"'));
    await upload('fine-uploader', 'a.txt');
    assert.deepEqual(await send(), [
      ['title', 'Holiday'],
      ['do', 'send'],
    ]);
  });

  test('is invalid, with a message, while a required file is missing or being uploaded', async () => {
    await visit(own('name="letters" required'));
    const message = () => page.locator('fine-uploader').evaluate((element) => (element as HTMLInputElement).validationMessage);
    await page.getByRole('button', { name: 'Send' }).click();
    assert.equal(await message(), 'Choose a file.');
    assert.equal(await page.evaluate(() => document.activeElement?.localName), 'fine-uploader', 'the browser focuses the invalid element');
    let release = (): void => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/uploads', async (route) => {
      if (route.request().method() === 'POST') await released;
      await route.continue();
    });
    await choose('fine-uploader', 'a.txt');
    await row('a.txt').getByRole('progressbar').waitFor();
    await page.getByRole('button', { name: 'Send' }).click();
    assert.match(await message(), /still/i);
    assert.deepEqual(sent, []);
    release();
    await row('a.txt').getByText('Uploaded').waitFor();
    assert.equal(await message(), '');
    assert.equal(valuesOf(await send(), 'letters').length, 1);
  });

  test('waits for its files with upload-on-submit, and contains the submit button', async () => {
    await visit(own('name="letters" manual-upload upload-on-submit'));
    await choose('fine-uploader', 'a.txt', 'b.txt');
    await row('b.txt').getByText('Ready to upload').waitFor();
    const pairs = await send();
    assert.equal(valuesOf(pairs, 'letters').length, 2);
    assert.deepEqual(valuesOf(pairs, 'do'), ['send']);
    assert.equal(sent.length, 1);
  });

  test('is not sent with upload-on-submit if a file fails, and is sent after a successful retry', async () => {
    await visit(own('name="letters" manual-upload upload-on-submit max-auto-attempts="0"'));
    await page.route('**/uploads', (route) => route.fulfill({ status: 500, json: { success: false, error: 'The disk is full.' } }));
    await choose('fine-uploader', 'a.txt');
    await row('a.txt').getByText('Ready to upload').waitFor();
    await page.getByRole('button', { name: 'Send' }).click();
    await row('a.txt').getByText('The disk is full.').waitFor();
    assert.deepEqual(sent, []);
    await page.unroute('**/uploads');
    await page.getByRole('button', { name: 'Retry a.txt' }).click();
    await row('a.txt').getByText('Uploaded').waitFor();
    assert.equal(valuesOf(await send(), 'letters').length, 1);
  });

  test('sends its other fields with every file with form-params', async () => {
    await visit('<fine-uploader endpoint="/uploads" name="letters" form-params></fine-uploader><textarea name="note">Two lines</textarea>');
    await page.locator('input[name=title]').fill('Work');
    await upload('fine-uploader', 'a.txt');
    const [body = ''] = uploaded;
    assert.match(body, /name="title"\r\n\r\nWork\r\n/);
    assert.match(body, /name="note"\r\n\r\nTwo lines\r\n/);
    assert.match(body, /This is a\.txt\./);
    assert.doesNotMatch(body, /name="letters"/);
  });

  test('contains no entry of a disabled fieldset', async () => {
    await visit(`<fieldset>${own('name="letters" required')}</fieldset>`);
    await upload('fine-uploader', 'a.txt');
    await page.locator('fieldset').evaluate((fieldset) => fieldset.toggleAttribute('disabled', true));
    assert.equal(await page.getByRole('button', { name: /Choose/ }).isDisabled(), true);
    assert.deepEqual(valuesOf(await send(), 'letters'), []);
  });

  test('contains no files after a reset', async () => {
    await visit(own('name="letters"') + '<button type="reset">Start again</button>');
    await upload('fine-uploader', 'a.txt');
    await page.getByRole('button', { name: 'Start again' }).click();
    await row('a.txt').waitFor({ state: 'detached' });
    assert.deepEqual(valuesOf(await send(), 'letters'), []);
  });
});

// Chromium restores the state of form controls on history navigation, not after a reload by script.
describe('uploaded files are restored', () => {
  for (const [how, leave] of [
    ['sending the form', () => send()],
    ['visiting another page', () => page.goto('about:blank')],
  ] as const) {
    test(`when the user navigates back after ${how}`, async () => {
      await visit(own('name="letters"') + s3('name="photos" key="filename"'));
      await upload('fine-uploader', 'a.txt', 'b.txt');
      await upload('fine-uploader-s3', 'c.txt');
      await leave();
      await page.goBack();
      await row('a.txt').getByText('Uploaded').waitFor();
      await row('c.txt').getByText('Uploaded').waitFor();
      const pairs = await send();
      const letters = valuesOf(pairs, 'letters');
      assert.equal(letters.length, 2);
      for (const uuid of letters) assert.match(await (await fetch(`${demo.url}uploads/${uuid}`)).text(), /This is [ab]\.txt\./);
      assert.deepEqual(valuesOf(pairs, 'photos'), ['c.txt']);
    });
  }
});
