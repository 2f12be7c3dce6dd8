import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { FileSnapshot } from '../core/snapshot.js';
import { actionOf } from './action-template.js';
import { durationText, percentText, speedText, wholePercent } from './amounts.js';
import type { ViewOptions } from './view-options.js';
import { icon } from './icon.js';
import type { Icon } from './icon.js';
import * as icons from './icons.js';
import type { Language } from './language.js';
import { progressBar, swift } from './progress.js';
import { variables } from './variables.js';

/** What a person can ask for with a button in a row. */
export type RowAction = 'cancel' | 'pause' | 'continue' | 'retry' | 'delete' | 'dismiss';

/** What a row has to know beside its file. */
export interface RowContext {
  readonly language: Language;
  /** What is said of a failed file: the server's reason, the same text for all, or nothing. */
  readonly failedUploadText: ViewOptions['failedUploadText'];
  readonly editFilename: boolean;
  /** Takes note of a file whose thumbnail is to be drawn; undefined where none is. */
  readonly thumbnail: ((id: number, blob: Blob) => void) | undefined;
  /** What the page puts beside a file that has arrived. */
  readonly action?: ViewOptions['action'];
  /** The file whose name is being edited. */
  readonly edited: number | undefined;
  act(action: RowAction, id: number): void;
  /** The person begins to edit a name. */
  edit(id: number): void;
  /** The person is done: with a new name, or without. */
  endEdit(id: number, name: string | undefined): void;
}

const inFlight: ReadonlySet<string> = new Set(['uploading', 'upload finalizing', 'retrying upload', 'paused']);
const failures: ReadonlySet<string> = new Set(['upload failed', 'rejected', 'delete failed']);

/** One file: what it is, what it is doing, and the buttons that make sense now. */
export function fileRow(file: FileSnapshot, index: number, count: number, context: RowContext): TemplateResult {
  const { id, name, status, size, uploadedBytes } = file;
  const { language } = context;
  const kind = failures.has(status) ? 'failed' : status === 'upload successful' ? 'succeeded' : '';
  const words = statusWords(file, context);
  const share = status === 'upload finalizing' ? 1 : size > 0 ? uploadedBytes / size : undefined;
  return html`<div
    part="file"
    class="file ${kind}"
    role="listitem"
    tabindex="-1"
    data-id=${id}
    data-index=${index}
    aria-setsize=${count}
    aria-posinset=${index + 1}
    ${variables({ '--index': index })}
  >
    <span part="thumbnail" class="thumbnail" aria-hidden="true">${thumbnail(file, context)}</span>
    <div class="about">
      ${context.edited === id ? nameInput(file, context) : nameText(file, context)}
      <div class="facts">
        ${size < 0 ? nothing : html`<span part="size" class="size">${language.bytes(size)}</span>`}<span part="status" class="status"
          >${kind === '' ? nothing : icon(kind === 'failed' ? icons.warning : icons.check)}<span
            class=${status === 'upload failed' && context.failedUploadText === 'none' ? 'hidden' : ''}
            dir=${kind === 'failed' ? 'auto' : nothing}
            title=${kind === 'failed' ? words : nothing}
            >${words}</span
          ></span
        >
      </div>
    </div>
    <div class="actions"><slot name="action-${id}">${kind === 'succeeded' ? actionOf(context.action?.(id)) : nothing}</slot>${buttons(file, context)}</div>
    ${
      inFlight.has(status)
        ? progressBar({
            part: 'progress',
            share,
            label: language.text('progressOf', { file: name }),
            text: words,
            idle: status === 'paused',
            waiting: status === 'uploading' && uploadedBytes === 0,
            stepwise: file.speed >= swift,
          })
        : nothing
    }
  </div>`;
}

