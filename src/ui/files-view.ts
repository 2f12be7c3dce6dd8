/** What an uploader shows and says only where there are files, and its dialogs: rows, sums, announcements. Loaded after the page's first paint. */
import { adoptStyles, html, nothing, render, supportsAdoptingStyleSheets } from 'lit';
import type { LitElement, ReactiveControllerHost, TemplateResult } from 'lit';
import type { FileSnapshot, TotalsSnapshot, UploaderSnapshot } from '../core/snapshot.js';
import type { Thumbnails } from '../images/thumbnails.js';
import { percentText } from './amounts.js';
import { Announcer, sums } from './announcer.js';
import { Dialogs } from './dialog.js';
import type { ViewOptions, ViewActions } from './view-options.js';
import { FileList as Files, wholeList } from './file-list.js';
import { fileRow, pace, splitName } from './file-row.js';
import type { RowContext } from './file-row.js';
import { fileStyles } from './file-styles.js';
import type { Find } from './find.js';
import { focusedRow, isLost, restoreFocus } from './focus.js';
import type { RowFocus } from './focus.js';
import type { Language } from './language.js';
import { LaterPart } from './later-part.js';
import { enOfFiles } from './messages/en-files.js';
import { addMessages } from './messages/messages.js';
import { progressBar, swift } from './progress.js';
import { styles } from './styles.js';

addMessages('en', enOfFiles);

const drawing = new LaterPart(() => import('../images/thumbnails.js'));

/** The part of the face that is about files. */
export class FilesView {
  readonly dialogs: Dialogs;
  readonly #announcer: Announcer;
  readonly #files: Files;
  /** The document whose style sheets the shadow root wears. */
  #dressedIn: Document | undefined;
  #edited: number | undefined;
  #editBegins = false;
  #focus: RowFocus | undefined;
  /** Of the files in view: what their thumbnails are drawn from. */
  readonly #blobs = new Map<number, Blob>();
  #thumbnails: Thumbnails | undefined;

  /**
   * @param find - finds an element in the host's shadow root.
   * @param focusPicker - moves the focus to where files are chosen.
   * @param unsaid - the most that was on its way before there was anybody to announce it.
   */
  constructor(
    private readonly host: ReactiveControllerHost & LitElement,
    private readonly wishes: ViewActions,
    find: Find,
    private readonly focusPicker: () => void,
    private unsaid: TotalsSnapshot | undefined,
  ) {
    const changed = (): void => host.requestUpdate();
    this.dialogs = new Dialogs(find, changed);
    this.#announcer = new Announcer(find);
    this.#files = new Files(find, changed);
  }

  /** The sums, the rows and the dialog, as they are in this moment. */
  render(snapshot: UploaderSnapshot, options: ViewOptions, language: Language): TemplateResult {
    const { count, totals } = snapshot;
    const root = this.host.renderRoot as ShadowRoot;
    this.#dress(root);
    this.#focus = focusedRow(root);
    if (this.unsaid) this.#announcer.watch({ count, at: (index) => snapshot.at(index), totals: this.unsaid }, language);
    this.unsaid = undefined;
    this.#announcer.watch(snapshot, language);
    this.#blobs.clear();
    const context: RowContext = {
      language,
      failedUploadText: options.failedUploadText,
      editFilename: options.editFilename,
      thumbnail: options.noThumbnails ? undefined : (id, blob) => this.#blobs.set(id, blob),
      edited: this.#edited,
      action: options.action,
      act: (action, id) => this.wishes[action](id),
      edit: this.#edit,
      endEdit: this.#endEdit,
    };
    return html`${count > 0 ? renderTotals(totals, count, language) : nothing}
    ${this.#files.render(snapshot, language.text('files'), this.#pinned(snapshot), (file, index) => fileRow(file, index, count, context))}
    ${this.dialogs.render(language)}`;
  }

