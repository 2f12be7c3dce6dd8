import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { FileSnapshot } from '../../core/snapshot.js';
import type { Language } from '../language.js';
import type { ViewOptions } from '../view-options.js';
import { actionContent } from './action-template.js';
import { cssVariables } from './css-variables.js';
import { fileName, fileNameInput } from './file-name.js';
import { checkIcon, crossIcon, fileTypeIcon, pauseIcon, playIcon, retryIcon, trashIcon, warningIcon } from './icons.js';
import { minStepwiseSpeed, progressBar } from './progress-bar.js';
import { statusText } from './status-text.js';

/** Action of a button in a row. */
export type RowAction = 'cancel' | 'pause' | 'continue' | 'retry' | 'delete' | 'dismiss';

/** Options and callbacks that all rows share. */
export interface RowContext extends Pick<ViewOptions, 'failedUploadText' | 'editFilename'> {
  readonly language: Language;
  /** Returns the page's own content for the row of an uploaded file. */
  readonly action?: ViewOptions['action'];
  /** The file whose name is being edited. */
  readonly editedId: number | undefined;
  /** Called for each rendered file whose thumbnail can be drawn; undefined if thumbnails are disabled. */
  readonly onThumbnail: ((id: number, blob: Blob) => void) | undefined;
  /** Called when the user clicks a button. */
  onAction(action: RowAction, id: number): void;
  /** Called when the user starts editing a name. */
  onEditStart(id: number): void;
  /** Called when the user stops editing a name; `name` is undefined if it does not change. */
  onEditEnd(id: number, name: string | undefined): void;
}

const statusesWithProgress: ReadonlySet<string> = new Set(['uploading', 'upload finalizing', 'retrying upload', 'paused']);
const failedStatuses: ReadonlySet<string> = new Set(['upload failed', 'rejected', 'delete failed']);

/**
 * Renders the row of a file: thumbnail, name, size, status, progress bar and the buttons for its possible actions.
 * @param index - the file's index in the list.
 * @param count - the number of files in the list.
 */
export function fileRow(file: FileSnapshot, index: number, count: number, context: RowContext): TemplateResult {
  const { id, name, status, size, uploadedBytes } = file;
  const { language, failedUploadText } = context;
  const outcome = failedStatuses.has(status) ? 'failed' : status === 'upload successful' ? 'succeeded' : '';
  const text = statusText(file, language, failedUploadText);
  const fraction = status === 'upload finalizing' ? 1 : size > 0 ? uploadedBytes / size : undefined;
  return html`<div
    part="file"
    class="file ${outcome}"
    role="listitem"
    tabindex="-1"
    data-id=${id}
    data-index=${index}
    aria-setsize=${count}
    aria-posinset=${index + 1}
    ${cssVariables({ '--index': index })}
  >
    <span part="thumbnail" class="thumbnail" aria-hidden="true">${thumbnail(file, context)}</span>
    <div class="description">
      ${
        context.editedId === id
          ? fileNameInput(file, language, context.onEditEnd)
          : fileName(file, language, context.editFilename ? context.onEditStart : undefined)
      }
      <div class="details">
        ${size < 0 ? nothing : html`<span part="size" class="size">${language.bytes(size)}</span>`}<span part="status" class="status"
          >${outcome === '' ? nothing : outcome === 'failed' ? warningIcon : checkIcon}<span
            class=${status === 'upload failed' && failedUploadText === 'none' ? 'visually-hidden' : ''}
            dir=${outcome === 'failed' ? 'auto' : nothing}
            title=${outcome === 'failed' ? text : nothing}
            >${text}</span
          ></span
        >
      </div>
    </div>
    <div class="actions"><slot name="action-${id}">${outcome === 'succeeded' ? actionContent(context.action?.(id)) : nothing}</slot>${buttons(file, context)}</div>
    ${
      statusesWithProgress.has(status)
        ? progressBar({
            part: 'progress',
            fraction,
            label: language.text('fileProgress', { file: name }),
            valueText: text,
            paused: status === 'paused',
            indeterminate: status === 'uploading' && uploadedBytes === 0,
            stepwise: file.speed >= minStepwiseSpeed,
          })
        : nothing
    }
  </div>`;
}

/** Renders at most three buttons. The first one switches between pause, continue and retry instead of being replaced, so that it keeps the focus. */
function buttons({ id, name, status, actions }: FileSnapshot, { language, onAction }: RowContext): (TemplateResult | typeof nothing)[] {
  const button = (action: RowAction, icon: TemplateResult, part: string = action): TemplateResult => {
    const label = language.text(action, { file: name });
    return html`<button
      part=${part}
      class="button icon-button"
      type="button"
      data-action=${action}
      aria-label=${label}
      title=${label}
      @click=${() => onAction(action, id)}
    >
      ${icon}
    </button>`;
  };
  return [
    actions.retry
      ? button('retry', retryIcon)
      : actions.continue
        ? button('continue', playIcon)
        : actions.pause
          ? button('pause', pauseIcon)
          : nothing,
    actions.delete ? button('delete', trashIcon) : nothing,
    status === 'rejected' ? button('dismiss', crossIcon, 'cancel') : actions.cancel ? button('cancel', crossIcon) : nothing,
  ];
}

function thumbnail({ id, type, blob, thumbnailUrl }: FileSnapshot, { onThumbnail }: RowContext): TemplateResult {
  const placeholder = fileTypeIcon(type);
  if (!onThumbnail) return placeholder;
  if (thumbnailUrl !== '') {
    return html`${placeholder}<img
        src=${thumbnailUrl}
        alt=""
        decoding="async"
        loading="lazy"
        @load=${(event: Event) => (event.target as Element).classList.add('there')}
      />`;
  }
  if (!blob || !/^(image|video)\//.test(type)) return placeholder;
  onThumbnail(id, blob);
  return html`${placeholder}<canvas data-thumbnail=${id}></canvas>`;
}
