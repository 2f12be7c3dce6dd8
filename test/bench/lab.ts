/** The browser, the far side, and the files: what every row of the benchmark is measured with. */

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import type { Browser, CDPSession, Page, Protocol } from 'puppeteer-core';
import { chromium, chromiumArguments } from '../tools/browsers.mjs';
import { expected, sha256, smallFile } from './content.js';
import type { Account, Conditions, BenchServer, Order } from './bench-server.js';
import { bundlePages } from './bundles.js';

/** What one run in a page needs. */
export interface Visit {
  /** Name of the page in pages/, perhaps with a query. */
  readonly page: string;
  /** Paths of the files to choose. */
  readonly files?: readonly string[];
  /** How many times slower the processor shall be. */
  readonly slowdown?: number;
  /** CSS files of node_modules, and markup. */
  readonly head?: string;
  readonly body?: string;
}

/** A page that was opened. */
export interface Opened {
  readonly page: Page;
  readonly devtools: CDPSession;
  /** Resident bytes of all renderers: more than now, at most, since it was opened. */
  readonly memory: () => number;
  /** Seconds that all processes of the browser have worked since: says more than a clock where others use the machine, too. */
  readonly processors: () => Promise<number>;
  close(): Promise<void>;
}

const exposed = ['--enable-precise-memory-info', '--js-flags=--expose-gc', '--autoplay-policy=no-user-gesture-required'];

