/** Uploads of large files while the server process is killed and the page is reloaded, with the built files. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { ensurePhp, startPhpEndpoint } from '../servers/php-endpoint.js';
import { fileDialog, launchBrowser, servePages } from '../tools/playwright.js';
import { startKillableEndpoint, type KillableServer } from './killable-endpoint.js';

const partSize = 2_000_000;
/** Number of connections, and the maximum number of chunks that are lost at each interruption. */
const connections = 6;

let browser: Browser;
let folder: string;
before(async () => {
  [browser, folder] = await Promise.all([launchBrowser(), mkdtemp(join(tmpdir(), 'fine-uploader-killed-'))]);
});
after(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const servers: Readonly<Record<string, { readonly size: number; start(folder: string): Promise<KillableServer> }>> = {
  "the demo's endpoint": { size: 300_000_000, start: startKillableEndpoint },
  'an endpoint in PHP': {
    size: 100_000_000,
    async start(uploadFolder) {
      await ensurePhp();
      const php = await startPhpEndpoint(uploadFolder);
      const uploads = `${php.origin}/endpoint.php`;
      return { ...php, uploads, done: `${uploads}?done` };
    },
  },
};

for (const [title, { size, start }] of Object.entries(servers)) {
  describe(title, () => {
    let server: KillableServer;
    let path: string;
    let sha256: string;
    const uploads = () => join(folder, `uploads-${size}`);
    before(async () => {
      path = join(folder, `${size}.bin`);
      [server, sha256] = await Promise.all([start(uploads()), makeFile(path, size)]);
    });
    after(() => server?.stop());

    test(`stores ${size / 1e6} MB although the server is killed twice and the page is reloaded`, async () => {
      const parts = Math.ceil(size / partSize);
      const visit = await visitPage(server);
      try {
        const { page, events, choose } = visit;
        await choose(path);
        await events.waitForChunks(parts * 0.2);
        await killAndRestart(server, events);

        await events.waitForChunks(parts * 0.2);
        const sentBefore = events.sentChunks;
        page.on('dialog', (dialog) => void dialog.accept());
        await page.reload();

        const resumed = events.next('resume');
        await choose(path);
        const first = await resumed;
        // The resume record may not contain the last chunks before the reload.
        assert.ok(Number(first['partIndex']) > sentBefore - 3 * connections, `resumed at ${String(first['partIndex'])} of ${sentBefore}`);
        await events.waitForChunks(parts * 0.2);
        const completed = events.next('complete');
        await killAndRestart(server, events);

        const { success, uuid, name } = await completed;
        assert.deepEqual({ success, name }, { success: true, name: `${size}.bin` });
        const content = server.contentPath(String(uuid));
        assert.equal((await stat(content)).size, size);
        assert.equal(await hashOf(content), sha256);
        // Stored chunks are not sent again.
        assert.ok(events.sentChunks <= parts + 3 * connections, `${events.sentChunks} chunks were sent for ${parts}`);
      } finally {
        await visit.close();
      }
    });

    test('a server that is killed while it joins the chunks joins them after its restart, and no chunk is sent twice', async () => {
      const path = join(folder, 'small.bin');
      const sha256 = await makeFile(path, 100_000_000);
      const visit = await visitPage(server);
      try {
        const { events, choose } = visit;
        const earlier = await sizesIn(uploads());
        const completed = events.next('complete');
        await choose(path);
        await events.waitForChunks(50 - connections);
        await waitUntilJoining(uploads(), earlier);
        await killAndRestart(server, events);
        const { success, uuid } = await completed;
        assert.equal(success, true);
        assert.equal(await hashOf(server.contentPath(String(uuid))), sha256);
        assert.equal(events.sentChunks, 50);
      } finally {
        await visit.close();
      }
    });
  });
}

/** Returns the sizes of all files in a folder by path. */
async function sizesIn(uploads: string): Promise<Map<string, number>> {
  const entries = await readdir(uploads, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  // Files may be moved in the meantime.
  const sizes = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return new Map(paths.map((path, index) => [path, sizes[index] ?? 0]));
}

/** Resolves when the folder has a new file that is larger than a chunk: the server is joining chunks. */
async function waitUntilJoining(uploads: string, earlier: ReadonlyMap<string, number>): Promise<void> {
  const isNew = ([path, size]: readonly [string, number]) => size > 2 * partSize && !earlier.has(path);
  while (![...(await sizesIn(uploads))].some(isNew)) await setTimeout(5);
}

/** Kills the server, waits until the page retries, and restarts the server. */
async function killAndRestart(server: KillableServer, events: EventLog): Promise<void> {
  const noticed = events.next('autoRetry');
  await server.stop();
  await noticed;
  await server.start();
}

type Detail = Readonly<Record<string, unknown>>;

/** The events of the page's element, also across reloads. */
class EventLog extends EventEmitter {
  /** Number of chunks that the server has stored. */
  sentChunks = 0;

  record(name: string, detail: Detail): void {
    if (name === 'uploadChunkSuccess') this.sentChunks++;
    this.emit(name, detail);
  }

  async next(name: string): Promise<Detail> {
    const [detail] = (await once(this, name)) as [Detail];
    return detail;
  }

  /** Resolves after `count` further chunks. */
  async waitForChunks(count: number): Promise<void> {
    const until = this.sentChunks + count;
    while (this.sentChunks < until) await this.next('uploadChunkSuccess');
  }
}

interface Visit {
  readonly page: Page;
  readonly events: EventLog;
  choose(path: string): Promise<void>;
  close(): Promise<void>;
}

async function visitPage({ uploads, done }: KillableServer): Promise<Visit> {
  const html = `<!doctype html><title>Upload</title>
    <script type="module" src="/dist/cdn/fine-uploader.min.js"></script>
    <fine-uploader endpoint="${uploads}" chunking concurrent-chunks part-size="${partSize}" max-connections="${connections}"
      chunking-success-endpoint="${done}" resume></fine-uploader>
    <script type="module">
      const element = document.querySelector('fine-uploader');
      for (const name of ['uploadChunkSuccess', 'resume', 'autoRetry', 'complete'])
        element.addEventListener(name, ({ detail }) => record(name, JSON.parse(JSON.stringify(detail))));
    </script>`;
  const pages = await servePages({ '/': html });
  const context: BrowserContext = await browser.newContext();
  const page = await context.newPage();
  const events = new EventLog();
  await page.exposeFunction('record', (name: string, detail: Detail) => events.record(name, detail));
  await page.goto(`${pages.origin}/`);
  return {
    page,
    events,
    async choose(path) {
      const dialog = await fileDialog(page, () => page.getByRole('button', { name: 'Choose' }).click());
      await dialog.setFiles(path);
    },
    async close() {
      await context.close();
      await pages.close();
    },
  };
}

/** Writes a file of random bytes. Resolves with its SHA-256. */
async function makeFile(path: string, size: number): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  for (let written = 0; written < size;) {
    const bytes = randomBytes(Math.min(4_000_000, size - written));
    hash.update(bytes);
    await file.writeFile(bytes);
    written += bytes.length;
  }
  await file.close();
  return hash.digest('hex');
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}
