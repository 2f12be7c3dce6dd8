/** A person at the demo's page without a server, with credentials that last for seconds. The same for the demo's store and for Ceph. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { build } from 'esbuild';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import type { Handler } from '../../demo/servers/http.js';
import { createSite } from '../../demo/site.js';
import { ROLE_PREFIX, startIdentity } from '../servers/identity.js';
import { startLocalServer } from '../servers/local-server.js';
import { startNginx } from '../servers/nginx.js';
import { BUCKET, startS3Target } from '../servers/s3-target.js';
import type { S3Target } from '../servers/s3-target.js';
import { fileDialog, launchBrowser } from '../tools/playwright.js';
import { root } from '../tools/root.mjs';

const SECONDS = 3;
const NAME = 'video.bin';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * The tests.
 * @param tokens - where pages reach the token service of the store; `cdn` where it has no CORS rules of its own, and nginx adds them
 */
export function testNoServerPage(title: string, tokens: 'store' | 'cdn'): void {
  describe(title, { timeout: 120_000 }, () => {
    const video = randomBytes(25_000_000);
    const closers: (() => Promise<unknown>)[] = [];
    let folder: string;
    let origin: string;
    let tokenService: string;
    let target: S3Target;
    let browser: Browser;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'no-server-'));
      closers.push(() => rm(folder, { recursive: true, force: true }));
      await writeFile(join(folder, NAME), video);
      const outfile = join(folder, 'dist/cdn/fine-uploader.esm.min.js');
      await build({ entryPoints: [join(root, 'src/index.ts')], bundle: true, format: 'esm', outfile });

      let page: Handler = () => Promise.resolve(false);
      const server = await startLocalServer(() => (request, response) => page(request, response));
      closers.push(() => server.stop());
      ({ origin } = server);
      const identity = await startIdentity([`${origin}/no-server`]);
      closers.push(() => identity.close());
      target = await startS3Target(join(folder, 's3'), identity);
      closers.push(() => target.close());
      tokenService = target.url;
      if (tokens === 'cdn') {
        const nginx = await startNginx(target.url, { tokens: { host: new URL(target.url).host, cors: true } });
        closers.push(() => nginx.close());
        tokenService = nginx.addresses.tokens;
      }
      page = createSite({
        distFolder: join(folder, 'dist'),
        otherOrigins: () => [target.url, tokenService, identity.issuer],
        values: () => ({
          bucketUrl: `${target.url}/${BUCKET}`,
          region: target.region,
          storeUrl: tokenService,
          issuer: identity.issuer,
          client: identity.clientId,
          role: target.roleArn,
          seconds: String(SECONDS),
          prefix: ROLE_PREFIX,
        }),
      });
      browser = await launchBrowser();
      closers.push(() => browser.close());
    });
    after(async () => {
      for (const close of closers.reverse()) await close();
    });

    /** Somebody who has signed in, on a line that takes twice as long for the file as credentials last. */
    async function visit(): Promise<{ context: BrowserContext; page: Page; refused: number[]; assumed: Request[] }> {
      const context = await browser.newContext();
      const page = await context.newPage();
      const refused: number[] = [];
      const assumed: Request[] = [];
      page.on('response', (response) => {
        if (response.url().startsWith(target.url) && response.status() >= 400) refused.push(response.status());
      });
      page.on('request', (request) => {
        if (request.url() === `${tokenService}/` && request.method() === 'POST') assumed.push(request);
      });
      await page.goto(`${origin}/no-server`);
      await page.getByRole('button', { name: 'Sign in to upload' }).click();
      await page.getByLabel('Name').fill('Zoë');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByText('Signed in as Zoë').waitFor();
      const devtools = await context.newCDPSession(page);
      await devtools.send('Network.enable');
      await devtools.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: video.length / (2 * SECONDS),
      });
      return { context, page, refused, assumed };
    }

    async function choose(page: Page): Promise<void> {
      const dialog = await fileDialog(page, () => page.getByRole('button', { name: 'Choose files' }).click());
      await dialog.setFiles(join(folder, NAME));
    }

    /** Follows the link that the page has signed. */
    async function assertStored(context: BrowserContext, page: Page): Promise<void> {
      const link = page.locator('#stored').getByRole('link', { name: NAME, exact: true });
      await link.waitFor({ timeout: 60_000 });
      const response = await context.request.get((await link.getAttribute('href')) ?? '');
      assert.equal(response.status(), 200, await response.text());
      assert.equal(sha256(await response.body()), sha256(video));
    }

    it('signs in, uploads for longer than credentials last, renews them without a refusal, and shows the file', async () => {
      const { context, page, refused, assumed } = await visit();
      await choose(page);
      await assertStored(context, page);
      const asked = await page.locator('#events .credentialsExpired').count();
      assert.ok(asked > 0, 'the credentials never expired');
      assert.equal(assumed.length, asked + 1);
      assert.deepEqual(refused, []);
      await context.close();
    });

    it('says why it stopped where nobody renews them, and goes on when it is tried again', async () => {
      const { context, page } = await visit();
      const reason = 'Your session has ended.';
      await page.route(`${tokenService}/`, (route) =>
        route.fulfill({
          status: 403,
          headers: { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'text/xml' },
          body: `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${reason}</Message></Error></ErrorResponse>`,
        }),
      );
      await choose(page);
      const row = page.locator('fine-uploader-s3').getByRole('listitem').filter({ hasText: NAME });
      await row.getByText(reason).waitFor();
      const before = await page.locator('#events .uploadChunkSuccess').count();
      await page.unroute(`${tokenService}/`);
      await page.getByRole('button', { name: `Retry ${NAME}` }).click();
      await assertStored(context, page);
      const parts = await page.locator('#events .uploadChunkSuccess').count();
      assert.equal(parts, Math.ceil(video.length / (5 * 2 ** 20)), `${before} parts before, ${parts} in all`);
      await context.close();
    });
  });
}
