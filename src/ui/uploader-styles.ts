import { css } from 'lit';

/**
 * Styles of the drop zone and its button. They use the font, text size and text colour of the page: lines, tints and secondary text are derived from `currentColor`, so they
 * suit light and dark pages, and lengths are in `em`.
 *
 * The styles of the file list and the dialogs are in files-view/.
 */
export const uploaderStyles = css`
  :host {
    --_accent: var(--fine-uploader-accent, #2563eb);
    --_on-accent: var(--fine-uploader-accent-text, #fff);
    --_accent-text: color-mix(in oklab, var(--_accent) 70%, currentColor);
    --_muted: var(--fine-uploader-muted, color-mix(in oklab, currentColor 76%, transparent));
    --_line: var(--fine-uploader-border, color-mix(in oklab, currentColor 15%, transparent));
    --_tint: color-mix(in oklab, currentColor 7%, transparent);
    --_surface: var(--fine-uploader-surface, transparent);
    --_radius: var(--fine-uploader-radius, 0.75em);
    --_space: var(--fine-uploader-space, 0.75em);
    display: block;
    line-height: 1.45;
    text-align: start;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  :host([compact]) {
    --_space: var(--fine-uploader-space, 0.5em);
  }
  *,
  ::before {
    box-sizing: border-box;
  }
  .visually-hidden {
    position: absolute !important;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    padding: 0;
    border: 0;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .uploader {
    position: relative;
  }
  .icon {
    display: block;
    flex: none;
    inline-size: 1.25em;
    block-size: 1.25em;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.7;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  :focus-visible {
    outline: 2px solid var(--_accent-text);
    outline-offset: 2px;
  }

  /* Buttons */
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5em;
    min-block-size: 2.5em;
    margin: 0;
    padding: 0.4em 1.1em;
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 0.7);
    background: transparent;
    color: inherit;
    font: inherit;
    font-weight: 600;
    cursor: pointer;
    transition: background-color 0.15s;
  }
  .button:hover {
    background-color: var(--_tint);
  }
  .primary {
    border-color: transparent;
    background-color: var(--_accent);
    color: var(--_on-accent);
  }
  .primary:hover {
    background-color: color-mix(in oklab, var(--_accent) 88%, #000);
  }
  .button:disabled {
    opacity: 0.5;
    cursor: not-allowed;
  }

  /* Drop zone */
  .dropzone {
    display: flex;
    flex-flow: column;
    align-items: center;
    justify-content: center;
    gap: var(--_space);
    padding: calc(2.4 * var(--_space)) calc(1.4 * var(--_space));
    border: 1.5px dashed color-mix(in oklab, currentColor 32%, transparent);
    border-radius: calc(var(--_radius) * 1.2);
    background-color: var(--_surface);
    text-align: center;
    cursor: pointer;
    transition:
      background-color 0.15s,
      border-color 0.15s;
  }
  .dropzone:hover {
    border-color: var(--_accent-text);
  }
  .dragging {
    border-color: var(--_accent-text);
    background-color: color-mix(in oklab, var(--_accent) 11%, var(--_surface));
  }
  .upload-icon {
    padding: 0.65em;
    border-radius: 50%;
    background-color: color-mix(in oklab, var(--_accent) 13%, transparent);
    color: var(--_accent-text);
    transition: transform 0.2s;
  }
  .upload-icon .icon {
    inline-size: 1.5em;
    block-size: 1.5em;
  }
  .dragging .upload-icon {
    transform: translateY(-0.25em) scale(1.08);
  }
  .drop-text {
    font-weight: 600;
  }
  .disabled .dropzone {
    border-color: var(--_line);
    cursor: not-allowed;
  }
  .disabled .upload-icon {
    opacity: 0.5;
  }
  .disabled .drop-text {
    color: var(--_muted);
  }
  :host([compact]) .dropzone {
    flex-flow: wrap;
    gap: 0.5em 1em;
    padding: calc(1.5 * var(--_space)) calc(2 * var(--_space));
  }

  :host([compact]) .upload-icon {
    padding: 0.45em;
  }

  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
      animation: none !important;
    }
  }
  @media (forced-colors: active) {
    .dragging {
      border-color: Highlight;
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
    .button {
      border-color: ButtonBorder;
      background-color: ButtonFace;
      color: ButtonText;
    }
    .button:disabled {
      opacity: 1;
      color: GrayText;
    }
  }
`;
