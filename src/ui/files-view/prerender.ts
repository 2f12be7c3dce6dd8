import { html, render } from 'lit';
import type { LitElement } from 'lit';
import type { FileSnapshot, TotalsSnapshot } from '../../core/snapshot.js';
import type { Language } from '../language.js';
import { FileList } from './file-list.js';
import { fileRow } from './file-row.js';
import type { RowContext } from './file-row.js';
import { loadThumbnails } from './load-thumbnails.js';
import { totalsLine } from './totals.js';

/** Renders a list with one file outside of the page and loads the thumbnails module, so that the first file does not wait for templates and code. */
export function prerender(host: LitElement, language: Language): void {
  loadThumbnails().catch(() => {}); // The first thumbnail tries again.
  const file: FileSnapshot = {
    id: 0,
    name: 'a.png',
    path: '',
    type: 'image/png',
    size: 2,
    uploadedBytes: 1,
    blob: new Blob(),
    thumbnailUrl: '',
    status: 'uploading',
    speed: 1,
    reason: '',
    attempt: 0,
    maxAttempts: 0,
    actions: { cancel: true, pause: true, continue: false, retry: false, delete: false, rename: false },
  };
  const totals: TotalsSnapshot = { active: 1, paused: 0, failed: 0, succeeded: 0, refused: 0, totalBytes: 2, uploadedBytes: 1, speed: 1 };
  const noop = (): void => {};
  const context: RowContext = {
    language,
    failedUploadText: 'none',
    editFilename: false,
    editedId: undefined,
    onThumbnail: noop,
    onAction: noop,
    onEditStart: noop,
    onEditEnd: noop,
  };
  const list = new FileList(host).render({ count: 1, at: () => file, totals }, '', undefined, () => fileRow(file, 0, 1, context));
  render(html`${totalsLine(totals, 1, language)}${list}`, document.createDocumentFragment());
}
