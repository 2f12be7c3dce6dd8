/** An upload into a bucket that a page could not finish, and the next visit to it. The same for the demo's store and for Ceph. */
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
import { noted } from './noted.js';

const MIB = 2 ** 20;
const SIZE = 40 * MIB;
const PART = 5 * MIB;
/** Parts that the first visit sends; the page holds the others back. */
const SENT = 4;
const NAME = 'film.bin';
const DATE = new Date('2026-05-04T10:00:00Z');

type Detail = Readonly<Record<string, unknown>>;
type Attributes = Readonly<Record<string, string | number>>;

interface Visit {
  readonly page: Page;
  choose(path: string): Promise<void>;
  /** The next event of a name. */
  next(name: string): Promise<Detail>;
  /** Resolves once so many events of a name have come in all. */
  all(name: string, count: number): Promise<void>;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The tests. */
export function testNextVisit(title: string): void {
  describe(title, { timeout: 240_000 }, () => {
    const film = randomBytes(SIZE);
    const closers: (() => Promise<unknown>)[] = [];
    let folder: string;
    let origin: string;
    let profile: string;
    let testServers: TestServers;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'next-visit-'));
      closers.push(() => rm(folder, { recursive: true, force: true }));
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
      closers.push(() => server.stop());
      ({ origin } = server);
      testServers = await startTestServers();
      closers.push(() => testServers.close());
    });
    after(async () => {
      for (const close of closers.reverse()) await close();
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

    /** As when the power goes: nothing of the browser gets to write anything any more. */
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
     * Somebody on the page.
     * @param hold - from which part on the page lets nothing be sent
     */
    async function visit(context: BrowserContext, attributes: Attributes, hold = Infinity): Promise<Visit> {
      const page = context.pages()[0] ?? (await context.newPage());
      await page.goto(`${origin}/`);
      const { store } = testServers.addresses;
      const all = {
        endpoint: store.endpoint,
        region: store.region,
        'path-style': '',
        chunking: '',
        resume: '',
        'part-size': PART,
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
          for (const name of ['uploadChunkSuccess', 'resume', 'complete', 'error'])
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

    /** What was asked of the store since the last look, in short. */
    async function asked(): Promise<{ begun: number; parts: number[]; listed: number; aborted: number }> {
      const { requests } = (await testServers.handle('requests', { proxy: 'store' })) as ProxyLog;
      const of = (method: string, pattern: RegExp) => requests.filter((request) => request.method === method && pattern.test(request.path));
      return {
        begun: of('POST', /[?&]uploads/).length,
        parts: of('PUT', /partNumber=/)
          .map(({ path }) => Number(/partNumber=(\d+)/.exec(path)?.[1]))
          .sort((one, other) => one - other),
        listed: of('GET', /uploadId=/).length,
        aborted: of('DELETE', /uploadId=/).length,
      };
    }

    async function assertStored({ key }: Detail, bytes: Uint8Array): Promise<void> {
      const stored = (await testServers.handle('sha256', { key })) as { sha256: string; size: number } | null;
      assert.deepEqual({ size: stored?.size, sha256: stored?.sha256 }, { size: bytes.length, sha256: sha256(bytes) });
      assert.deepEqual(await testServers.handle('listUploads'), []);
    }

    /** The first visit: so many parts arrive, no more. */
    async function begin(context: BrowserContext, attributes: Attributes): Promise<Visit> {
      const first = await visit(context, attributes, SENT);
      await first.choose(join(folder, NAME));
      await first.all('uploadChunkSuccess', SENT);
      assert.deepEqual((await asked()).parts, [1, 2, 3, 4]);
      await noted(first.page);
      return first;
    }

    for (const [how, signing] of Object.entries({ 'a signing server': signedByServer, 'credentials in the page': signedInBrowser })) {
      it(`goes on after a reload with the parts that are missing, and no other (${how})`, async () => {
        const context = await openBrowser();
        await begin(context, signing());
        const before = await asked();
        const again = await visit(context, signing());
        await again.choose(join(folder, NAME));
        const resumed = await again.next('resume');
        assert.equal(resumed['partIndex'], SENT);
        const done = await again.next('complete');
        assert.equal(done['success'], true);
        const after = await asked();
        assert.deepEqual(after.parts, [1, 2, 3, 4, 5, 6, 7, 8], 'a part was sent twice, or not at all');
        assert.deepEqual([before.begun, after.begun, after.aborted], [1, 1, 0]);
        assert.ok(after.listed >= 1, 'the store was not asked what it has');
        await assertStored(done, film);
        await context.close();
      });
    }

    it('goes on after the browser was killed', async () => {
      const crashed = await openBrowser();
      await begin(crashed, signedByServer());
      await killBrowser(crashed);
      const context = await openBrowser();
      const again = await visit(context, signedByServer());
      await again.choose(join(folder, NAME));
      // Without a note there would be none.
      await again.next('resume');
      const done = await again.next('complete');
      const { begun, parts } = await asked();
      assert.equal(begun, 1);
      // The note of the last part may not have been written; the store knows better.
      assert.deepEqual(parts, [1, 2, 3, 4, 5, 6, 7, 8]);
      await assertStored(done, film);
      await context.close();
    });

    it('begins again with another part size, and the old parts are gone', async () => {
      const context = await openBrowser();
      await begin(context, signedByServer());
      const again = await visit(context, { ...signedByServer(), 'part-size': 8 * MIB });
      await again.choose(join(folder, NAME));
      await assertStored(await again.next('complete'), film);
      await context.close();
    });

    it('takes a file of the same name and size, but of another date, for another file', async () => {
      const other = randomBytes(SIZE);
      const path = join(await mkdtemp(join(folder, 'other-')), NAME);
      await writeFile(path, other);
      const context = await openBrowser();
      await begin(context, signedByServer());
      const again = await visit(context, signedByServer());
      await again.choose(path);
      const done = await again.next('complete');
      const stored = (await testServers.handle('sha256', { key: done['key'] })) as { sha256: string };
      assert.equal(stored.sha256, sha256(other));
      assert.equal((await asked()).begun, 2);

      // The first one can still be gone on with.
      const third = await visit(context, signedByServer());
      await third.choose(join(folder, NAME));
      await third.next('resume');
      await assertStored(await third.next('complete'), film);
      assert.equal((await asked()).begun, 2);
      await context.close();
    });

    it('begins again by itself where the store has forgotten the upload', async () => {
      const context = await openBrowser();
      await begin(context, signedByServer());
      await testServers.handle('reset');
      const again = await visit(context, signedByServer());
      await again.choose(join(folder, NAME));
      await assertStored(await again.next('complete'), film);
      assert.equal((await asked()).begun, 1);
      await context.close();
    });
  });
}