/** What a file is doing, in words. */
export function statusWords(file: FileSnapshot, { language, failedUploadText }: Pick<RowContext, 'language' | 'failedUploadText'>): string {
  const { status, size, uploadedBytes, reason, attempt, maxAttempts, speed } = file;
  const share = size > 0 ? uploadedBytes / size : 0;
  const progress = { percent: wholePercent(share), progress: percentText(share, language), total_size: language.bytes(size) };
  switch (status) {
    case 'uploading':
      if (size > 0 && uploadedBytes >= size) return language.text('waitingForResponse');
      if (uploadedBytes === 0) return language.text('uploading');
      return language.facts([language.text('formatProgress', progress), ...pace(speed, size - uploadedBytes, language)]);
    case 'upload finalizing':
      return language.text('waitingForResponse');
    case 'retrying upload':
      return attempt > 0 ? language.text('autoRetryNote', { retryNum: attempt, maxAuto: maxAttempts }) : language.text('retrying');
    case 'paused':
      return uploadedBytes > 0 && size > 0 ? language.text('pausedAt', progress) : language.text('paused');
    case 'upload failed':
      return (failedUploadText === 'custom' && reason) || language.text('failUpload');
    case 'rejected':
      return reason || language.text('rejected');
    case 'delete failed':
      return [language.text('deletingFailedText'), reason].filter(Boolean).join(': ');
    case 'deleting':
      return language.text('deletingStatusText');
    case 'upload successful':
      return language.text('succeeded');
    case 'submitting':
    case 'submitted':
    case 'queued':
      return language.text(status);
    default:
      return '';
  }
}

/** Speed and time left, where something moves. */
export function pace(speed: number, bytesLeft: number, language: Language): string[] {
  if (!(speed > 0) || bytesLeft <= 0) return [];
  return [speedText(speed, language), language.text('timeLeft', { time: durationText(bytesLeft / speed, language) })];
}

function nameText({ id, name, path, actions: possible }: FileSnapshot, { language, editFilename, edit }: RowContext): TemplateResult {
  const [stem, extension] = splitName(name);
  return html`<div class="title">
    <bdi part="name" class="name" title=${path || name}><span class="stem">${stem}</span><span>${extension}</span></bdi>${
      editFilename && possible.rename
        ? html`<button
          class="button icon-button small"
          type="button"
          data-action="rename"
          aria-label=${language.text('rename', { file: name })}
          title=${language.text('rename', { file: name })}
          @click=${() => edit(id)}
        >
          ${icon(icons.pencil)}
        </button>`
        : nothing
    }
  </div>`;
}

function nameInput({ id, name }: FileSnapshot, { language, endEdit }: RowContext): TemplateResult {
  const finish = (event: Event): void => endEdit(id, (event.target as HTMLInputElement).value.trim() || undefined);
  const onKey = (event: KeyboardEvent): void => {
    if (event.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return;
    // Not for a dialog or a form around us.
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Enter') finish(event);
    else endEdit(id, undefined);
  };
  return html`<input
    class="edit"
    type="text"
    dir="auto"
    autocomplete="off"
    spellcheck="false"
    data-action="edit"
    aria-label=${language.text('newName', { file: name })}
    .value=${name}
    @keydown=${onKey}
    @blur=${finish}
    @input=${(event: Event) => event.stopPropagation()}
  />`;
}

/** At most three buttons; one of them changes its meaning instead of leaving, so that the focus stays where it is. */
function buttons(
  { id, name, status, actions: possible }: FileSnapshot,
  { language, act }: RowContext,
): (TemplateResult | typeof nothing)[] {
  const button = (action: RowAction, drawing: Icon, part: string = action): TemplateResult => {
    const label = language.text(action, { file: name });
    return html`<button
      part=${part}
      class="button icon-button"
      type="button"
      data-action=${action}
      aria-label=${label}
      title=${label}
      @click=${() => act(action, id)}
    >
      ${icon(drawing)}
    </button>`;
  };
  return [
    possible.retry
      ? button('retry', icons.again)
      : possible.continue
        ? button('continue', icons.play)
        : possible.pause
          ? button('pause', icons.pause)
          : nothing,
    possible.delete ? button('delete', icons.bin) : nothing,
    status === 'rejected' ? button('dismiss', icons.cross, 'cancel') : possible.cancel ? button('cancel', icons.cross) : nothing,
  ];
}

function thumbnail({ id, type, blob, thumbnailUrl }: FileSnapshot, context: RowContext): TemplateResult {
  const placeholder = icon(icons.iconFor(type));
  if (!context.thumbnail) return placeholder;
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
  context.thumbnail(id, blob);
  return html`${placeholder}<canvas data-thumbnail=${id}></canvas>`;
}

/** `photo.final.jpg` -> `photo.final` and `.jpg`: a long name is cut before its extension. */
export function splitName(name: string): [stem: string, extension: string] {
  const dot = name.lastIndexOf('.');
  return dot > 0 && name.length - dot <= 8 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
}
