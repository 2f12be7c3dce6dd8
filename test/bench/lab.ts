/** The browser, the servers and the files of the benchmark. */

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
import type { TransferReport, Conditions, BenchServer, Command } from './bench-server.js';
import { bundlePages } from './bundles.js';

/** A page to open. */
export interface Visit {
  /** Name of the page in pages/, optionally with a query. */
  readonly page: string;
  /** Paths of the files to choose. */
  readonly files?: readonly string[];
  /** Slowdown factor of the processor. Default 1. */
  readonly slowdown?: number;
  /** HTML in the head and the body. */
  readonly head?: string;
  readonly body?: string;
}

/** An open page. */
export interface Opened {
  readonly page: Page;
  readonly devtools: CDPSession;
  /** Returns the maximum increase of the renderers' resident memory since the page was opened, in bytes. */
  readonly memory: () => number;
  /** Returns the processor time of all browser processes since the page was opened, in seconds. It is more reliable than elapsed time on a shared machine. */
  readonly processors: () => Promise<number>;
  close(): Promise<void>;
}

const exposed = ['--enable-precise-memory-info', '--js-flags=--expose-gc', '--autoplay-policy=no-user-gesture-required'];

/** The environment of a benchmark. It must be closed. */
export class Lab {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'fine-uploader-bench-'));
  readonly #createdFiles = new Map<string, string[]>();

  private constructor(
    private readonly browser: Browser,
    private readonly child: ChildProcess,
    readonly servers: BenchServer,
    private readonly pages: Record<string, string>,
    private readonly profiling: boolean,
  ) {}

  /**
   * @param names - names of pages in pages/
   * @param profiling - prints a profile of the main thread for each run
   */
  static async start(names: readonly string[], { fromSources = false, profiling = false }): Promise<Lab> {
    const scripts = await bundlePages(names, fromSources, !profiling);
    const child = fork(fileURLToPath(new URL('bench-server.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
    const far = await new Promise<BenchServer>((resolve, reject) => {
      child.once('message', (where) => resolve(where as BenchServer));
      child.once('exit', (code) => reject(new Error(`The servers ended with ${code}.`)));
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

  /** Sets the page server's response for a path. */
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

  async #send(order: Command): Promise<unknown> {
    const answered = new Promise((resolve) => this.child.once('message', resolve));
    this.child.send(order);
    return answered;
  }

  /** Sets the conditions of a run and resets the report. */
  async conditions(conditions: Partial<Conditions>): Promise<void> {
    await this.#send({ do: 'conditions', conditions: { delay: 0, link: 0, perConnection: 0, partSize: 0, ...conditions } });
  }

  /** Returns the report since the conditions were set. */
  async account(): Promise<TransferReport> {
    return (await this.#send({ do: 'account' })) as TransferReport;
  }

  // ------------------------------------------------------------------------------------------------------------ files

  /** Creates a large file on disk and returns its path. */
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

  /** Creates small files on disk and returns their paths. */
  smallFiles(count: number, size: number): string[] {
    return this.#createFiles(`small-${count}-${size}`, count, (index) => [`${index}.dat`, smallFile(index, size)]);
  }

  /** Returns the sorted SHA-256 of the small files. */
  smallHashes(count: number, size: number): string[] {
    return Array.from({ length: count }, (_, index) => sha256(smallFile(index, size))).sort();
  }

  /** Creates copies of an image. They differ in bytes at the end, which image decoders ignore. */
  copies(count: number, original: Buffer, name: (index: number) => string): string[] {
    return this.#createFiles(`copies-${count}-${original.length}`, count, (index) => [
      name(index),
      Buffer.concat([original, smallFile(index, 64)]),
    ]);
  }

  #createFiles(what: string, count: number, file: (index: number) => readonly [string, Buffer]): string[] {
    let paths = this.#createdFiles.get(what);
    if (!paths) {
      const folder = mkdtempSync(path.join(this.folder, 'files-'));
      paths = Array.from({ length: count }, (_, index) => {
        const [name, bytes] = file(index);
        const where = path.join(folder, name);
        writeFileSync(where, bytes);
        return where;
      });
      this.#createdFiles.set(what, paths);
    }
    return paths;
  }

  // ---------------------------------------------------------------------------------------------------------- browser

  /** Opens a page in a new browser context, without connections, preflights or caches of other runs. */
  async open({ page: address, files = [], slowdown = 1, head = '', body = '' }: Visit): Promise<Opened> {
    const name = address.replace(/\?.*/, '');
    this.pages[`/${name}`] =
      `<!doctype html><meta charset="utf-8"><title>${name}</title>${head}<body>${body}<input id="files" type="file" multiple hidden><script type="module" src="/${name}.js"></script>`;
    await this.#send({ do: 'pages', pages: this.pages });
    const context = await this.browser.createBrowserContext();
    const page = await context.newPage();
    await page.setViewport({ width: 1000, height: 800 });
    const devtools = await page.createCDPSession();
    if (slowdown !== 1) await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    page.on('pageerror', (error) => console.error(`${address}: ${error instanceof Error ? error.message : String(error)}`));
    await page.goto(`${this.servers.page}/${address}`, { waitUntil: 'load' });
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
    let maxMemory = 0;
    const sampling = setInterval(() => (maxMemory = Math.max(maxMemory, resident(renderers) - idle)), 50);
    return {
      page,
      devtools,
      processors: async () => (await this.#processorTime()) - worked,
      memory: () => Math.max(maxMemory, resident(renderers) - idle),
      close: async () => {
        clearInterval(sampling);
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

/** Returns the resident memory of processes without mapped files, in bytes. Only on Linux; 0 otherwise. */
function resident(processes: readonly number[]): number {
  let sum = 0;
  for (const id of processes) {
    try {
      const status = readFileSync(`/proc/${id}/status`, 'utf8');
      for (const [, kilobytes] of status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB/gm)) sum += Number(kilobytes) * 1024;
    } catch {
      // The process has ended, or this is not Linux.
    }
  }
  return sum;
}

/** Prints the functions in which the main thread spent the most time, in ms. */
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
