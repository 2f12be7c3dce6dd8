/** Plays the scenarios in one real browser, each in a page and with servers of its own. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { chromium as findChromium, chromiumArguments } from '../tools/browsers.mjs';
import { root } from '../tools/root.mjs';
import { fromPage, fromRecording } from './normalise.js';
import type { PageResult, Recording, Run } from './recorded-run.js';
import { now, startServers, type Kept } from './servers.js';
import type { Scenario } from './scenario.js';

/** What Fine Uploader did in a scenario. */
export function readRecording(scenario: Scenario): Run {
  const file = new URL(`./recordings/${scenario.name}.json`, import.meta.url);
  return fromRecording(JSON.parse(readFileSync(file, 'utf8')) as Recording, scenario);
}

/** The clock of the recordings. It stands still: what is signed has its date in it. As text, because what builds tests puts helpers into functions. */
const stopClock = `{
  const RealDate = Date;
  window.Date = new Proxy(RealDate, {
    construct: (target, args) => (args.length > 0 ? new target(...args) : new target(${now})),
    get: (target, name) => (name === 'now' ? () => ${now} : Reflect.get(target, name)),
  });
}`;

/** A browser that plays scenarios. */
export class Player {
  readonly #kept = new Map<string, Kept>();
  readonly #contexts = new Map<string, BrowserContext>();

  private constructor(
    private readonly browser: Browser,
    private readonly script: string,
  ) {}

  /** Builds the page, and starts the browser. Close it in an `after` hook. */
  static async start(): Promise<Player> {
    const [built, executablePath] = await Promise.all([
      build({
        entryPoints: [fileURLToPath(new URL('./page.ts', import.meta.url))],
        absWorkingDir: root,
        bundle: true,
        // package.json says which published files have effects; these are not published.
        ignoreAnnotations: true,
        write: false,
        format: 'iife',
        target: 'es2022',
        logLevel: 'error',
      }),
      findChromium(),
    ]);
    // The names of real stores are nowhere to be found.
    const args = [...chromiumArguments, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];
    const browser = await chromium.launch({ executablePath, args, chromiumSandbox: false });
    return new Player(browser, built.outputFiles[0]?.text ?? '');
  }

  /** Plays one scenario: what our element does in it. */
  async play(scenario: Scenario): Promise<Run> {
    const servers = await startServers(scenario, this.script, {
      ...(scenario.after && this.#kept.get(scenario.after)),
    });
    const context = (scenario.after && this.#contexts.get(scenario.after)) || (await this.browser.newContext());
    this.#contexts.set(scenario.name, context);
    const page = await context.newPage();
    const said: string[] = [];
    page.on('pageerror', (error) => said.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'warning') said.push(`warning: ${message.text()}`);
    });
    try {
      await page.addInitScript({ content: stopClock });
      await page.goto(`${servers.app}/`);
      const result: PageResult = await page.evaluate(([name, store]) => window.play(name, { store }), [
        scenario.name,
        servers.store,
      ] as const);
      // For what would be sent too late.
      await new Promise((resolve) => setTimeout(resolve, 100));
      return fromPage({ ...result, requests: servers.requests, console: said }, scenario, servers);
    } finally {
      const port = (origin: string) => Number(new URL(origin).port);
      this.#kept.set(scenario.name, { app: port(servers.app), store: port(servers.store), parts: servers.parts });
      await page.close();
      await servers.close();
    }
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}
