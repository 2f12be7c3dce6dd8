/**
 * A browser for tests in Node that need a whole page, a reload, several pages or an offline network. All other tests run inside the browser, which is
 * faster.
 */
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Browser, type CDPSession, type FileChooser, type Locator, type Page } from 'playwright-core';
import { chromium as findChromium, chromiumArguments } from './browsers.mjs';
import { root } from './root.mjs';

/** Starts Chromium, with more command-line switches if needed. Close it in an `after` hook. */
export const launchBrowser = async (switches: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: await findChromium(), args: [...chromiumArguments, ...switches], chromiumSandbox: false });

/** The file dialog that `open` opens. Its interception is set up first: otherwise a key press can be faster, and the desktop's own dialog opens. */
export async function fileDialog(page: Page, open: () => Promise<void>): Promise<FileChooser> {
  const dialog = page.waitForEvent('filechooser');
  // Resolves when the browser has processed all earlier commands.
  await page.evaluate(() => {});
  await open();
  return dialog;
}

/**
 * Drags files and folders from the desktop and drops them, with trusted events and readable directories.
 * @param paths - files and folders on disk
 */
export async function dropPaths(page: Page, target: Locator, paths: readonly string[]): Promise<void> {
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (!box) throw new Error('The drop target is not visible.');
  const devtools: CDPSession = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const data = { items: [], files: paths.map((file) => path.resolve(file)), dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await devtools.send('Input.dispatchDragEvent', { type, ...at, data });
  await devtools.detach();
}

/** A server that runs until the test calls `close`. */
export interface RunningServer {
  /** For example `http://127.0.0.1:40123`. */
  readonly origin: string;
  close(): Promise<void>;
}

const types = new Map(
  Object.entries({ '.js': 'text/javascript', '.map': 'application/json', '.html': 'text/html', '.json': 'application/json' }),
);

/**
 * Serves pages and the files of dist/.
 * @param pages - path -> HTML
 * @param headers - response headers of every page, for example a Content-Security-Policy
 */
export async function servePages(
  pages: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    // Browsers request it, and a 404 would be an error in the console.
    if (pathname === '/favicon.ico') return void response.writeHead(204).end();
    const page = pages[pathname];
    if (page !== undefined) return void response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...headers }).end(page);
    const file = path.join(root, path.normalize(pathname));
    const isBuilt = file.startsWith(path.join(root, 'dist', path.sep));
    void (isBuilt ? stat(file) : Promise.reject(new Error(pathname))).then(
      () => {
        response.writeHead(200, { 'Content-Type': types.get(path.extname(file)) ?? 'application/octet-stream' });
        createReadStream(file).pipe(response);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Starts the demo like `npm start`, without a build, on free ports and with an empty folder. Resolves when it is ready. */
export async function runDemo(): Promise<RunningServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fine-uploader-demo-'));
  const child = spawn(process.execPath, ['--import', 'tsx', 'demo/main.ts'], {
    cwd: root,
    env: { ...process.env, PORT: '0', DATA: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const output: string[] = [];
  const origin = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      output.push(line);
      const address = /http:\/\/localhost:\d+/.exec(line);
      if (address) resolve(address[0]);
    });
    void ended.then((code) => reject(new Error(`The demo ended with ${code} before it was ready. Its output: ${output.join('\n')}`)));
  });
  return {
    origin,
    async close() {
      child.kill('SIGTERM');
      const code = await ended;
      await rm(folder, { recursive: true, force: true });
      if (code !== 0) throw new Error(`The demo did not end cleanly on SIGTERM: ${code}`);
    },
  };
}
