/** The worst day of a large file: the server is killed twice, the page is reloaded, and still it arrives byte for byte. With the built files, and real processes. */
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
import { startKillableEndpoint, type KillableServer } from './killed-server.js';

const partSize = 2_000_000;
/** What may be on the wire, and be lost, at each mishap. */
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

    test(`${size / 1e6} MB in chunks, six at once, arrive though the server is killed twice and the page is reloaded`, async () => {
      const parts = Math.ceil(size / partSize);
      const visit = await visitPage(server);
      try {
        const { page, told, choose } = visit;
        await choose(path);
        await told.chunks(parts * 0.2);
        await killAndRestart(server, told);

        await told.chunks(parts * 0.2);
        const before = told.sent;
        page.on('dialog', (dialog) => void dialog.accept());
        await page.reload();

        const resumed = told.next('resume');
        await choose(path);
        const first = await resumed;
        // Chunks are noted down one after the other: the last ones may not have been when the page went away.
        assert.ok(Number(first['partIndex']) > before - 3 * connections, `it went on at ${String(first['partIndex'])} of ${before}`);
        await told.chunks(parts * 0.2);
        const completed = told.next('complete');
        await killAndRestart(server, told);

        const { success, uuid, name } = await completed;
        assert.deepEqual({ success, name }, { success: true, name: `${size}.bin` });
        const content = server.contentPath(String(uuid));
        assert.equal((await stat(content)).size, size);
        assert.equal(await hashOf(content), sha256);
        // Everything that had been taken before is not sent again.
        assert.ok(told.sent <= parts + 3 * connections, `${told.sent} chunks were sent for ${parts}`);
      } finally {
        await visit.close();
      }
    });

    test('a server that is killed while it puts the file together does so once it is back, and no chunk is sent twice', async () => {
      const path = join(folder, 'small.bin');
      const sha256 = await makeFile(path, 100_000_000);
      const visit = await visitPage(server);
      try {
        const { told, choose } = visit;
        const earlier = await sizesIn(uploads());
        const completed = told.next('complete');
        await choose(path);
        await told.chunks(50 - connections);
        await joining(uploads(), earlier);
        await killAndRestart(server, told);
        const { success, uuid } = await completed;
        assert.equal(success, true);
        assert.equal(await hashOf(server.contentPath(String(uuid))), sha256);
        assert.equal(told.sent, 50);
      } finally {
        await visit.close();
      }
    });
  });
}

/** Sizes of all files of a folder, by path. */
async function sizesIn(uploads: string): Promise<Map<string, number>> {
  const entries = await readdir(uploads, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  // Some are moved meanwhile.
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

/** Resolves when something grows in a folder that was not there earlier, and is larger than a chunk: chunks are being joined. */
async function joining(uploads: string, earlier: ReadonlyMap<string, number>): Promise<void> {
  const isNew = ([path, size]: readonly [string, number]) => size > 2 * partSize && !earlier.has(path);
  while (![...(await sizesIn(uploads))].some(isNew)) await setTimeout(5);
}

/** Kills the server, sees that the page notices, and starts it again. */
async function killAndRestart(server: KillableServer, told: Told): Promise<void> {
  const noticed = told.next('autoRetry');
  await server.stop();
  await noticed;
  await server.start();
}

type Detail = Readonly<Record<string, unknown>>;

/** What the page tells of its element, also across reloads. */
class Told extends EventEmitter {
  /** Chunks that the server has taken. */
  sent = 0;

  tell(name: string, detail: Detail): void {
    if (name === 'uploadChunkSuccess') this.sent++;
    this.emit(name, detail);
  }

  async next(name: string): Promise<Detail> {
    const [detail] = (await once(this, name)) as [Detail];
    return detail;
  }

  /** Resolves once so many more chunks have been taken. */
  async chunks(count: number): Promise<void> {
    const until = this.sent + count;
    while (this.sent < until) await this.next('uploadChunkSuccess');
  }
}

interface Visit {
  readonly page: Page;
  readonly told: Told;
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
        element.addEventListener(name, ({ detail }) => tell(name, JSON.parse(JSON.stringify(detail))));
    </script>`;
  const pages = await servePages({ '/': html });
  const context: BrowserContext = await browser.newContext();
  const page = await context.newPage();
  const told = new Told();
  await page.exposeFunction('tell', (name: string, detail: Detail) => told.tell(name, detail));
  await page.goto(`${pages.origin}/`);
  return {
    page,
    told,
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
