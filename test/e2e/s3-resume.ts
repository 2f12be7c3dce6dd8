/** Tests of resuming an S3 upload after a reload or a crash. They run with the demo's store and with Ceph. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import type { BrowserContext, Page } from 'playwright-core';
import type { ProxyLog } from '../servers/fault-proxy.js';
import { startTestServers } from '../servers/test-servers.js';
import type { TestServers } from '../servers/test-servers.js';
import { startLocalServer } from '../servers/local-server.js';
import { chromium as findChromium, chromiumArguments } from '../tools/browsers.mjs';
import { fileDialog } from '../tools/playwright.js';
import { root } from '../tools/root.mjs';
import { waitForResumeRecord } from './resume-record.js';

const MIB = 2 ** 20;
const SIZE = 40 * MIB;
const PART_SIZE = 5 * MIB;
/** Number of parts that the first visit sends. */
const SENT_PARTS = 4;
const NAME = 'film.bin';
const DATE = new Date('2026-05-04T10:00:00Z');

type Detail = Readonly<Record<string, unknown>>;
type Attributes = Readonly<Record<string, string | number>>;

interface Visit {
  readonly page: Page;
  choose(path: string): Promise<void>;
  /** Resolves with the first event of a name. */
  next(name: string): Promise<Detail>;
  /** Resolves when `count` events of a name have been dispatched. */
  all(name: string, count: number): Promise<void>;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Defines the tests. */
export function testS3Resume(title: string): void {
  describe(title, { timeout: 240_000 }, () => {
    const film = randomBytes(SIZE);
    const cleanups: (() => Promise<unknown>)[] = [];
    let folder: string;
    let origin: string;
    let profile: string;
    let testServers: TestServers;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'next-visit-'));
      cleanups.push(() => rm(folder, { recursive: true, force: true }));
      await writeFile(join(folder, NAME), film);
      await utimes(join(folder, NAME), DATE, DATE);
      const script = join(folder, 'uploader.js');
      await build({ entryPoints: [join(root, 'src/index.ts')], bundle: true, format: 'esm', outfile: script });
      const source = await readFile(script);
      const server = await startLocalServer(() => (request, response) => {
        const isScript = request.url === '/uploader.js';
        response.writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'text/html; charset=utf-8' });
        response.end(isScript ? source : '<!doctype html><title>Upload</title>');
        return Promise.resolve(true);
      });
      cleanups.push(() => server.stop());
      ({ origin } = server);
      testServers = await startTestServers();
      cleanups.push(() => testServers.close());
    });
    after(async () => {
      for (const close of cleanups.reverse()) await close();
    });

    beforeEach(async () => {
      await testServers.handle('reset');
      profile = await mkdtemp(join(folder, 'profile-'));
    });

    const openBrowser = async (): Promise<BrowserContext> =>
      chromium.launchPersistentContext(profile, {
        executablePath: await findChromium(),
        args: chromiumArguments,
        chromiumSandbox: false,
      });

    /** Kills the browser, as a power failure does: it cannot write anything afterwards. */
    async function killBrowser(context: BrowserContext): Promise<void> {
      const browser = context.browser();
      const devtools = await browser?.newBrowserCDPSession();
      const { processInfo } = (await devtools?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
      const main = processInfo.find(({ type }) => type === 'browser');
      assert.ok(main, 'there is no browser to kill');
      const gone = new Promise((resolve) => context.once('close', resolve));
      process.kill(main.id, 'SIGKILL');
      await gone;
    }

    const signedByServer = (): Attributes => ({
      'access-key': testServers.addresses.store.accessKey,
      'signature-endpoint': testServers.addresses.signer.signature,
    });
    const signedInBrowser = (): Attributes => ({});

    /**
     * Opens the page with an uploader.
     * @param hold - index of the first part that is not sent
     * @param tab - default: the first one
     */
    async function visit(context: BrowserContext, attributes: Attributes, hold = Infinity, tab = context.pages()[0]): Promise<Visit> {
      const page = tab ?? (await context.newPage());
      await page.goto(`${origin}/`);
      const { store } = testServers.addresses;
      const all = {
        endpoint: store.endpoint,
        region: store.region,
        'path-style': '',
        chunking: '',
        resume: '',
        'part-size': PART_SIZE,
        ...attributes,
      };
      const keys = { accessKey: store.accessKey, secretKey: store.secretKey, expiration: new Date(Date.now() + 3_600_000).toISOString() };
      await page.evaluate(
        async ({ all, hold, keys }) => {
          const script: string = '/uploader.js';
          await import(script);
          const element = Object.assign(document.createElement('fine-uploader-s3'), {
            seen: [] as { name: string; detail: unknown }[],
          });
          for (const [name, value] of Object.entries(all)) element.setAttribute(name, String(value));
          if (!('signature-endpoint' in all)) Object.assign(element, { credentials: keys });
          element.addEventListener('uploadChunk', (event) => {
            const asking = event as CustomEvent<{ partIndex: number }> & { waitUntil(promise: Promise<unknown>): void };
            if (asking.detail.partIndex >= hold) asking.waitUntil(new Promise(() => undefined));
          });
          for (const name of ['uploadChunkSuccess', 'resume', 'resumeWait', 'complete', 'error'])
            element.addEventListener(name, (event) => element.seen.push({ name, detail: (event as CustomEvent).detail as unknown }));
          document.body.append(element);
        },
        { all, hold, keys },
      );
      const seen = async (name: string, count: number): Promise<Detail> => {
        const found = await page.waitForFunction(
          ({ name, count }) => {
            const element = document.querySelector<HTMLElement>('fine-uploader-s3') as HTMLElement & {
              seen: { name: string; detail: unknown }[];
            };
            const failure = element.seen.find((event) => event.name === 'error');
            if (failure && name !== 'error') return { failure: failure.detail };
            const events = element.seen.filter((event) => event.name === name);
            return events.length >= count && { detail: JSON.parse(JSON.stringify(events.at(-1)?.detail)) as unknown };
          },
          { name, count },
          { timeout: 60_000 },
        );
        const value = (await found.jsonValue()) as { detail?: Detail; failure?: unknown };
        assert.equal(value.failure, undefined);
        return value.detail ?? {};
      };
      return {
        page,
        next: (name) => seen(name, 1),
        async all(name, count) {
          await seen(name, count);
        },
        async choose(path) {
          const dialog = await fileDialog(page, () => page.getByRole('button', { name: 'Choose' }).click());
          await dialog.setFiles(path);
        },
      };
    }

    /** Summarizes the requests to the store. */
    async function storeRequests(): Promise<{ created: number; parts: number[]; listed: number; completed: number; aborted: number }> {
      const { requests } = (await testServers.handle('requests', { proxy: 'store' })) as ProxyLog;
      const of = (method: string, pattern: RegExp) => requests.filter((request) => request.method === method && pattern.test(request.path));
      return {
        created: of('POST', /[?&]uploads/).length,
        parts: of('PUT', /partNumber=/)
          .map(({ path }) => Number(/partNumber=(\d+)/.exec(path)?.[1]))
          .sort((one, other) => one - other),
        listed: of('GET', /uploadId=/).length,
        completed: of('POST', /uploadId=/).length,
        aborted: of('DELETE', /uploadId=/).length,
      };
    }

    async function assertStored({ key }: Detail, bytes: Uint8Array): Promise<void> {
      const stored = (await testServers.handle('sha256', { key })) as { sha256: string; size: number } | null;
      assert.deepEqual({ size: stored?.size, sha256: stored?.sha256 }, { size: bytes.length, sha256: sha256(bytes) });
      assert.deepEqual(await testServers.handle('listUploads'), []);
    }

    /** The first visit: uploads {@link SENT_PARTS} parts. */
    async function startUpload(context: BrowserContext, attributes: Attributes): Promise<Visit> {
      const first = await visit(context, attributes, SENT_PARTS);
      await first.choose(join(folder, NAME));
      await first.all('uploadChunkSuccess', SENT_PARTS);
      assert.deepEqual((await storeRequests()).parts, [1, 2, 3, 4]);
      await waitForResumeRecord(first.page);
      return first;
    }

    for (const [how, signing] of Object.entries({ 'a signing server': signedByServer, 'credentials in the page': signedInBrowser })) {
      it(`sends only the missing parts after a reload (${how})`, async () => {
        const context = await openBrowser();
        await startUpload(context, signing());
        const before = await storeRequests();
        const again = await visit(context, signing());
        await again.choose(join(folder, NAME));
        const resumed = await again.next('resume');
        assert.equal(resumed['partIndex'], SENT_PARTS);
        const done = await again.next('complete');
        assert.equal(done['success'], true);
        const after = await storeRequests();
        assert.deepEqual(after.parts, [1, 2, 3, 4, 5, 6, 7, 8], 'a part was sent twice, or not at all');
        assert.deepEqual([before.created, after.created, after.aborted], [1, 1, 0]);
        assert.ok(after.listed >= 1, 'the parts of the upload were not listed');
        await assertStored(done, film);
        await context.close();
      });
    }

    it('resumes after the browser was killed', async () => {
      const crashed = await openBrowser();
      await startUpload(crashed, signedByServer());
      await killBrowser(crashed);
      const context = await openBrowser();
      const again = await visit(context, signedByServer());
      await again.choose(join(folder, NAME));
      // Requires the resume record.
      await again.next('resume');
      const done = await again.next('complete');
      const { created, parts } = await storeRequests();
      assert.equal(created, 1);
      // The resume record may not contain the last part, but the store lists it.
      assert.deepEqual(parts, [1, 2, 3, 4, 5, 6, 7, 8]);
      await assertStored(done, film);
      await context.close();
    });

    it('is carried by one tab at a time, and goes on in the other one when that is closed', async () => {
      const context = await openBrowser();
      const first = await startUpload(context, signedByServer());
      const second = await visit(context, signedByServer(), Infinity, await context.newPage());
      await second.choose(join(folder, NAME));
      await second.next('resumeWait');
      await second.page.getByText('Waiting: this file is already being uploaded').waitFor();
      assert.deepEqual((await storeRequests()).parts, [1, 2, 3, 4]);
      await first.page.close();
      assert.equal((await second.next('resume'))['partIndex'], SENT_PARTS);
      const done = await second.next('complete');
      const { created, parts, completed } = await storeRequests();
      assert.deepEqual([created, parts, completed], [1, [1, 2, 3, 4, 5, 6, 7, 8], 1]);
      await assertStored(done, film);
      await context.close();
    });

    it('uploads the same file of two tabs one after the other', async () => {
      const context = await openBrowser();
      const first = await visit(context, signedByServer());
      const second = await visit(context, signedByServer(), Infinity, await context.newPage());
      await Promise.all([first, second].map((tab) => tab.choose(join(folder, NAME))));
      const [one, other] = await Promise.all([first.next('complete'), second.next('complete')]);
      // Each tab has its own upload, one after the other.
      assert.notEqual(one['key'], other['key']);
      const { created, completed, parts } = await storeRequests();
      assert.deepEqual([created, completed, parts.length], [2, 2, 16]);
      await assertStored(one, film);
      await assertStored(other, film);
      await context.close();
    });

    it('restarts with another part size and aborts the old upload', async () => {
      const context = await openBrowser();
      await startUpload(context, signedByServer());
      const again = await visit(context, { ...signedByServer(), 'part-size': 8 * MIB });
      await again.choose(join(folder, NAME));
      await assertStored(await again.next('complete'), film);
      await context.close();
    });

    it('treats a file with the same name and size but another date as another file', async () => {
      const other = randomBytes(SIZE);
      const path = join(await mkdtemp(join(folder, 'other-')), NAME);
      await writeFile(path, other);
      const context = await openBrowser();
      await startUpload(context, signedByServer());
      const again = await visit(context, signedByServer());
      await again.choose(path);
      const done = await again.next('complete');
      const stored = (await testServers.handle('sha256', { key: done['key'] })) as { sha256: string };
      assert.equal(stored.sha256, sha256(other));
      assert.equal((await storeRequests()).created, 2);

      // The first upload can still be resumed.
      const third = await visit(context, signedByServer());
      await third.choose(join(folder, NAME));
      await third.next('resume');
      await assertStored(await third.next('complete'), film);
      assert.equal((await storeRequests()).created, 2);
      await context.close();
    });

    it('restarts if the store no longer has the upload', async () => {
      const context = await openBrowser();
      await startUpload(context, signedByServer());
      await testServers.handle('reset');
      const again = await visit(context, signedByServer());
      await again.choose(join(folder, NAME));
      await assertStored(await again.next('complete'), film);
      assert.equal((await storeRequests()).created, 1);
      await context.close();
    });
  });
}
