/**
 * Every server of demo/servers that runs here, driven by the elements in a browser: a page with one tag and the copied file behind it, as a site has
 * them. A small file and one in parts are uploaded, looked at in the store, and deleted again.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../tools/playwright.js';
import { startIdentity } from '../identity.js';
import type { Identity } from '../identity.js';
import { account, BUCKET, describeObject, listUploads, startS3Target } from '../s3-target.js';
import type { S3Target } from '../s3-target.js';
import { startCopy } from './copied-server.js';
import type { CopyableServer } from './copied-server.js';
import { openSite } from './site.js';
import { signingServers } from './signing-servers.js';
import { traditionalEndpoints } from './traditional-endpoints.js';

const MEBIBYTE = 2 ** 20;
const MAX_SIZE = 50 * MEBIBYTE;

let browser: Browser;
let folder: string;
let identity: Identity;
let target: S3Target;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'servers-in-a-browser-'));
  [browser, identity] = await Promise.all([launchBrowser(), startIdentity()]);
  target = await startS3Target(join(folder, 's3'), identity);
});
after(async () => {
  await Promise.all([browser?.close(), identity?.close()]);
  await target?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What the page made of a file. */
interface Uploaded {
  readonly id: number;
  readonly success: boolean;
  readonly key?: string;
  readonly uuid: string;
  readonly reason: string;
  readonly sha256: string;
  readonly tempLink: string;
}

interface Uploader extends HTMLElement {
  key: unknown;
  addFiles(file: File): void;
  deleteFile(id: number): boolean;
  getUuid(id: number): string;
}

function upload(page: Page, size: number, prefix?: string): Promise<Uploaded> {
  return page.evaluate(
    async ({ size, prefix }) => {
      const uploader = document.querySelector<Uploader>('fine-uploader, fine-uploader-s3')!;
      await customElements.whenDefined(uploader.localName);
      if (prefix) uploader.key = (id: number) => `${prefix}${uploader.getUuid(id)} naïve (1).bin`;
      const bytes = new Uint8Array(size);
      for (let start = 0; start < size; start += 65_536) crypto.getRandomValues(bytes.subarray(start, start + 65_536));
      let reason = '';
      uploader.addEventListener('error', (event) => (reason = (event as unknown as CustomEvent<{ reason: string }>).detail.reason));
      const completed = new Promise<Omit<Uploaded, 'reason' | 'sha256' | 'tempLink'> & { response: { tempLink?: string } }>((resolve) =>
        uploader.addEventListener('complete', (event) => resolve((event as CustomEvent).detail), { once: true }),
      );
      uploader.addFiles(new File([bytes], 'naïve (1).bin', { type: 'application/x-test' }));
      const { response, ...detail } = await completed;
      const digest = [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))];
      const sha256 = digest.map((byte) => byte.toString(16).padStart(2, '0')).join('');
      return { ...detail, reason, sha256, tempLink: response?.tempLink ?? '' };
    },
    { size, prefix },
  );
}

/** Deletes a file as the button does, and resolves to whether that worked. */
function remove(page: Page, id: number): Promise<boolean> {
  return page.evaluate(async (id) => {
    const uploader = document.querySelector<Uploader>('fine-uploader, fine-uploader-s3')!;
    const deleted = new Promise<boolean>((resolve) =>
      uploader.addEventListener('deleteComplete', (event) => resolve(!(event as CustomEvent<{ isError?: boolean }>).detail.isError), {
        once: true,
      }),
    );
    uploader.deleteFile(id);
    return deleted;
  }, id);
}

/** ONLY=Python,Go drives those. */
const only = process.env['ONLY']?.split(',');
const chosen = <Server extends CopyableServer>(servers: readonly Server[]): readonly Server[] =>
  servers.filter(({ name }) => !only || only.includes(name));

describe('a page with <fine-uploader-s3> and a copied signing server', { timeout: 600_000 }, () => {
  for (const server of chosen(signingServers)) {
    it(`${server.name}: a small file and one in parts, and both deleted`, async () => {
      const { bucketUrl, region, accessKey, secretKey } = account(target, BUCKET, target.credentials);
      const settings = {
        S3_BUCKET: BUCKET,
        S3_BUCKET_URL: bucketUrl,
        S3_REGION: region,
        S3_ACCESS_KEY: accessKey,
        S3_SECRET_KEY: secretKey,
        S3_KEY_PREFIX: 'users/{user}/',
        S3_MAX_SIZE: String(MAX_SIZE),
      };
      const running = await startCopy(server, settings);
      const tag = `<fine-uploader-s3 endpoint="${bucketUrl}" region="${region}" access-key="${accessKey}" signature-endpoint="${server.path}/signature"
        success-endpoint="${server.path}/success" delete-endpoint="${server.path}/files" size-limit="${MAX_SIZE}" chunking multiple></fine-uploader-s3>`;
      const site = await openSite(tag, server, running.origin);
      const page = await browser.newPage();
      try {
        await page.goto(site.url);
        for (const size of [1000, 11 * MEBIBYTE]) {
          const uploaded = await upload(page, size, 'users/alice/');
          assert.ok(uploaded.success, `${uploaded.reason} ${running.log()}`);
          const found = await describeObject(target, BUCKET, uploaded.key ?? '');
          assert.deepEqual([found?.size, found?.sha256], [size, uploaded.sha256]);
          assert.equal((await fetch(uploaded.tempLink)).status, 200);
          assert.ok(await remove(page, uploaded.id), running.log());
          assert.equal(await describeObject(target, BUCKET, uploaded.key ?? ''), undefined);
        }
        assert.deepEqual(await listUploads(target, BUCKET), []);
      } finally {
        await page.close();
        await site.close();
        await running.close();
      }
    });
  }
});

describe('a page with <fine-uploader> and a copied endpoint', { timeout: 600_000 }, () => {
  for (const server of chosen(traditionalEndpoints)) {
    it(`${server.name}: a small file and one in chunks, and both deleted`, async () => {
      const running = await startCopy(server, { FOLDER: join(folder, server.name), MAX_SIZE: String(MAX_SIZE) });
      const tag = `<fine-uploader endpoint="${server.path}" delete-endpoint="${server.path}" chunking concurrent-chunks
        chunking-success-endpoint="${server.path}${server.done}" multiple></fine-uploader>`;
      const site = await openSite(tag, server, running.origin);
      const page = await browser.newPage();
      try {
        await page.goto(site.url);
        for (const size of [1000, 7 * MEBIBYTE]) {
          const uploaded = await upload(page, size);
          assert.ok(uploaded.success, `${uploaded.reason} ${running.log()}`);
          const read = () => fetch(`${running.origin}${server.path}/${uploaded.uuid}`, { headers: { Cookie: 'session=alice' } });
          const bytes = Buffer.from(await (await read()).arrayBuffer());
          assert.equal(createHash('sha256').update(bytes).digest('hex'), uploaded.sha256);
          assert.ok(await remove(page, uploaded.id), running.log());
          assert.equal((await read()).status, 404);
        }
      } finally {
        await page.close();
        await site.close();
        await running.close();
      }
    });
  }
});
