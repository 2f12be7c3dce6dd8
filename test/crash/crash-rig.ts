/** Prepares crashes: the servers, a file and a page. */
import { createHash } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentOf } from '../soak/content.js';
import { Random } from '../soak/random.js';
import { servePages } from '../tools/playwright.js';
import { startCrashServers } from './crash-servers.js';
import { attributes, connections, crashUpload, partSize, victims } from './crash-upload.js';
import type { CrashResult, Victim } from './crash-upload.js';
import { Visitor } from './visitor.js';

/** The bytes that may be sent again after a kill: less than two parts of each connection. */
export const maxResentBytesPerKill = 2 * partSize * connections;

/** The figures of one upload. */
export interface CrashFigures extends CrashResult {
  readonly kills: readonly Victim[];
  /** ms. */
  readonly time: number;
  /** The last events. */
  readonly trace: readonly string[];
}

/** Ready to upload a file again and again. */
export interface CrashRig {
  /** Uploads the file. `kills`: number of kills; each victim is killed in turn. */
  upload(seed: string, kills: number): Promise<CrashFigures>;
  close(): Promise<void>;
}

/** @param size - of the file, bytes */
export async function prepareCrashes(size: number): Promise<CrashRig> {
  const folder = await mkdtemp(join(tmpdir(), 'crash-'));
  const file = join(folder, 'film.bin');
  const sha256 = await writeFile(file, size);
  const servers = await startCrashServers();
  const all = Object.entries({ ...attributes, ...servers.attributes }).map(([name, value]) => `${name}="${value}"`);
  const pages = await servePages({
    '/': `<!doctype html><title>Upload</title>
      <script src="/dist/cdn/fine-uploader.min.js"></script>
      <fine-uploader-s3 ${all.join(' ')}></fine-uploader-s3>
      <script type="module">
        const element = document.querySelector('fine-uploader-s3');
        const plain = (detail) => JSON.parse(JSON.stringify(detail));
        for (const name of ['uploadChunkSuccess', 'resume', 'autoRetry', 'error', 'statusChange'])
          element.addEventListener(name, ({ detail }) => report(name, plain(detail)));
        element.addEventListener('complete', ({ detail }) => report(detail.success ? 'complete' : 'failed', plain(detail)));
      </script>`,
  });
  return {
    async upload(seed, kills) {
      const random = new Random(seed);
      const first = random.integer(0, victims.length - 1);
      const chosen = Array.from({ length: kills }, (_, index) => victims[(first + index) % victims.length]!);
      const visitor = new Visitor(await mkdtemp(join(folder, 'profile-')), `${pages.origin}/`, file);
      const start = performance.now();
      try {
        const result = await crashUpload({ size, sha256, kills: chosen }, servers, visitor, random);
        for (const key of await servers.keys()) await servers.remove(key);
        return { ...result, kills: chosen, time: performance.now() - start, trace: visitor.trace };
      } catch (error) {
        throw new Error(`The upload of seed ${seed} did not end:\n${visitor.trace.join('\n')}`, { cause: error });
      } finally {
        await visitor.close();
      }
    },
    async close() {
      await pages.close();
      await servers.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Writes a file whose blocks all differ. Resolves with its SHA-256. */
async function writeFile(path: string, size: number): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  const blockSize = 8 * 2 ** 20;
  for (let written = 0; written < size; written += blockSize) {
    const block = contentOf({ name: `block ${written}`, size: Math.min(blockSize, size - written), type: 'application/octet-stream' });
    hash.update(block);
    await file.writeFile(block);
  }
  await file.close();
  return hash.digest('hex');
}
