import { adoptStyles, html, nothing, supportsAdoptingStyleSheets } from 'lit';
import type { CSSResult, LitElement, TemplateResult } from 'lit';
import type { TotalsSnapshot, UploaderSnapshot } from '../../core/snapshot.js';
import type { Thumbnails } from '../../images/thumbnails.js';
import type { FilePicker } from '../file-picker.js';
import type { Language } from '../language.js';
import { uploaderStyles } from '../uploader-styles.js';
import type { ViewActions, ViewOptions } from '../view-options.js';
import { Announcer } from './announcer.js';
import { Dialogs } from './dialogs.js';
import { dialogStyles } from './dialog-styles.js';
import { FileList } from './file-list.js';
import { splitExtension } from './file-name.js';
import { fileRow } from './file-row.js';
import type { RowContext } from './file-row.js';
import { listStyles } from './list-styles.js';
import { progressStyles } from './progress-styles.js';
import { focusedRow, isFocusLost, restoreFocus } from './row-focus.js';
import type { RowFocus } from './row-focus.js';
import { rowStyles } from './row-styles.js';
import { loadThumbnails } from './load-thumbnails.js';
import { totalsLine } from './totals.js';

/** Added after {@link uploaderStyles}. They must not change the layout of the drop zone. Later ones override earlier ones. */
const filesViewStyles: readonly CSSResult[] = [listStyles, progressStyles, rowStyles, dialogStyles];

/** The part of {@link UploaderView} that shows files: totals, file list, announcements and dialogs. */
export class FilesView {
  readonly dialogs: Dialogs;
  readonly #announcer: Announcer;
  readonly #list: FileList;
  /** The document that the adopted style sheets belong to. */
  #stylesDocument: Document | undefined;
  /** The file whose name is being edited. */
  #editedId: number | undefined;
  #editStarting = false;
  /** The focused row before the current update. */
  #focus: RowFocus | undefined;
  /** The blobs to draw thumbnails of, by the ids of the rendered files. */
  readonly #thumbnailBlobs = new Map<number, Blob>();
  #thumbnails: Thumbnails | undefined;

  /**
   * @param host - the element that renders the view.
   * @param actions - called for what the user does.
   * @param picker - receives the focus when the last row is removed.
   * @param initialTotals - totals to announce before those of the first snapshot.
   */
  constructor(
    private readonly host: LitElement,
    private readonly actions: ViewActions,
    private readonly picker: FilePicker,
    private initialTotals: TotalsSnapshot | undefined,
  ) {
    this.dialogs = new Dialogs(host);
    this.#announcer = new Announcer(host);
    this.#list = new FileList(host);
  }

  /** Renders totals, file list and dialog, and announces what has changed since the last snapshot. */
  render(snapshot: UploaderSnapshot, options: ViewOptions, language: Language): TemplateResult {
    const { count, totals } = snapshot;
    const root = this.#root;
    this.#adoptStyles(root);
    this.#focus = focusedRow(root);
    if (this.initialTotals) this.#announcer.update({ count, at: (index) => snapshot.at(index), totals: this.initialTotals }, language);
    this.initialTotals = undefined;
    this.#announcer.update(snapshot, language);
    this.#thumbnailBlobs.clear();
    const context: RowContext = {
      language,
      failedUploadText: options.failedUploadText,
      editFilename: options.editFilename,
      action: options.action,
      editedId: this.#editedId,
      onThumbnail: options.noThumbnails ? undefined : (id, blob) => this.#thumbnailBlobs.set(id, blob),
      onAction: (action, id) => this.actions[action](id),
      onEditStart: this.#onEditStart,
      onEditEnd: this.#onEditEnd,
    };
    return html`${count > 0 ? totalsLine(totals, count, language) : nothing}
    ${this.#list.render(snapshot, language.text('files'), this.#pinnedIndex(snapshot), (file, index) => fileRow(file, index, count, context))}
    ${this.dialogs.render(language)}`;
  }

  /** To be called after each update of the host. */
  updated(): void {
    const root = this.#root;
    if (this.#editStarting) this.#focusNameInput(root);
    if (this.#focus && isFocusLost(root, this.#focus) && !restoreFocus(root, this.#focus)) this.picker.focus();
    this.#focus = undefined;
    this.#list.updated();
    this.dialogs.updated();
    void this.#drawThumbnails(root);
  }

  /** To be called when the host leaves the page. */
  disconnect(): void {
    this.#announcer.disconnect();
    this.#list.disconnect();
    this.dialogs.disconnect();
    this.#thumbnails?.clear();
  }

  get #root(): ShadowRoot {
    return this.host.renderRoot as ShadowRoot;
  }

  /** Adds the style sheets. They belong to one document: an element that moves to another document loses them and needs new ones. */
  #adoptStyles(root: ShadowRoot): void {
    const { ownerDocument } = root;
    if (ownerDocument === this.#stylesDocument) return;
    this.#stylesDocument = ownerDocument;
    if (!supportsAdoptingStyleSheets) return adoptStyles(root, [...filesViewStyles]);
    const sheets = [uploaderStyles, ...filesViewStyles].flatMap(({ cssText, styleSheet }) => {
      const view = ownerDocument.defaultView;
      if (ownerDocument === document || !view) return styleSheet ?? [];
      const sheet = new view.CSSStyleSheet();
      sheet.replaceSync(cssText);
      return sheet;
    });
    root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, ...sheets])];
  }

  async #drawThumbnails(root: ShadowRoot): Promise<void> {
    if (!this.#thumbnails && this.#thumbnailBlobs.size === 0) return;
    // Without `await` where the module is loaded: the first thumbnail starts before other tasks of the page.
    const module = loadThumbnails.value ?? (await loadThumbnails().catch(() => undefined));
    // The page is offline, or its Content-Security-Policy forbids the module. Placeholders stay until a later update tries again.
    if (!module) return;
    this.#thumbnails ??= new module.Thumbnails();
    const canvases = root.querySelectorAll<HTMLCanvasElement>('canvas[data-thumbnail]');
    const requests = [...canvases].flatMap((canvas) => {
      const blob = this.#thumbnailBlobs.get(Number(canvas.dataset['thumbnail']));
      return blob ? { blob, canvas } : [];
    });
    if (requests.length > 0) this.#thumbnails.show(requests);
    else this.#thumbnails.clear();
  }

  /** Returns the current index of the row that has the focus. It decreases when files before it are removed. */
  #pinnedIndex(snapshot: UploaderSnapshot): number | undefined {
    const id = this.#focus?.id ?? this.#editedId;
    if (id === undefined) return undefined;
    const start = Math.min(this.#focus?.index ?? 0, snapshot.count - 1);
    for (let index = start; index >= Math.max(0, start - 100); index--) {
      if (snapshot.at(index).id === id) return index;
    }
    return undefined;
  }

  readonly #onEditStart = (id: number): void => {
    this.#editedId = id;
    this.#editStarting = true;
    this.host.requestUpdate();
  };

  #focusNameInput(root: ShadowRoot): void {
    this.#editStarting = false;
    const input = root.querySelector<HTMLInputElement>('[data-action=edit]');
    input?.focus();
    input?.setSelectionRange(0, splitExtension(input.value)[0].length);
    this.#focus = undefined;
  }

  readonly #onEditEnd = (id: number, name: string | undefined): void => {
    // Removing the input fires its blur event, which ends the editing a second time.
    if (this.#editedId !== id) return;
    this.#editedId = undefined;
    if (name !== undefined) this.actions.rename(id, name);
    this.host.requestUpdate();
  };
}
