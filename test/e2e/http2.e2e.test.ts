/** `max-connections="auto"` against a far side where every answer takes its time: over HTTP/2 more requests at once are faster, and are found. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http2 from 'node:http2';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser, servePages } from '../tools/playwright.js';
import type { RunningServer } from '../tools/playwright.js';

/** How long (ms) every answer takes: what a far continent is away. */
const LATENCY = 300;
/** Bytes. */
const PART = 4000;

describe('max-connections="auto"', { timeout: 120_000 }, () => {
  let folder: string;
  let browser: Browser;
  let pages: RunningServer;
  let server: http2.Http2SecureServer;
  let endpoint: string;
  let atOnce = 0;
  let most = 0;
  /** Whether the page may know how it is connected. */
  let telling = true;
  const versions = new Set<string>();
  const answer = (request: Http2ServerRequest, response: Http2ServerResponse): void => {
    const headers = {
      ...{ 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' },
      ...(telling && { 'Timing-Allow-Origin': '*' }),
    };
    if (request.method === 'OPTIONS') return void response.writeHead(200, { ...headers, 'Access-Control-Max-Age': '600' }).end();
    versions.add(request.httpVersion);
    most = Math.max(most, ++atOnce);
    request.resume();
    request.on('end', () =>
      setTimeout(() => {
        atOnce--;
        response.writeHead(200, { ...headers, 'Content-Type': 'application/json' }).end('{"success":true}');
      }, LATENCY),
    );
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'http2-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
    execFileSync('openssl', [...request, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    server = http2.createSecureServer({ key: await readFile(key), cert: await readFile(cert) }, answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}/uploads`;
    pages = await servePages({
      '/': `<!doctype html><title>Upload</title><script src="/dist/cdn/fine-uploader.min.js"></script>
        <fine-uploader endpoint="${endpoint}" max-connections="auto" chunking concurrent-chunks part-size="${PART}" no-thumbnails multiple></fine-uploader>`,
    });
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await pages?.close();
    server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Uploads files of so many bytes; answers the most requests that there ever were on the wire. */
  async function upload(files: number, size = 2000): Promise<number> {
    [atOnce, most] = [0, 0];
    versions.clear();
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await page.goto(`${pages.origin}/`);
    const { succeeded, failed } = await page.evaluate(
      async ([files, size]) => {
        const element = document.querySelector('fine-uploader') as HTMLElement & { addFiles(files: File[]): void };
        const done = new Promise<{ succeeded: number[]; failed: number[] }>((resolve) => {
          element.addEventListener('allComplete', (event) =>
            resolve((event as CustomEvent<{ succeeded: number[]; failed: number[] }>).detail),
          );
        });
        element.addFiles(Array.from({ length: files }, (_, index) => new File([new Uint8Array(size)], `${index}.bin`)));
        return done;
      },
      [files, size] as const,
    );
    assert.equal(succeeded.length, files);
    assert.deepEqual(failed, []);
    await context.close();
    return most;
  }

  it('finds that more than six at once are faster over HTTP/2', async () => {
    const found = await upload(300);
    assert.deepEqual([...versions], ['2.0']);
    assert.ok(found > 8, `${found} at once`);
  });

  it('finds it for the parts of one file, too', async () => {
    const found = await upload(1, 300 * PART);
    assert.ok(found > 8, `${found} at once`);
  });

  it('finds it where the page may not know how it is connected', async () => {
    telling = false;
    const found = await upload(300);
    assert.ok(found > 8, `${found} at once`);
  });
});
