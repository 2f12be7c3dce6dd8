/** `<fine-uploader-azure>` in a browser, with the built files, Azurite and the SAS server of demo/servers. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Fault } from '../servers/faults.js';
import { launchBrowser, servePages } from '../tools/playwright.js';
import type { RunningServer } from '../tools/playwright.js';
import { startAzureServers } from '../stores/azure/azure-servers.js';
import type { AzureServers } from '../stores/azure/azure-servers.js';

const mebibyte = 2 ** 20;
const large = 12 * mebibyte + 7;

interface Completed {
  readonly id: number;
  readonly name: string;
  readonly success: boolean;
  readonly uuid: string;
  readonly blobName: string;
  readonly container: string;
  readonly response: { readonly success?: boolean; readonly tempLink?: string; readonly error?: string };
}

/** What the page's script uses of the element. */
interface AzureUploader extends HTMLElement {
  blobName: unknown;
  addFiles(file: File): void;
  addInitialFiles(files: readonly object[]): void;
  cancel(id: number): void;
  deleteFile(id: number): boolean;
  getBlobName(id: number): string | undefined;
}

declare global {
  interface Window {
    errors: string[];
    makeFile(name: string, size: number): File;
  }
}

/** The same bytes as the page's `makeFile`. */
function bytesOf(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let index = 0, state = size | 1; index < size; index++) bytes[index] = (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 16;
  return bytes;
}
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

let browser: Browser;
let folder: string;
let servers: AzureServers;
let site: RunningServer;
let context: BrowserContext;
let page: Page;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'azure-'));
  [browser, servers] = await Promise.all([launchBrowser(), startAzureServers(join(folder, 'data'))]);
});
after(async () => {
  await browser?.close();
  await servers?.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await Promise.all([servers.store.reset(), servers.signer.reset()]);
  context = await browser.newContext();
});
afterEach(async () => {
  await context.close();
  await site?.close();
});

/** Opens a page with the element. */
async function open(attributes = ''): Promise<void> {
  const tag = `<fine-uploader-azure multiple endpoint="${servers.container}" signature-endpoint="${servers.sas}" success-endpoint="${servers.success}"
    auto-attempt-delay="0.2" part-size="1MiB" ${attributes}></fine-uploader-azure>`;
  const script = `<script type="module">
    import '/dist/cdn/fine-uploader.esm.min.js';
    window.errors = [];
    window.makeFile = (name, size) => {
      const bytes = new Uint8Array(size);
      for (let index = 0, state = size | 1; index < size; index++) bytes[index] = (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 16;
      return new File([bytes], name, { type: 'application/x-test', lastModified: 1 });
    };
    document.querySelector('fine-uploader-azure').addEventListener('error', ({ detail }) => errors.push(detail.reason));
  </script>`;
  site = await servePages({ '/': `<!doctype html>${tag}${script}` });
  page = await context.newPage();
  await page.goto(`${site.origin}/`);
  await page.waitForFunction(() => typeof window.makeFile === 'function');
}

/** Adds a file and waits for its `complete`. */
function upload(name: string, size: number): Promise<Completed> {
  return page.evaluate(
    ([name, size]) =>
      new Promise<Completed>((resolve) => {
        const uploader = document.querySelector<AzureUploader>('fine-uploader-azure')!;
        uploader.addEventListener('complete', (event) => resolve((event as CustomEvent<Completed>).detail), { once: true });
        uploader.addFiles(window.makeFile(name, size));
      }),
    [name, size] as const,
  );
}

async function assertStored({ success, blobName }: Completed, size: number): Promise<void> {
  assert.equal(success, true, JSON.stringify(await page.evaluate(() => window.errors)));
  assert.equal(await servers.azurite.sha256(blobName), sha256(bytesOf(size)));
}

/** Requests to the store, without preflights: method and query without the SAS. */
const steps = () =>
  servers.store
    .log()
    .requests.filter(({ method }) => method !== 'OPTIONS')
    .map(({ method, path }) => `${method} ${/comp=[a-z]+/.exec(path)?.[0] ?? ''}`.trim());

