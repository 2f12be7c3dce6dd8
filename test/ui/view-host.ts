/** A face in the smallest element there is, with literal snapshots: what the face takes is its real input. */
import { fixture, html } from '@open-wc/testing';
import { LitElement } from 'lit';
import type { TemplateResult } from 'lit';
import type { FileSnapshot, FileActions, TotalsSnapshot, UploaderSnapshot } from '../../src/core/snapshot.js';
import { UploaderView } from '../../src/ui/uploader-view.js';
import type { ViewOptions, ViewActions } from '../../src/ui/uploader-view.js';

/** One wish, as it came: its name and what it was called with. */
export type ViewAction = { [Name in keyof ViewActions]: [Name, ...Parameters<ViewActions[Name]>] }[keyof ViewActions];

const nothingPossible: FileActions = { cancel: false, pause: false, continue: false, retry: false, delete: false, rename: false };
const nothingYet: TotalsSnapshot = { totalBytes: 0, uploadedBytes: 0, speed: 0, active: 0, succeeded: 0, failed: 0, paused: 0, refused: 0 };

const plainOptions: ViewOptions = {
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

/** A file's snapshot: say only what matters. `can` lists what is possible. */
export function file(
  id: number,
  { can = [], ...facts }: Partial<FileSnapshot> & { can?: readonly (keyof FileActions)[] } = {},
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
    actions: { ...nothingPossible, ...Object.fromEntries(can.map((action) => [action, true])) },
    blob: undefined,
    thumbnailUrl: '',
    ...facts,
  };
}

/** A snapshot of these files. */
export function snapshotOf(files: readonly FileSnapshot[], totals: Partial<TotalsSnapshot> = {}): UploaderSnapshot {
  return {
    count: files.length,
    at: (index) => {
      const found = files[index];
      if (!found) throw new RangeError(`There is no file at ${index}.`);
      return found;
    },
    totals: { ...nothingYet, ...totals },
  };
}

/** Shows a face and collects its wishes. */
export class ViewHost extends LitElement {
  static override readonly styles = UploaderView.styles;
  static override readonly properties = { snapshot: { attribute: false }, options: { attribute: false } };

  declare snapshot: UploaderSnapshot;
  declare options: ViewOptions;
  readonly wishes: ViewAction[] = [];
  readonly face: UploaderView = new UploaderView(
    this,
    {
      add: (...args) => {
        this.wishes.push(['add', ...args]);
        this.dispatchEvent(new Event('wish'));
      },
      cancel: (id) => this.wishes.push(['cancel', id]),
      pause: (id) => this.wishes.push(['pause', id]),
      continue: (id) => this.wishes.push(['continue', id]),
      retry: (id) => this.wishes.push(['retry', id]),
      delete: (id) => this.wishes.push(['delete', id]),
      dismiss: (id) => this.wishes.push(['dismiss', id]),
      rename: (...args) => this.wishes.push(['rename', ...args]),
    },
    this.rest,
  );

  constructor() {
    super();
    this.snapshot = snapshotOf([]);
    this.options = plainOptions;
  }

  protected override async getUpdateComplete(): Promise<boolean> {
    const complete = await super.getUpdateComplete();
    return (await this.face.ready(this.snapshot.count > 0)) ? super.getUpdateComplete() : complete;
  }

  protected override render(): TemplateResult {
    return this.face.render(this.snapshot, this.options);
  }

  /** Where rows and dialogs come from: from where they always come, unless a test has another idea. */
  protected get rest(): ConstructorParameters<typeof UploaderView>[2] {
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

  /** Resolves when files come in. */
  nextWish(): Promise<unknown> {
    return new Promise((resolve) => this.addEventListener('wish', resolve, { once: true }));
  }

  /** What has the focus inside. */
  get focused(): Element | null {
    return this.shadowRoot?.activeElement ?? null;
  }

  /** The one element of the shadow root that matches. */
  get(selector: string): HTMLElement {
    const found = this.renderRoot.querySelectorAll<HTMLElement>(selector);
    if (found.length !== 1 || !found[0]) throw new Error(`${found.length} elements match ${selector}.`);
    return found[0];
  }

  /** All elements of the shadow root that match. */
  all(selector: string): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>(selector)];
  }
}
if (!customElements.get('face-host')) customElements.define('face-host', ViewHost);

/** A face on the page. */
export async function viewHost(
  options: Partial<ViewOptions> = {},
  attributes: { readonly lang?: string; readonly dir?: string } = {},
): Promise<ViewHost> {
  const host = await fixture<ViewHost>(html`<face-host lang=${attributes.lang ?? 'en'} dir=${attributes.dir ?? 'ltr'}></face-host>`);
  await host.set(options);
  return host;
}
