/** One round of the soak: a page with some uploaders, faults, actions, and the checks afterwards. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { checkHeld, checkOrphans, checkPending, checkRows, checkStored } from './checks.js';
import type { Offence } from './checks.js';
import { FaultPlan } from './fault-plan.js';
import { continuesAfterReload } from './modes.js';
import type { Row, UploaderPlan } from './page/soak-page.js';
import type { PageEvent, RoundPlan } from './plan.js';
import type { Figures } from './figures.js';
import type { SoakServers } from './soak-servers.js';
import type { Trace } from './trace.js';

/** ms. A row must not hang for longer once the faults have ended. */
const maxSettleTime = 60_000;
/** Number of times that failed files are retried after the faults. */
const maxRetries = 4;
/** ms. What the page holds must be gone after this time. */
const maxHoldTime = 10_000;
const finished: ReadonlySet<string> = new Set(['upload successful', 'upload failed', 'canceled', 'rejected']);

/** What a round needs. */
export interface RoundContext {
  readonly browser: Browser;
  readonly origin: string;
  readonly servers: SoakServers;
  readonly trace: Trace;
  readonly figures: Figures;
}

/** Runs a round. Resolves with what was wrong. */
export async function runRound(plan: RoundPlan, context: RoundContext): Promise<Offence[]> {
  const round = new Round(plan, context);
  try {
    return await round.run();
  } finally {
    await round.close();
  }
}

class Round {
  readonly #faults: FaultPlan;
  readonly #uploaders: readonly UploaderPlan[];
  #context: BrowserContext | undefined;
  #page!: Page;
  /** Names of files that a reload has ended for good: they are not added again. */
  readonly #left = new Set<string>();
  /** Times in ms since 1970. */
  readonly #reloads: { readonly from: number; readonly to: number }[] = [];
  #visit = 0;