describe('<fine-uploader-azure>', () => {
  it('uploads a small file by Put Blob, with its type and metadata', async () => {
    await open(`params='{"color": "grün", "nested": {"a": 1}, "x-ms-blob-cache-control": "max-age=60", "Content-Encoding": "identity"}'`);
    const completed = await upload('größe 文件 (1).txt', 1000);
    await assertStored(completed, 1000);
    assert.deepEqual(
      [completed.container, completed.name, completed.blobName],
      [servers.container, 'größe 文件 (1).txt', `${completed.uuid}.txt`],
    );
    assert.equal(completed.response.success, true);
    assert.deepEqual(steps(), ['PUT', 'HEAD']);
    // Azurite does not read it; Azure does.
    assert.equal(servers.store.log().requests.find(({ method }) => method === 'PUT')?.headers['content-encoding'], 'identity');
    const stored = await servers.azurite.request('HEAD', `/uploads/${completed.blobName}`);
    assert.equal(stored.headers.get('content-type'), 'application/x-test');
    assert.equal(stored.headers.get('cache-control'), 'max-age=60');
    assert.equal(stored.headers.get('x-ms-meta-qqfilename'), encodeURIComponent('größe 文件 (1).txt'));
    assert.equal(stored.headers.get('x-ms-meta-color'), encodeURIComponent('grün'));
    assert.equal(stored.headers.get('x-ms-meta-a'), '1');
    // The link that the success endpoint gave works.
    assert.equal((await fetch(completed.response.tempLink ?? '')).status, 200);
  });

  it('uploads a large file in parallel blocks with one SAS, and commits them with its type and metadata', async () => {
    await open(`chunking params='{"Cache-Control": "max-age=60"}'`);
    const completed = await upload('large.bin', large);
    await assertStored(completed, large);
    const requests = servers.store.log().requests.filter(({ method }) => method === 'PUT');
    assert.equal(requests.filter(({ path }) => path.includes('comp=block&')).length, 13);
    const ids = requests.map(({ path }) => new URLSearchParams(path.split('?')[1]).get('blockid')).filter((id) => id !== null);
    assert.deepEqual(
      ids.map((id) => atob(id)).sort(),
      Array.from({ length: 13 }, (_, index) => String(index).padStart(5, '0')),
    );
    assert.ok(servers.store.log().maxParallel >= 4);
    assert.equal(servers.signer.log().requests.filter(({ path }) => path.startsWith('/azure/sas')).length, 1);
    const stored = await servers.azurite.request('HEAD', `/uploads/${completed.blobName}`);
    assert.equal(stored.headers.get('content-type'), 'application/x-test');
    assert.equal(stored.headers.get('cache-control'), 'max-age=60');
  });

  it('sends the MD5 of each block, and sends a block again that the storage has found damaged', async () => {
    await open('chunking checksum="md5"');
    await page.evaluate(() => {
      const { send } = XMLHttpRequest.prototype;
      let damaged = 0;
      XMLHttpRequest.prototype.send = function (body) {
        const damage = body instanceof Blob && body.size > 0 && damaged++ < 2;
        send.call(this, damage ? new Blob([new Uint8Array(body.size)]) : body);
      };
    });
    const completed = await upload('large.bin', large);
    await assertStored(completed, large);
    const blocks = servers.store.log().requests.filter(({ path, method }) => method === 'PUT' && path.includes('comp=block&'));
    assert.equal(blocks.length, 15);
    for (const { headers } of blocks) assert.match(String(headers['content-md5']), /^[A-Za-z0-9+/]{22}==$/);
    const small = await upload('small.bin', 10);
    await assertStored(small, 10);
    const stored = await servers.azurite.request('HEAD', `/uploads/${small.blobName}`);
    assert.equal(stored.headers.get('content-md5'), createHash('md5').update(bytesOf(10)).digest('base64'));
  });

  it('speaks Fine Uploader’s protocol with the signing server and the success endpoint', async () => {
    await open(`success-params='{"album": "7"}' params='{"color": "red"}'`);
    const { uuid, blobName } = await upload('a b.txt', 10);
    const [sas, success] = servers.signer.log().requests.filter(({ method }) => method !== 'OPTIONS');
    const query = new URLSearchParams(sas?.path.split('?')[1]);
    assert.deepEqual([sas?.method, query.get('bloburi'), query.get('_method')], ['GET', `${servers.container}/${blobName}`, 'PUT']);
    assert.match(query.get('qqtimestamp') ?? '', /^\d{13}$/);
    assert.deepEqual(
      [success?.method, Object.fromEntries(new URLSearchParams(success?.bodyStart))],
      ['POST', { album: '7', blob: blobName, uuid, name: 'a b.txt', container: servers.container, color: 'red' }],
    );
  });

  it('names blobs by the file’s name or by a function, also with characters that a URL would decode', async () => {
    await open('blob-name="filename"');
    for (const name of ['a b+c&d=e%20#?.txt', 'größe 文件 🎉.bin', "it's (1) [2] {3} ~!@$^,;.txt"]) {
      const completed = await upload(name, 100);
      await assertStored(completed, 100);
      assert.equal(completed.blobName, name);
    }
    await page.evaluate(
      () => (document.querySelector<AzureUploader>('fine-uploader-azure')!.blobName = async (id: number) => `by/id ${id}.bin`),
    );
    const completed = await upload('x.txt', 100);
    await assertStored(completed, 100);
    assert.equal(completed.blobName, `by/id ${completed.id}.bin`);
    assert.equal(
      await page.evaluate((id) => document.querySelector<AzureUploader>('fine-uploader-azure')!.getBlobName(id), completed.id),
      completed.blobName,
    );
  });

  it('deletes a blob with a SAS for it, and one that is gone already', async () => {
    await open('can-delete');
    for (const gone of [false, true]) {
      const { id, blobName } = await upload('a.txt', 10);
      if (gone) await servers.azurite.request('DELETE', `/uploads/${blobName}`);
      const outcome = await page.evaluate(
        (id) =>
          new Promise((resolve) => {
            const uploader = document.querySelector<AzureUploader>('fine-uploader-azure')!;
            uploader.addEventListener('deleteComplete', (event) => resolve((event as CustomEvent<{ success: boolean }>).detail.success), {
              once: true,
            });
            uploader.deleteFile(id);
          }),
        id,
      );
      assert.equal(outcome, true);
      assert.equal(await servers.azurite.sha256(blobName), null);
    }
  });

  it('deletes a file of an earlier session by its blobName', async () => {
    await open('can-delete');
    const { blobName } = await upload('a.txt', 10);
    const outcome = await page.evaluate(
      (blobName) =>
        new Promise((resolve) => {
          const uploader = document.querySelector<AzureUploader>('fine-uploader-azure')!;
          uploader.addInitialFiles([{ name: 'a.txt', uuid: 'other', blobName }]);
          uploader.addEventListener('deleteComplete', (event) => resolve((event as CustomEvent<{ success: boolean }>).detail.success), {
            once: true,
          });
          uploader.deleteFile(1);
        }),
      blobName,
    );
    assert.equal(outcome, true);
    assert.equal(await servers.azurite.sha256(blobName), null);
  });

  it('cancels without touching an older blob of the same name', async () => {
    await open('chunking blob-name="filename"');
    await assertStored(await upload('same.bin', 100), 100);
    servers.store.setFaults([{ kind: 'slow', bytesPerSecond: mebibyte }]);
    await page.evaluate(
      (size) =>
        new Promise<void>((resolve) => {
          const uploader = document.querySelector<AzureUploader>('fine-uploader-azure')!;
          uploader.addEventListener('uploadChunkSuccess', () => uploader.cancel(1), { once: true });
          uploader.addEventListener('cancel', () => setTimeout(resolve, 500), { once: true });
          uploader.addFiles(window.makeFile('same.bin', size));
        }),
      large,
    );
    assert.equal(await servers.azurite.sha256('same.bin'), sha256(bytesOf(100)));
    assert.ok(!steps().some((step) => step.startsWith('DELETE')));
  });

  it('does not mix two files that are uploaded under one name at the same time', async () => {
    await open('chunking blob-name="filename"');
    const sizes = [3 * mebibyte, 3 * mebibyte + 1];
    await page.evaluate(
      (sizes) =>
        new Promise<void>((resolve) => {
          const uploader = document.querySelector<AzureUploader>('fine-uploader-azure')!;
          uploader.addEventListener('allComplete', () => resolve(), { once: true });
          for (const size of sizes) uploader.addFiles(window.makeFile('twice.bin', size));
        }),
      sizes,
    );
    assert.ok(sizes.map((size) => sha256(bytesOf(size))).includes((await servers.azurite.sha256('twice.bin')) ?? ''));
  });

  it('says in a sentence what the signing server, the storage or the success endpoint refuse', async () => {
    await open('max-auto-attempts="0"');
    for (const [proxy, fault, sentence] of [
      ['signer', { kind: 'answer', status: 403, match: { path: '/sas' } }, /signing server refused the request \(status 403\)/],
      ['signer', { kind: 'answer', status: 200, body: 'no SAS', match: { path: '/sas' } }, /did not answer with a SAS URI/],
      ['signer', { kind: 'answer', status: 200, body: '{"error": "No cats."}', match: { path: '/success' } }, /No cats\./],
      [
        'store',
        { kind: 'answer', status: 403, body: '<?xml version="1.0"?><Error><Code>AuthenticationFailed</Code><Message>x</Message></Error>' },
        /did not accept the permission to upload \(AuthenticationFailed\)/,
      ],
      ['store', { kind: 'answer', status: 404, body: '<Error><Code>ContainerNotFound</Code></Error>' }, /no container of this name/],
    ] as const satisfies readonly (readonly ['signer' | 'store', Fault, RegExp])[]) {
      servers[proxy].setFaults([fault]);
      const { success } = await upload('a.txt', 10);
      assert.equal(success, false);
      assert.match((await page.evaluate(() => window.errors.at(-1))) ?? '', sentence);
    }
  });
});