/** Everything that a benchmark runs with. Close it. */
export class Lab {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'fine-uploader-bench-'));
  readonly #made = new Map<string, string[]>();

  private constructor(
    private readonly browser: Browser,
    private readonly child: ChildProcess,
    readonly far: BenchServer,
    private readonly pages: Record<string, string>,
    private readonly profiling: boolean,
  ) {}

  /**
   * @param names - of pages in pages/.
   * @param profiling - prints what each run's main thread was busy with.
   */
  static async start(names: readonly string[], { fromSources = false, profiling = false }): Promise<Lab> {
    const scripts = await bundlePages(names, fromSources, !profiling);
    const child = fork(fileURLToPath(new URL('bench-server.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
    const far = await new Promise<BenchServer>((resolve, reject) => {
      child.once('message', (where) => resolve(where as BenchServer));
      child.once('exit', (code) => reject(new Error(`The far side ended with ${code}.`)));
    });
    const executablePath = await chromium();
    const browser = await puppeteer.launch({
      executablePath,
      headless: executablePath.startsWith('/tmp/') ? 'shell' : true,
      args: [...chromiumArguments, ...exposed],
      acceptInsecureCerts: true,
      protocolTimeout: 900_000,
    });
    const lab = new Lab(browser, child, far, {}, profiling);
    for (const [name, text] of scripts) lab.serve(`/${name}`, text);
    return lab;
  }

  /** Has the page's server answer a path with a text. */
  serve(name: string, text: string): void {
    const file = path.join(this.folder, name.replaceAll(/[^\w.-]/g, '_'));
    writeFileSync(file, text);
    this.pages[name] = file;
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.child.removeAllListeners();
    this.child.disconnect();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #tell(order: Order): Promise<unknown> {
    const answered = new Promise((resolve) => this.child.once('message', resolve));
    this.child.send(order);
    return answered;
  }

  /** Sets the far side up for a run, and has it forget the one before. */
  async conditions(conditions: Partial<Conditions>): Promise<void> {
    await this.#tell({ do: 'conditions', conditions: { delay: 0, link: 0, perConnection: 0, partSize: 0, ...conditions } });
  }

  /** What came since. */
  async account(): Promise<Account> {
    return (await this.#tell({ do: 'account' })) as Account;
  }

  // ------------------------------------------------------------------------------------------------------------ files

  /** A large file on the disk. */
  async largeFile(size: number): Promise<string> {
    const file = path.join(this.folder, `${size}.bin`);
    if (existsSync(file)) return file;
    const handle = await open(file, 'w');
    for (let place = 0; place < size;) {
      const bytes = expected(place, size - place);
      await handle.write(bytes);
      place += bytes.length;
    }
    await handle.close();
    return file;
  }

  /** Many small files on the disk. */
  smallFiles(count: number, size: number): string[] {
    return this.#make(`small-${count}-${size}`, count, (index) => [`${index}.dat`, smallFile(index, size)]);
  }

  /** Their SHA-256, sorted. */
  smallHashes(count: number, size: number): string[] {
    return Array.from({ length: count }, (_, index) => sha256(smallFile(index, size))).sort();
  }

  /** Copies of a file, each different by some bytes at its end, which decoders of pictures do not read. */
  copies(count: number, original: Buffer, name: (index: number) => string): string[] {
    return this.#make(`copies-${count}-${original.length}`, count, (index) => [
      name(index),
      Buffer.concat([original, smallFile(index, 64)]),
    ]);
  }

  #make(what: string, count: number, file: (index: number) => readonly [string, Buffer]): string[] {
    let paths = this.#made.get(what);
    if (!paths) {
      const folder = mkdtempSync(path.join(this.folder, 'files-'));
      paths = Array.from({ length: count }, (_, index) => {
        const [name, bytes] = file(index);
        const where = path.join(folder, name);
        writeFileSync(where, bytes);
        return where;
      });
      this.#made.set(what, paths);
    }
    return paths;
  }

  // ---------------------------------------------------------------------------------------------------------- browser

  /** Opens a page in a context of its own: no connection, preflight or cache of another run is there. */
  async open({ page: address, files = [], slowdown = 1, head = '', body = '' }: Visit): Promise<Opened> {
    const name = address.replace(/\?.*/, '');
    this.pages[`/${name}`] =
      `<!doctype html><meta charset="utf-8"><title>${name}</title>${head}<body>${body}<input id="files" type="file" multiple hidden><script type="module" src="/${name}.js"></script>`;
    await this.#tell({ do: 'pages', pages: this.pages });
    const context = await this.browser.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport({ width: 1000, height: 800 });
    const devtools = await page.createCDPSession();
    if (slowdown !== 1) await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    page.on('pageerror', (error) => console.error(`${address}: ${error instanceof Error ? error.message : String(error)}`));
    await page.goto(`${this.far.page}/${address}`, { waitUntil: 'load' });
    if (files.length) {
      const input = (await page.$('#files')) as { uploadFile(...paths: string[]): Promise<void> } | null;
      await input?.uploadFile(...files);
    }
    await devtools.send('HeapProfiler.collectGarbage');
    if (this.profiling) {
      await devtools.send('Profiler.enable');
      await devtools.send('Profiler.setSamplingInterval', { interval: 500 });
      await devtools.send('Profiler.start');
    }
    const renderers = await this.#renderers();
    const idle = resident(renderers);
    const worked = await this.#processorTime();
    let most = 0;
    const look = setInterval(() => (most = Math.max(most, resident(renderers) - idle)), 50);
    return {
      page,
      devtools,
      processors: async () => (await this.#processorTime()) - worked,
      memory: () => Math.max(most, resident(renderers) - idle),
      close: async () => {
        clearInterval(look);
        if (this.profiling) printProfile(address, (await devtools.send('Profiler.stop')).profile);
        await context.close();
      },
    };
  }

  async #renderers(): Promise<number[]> {
    return (await this.#processes()).filter(({ type }) => type === 'renderer').map(({ id }) => id);
  }

  async #processorTime(): Promise<number> {
    return (await this.#processes()).reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  }

  async #processes(): Promise<Protocol.SystemInfo.ProcessInfo[]> {
    this.#session ??= this.browser.target().createCDPSession();
    return (await (await this.#session).send('SystemInfo.getProcessInfo')).processInfo;
  }
  #session: Promise<CDPSession> | undefined;
}

/** Resident memory that belongs to no file on the disk, bytes: Linux tells; elsewhere 0. */
function resident(processes: readonly number[]): number {
  let sum = 0;
  for (const id of processes) {
    try {
      const status = readFileSync(`/proc/${id}/status`, 'utf8');
      for (const [, kilobytes] of status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB/gm)) sum += Number(kilobytes) * 1024;
    } catch {
      // gone, or not Linux
    }
  }
  return sum;
}

/** What the main thread did most, in ms. */
function printProfile(name: string, { nodes, samples = [], timeDeltas = [] }: Protocol.Profiler.Profile): void {
  const places = new Map(
    nodes.map(({ id, callFrame }) => [
      id,
      `${callFrame.functionName || '(anonymous)'} ${path.basename(callFrame.url)}:${callFrame.lineNumber + 1}`,
    ]),
  );
  const times = new Map<string, number>();
  samples.forEach((id, index) => {
    const place = places.get(id) ?? '';
    times.set(place, (times.get(place) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
  });
  console.log(`\n${name}: main thread, ms`);
  for (const [place, ms] of [...times].sort(([, a], [, b]) => b - a).slice(0, 24)) console.log(`  ${ms.toFixed(0).padStart(7)}  ${place}`);
}
