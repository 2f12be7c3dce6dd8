/**
 * The promise of demo/docs/no-server.md: its page works as it stands there, character for character. All names of the internet in it lead to this
 * machine: Google is the embedded OpenID provider, Amazon the demo's store with the role that the page describes.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { startS3Store, type S3Store } from '../../demo/s3/store.js';
import { createIdentityProvider } from '../../demo/servers/identity-provider.js';
import { presign } from '../../demo/servers/node/signing-server.mjs';
import { selfSignedCertificate } from '../../demo/servers/self-signed-certificate.js';
import { startLocalServer, type LocalServer } from '../servers/local-server.js';
import { launchBrowser } from '../tools/playwright.js';
import { root } from '../tools/root.mjs';

const PAGE = 'https://www.example.com/upload';
const CLIENT = '1234-abc.apps.googleusercontent.com';
const REGION = 'eu-west-1';
const OWNER = { accessKey: 'TESTACCESSKEY0000001', secretKey: 'test/secret+key/of/the/test/store/00001' };

const read = (file: string): Promise<string> => readFile(join(root, file), 'utf8');

describe('the page of demo/docs/no-server.md, copied', { timeout: 120_000 }, () => {
  const closers: (() => Promise<unknown>)[] = [];
  let provider: LocalServer;
  let store: S3Store;
  let context: BrowserContext;

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'no-server-snippet-'));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    let issuer = '';
    provider = await startLocalServer(async () => {
      if (issuer === '') return () => Promise.resolve(false);
      const client = { id: CLIENT, redirectUris: [PAGE], implicit: true };
      return (await createIdentityProvider({ issuer, client, style: () => Promise.resolve('') })).handler;
    });
    closers.push(() => provider.stop());
    issuer = provider.origin;
    await provider.stop();
    await provider.start();
    const role = {
      arn: 'arn:aws:iam::123456789012:role/WebUpload',
      bucket: 'photos',
      prefix: 'web/',
      actions: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
    };
    const allowed = { allowedOrigins: [new URL(PAGE).origin], allowedMethods: ['GET', 'POST', 'PUT', 'DELETE'], allowedHeaders: ['*'] };
    store = await startS3Store({
      folder,
      region: REGION,
      hosts: [`s3.${REGION}.amazonaws.com`, 'sts.amazonaws.com', '127.0.0.1'],
      credentials: [OWNER],
      buckets: [{ name: 'photos', cors: [{ ...allowed, exposeHeaders: ['ETag'] }] }],
      identityProviders: [{ issuer, audience: CLIENT, roles: [role] }],
    });
    closers.push(() => store.close());
    const internet = await startInternet();
    const browser = await launchBrowser([`--host-resolver-rules=MAP * 127.0.0.1:${internet.port}, EXCLUDE 127.0.0.1`]);
    closers.push(() => browser.close());
    context = await browser.newContext({ ignoreHTTPSErrors: true });
  });
  after(async () => {
    for (const close of closers.reverse()) await close();
  });

  /** All sites of the page, at one port. */
  async function startInternet(): Promise<AddressInfo> {
    const html = /```html\n(.*?)```/s.exec(await read('demo/docs/no-server.md'))?.[1] ?? '';
    assert.match(html, /<fine-uploader-s3 /);
    const files: Readonly<Record<string, readonly [type: string, text: string]>> = {
      '/upload': ['text/html', `<!doctype html><link rel="icon" href="data:,">${html}`],
      '/no-server.mjs': ['text/javascript', await read('demo/docs/no-server.mjs')],
      '/fine-uploader.esm.min.js': ['text/javascript', await read('dist/cdn/fine-uploader.esm.min.js')],
    };
    const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const certificate = selfSignedCertificate(keys, 'www.example.com').der.toString('base64');
    const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' });
    const cert = `-----BEGIN CERTIFICATE-----\n${certificate.match(/.{1,64}/g)?.join('\n')}\n-----END CERTIFICATE-----\n`;
    const server = https.createServer({ key, cert }, (request, response) => {
      const { url = '/', method, headers } = request;
      const file = files[url.split('?', 1)[0] ?? ''];
      if (headers.host === 'accounts.google.com') {
        response.writeHead(302, { Location: `${provider.origin}/auth${url.slice(url.indexOf('?'))}` }).end();
      } else if (headers.host?.endsWith('.amazonaws.com')) {
        const forwarded = http.request({ hostname: '127.0.0.1', port: store.port, path: url, method, headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        });
        forwarded.on('error', () => response.destroy());
        request.pipe(forwarded);
      } else if (file) {
        response.writeHead(200, { 'Content-Type': file[0] }).end(file[1]);
      } else {
        response.writeHead(404).end();
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    });
    return server.address() as AddressInfo;
  }

  /** Signs in at the provider, once the page has led there. */
  async function signIn(page: Page): Promise<void> {
    await page.getByLabel('Name').fill('Zoë');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.locator('fine-uploader-s3:not([disabled])').waitFor();
  }

  it('signs in and uploads a small file and one in parts', async () => {
    const page = await context.newPage();
    await page.goto(PAGE);
    await signIn(page);
    assert.equal(page.url(), PAGE, 'no token is left in the address');
    for (const size of [1000, 6 * 2 ** 20]) {
      const detail = await page.evaluate(async (size) => {
        const uploader = document.querySelector<HTMLElement & { addFiles(file: File): void }>('fine-uploader-s3')!;
        const done = new Promise<{ success: boolean; key: string }>((resolve) =>
          uploader.addEventListener('complete', (event) => resolve((event as CustomEvent<{ success: boolean; key: string }>).detail), {
            once: true,
          }),
        );
        uploader.addFiles(new File([new Uint8Array(size)], 'naïve (1).bin'));
        const { success, key } = await done;
        return { success, key };
      }, size);
      assert.equal(detail.success, true);
      assert.match(detail.key, /^web\//);
      const bucketUrl = `http://127.0.0.1:${store.port}/photos`;
      const stored = await fetch(presign({ bucketUrl, region: REGION, ...OWNER }, 'GET', detail.key));
      assert.equal((await stored.arrayBuffer()).byteLength, size);
    }
    await page.close();
  });

  it('begins anew at a reload after a sign-in that did not work', async () => {
    await context.clearCookies();
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(PAGE);
    await page.getByLabel('Name').waitFor();
    await page.goto(`${PAGE}#error=access_denied`);
    await page.waitForFunction(() => location.hash === '');
    assert.deepEqual(errors, ['Signing in did not work: access_denied']);
    await page.reload();
    await signIn(page);
    await page.close();
  });
});
