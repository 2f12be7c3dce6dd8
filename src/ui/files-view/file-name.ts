import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { FileSnapshot } from '../../core/snapshot.js';
import type { Language } from '../language.js';
import { pencilIcon } from './icons.js';

/**
 * Renders a file's name and, for a file that can be renamed, the rename button.
 * @param onEditStart - called when the user clicks the rename button; undefined for no button.
 */
export function fileName(
  { id, name, path, actions }: FileSnapshot,
  language: Language,
  onEditStart: ((id: number) => void) | undefined,
): TemplateResult {
  const [stem, extension] = splitExtension(name);
  return html`<div class="title">
    <bdi part="name" class="name" title=${path || name}><span class="stem">${stem}</span><span>${extension}</span></bdi>${
      onEditStart && actions.rename
        ? html`<button
          class="button icon-button small"
          type="button"
          data-action="rename"
          aria-label=${language.text('rename', { file: name })}
          title=${language.text('rename', { file: name })}
          @click=${() => onEditStart(id)}
        >
          ${pencilIcon}
        </button>`
        : nothing
    }
  </div>`;
}

/**
 * Renders the input that edits a file's name. Enter and leaving the input save, Escape cancels.
 * @param onEditEnd - receives the new name, or undefined if the user cancels or the name is empty.
 */
export function fileNameInput(
  { id, name }: FileSnapshot,
  language: Language,
  onEditEnd: (id: number, name: string | undefined) => void,
): TemplateResult {
  const save = (event: Event): void => onEditEnd(id, (event.target as HTMLInputElement).value.trim() || undefined);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return;
    // Keeps Escape from closing a dialog around the uploader, and Enter from submitting a form.
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Enter') save(event);
    else onEditEnd(id, undefined);
  };
  return html`<input
    class="text-input"
    type="text"
    dir="auto"
    autocomplete="off"
    spellcheck="false"
    data-action="edit"
    aria-label=${language.text('newName', { file: name })}
    .value=${name}
    @keydown=${onKeyDown}
    @blur=${save}
    @input=${(event: Event) => event.stopPropagation()}
  />`;
}

/** Splits a name before its extension, so that an ellipsis does not hide it: `photo.final.jpg` -> `photo.final` and `.jpg`. */
export function splitExtension(name: string): [stem: string, extension: string] {
  const dot = name.lastIndexOf('.');
  return dot > 0 && name.length - dot <= 8 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
}