  /** After each rendering. */
  updated(): void {
    const root = this.host.renderRoot as ShadowRoot;
    if (this.#editBegins) this.#beginEdit(root);
    if (this.#focus && isLost(root, this.#focus) && !restoreFocus(root, this.#focus)) this.focusPicker();
    this.#focus = undefined;
    this.#files.updated();
    this.dialogs.updated();
    void this.#drawThumbnails(root);
  }

  /** The uploader has left the page. */
  disconnect(): void {
    this.#announcer.disconnect();
    this.#files.disconnect();
    this.dialogs.disconnect();
    this.#thumbnails?.clear();
  }

  /** A style sheet belongs to one document: an element that is moved to another leaves what it wears behind. */
  #dress(root: ShadowRoot): void {
    const { ownerDocument } = root;
    if (ownerDocument === this.#dressedIn) return;
    this.#dressedIn = ownerDocument;
    if (!supportsAdoptingStyleSheets) return adoptStyles(root, [fileStyles]);
    const sheets = [styles, fileStyles].flatMap(({ cssText, styleSheet }) => {
      const view = ownerDocument.defaultView;
      if (ownerDocument === document || !view) return styleSheet ?? [];
      const sheet = new view.CSSStyleSheet();
      sheet.replaceSync(cssText);
      return sheet;
    });
    root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, ...sheets])];
  }

  /** The code that draws comes only when there is something to draw. */
  async #drawThumbnails(root: ShadowRoot): Promise<void> {
    if (!this.#thumbnails && this.#blobs.size === 0) return;
    // Where it is here, the first picture is begun before the page has anything else to do.
    const part = drawing.part ?? (await drawing.load());
    // The page is offline, or its policy forbids it: placeholders are all there is, until a later rendering tries again.
    if (!part) return;
    this.#thumbnails ??= new part.Thumbnails();
    const canvases = root.querySelectorAll<HTMLCanvasElement>('canvas[data-thumbnail]');
    const wanted = [...canvases].flatMap((canvas) => {
      const blob = this.#blobs.get(Number(canvas.dataset['thumbnail']));
      return blob ? { blob, canvas } : [];
    });
    if (wanted.length > 0) this.#thumbnails.show(wanted);
    else this.#thumbnails.clear();
  }

  /** Where the row with the focus is now: files before it may have gone. */
  #pinned(snapshot: UploaderSnapshot): number | undefined {
    const id = this.#focus?.id ?? this.#edited;
    if (id === undefined) return undefined;
    const start = Math.min(this.#focus?.index ?? 0, snapshot.count - 1);
    for (let index = start; index >= Math.max(0, start - 100); index--) {
      if (snapshot.at(index).id === id) return index;
    }
    return undefined;
  }

  readonly #edit = (id: number): void => {
    this.#edited = id;
    this.#editBegins = true;
    this.host.requestUpdate();
  };

  #beginEdit(root: ShadowRoot): void {
    this.#editBegins = false;
    const input = root.querySelector<HTMLInputElement>('[data-action=edit]');
    input?.focus();
    input?.setSelectionRange(0, splitName(input.value)[0].length);
    this.#focus = undefined;
  }

  readonly #endEdit = (id: number, name: string | undefined): void => {
    // Taking the field away blurs it, which would end it a second time.
    if (this.#edited !== id) return;
    this.#edited = undefined;
    if (name !== undefined) this.wishes.rename(id, name);
    this.host.requestUpdate();
  };
}

/** The first file finds ready what it would have to wait for: a list is drawn that nobody sees, and what draws thumbnails is loaded. */
export function warmUp(language: Language): void {
  void drawing.load();
  const file: FileSnapshot = {
    ...{ id: 0, name: 'a.png', path: '', type: 'image/png', size: 2, uploadedBytes: 1, blob: new Blob(), thumbnailUrl: '' },
    ...{ status: 'uploading', speed: 1, reason: '', attempt: 0, maxAttempts: 0 },
    actions: { cancel: true, pause: true, continue: false, retry: false, delete: false, rename: false },
  };
  const totals: TotalsSnapshot = { active: 1, paused: 0, failed: 0, succeeded: 0, refused: 0, totalBytes: 2, uploadedBytes: 1, speed: 1 };
  const nothingToDo = (): void => {};
  const context: RowContext = {
    ...{ language, failedUploadText: 'none', editFilename: false, edited: undefined, thumbnail: nothingToDo },
    ...{ act: nothingToDo, edit: nothingToDo, endEdit: nothingToDo },
  };
  const list = new Files(() => null, nothingToDo).render({ count: 1, at: () => file, totals }, '', undefined, () =>
    fileRow(file, 0, 1, context),
  );
  render(html`${renderTotals(totals, 1, language)}${list}`, document.createDocumentFragment());
}

function renderTotals(totals: TotalsSnapshot, count: number, language: Language): TemplateResult {
  const { active, paused, totalBytes, uploadedBytes, speed } = totals;
  const phrases = sums(totals, language);
  const share = totalBytes > 0 ? uploadedBytes / totalBytes : 0;
  const moving = active + paused > 0;
  return html`<div class="totals">
    <span>${phrases.length > 0 ? language.facts(phrases) : language.text('allFiles', { count })}</span>
    ${moving ? html`<span>${language.facts([percentText(share, language), ...pace(speed, totalBytes - uploadedBytes, language)])}</span>` : nothing}
    ${
      moving
        ? progressBar({
            part: 'total-progress',
            share,
            label: language.text('totalProgress'),
            text: percentText(share, language),
            idle: active === 0,
            // Of many files, each is but a hair's breadth.
            stepwise: count > wholeList || speed >= swift,
          })
        : nothing
    }
  </div>`;
}
