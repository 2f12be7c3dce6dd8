/** What the SAS servers of demo/servers give is what the store takes: each is started from a copy, and its SAS are used on Azurite. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { blobUri, sasQuery } from '../../contract/sas-requests.js';
import { account, accountKey, startAzurite } from '../../../demo/servers/azurite.js';
import type { Azurite } from '../../../demo/servers/azurite.js';
import { launchBrowser } from '../../tools/playwright.js';
import { startCopy } from './copied-server.js';
import type { CopiedServer } from './copied-server.js';
import { sasServers } from './sas-servers.js';
import { openSite } from './site.js';

const maxSize = 100_000;
const headers = { Cookie: 'session=alice' };
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

let folder: string;
let azurite: Azurite;
let browser: Browser;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sas-servers-'));
  [azurite, browser] = await Promise.all([startAzurite(join(folder, 'data')), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await azurite?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What the page's script uses of the element. */
interface AzureUploader extends HTMLElement {
  blobName: unknown;
  addFiles(file: File): void;
  deleteFile(id: number): boolean;
  getUuid(id: number): string;
}

/** The details of `complete` and of `deleteComplete`. */
interface Uploaded {
  readonly id: number;
  readonly blobName: string;
  readonly success: boolean;
}

/** ONLY=Python,PHP runs those. */
const only = process.env['ONLY']?.split(',');
for (const server of sasServers.filter(({ name }) => !only || only.includes(name))) {
  describe(`${server.name} (demo/servers/${server.file}), with Azurite`, () => {
    let running: CopiedServer;
    let url: string;
    before(async () => {
      running = await startCopy(server, {
        AZURE_ACCOUNT: account,
        AZURE_ACCOUNT_KEY: accountKey,
        AZURE_CONTAINER_URL: azurite.containerUrl,
        AZURE_BLOB_PREFIX: 'users/{user}/',
        AZURE_MAX_SIZE: String(maxSize),
      });
      url = running.origin + server.path;
    });
    after(() => running?.close());

    async function sasFor(name: string, method: 'PUT' | 'DELETE'): Promise<string> {
      const response = await fetch(`${url}/sas?${sasQuery(blobUri(azurite.containerUrl, name), method)}`, { headers });
      const text = await response.text();
      assert.equal(response.status, 200, text);
      return text;
    }
    const send = (sas: string, method: string, body: Buffer<ArrayBuffer> | string = '', query = ''): Promise<Response> =>
      fetch(sas + query, { method, headers: query ? {} : { 'x-ms-blob-type': 'BlockBlob' }, ...(method === 'PUT' && { body }) });
    async function success(name: string): Promise<{ status: number; body: Readonly<Record<string, unknown>> }> {
      const body = new URLSearchParams({ blob: name, container: azurite.containerUrl, uuid: 'some-uuid', name: 'a.txt' });
      const response = await fetch(`${url}/success`, { method: 'POST', headers, body });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    }

    for (const rest of [
      'a.txt',
      'größe 文件 🎉.bin',
      "a b+c&d=e%20f#g?h (1) ~!@$^,;*'.txt",
      '%2e%2e',
      'x'.repeat(1024 - 'users/alice/'.length),
    ])
      it(`${rest.slice(0, 40)}: is written, linked and deleted`, async () => {
        const name = `users/alice/${rest}`;
        const bytes = randomBytes(1000);
        const put = await send(await sasFor(name, 'PUT'), 'PUT', bytes);
        assert.equal(put.status, 201, await put.text());
        assert.equal(await azurite.sha256(name), sha256(bytes));
        const told = await success(name);
        assert.deepEqual([told.status, told.body['success']], [200, true], running.log());
        const link = String(told.body['tempLink']);
        assert.equal(sha256(Buffer.from(await (await fetch(link)).arrayBuffer())), sha256(bytes));
        for (const method of ['PUT', 'DELETE']) assert.equal((await send(link, method, bytes)).status, 403, `${method} with the link`);
        assert.equal((await send(await sasFor(name, 'DELETE'), 'DELETE')).status, 202);
        assert.equal(await azurite.sha256(name), null);
      });

    it('lets blocks be written, listed and committed with one SAS', async () => {
      const name = 'users/alice/blocks.bin';
      const sas = await sasFor(name, 'PUT');
      const blocks = [randomBytes(40_000), randomBytes(20_000)];
      const ids = blocks.map((_, index) => btoa(String(index).padStart(5, '0')));
      for (const [index, block] of blocks.entries()) {
        const put = await send(sas, 'PUT', block, `&comp=block&blockid=${encodeURIComponent(ids[index] ?? '')}`);
        assert.equal(put.status, 201, await put.text());
      }
      const list = await send(sas, 'GET', '', '&comp=blocklist&blocklisttype=uncommitted');
      assert.match(await list.text(), /<Size>40000<\/Size>.*<Size>20000<\/Size>/s);
      const xml = `<BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`;
      assert.equal((await send(sas, 'PUT', xml, '&comp=blocklist')).status, 201);
      assert.equal(await azurite.sha256(name), sha256(Buffer.concat(blocks)));
    });

    it('permits nothing else: no other blob, no other method, not the container', async () => {
      const [own, other] = ['users/alice/own.txt', 'users/bob/victim.txt'];
      const put = await sasFor(own, 'PUT');
      const remove = await sasFor(own, 'DELETE');
      assert.equal((await send(put, 'PUT', 'what Alice has stored')).status, 201);
      assert.equal(
        (await azurite.request('PUT', `/uploads/${other}`, 'what Bob has stored', { 'x-ms-blob-type': 'BlockBlob' })).status,
        201,
      );
      const container = azurite.containerUrl;
      const query = (sas: string): string => sas.slice(sas.indexOf('?'));
      for (const [what, method, address] of [
        ['deleting with the SAS to write', 'DELETE', put],
        ['writing with the SAS to delete', 'PUT', remove],
        ['reading with the SAS to delete', 'GET', remove],
        ['writing another blob', 'PUT', `${container}/${other}${query(put)}`],
        ['reading another blob', 'GET', `${container}/${other}${query(put)}`],
        ['deleting another blob', 'DELETE', `${container}/${other}${query(remove)}`],
        ['more permissions', 'DELETE', put.replace('sp=rcw', 'sp=rcwd')],
        ['a longer time', 'PUT', put.replace(/se=20\d\d/, 'se=2099')],
        ['another resource', 'PUT', put.replace('sr=b', 'sr=c')],
        ['listing the container', 'GET', `${container}${query(put)}&restype=container&comp=list`],
        ['deleting the container', 'DELETE', `${container}${query(remove)}&restype=container`],
      ] as const)
        assert.equal((await send(address, method, 'an attack')).status, 403, what);
      assert.equal(await azurite.sha256(own), sha256(Buffer.from('what Alice has stored')));
      assert.equal(await azurite.sha256(other), sha256(Buffer.from('what Bob has stored')));
    });

    it('deletes a blob that is larger than allowed, and does not have it sent again', async () => {
      const name = 'users/alice/large.bin';
      for (const [size, status] of [
        [maxSize, 200],
        [maxSize + 1, 413],
      ] as const) {
        assert.equal((await send(await sasFor(name, 'PUT'), 'PUT', Buffer.alloc(size))).status, 201);
        assert.equal((await success(name)).status, status);
      }
      assert.equal(await azurite.sha256(name), null);
      const gone = await success(name);
      assert.deepEqual([gone.status, gone.body], [404, { success: false, error: 'The file is not in the container.' }]);
    });

    it('serves a page with <fine-uploader-azure>: a small file and one in blocks, and both deleted', async () => {
      const tag = `<fine-uploader-azure endpoint="${azurite.containerUrl}" signature-endpoint="${server.path}/sas"
        success-endpoint="${server.path}/success" part-size="20000" chunking can-delete multiple></fine-uploader-azure>`;
      const site = await openSite(tag, server, running.origin);
      const page = await browser.newPage();
      try {
        await page.goto(site.url);
        for (const size of [1000, 90_000]) {
          const { id, blobName, success } = await page.evaluate(async (size) => {
            const uploader = document.querySelector('fine-uploader-azure') as AzureUploader;
            await customElements.whenDefined(uploader.localName);
            uploader.blobName = (id: number) => `users/alice/${uploader.getUuid(id)} naïve (1).bin`;
            const completed = new Promise<Uploaded>((resolve) =>
              uploader.addEventListener('complete', (event) => resolve((event as CustomEvent<Uploaded>).detail), { once: true }),
            );
            uploader.addFiles(new File([new Uint8Array(size).fill(7)], 'naïve (1).bin'));
            return completed;
          }, size);
          assert.ok(success, running.log());
          assert.equal(await azurite.sha256(blobName), sha256(Buffer.alloc(size, 7)));
          const isDeleted = await page.evaluate(async (id) => {
            const uploader = document.querySelector('fine-uploader-azure') as AzureUploader;
            const deleted = new Promise<boolean>((resolve) =>
              uploader.addEventListener('deleteComplete', (event) => resolve((event as CustomEvent<Uploaded>).detail.success), {
                once: true,
              }),
            );
            uploader.deleteFile(id);
            return deleted;
          }, id);
          assert.ok(isDeleted, running.log());
          assert.equal(await azurite.sha256(blobName), null);
        }
      } finally {
        await page.close();
        await site.close();
      }
    });
  });
}