describe('<fine-uploader-azure> survives', () => {
  const block = { method: 'PUT', path: 'comp=block&' };
  const commit = { method: 'PUT', path: 'comp=blocklist' };
  const error = (status: number, code: string, more: object = {}) => ({
    kind: 'answer' as const,
    status,
    body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}.</Message></Error>`,
    ...more,
  });
  const faults: Readonly<Record<string, readonly Fault[]>> = {
    '503 ServerBusy for 2 s': [{ ...error(503, 'ServerBusy'), forMs: 2000, match: block }],
    'a connection that is closed within a block': [{ kind: 'cutRequest', afterBytes: 300_000, times: 3, match: block }],
    'a lost answer to a block': [{ kind: 'cutResponse', afterBytes: -1, times: 2, match: block }],
    'a lost answer to the block list': [{ kind: 'cutResponse', afterBytes: -1, times: 2, match: commit }],
    'a storage that is unreachable for 1.5 s': [{ kind: 'gone', ms: 1500, match: block, skip: 2 }],
    'a block that is never answered': [{ kind: 'silent', match: block, skip: 3 }],
    'an expired SAS': [{ ...error(403, 'AuthenticationFailed'), times: 3, skip: 2, match: block }],
    'blocks that the storage has lost': [{ ...error(400, 'InvalidBlockList'), match: commit }],
    'an internal error at the block list': [{ ...error(500, 'InternalError'), times: 2, match: commit }],
    'an answer without CORS headers': [{ ...error(500, 'InternalError', { cors: false }), times: 2, match: block }],
  };
  for (const [name, list] of Object.entries(faults)) {
    it(name, async () => {
      await open('chunking stall-timeout="3"');
      servers.store.setFaults(list);
      await assertStored(await upload('fault.bin', large), large);
      assert.ok(
        servers.store.log().requests.some(({ fault }) => fault !== undefined),
        'the fault was met',
      );
    });
  }

  it('a storage that is killed and has lost blocks that it had acknowledged', async () => {
    await open('chunking');
    servers.store.setFaults([{ kind: 'slow', bytesPerSecond: 6 * mebibyte }]);
    const uploaded = upload('killed.bin', large);
    await page.waitForFunction(() => document.querySelector<AzureUploader>('fine-uploader-azure')!.getBlobName(0) !== undefined);
    while (servers.store.log().requests.filter(({ status }) => status === 201).length < 4)
      await new Promise((resolve) => setTimeout(resolve, 50));
    await servers.azurite.restart('SIGKILL');
    await assertStored(await uploaded, large);
  });

  it('a signing server that fails twice', async () => {
    await open('chunking');
    servers.signer.setFaults([{ kind: 'answer', status: 500, times: 2, match: { path: '/sas' } }]);
    await assertStored(await upload('fault.bin', large), large);
  });

  it('two reloads and two restarts of the storage: only what is missing is sent', async () => {
    await open('chunking resume');
    const size = 40 * mebibyte;
    const sent = () => servers.store.log().requests.filter(({ path, status }) => path.includes('comp=block&') && status === 201).length;
    const begin = () =>
      page.evaluate(
        (size) => void document.querySelector<AzureUploader>('fine-uploader-azure')!.addFiles(window.makeFile('resumed.bin', size)),
        size,
      );
    for (const goal of [8, 20]) {
      servers.store.setFaults([{ kind: 'slow', bytesPerSecond: 12 * mebibyte }]);
      await begin();
      while (sent() < goal) await new Promise((resolve) => setTimeout(resolve, 50));
      await servers.azurite.restart('SIGTERM');
      await page.reload();
      await page.waitForFunction(() => typeof window.makeFile === 'function');
    }
    servers.store.setFaults([]);
    await assertStored(await upload('resumed.bin', size), size);
    assert.ok(steps().includes('GET comp=blocklist'));
    // Six connections lose at most a block each at a reload, and one more whose record was not yet written.
    assert.ok(sent() <= 40 + 2 * 7, `${sent()} blocks were sent`);
  });
});

describe('<fine-uploader-azure> with a SAS of seconds', () => {
  let short: AzureServers;
  before(async () => {
    short = await startAzureServers(join(folder, 'short'), 3 / 60);
  });
  after(() => short?.close());

  it('asks for another one, unattended', async () => {
    const [long, container] = [servers, servers.container];
    servers = short;
    try {
      await open('chunking');
      servers.store.setFaults([{ kind: 'slow', bytesPerSecond: 2 * mebibyte }]);
      await assertStored(await upload('slow.bin', large), large);
      assert.ok(servers.signer.log().requests.filter(({ path }) => path.startsWith('/azure/sas')).length > 2);
    } finally {
      servers = long;
      assert.equal(servers.container, container);
    }
  });
});
