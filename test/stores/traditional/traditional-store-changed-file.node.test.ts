/** A file that changes on the disk before its upload, in a real Chromium, the only browser that detects this. */
import assert from 'node:assert/strict';
import { buildSync } from 'esbuild';
import { mkdtemp, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch } from 'puppeteer-core';
import type { ElementHandle } from 'puppeteer-core';
import { bytesOf } from '../../contract/checks.js';
import { chromium, chromiumArguments } from '../../tools/browsers.mjs';
import { RecordingServer } from './recording-server.js';

const source = fileURLToPath(new URL('../../../src/', import.meta.url));

/** A page with a file input and a function that uploads the chosen file. */
const script = buildSync({
  stdin: {
    resolveDir: source,
    loader: 'ts',
    contents: `
      import { send } from './http/xhr.js';
      import { TraditionalStore } from './stores/traditional/traditional-store.js';
      let size = 0;
      addEventListener('change', () => ([{ size }] = document.querySelector('input').files));
      window.upload = async (options) => {
        const blob = document.querySelector('input').files[0];
        const file = { id: 0, uuid: 'uuid', name: blob.name, size, type: blob.type, blob, path: '' };
        const context = { file, signal: new AbortController().signal, stallTimeout: () => 5000, answerTimeout: 5000, connection: (request) => request(), waitFor: (promise) => Promise.resolve(promise), progress: () => {}, saveSession: () => {} };
        const store = new TraditionalStore({ ...options, send });
        try {
          const { session, parts } = await store.open(undefined, context);
          const receipts = [];
          for (const part of parts) receipts.push(await store.send(part, session, context));
          return await store.close(session, receipts, context);
        } catch ({ code, retry, reason }) {
          return { code, retry, reason };
        }
      };`,
  },
  bundle: true,
  write: false,
  format: 'iife',
}).outputFiles[0]!.text;

const page = `<!doctype html><meta charset="utf-8"><title>Upload</title><input type="file"><script>${script}</script>`;

const server = await RecordingServer.start();
const folder = await mkdtemp(join(tmpdir(), 'changed-file-'));
const executablePath = await chromium();
// The Chromium of the npm package is Chrome's headless shell.
const headless = executablePath.startsWith('/tmp/') ? 'shell' : true;
const browser = await launch({ executablePath, headless, args: chromiumArguments });
after(async () => {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true });
});

const size = 3_000_001;
const path = join(folder, 'chosen.bin');

/** Chooses a file, changes it, and uploads it. */
async function upload(change: () => Promise<void>, options: object): Promise<unknown> {
  server.script(({ path }) => (path === '/' ? { body: page } : { body: { success: true } }));
  await writeFile(path, bytesOf(size));
  const tab = await browser.newPage();
  try {
    await tab.goto(server.origin);
    const input = (await tab.$('input')) as ElementHandle<HTMLInputElement>;
    await input.uploadFile(path);
    await change();
    return await tab.evaluate(`upload(${JSON.stringify({ endpoint: `${server.origin}/uploads`, ...options })})`);
  } finally {
    await tab.close();
  }
}

describe('TraditionalStore, with a chosen file', () => {
  for (const [mode, options] of [
    ['in one request', {}],
    ['as the body itself', { paramsInBody: false, forceMultipart: false }],
    ['in chunks', { chunking: true, partSize: 1_000_000 }],
  ] as const) {
    it(`uploads it ${mode}`, async () => {
      assert.deepEqual(await upload(() => Promise.resolve(), options), { response: { success: true } });
      const received = server.requests.filter(({ path }) => path === '/uploads').map(({ files, body }) => files[0]?.bytes ?? body);
      assert.ok(Buffer.concat(received).equals(bytesOf(size)));
    });

    for (const [title, change] of [
      ['was truncated by a byte', () => truncate(path, size - 1)],
      ['was truncated to nothing', () => truncate(path, 0)],
      ['was deleted', () => unlink(path)],
      ['was overwritten', () => writeFile(path, bytesOf(size, 99))],
    ] as const)
      it(`rejects ${mode} if it ${title}`, async () => {
        const outcome = (await upload(change, options)) as { code?: string; retry?: string; reason?: string };
        assert.deepEqual([outcome.code, outcome.retry], ['NotReadable', 'manual'], JSON.stringify(outcome));
        assert.match(outcome.reason ?? '', /can no longer be read/);
      });
  }
});