  constructor(
    private readonly plan: RoundPlan,
    private readonly context: RoundContext,
  ) {
    const { servers } = context;
    this.#faults = new FaultPlan(plan.seed, plan.patient);
    const expiration = new Date(Date.now() + 3_600_000).toISOString();
    const patience = plan.patient ? {} : { 'stall-timeout': '4' };
    this.#uploaders = plan.modes.map(({ mode, maxConnections, files }) => ({
      mode: mode.name,
      element: mode.element,
      attributes: {
        ...mode.attributes,
        ...patience,
        ...servers.addressesOf(mode.name, mode.element),
        'max-connections': String(maxConnections),
      },
      credentials: mode.signsInPage ? { ...servers.keys, expiration } : undefined,
      files,
    }));
  }

  async run(): Promise<Offence[]> {
    const { servers, figures, browser, trace } = this.context;
    await servers.reset();
    servers.setFaults(this.#faults);
    this.#context = await browser.newContext();
    this.#page = await this.#context.newPage();
    this.#page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
    const errors: string[] = [];
    this.#page.on('pageerror', (error) => errors.push(error.stack ?? String(error)));
    await this.#page.exposeFunction('report', (uuid: string, name: string, line: string) => {
      trace.name(uuid, name);
      if (line.startsWith('cancel() ')) trace.canceled.add(name);
      trace.add(name, 'event', line);
      figures.countEvent(line);
    });
    await this.#page.exposeFunction('reportUpload', (uuid: string, uploadId: string) => {
      trace.add(uuid, 'event', `received the id of the upload ${uploadId}`);
      trace.received.set(uploadId, Date.now());
    });
    await this.#open();
    const baseline = await this.#page.evaluate(() => window.soak.held());
    await this.#storm();
    await this.#endFaults();

    const offences: Offence[] = errors.map((text) => ({ file: '', text: `the page threw ${text}` }));
    const first = await this.#settle();
    offences.push(...first.offences, ...checkRows(first.rows, trace));
    // Nothing hinders a retry any more, but on a slow machine the short stall timeout.
    let { rows } = first;
    for (let tries = 0; tries < maxRetries && rows.some(({ status }) => status === 'upload failed'); tries++) {
      await this.#page.evaluate(() => window.soak.callAll('retryAll'));
      const settled = await this.#settle();
      offences.push(...settled.offences);
      ({ rows } = settled);
    }
    for (const { name, status, text } of rows)
      if (status === 'upload failed') offences.push({ file: name, text: `fails without faults: ${text}` });
    const completed = await this.#page.evaluate(() => window.soak.completed());
    const stored = await servers.stored();
    const files = this.#uploaders.flatMap((uploader) => uploader.files);
    offences.push(...checkStored({ files, rows, completed, stored, left: this.#left, trace, figures }));
    offences.push(...(await this.#checkEnd(baseline)));
    figures.addRound(rows, servers.requests(), this.#faults, files, this.#left, first);
    return offences;
  }

  async close(): Promise<void> {
    await this.#context?.close();
  }

  async #open(): Promise<void> {
    await this.#page.goto(`${this.context.origin}/?seed=${encodeURIComponent(`${this.plan.seed}/${this.#visit++}`)}`);
    await this.#page.evaluate((uploaders) => window.soak.open(uploaders), this.#uploaders);
  }

  /** Runs the actions of the plan while requests fail. */
  async #storm(): Promise<void> {
    const { actions, events, duration } = this.plan;
    const start = performance.now();
    const elapsed = () => performance.now() - start;
    const run = (from: number) =>
      this.#page.evaluate(({ actions, from }) => window.soak.run(actions, from), { actions, from }).catch(() => undefined);
    let running = run(0);
    for (const event of events) {
      await sleep(Math.max(0, event.at - elapsed()));
      await this.#disturb(event);
      if (event.kind === 'reload') running = run(elapsed());
    }
    await sleep(Math.max(0, duration - elapsed()));
    await running;
  }

  async #disturb({ kind, ms }: PageEvent): Promise<void> {
    const from = Date.now();
    this.context.figures.countAction(kind);
    if (kind === 'offline') {
      await this.#context?.setOffline(true);
      await sleep(ms);
      await this.#context?.setOffline(false);
    } else {
      const rows = await this.#page.evaluate(() => window.soak.rows());
      await this.#open();
      await this.#addAgain(rows);
      // What the page learns shortly before it goes is written nowhere.
      this.#reloads.push({ from: from - 500, to: Date.now() });
    }
  }

  /** Adds the files again that a reload has interrupted and that can continue. */
  async #addAgain(rows: readonly Row[]): Promise<void> {
    const completed = new Set((await this.#page.evaluate(() => window.soak.completed())).map(({ name }) => name));
    for (const { mode, files } of this.plan.modes) {
      const interrupted = files.filter(({ name }) => {
        const row = rows.find((shown) => shown.name === name);
        return row && !completed.has(name) && row.status !== 'canceled' && row.status !== 'rejected';
      });
      const continuing = interrupted.filter(({ size }) => continuesAfterReload(mode, size)).map(({ name }) => name);
      for (const { name } of interrupted) {
        const then = continuing.includes(name) ? ', the file is added again' : '';
        this.context.trace.add(name, 'event', `the page was reloaded${then}`);
        if (!continuing.includes(name)) this.#left.add(name);
      }
      await this.#page.evaluate(({ mode, names }) => window.soak.add(mode, names), { mode: mode.name, names: continuing });
    }
  }

  async #endFaults(): Promise<void> {
    this.#faults.enabled = false;
    await this.context.servers.accept();
    if (this.plan.patient) await this.#page.evaluate(() => window.soak.callAll('pauseAll'));
    await this.#page.evaluate(() => window.soak.callAll('continueAll'));
  }

  /** Waits until no upload is unfinished. */
  async #settle(): Promise<{ rows: Row[]; offences: Offence[]; time: number; slowest: string }> {
    const start = performance.now();
    let slowest = '';
    for (;;) {
      const rows = await this.#page.evaluate(() => window.soak.rows());
      const unfinished = rows.filter(({ status }) => !finished.has(status));
      const time = performance.now() - start;
      // The rows are rendered within half a second.
      if (unfinished.length === 0) await sleep(600);
      if (unfinished.length === 0) return { rows: await this.#page.evaluate(() => window.soak.rows()), offences: [], time, slowest };
      slowest = unfinished[0]?.name ?? '';
      if (time > maxSettleTime) {
        const text = (status: string) => `is still "${status}" ${maxSettleTime / 1000} s after the faults have ended`;
        return { rows, time, slowest, offences: unfinished.map(({ name, status }) => ({ file: name, text: text(status) })) };
      }
      await sleep(200);
    }
  }

  /** Resets and removes the uploaders, and checks what is left in the page and at the store. */
  async #checkEnd(baseline: Awaited<ReturnType<typeof window.soak.held>>): Promise<Offence[]> {
    const { servers, trace, figures } = this.context;
    await this.#page.evaluate(() => window.soak.callAll('reset'));
    const wait = async (ms: number, isDone: () => Promise<boolean> | boolean) => {
      for (const end = performance.now() + ms; performance.now() < end && !(await isDone());) await sleep(100);
    };
    const held = () => this.#page.evaluate(() => window.soak.held());
    // Uploads are aborted, and aborted requests reach the proxies.
    await sleep(300);
    await wait(3000, () => servers.pending() === 0);
    const offences = checkPending(servers.requests(), trace);
    await servers.dropConnections();
    await wait(maxHoldTime, async () => {
      const { urls, timers } = await held();
      return urls.length + timers.length + servers.pending() === 0;
    });
    offences.push(...checkHeld('reset()', await held(), baseline));
    const orphans = async () => {
      const recorded = new Set(await this.#page.evaluate(() => window.soak.recordedUploadIds()));
      const unfinished = await servers.unfinished();
      return checkOrphans({ unfinished, recorded, requests: servers.requests(), reloads: this.#reloads, left: this.#left, trace });
    };
    await wait(maxHoldTime, async () => (await orphans()).offences.length === 0);
    const { offences: forgotten, reasons } = await orphans();
    offences.push(...forgotten);
    for (const reason of reasons) figures.countOrphan(reason);
    await this.#page.evaluate(() => window.soak.callAll('remove'));
    await sleep(200);
    offences.push(...checkHeld('removal', await held(), { ...baseline, listeners: {} }));
    return offences;
  }
}
