/** A person with a browser that can be killed, and who comes back to choose the same file again. */
import { EventEmitter } from 'node:events';
import { chromium } from 'playwright-core';
import type { BrowserContext, Page } from 'playwright-core';
import { chromium as findChromium, chromiumArguments } from '../tools/browsers.mjs';
import { fileDialog } from '../tools/playwright.js';

/** Detail of an event of the uploader. */
export type Detail = Readonly<Record<string, unknown>>;

/** A person who uploads one file. */
export class Visitor {
  /** The events of the uploader by their names, also across visits. */
  readonly events = new EventEmitter<Record<string, [Detail]>>();
  /** The last 50 events. */
  readonly trace: string[] = [];
  #context: BrowserContext | undefined;
  #page: Page | undefined;

  /**
   * @param profile - folder of the browser's data
   * @param url - of the page
   * @param file - path of the file
   */
  constructor(
    private readonly profile: string,
    private readonly url: string,
    private readonly file: string,
  ) {}

  /** Opens the page, in a new browser if there is none, and chooses the file. */
  async visit(): Promise<void> {
    this.#context ??= await chromium.launchPersistentContext(this.profile, {
      executablePath: await findChromium(),
      args: chromiumArguments,
      chromiumSandbox: false,
    });
    const page = await this.#context.newPage();
    this.#page = page;
    await page.exposeFunction('report', (name: string, detail: Detail) => {
      if (page === this.#page) this.#record(name, detail);
    });
    await page.goto(this.url);
    const dialog = await fileDialog(page, () => page.getByRole('button', { name: 'Choose' }).click());
    await dialog.setFiles(this.file);
  }

  /** Resolves with the next event of a name. */
  next(name: string): Promise<Detail> {
    return new Promise((resolve) => this.events.once(name, resolve));
  }

  /** Calls `retry()` of the file. */
  async retry(): Promise<void> {
    await this.#page?.evaluate(() => document.querySelector<HTMLElement & { retry(id: number): boolean }>('fine-uploader-s3')?.retry(0));
  }

  /** Kills the process of the page. */
  async killRenderer(): Promise<void> {
    const page = this.#page;
    const gone = page?.waitForEvent('crash');
    for (const id of await this.#processes('renderer')) process.kill(id, 'SIGKILL');
    await gone;
    await page?.close();
  }

  /** Kills the browser, as a power failure does: it cannot write anything afterwards. */
  async killBrowser(): Promise<void> {
    const [id] = await this.#processes('browser');
    if (id === undefined || !this.#context) throw new Error('There is no browser to kill.');
    const gone = this.#context.waitForEvent('close');
    process.kill(id, 'SIGKILL');
    await gone;
    this.#context = this.#page = undefined;
  }

  async close(): Promise<void> {
    await this.#context?.close();
  }

  async #processes(type: string): Promise<number[]> {
    const devtools = await this.#context?.browser()?.newBrowserCDPSession();
    const { processInfo } = (await devtools?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
    return processInfo.filter((info) => info.type === type).map(({ id }) => id);
  }

  #record(name: string, detail: Detail): void {
    this.note(`${name} ${JSON.stringify(detail)}`);
    // Node throws an `error` event that nobody listens to.
    if (name !== 'error') this.events.emit(name, detail);
    if (name === 'statusChange' || name === 'uploadChunkSuccess') this.events.emit('statusOrPart', detail);
  }

  /** Adds a line to the trace. */
  note(line: string): void {
    this.trace.push(`${new Date().toISOString()} ${line}`);
    if (this.trace.length > 50) this.trace.shift();
  }
}
