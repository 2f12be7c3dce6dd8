/** Renders an uploader view in a minimal host element, with literal snapshots, and records the actions that it calls. */
import { fixture, html } from '@open-wc/testing';
import { LitElement } from 'lit';
import type { TemplateResult } from 'lit';
import type { FileActions, FileSnapshot, TotalsSnapshot, UploaderSnapshot } from '../../src/core/snapshot.js';
import { UploaderView } from '../../src/ui/uploader-view.js';
import type { ViewActions, ViewOptions } from '../../src/ui/uploader-view.js';

/** A recorded call of an action: its name and its arguments. */
export type ActionCall = { [Name in keyof ViewActions]: [Name, ...Parameters<ViewActions[Name]>] }[keyof ViewActions];

const noActions: FileActions = { cancel: false, pause: false, continue: false, retry: false, delete: false, rename: false };
const emptyTotals: TotalsSnapshot = {
  totalBytes: 0,
  uploadedBytes: 0,
  speed: 0,
  active: 0,
  succeeded: 0,
  failed: 0,
  paused: 0,
  refused: 0,
};

const defaultOptions: ViewOptions = {
  multiple: true,
  directory: false,
  dropAnywhere: false,
  accept: '',
  capture: '',
  disabled: false,
  required: false,
  label: '',
  editFilename: false,
  noThumbnails: false,
  failedUploadText: 'custom',
};

/** Creates the snapshot of a file. `can` lists its possible actions; `properties` override the defaults. */
export function file(
  id: number,
  { can = [], ...properties }: Partial<FileSnapshot> & { can?: readonly (keyof FileActions)[] } = {},
): FileSnapshot {
  return {
    id,
    name: `file-${id}.txt`,
    size: 1_000_000,
    type: 'text/plain',
    path: '',
    status: 'queued',
    uploadedBytes: 0,
    speed: 0,
    reason: '',
    attempt: 0,
    maxAttempts: 3,
    actions: { ...noActions, ...Object.fromEntries(can.map((action) => [action, true])) },
    blob: undefined,
    thumbnailUrl: '',
    ...properties,
  };
}

/** Creates the snapshot of an uploader with these files. */
export function snapshotOf(files: readonly FileSnapshot[], totals: Partial<TotalsSnapshot> = {}): UploaderSnapshot {
  return {
    count: files.length,
    at: (index) => {
      const found = files[index];
      if (!found) throw new RangeError(`There is no file at ${index}.`);
      return found;
    },
    totals: { ...emptyTotals, ...totals },
  };
}

/** An element that renders an uploader view and records its actions. */
export class ViewHost extends LitElement {
  static override readonly styles = UploaderView.styles;
  static override readonly properties = { snapshot: { attribute: false }, options: { attribute: false } };

  declare snapshot: UploaderSnapshot;
  declare options: ViewOptions;
  readonly calls: ActionCall[] = [];
  readonly view: UploaderView = new UploaderView(
    this,
    {
      add: (...args) => {
        this.calls.push(['add', ...args]);
        this.dispatchEvent(new Event('files-added'));
      },
      cancel: (id) => this.calls.push(['cancel', id]),
      pause: (id) => this.calls.push(['pause', id]),
      continue: (id) => this.calls.push(['continue', id]),
      retry: (id) => this.calls.push(['retry', id]),
      delete: (id) => this.calls.push(['delete', id]),
      dismiss: (id) => this.calls.push(['dismiss', id]),
      rename: (...args) => this.calls.push(['rename', ...args]),
    },
    this.loadModule,
  );

  constructor() {
    super();
    this.snapshot = snapshotOf([]);
    this.options = defaultOptions;
  }

  protected override async getUpdateComplete(): Promise<boolean> {
    const complete = await super.getUpdateComplete();
    return (await this.view.loadFilesView(this.snapshot.count > 0)) ? super.getUpdateComplete() : complete;
  }

  protected override render(): TemplateResult {
    return this.view.render(this.snapshot, this.options);
  }

  /** Loads the files view. Undefined for the real module; tests of loading override it. */
  protected get loadModule(): ConstructorParameters<typeof UploaderView>[2] {
    return undefined;
  }

  /** Shows other files. */
  async show(files: readonly FileSnapshot[], totals: Partial<TotalsSnapshot> = {}): Promise<void> {
    this.snapshot = snapshotOf(files, totals);
    await this.updateComplete;
  }

  /** Changes some options. */
  async set(options: Partial<ViewOptions>): Promise<void> {
    this.options = { ...this.options, ...options };
    await this.updateComplete;
  }

  /** Resolves when the view adds files. */
  filesAdded(): Promise<unknown> {
    return new Promise((resolve) => this.addEventListener('files-added', resolve, { once: true }));
  }

  /** The focused element in the shadow root. */
  get focused(): Element | null {
    return this.shadowRoot?.activeElement ?? null;
  }

  /** Returns the only element of the shadow root that matches. */
  get(selector: string): HTMLElement {
    const found = this.renderRoot.querySelectorAll<HTMLElement>(selector);
    if (found.length !== 1 || !found[0]) throw new Error(`${found.length} elements match ${selector}.`);
    return found[0];
  }

  /** Returns all elements of the shadow root that match. */
  all(selector: string): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>(selector)];
  }
}
if (!customElements.get('view-host')) customElements.define('view-host', ViewHost);

/** Adds a view host to the page. */
export async function viewHost(
  options: Partial<ViewOptions> = {},
  attributes: { readonly lang?: string; readonly dir?: string } = {},
): Promise<ViewHost> {
  const host = await fixture<ViewHost>(html`<view-host lang=${attributes.lang ?? 'en'} dir=${attributes.dir ?? 'ltr'}></view-host>`);
  await host.set(options);
  return host;
}
