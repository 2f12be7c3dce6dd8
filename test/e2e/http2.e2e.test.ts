/** `max-connections="auto"` with a server that responds slowly over HTTP/2: it finds that more than six concurrent requests are faster. */
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

/** Response time of the server, in ms, as for a server on another continent. */
const RESPONSE_TIME_MS = 300;
/** Size of a part, in bytes. */
const PART_SIZE = 4000;

describe('max-connections="auto"', { timeout: 120_000 }, () => {
  let folder: string;
  let browser: Browser;
  let pages: RunningServer;
  let server: http2.Http2SecureServer;
  let endpoint: string;
  let active = 0;
  let maxActive = 0;
  /** Whether the server sends Timing-Allow-Origin, so that the page can read the protocol version. */
  let sendTimingHeader = true;
  const versions = new Set<string>();
  const handleRequest = (request: Http2ServerRequest, response: Http2ServerResponse): void => {
    const headers = {
      ...{ 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' },
      ...(sendTimingHeader && { 'Timing-Allow-Origin': '*' }),
    };
    if (request.method === 'OPTIONS') return void response.writeHead(200, { ...headers, 'Access-Control-Max-Age': '600' }).end();
    versions.add(request.httpVersion);
    maxActive = Math.max(maxActive, ++active);
    request.resume();
    request.on('end', () =>
      setTimeout(() => {
        active--;
        response.writeHead(200, { ...headers, 'Content-Type': 'application/json' }).end('{"success":true}');
      }, RESPONSE_TIME_MS),
    );
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'http2-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
    execFileSync('openssl', [...request, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    server = http2.createSecureServer({ key: await readFile(key), cert: await readFile(cert) }, handleRequest);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}/uploads`;
    pages = await servePages({
      '/': `<!doctype html><title>Upload</title><script src="/dist/cdn/fine-uploader.min.js"></script>
        <fine-uploader endpoint="${endpoint}" max-connections="auto" chunking concurrent-chunks part-size="${PART_SIZE}" no-thumbnails multiple></fine-uploader>`,
    });
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await pages?.close();
    server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Uploads files of `size` bytes. Returns the maximum number of concurrent requests. */
  async function upload(files: number, size = 2000): Promise<number> {
    [active, maxActive] = [0, 0];
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
    return maxActive;
  }

  it('uses more than six connections over HTTP/2', async () => {
    const connections = await upload(300);
    assert.deepEqual([...versions], ['2.0']);
    assert.ok(connections > 8, `${connections} connections`);
  });

  it('uses more than six connections for the parts of one file', async () => {
    const connections = await upload(1, 300 * PART_SIZE);
    assert.ok(connections > 8, `${connections} connections`);
  });

  it('uses more than six connections if the page cannot read the protocol version', async () => {
    sendTimingHeader = false;
    const connections = await upload(300);
    assert.ok(connections > 8, `${connections} connections`);
  });
});
