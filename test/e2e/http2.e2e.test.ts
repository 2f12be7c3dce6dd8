/** `max-connections="auto"` against a far side where every answer takes its time: over HTTP/2 more requests at once are faster, and are found; of HTTP/1.1 there are six. */
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

describe('max-connections="auto"', { timeout: 120_000 }, () => {
  let folder: string;
  let browser: Browser;
  let pages: RunningServer;
  let server: http2.Http2SecureServer;
  let endpoint: string;
  let atOnce = 0;
  let most = 0;
  const versions = new Set<string>();
  /** HTTP/2 only while the page is allowed to know of it, and HTTP/1.1 for a client that asks for nothing else. */
  const answer = (request: Http2ServerRequest, response: Http2ServerResponse): void => {
    const headers = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*', 'Timing-Allow-Origin': '*' };
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
    server = http2.createSecureServer({ key: await readFile(key), cert: await readFile(cert), allowHTTP1: true }, answer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}/uploads`;
    pages = await servePages({
      '/': `<!doctype html><title>Upload</title><script src="/dist/cdn/fine-uploader.min.js"></script>
        <fine-uploader endpoint="${endpoint}" max-connections="auto" no-thumbnails multiple></fine-uploader>`,
    });
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await pages?.close();
    server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Uploads small files, one after the other in the queue, until so many requests were on the wire at once; answers the most there ever were. */
  async function upload(files: number): Promise<number> {
    [atOnce, most] = [0, 0];
    versions.clear();
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await page.goto(`${pages.origin}/`);
    const { succeeded, failed } = await page.evaluate(async (files) => {
      const element = document.querySelector('fine-uploader') as HTMLElement & { addFiles(files: File[]): void };
      const done = new Promise<{ succeeded: number[]; failed: number[] }>((resolve) => {
        element.addEventListener('allComplete', (event) =>
          resolve((event as CustomEvent<{ succeeded: number[]; failed: number[] }>).detail),
        );
      });
      element.addFiles(Array.from({ length: files }, (_, index) => new File([new Uint8Array(2000)], `${index}.bin`)));
      return done;
    }, files);
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

  it('stays at six where the page may not know how it is connected', async () => {
    server.removeListener('request', answer);
    const silent = (request: Http2ServerRequest, response: Http2ServerResponse): void => {
      const { writeHead } = response;
      response.writeHead = function (this: Http2ServerResponse, status: number, headers: Record<string, string>) {
        const { ['Timing-Allow-Origin']: _, ...others } = headers;
        return writeHead.call(this, status, others as never);
      } as typeof writeHead;
      answer(request, response);
    };
    server.on('request', silent);
    try {
      assert.equal(await upload(150), 6);
    } finally {
      server.removeListener('request', silent);
      server.on('request', answer);
    }
  });
});
