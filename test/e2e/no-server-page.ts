/** Tests of the demo's page "Upload without a server", with credentials that expire after seconds. They run with the demo's store and with Ceph. */
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

const CREDENTIAL_SECONDS = 3;
const NAME = 'video.bin';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Defines the tests.
 * @param tokens - how pages reach the store's STS: `store` directly; `cdn` through nginx, which adds CORS headers that the store does not send
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
          seconds: String(CREDENTIAL_SECONDS),
          prefix: ROLE_PREFIX,
        }),
      });
      browser = await launchBrowser();
      closers.push(() => browser.close());
    });
    after(async () => {
      for (const close of closers.reverse()) await close();
    });

    /** Opens the page, signs in, and limits the bandwidth so that the upload takes twice as long as the credentials are valid. */
    async function visit(): Promise<{ context: BrowserContext; page: Page; errorStatuses: number[]; assumeRoleRequests: Request[] }> {
      const context = await browser.newContext();
      const page = await context.newPage();
      const errorStatuses: number[] = [];
      const assumeRoleRequests: Request[] = [];
      page.on('response', (response) => {
        if (response.url().startsWith(target.url) && response.status() >= 400) errorStatuses.push(response.status());
      });
      page.on('request', (request) => {
        if (request.url() === `${tokenService}/` && request.method() === 'POST') assumeRoleRequests.push(request);
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
        uploadThroughput: video.length / (2 * CREDENTIAL_SECONDS),
      });
      return { context, page, errorStatuses, assumeRoleRequests };
    }

    async function choose(page: Page): Promise<void> {
      const dialog = await fileDialog(page, () => page.getByRole('button', { name: 'Choose files' }).click());
      await dialog.setFiles(join(folder, NAME));
    }

    /** Downloads the file from the presigned URL on the page. */
    async function assertStored(context: BrowserContext, page: Page): Promise<void> {
      const link = page.locator('#stored').getByRole('link', { name: NAME, exact: true });
      await link.waitFor({ timeout: 60_000 });
      const response = await context.request.get((await link.getAttribute('href')) ?? '');
      assert.equal(response.status(), 200, await response.text());
      assert.equal(sha256(await response.body()), sha256(video));
    }

    it('renews the credentials during an upload before the store rejects them', async () => {
      const { context, page, errorStatuses, assumeRoleRequests } = await visit();
      await choose(page);
      await assertStored(context, page);
      const renewals = await page.locator('#events .credentialsExpired').count();
      assert.ok(renewals > 0, 'the credentials never expired');
      assert.equal(assumeRoleRequests.length, renewals + 1);
      assert.deepEqual(errorStatuses, []);
      await context.close();
    });

    it('shows the reason if the renewal fails, and continues after a retry', async () => {
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
