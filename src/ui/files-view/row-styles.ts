import { css } from 'lit';

/** Styles of the rows. */
export const rowStyles = css`
  .icon-button {
    flex: none;
    inline-size: 2.25em;
    min-block-size: 2.25em;
    padding: 0;
    border-color: transparent;
    color: var(--_muted);
  }
  .icon-button:hover {
    color: inherit;
  }
  .small {
    inline-size: 1.75em;
    min-block-size: 1.75em;
    font-size: max(0.875em, 14px);
  }

  .file:focus:not(:focus-visible) {
    outline: none;
  }
  .file {
    position: relative;
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: 0 var(--_space);
    min-block-size: var(--_row);
    padding: calc(0.7 * var(--_space)) calc(1.2 * var(--_space));
  }
  .file:focus-visible {
    outline-offset: -2px;
  }
  .file + .file::before {
    content: '';
    position: absolute;
    inset: 0 calc(1.2 * var(--_space)) auto;
    border-block-start: 1px solid var(--_line);
  }
  .windowed .file {
    position: absolute;
    inset-inline: 0;
    inset-block-start: calc(var(--index) * var(--_row));
    block-size: var(--_row);
  }
  .thumbnail {
    position: relative;
    display: grid;
    place-items: center;
    inline-size: var(--_thumbnail);
    block-size: var(--_thumbnail);
    border-radius: calc(var(--_radius) * 0.65);
    background-color: var(--_tint);
    color: var(--_muted);
    overflow: hidden;
  }
  .thumbnail > .icon {
    inline-size: 52%;
    block-size: 52%;
  }
  .thumbnail > :is(canvas, img) {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
    opacity: 0;
    transition: opacity 0.2s;
  }
  .thumbnail > .there {
    opacity: 1;
  }
  .title {
    display: flex;
    align-items: center;
    gap: 0.25em;
    min-block-size: 1.5em;
  }
  .name {
    display: flex;
    min-inline-size: 0;
    font-weight: 600;
    white-space: pre;
  }
  .name > * {
    unicode-bidi: isolate;
  }
  .stem {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .title > .small {
    margin-block: -0.3em;
  }
  .details {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.75em;
    color: var(--_muted);
    font-size: 0.875em;
    font-variant-numeric: tabular-nums;
  }
  .status {
    display: flex;
    gap: 0.3em;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .status .icon {
    margin-block-start: 0.12em;
  }
  .windowed .details {
    flex-wrap: nowrap;
    white-space: nowrap;
  }
  .windowed .size {
    flex: none;
  }
  .windowed .status > :last-child:not(.visually-hidden) {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .succeeded .status {
    color: var(--_success);
  }
  .failed .status {
    color: var(--_danger);
  }
  .failed .thumbnail {
    background-color: color-mix(in oklab, var(--_danger) 12%, transparent);
    color: var(--_danger);
  }
  .actions {
    display: flex;
    align-items: center;
    gap: 0.125em;
    margin-inline-end: calc(-0.4 * var(--_space));
  }
  @container (max-inline-size: 27em) {
    .file {
      --_thumbnail: var(--fine-uploader-thumbnail-size, 2.25em);
      align-content: center;
      padding-inline: var(--_space);
    }
    .progress {
      inset-inline: calc(var(--_thumbnail) + 2 * var(--_space)) var(--_space);
    }
    .description {
      display: contents;
    }
    .title,
    .description > .text-input {
      grid-area: 1 / 2;
    }
    .details {
      grid-area: 2 / 2 / auto / -1;
    }
    .actions {
      grid-area: 1 / 3;
      margin-block: -0.3em;
    }
    .thumbnail {
      grid-row: 1 / 3;
    }
    .icon-button {
      inline-size: 2em;
      min-block-size: 2em;
    }
  }
  @container (max-inline-size: 22em) {
    .windowed .rows {
      --_row: calc(4.35em + 1.8 * var(--_space));
    }
    .name {
      display: -webkit-box;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: 2;
      line-clamp: 2;
      overflow: hidden;
      overflow-wrap: anywhere;
      white-space: normal;
      line-height: 1.3;
      text-align: -webkit-match-parent;
      text-align: match-parent;
    }
  }
  @container (max-inline-size: 12em) {
    .thumbnail {
      display: none;
    }
  }
  [part='action'] :is(a, button) {
    padding: 0.35em 0.6em;
    border: 0;
    border-radius: calc(var(--_radius) * 0.5);
    background: transparent;
    color: var(--_accent-text);
    font: inherit;
    font-weight: 600;
    text-decoration: none;
    cursor: pointer;
  }
  [part='action'] :is(a, button):hover {
    background-color: var(--_tint);
  }
  .text-input {
    inline-size: 100%;
    min-block-size: 1.9em;
    margin-block: 0.1em;
    padding: 0.1em 0.5em;
    border: 1px solid color-mix(in oklab, currentColor 55%, transparent);
    border-radius: calc(var(--_radius) * 0.5);
    background: transparent;
    color: inherit;
    font: inherit;
  }
  @media (forced-colors: active) {
    .icon-button {
      border-color: ButtonBorder;
      color: ButtonText;
    }
  }
`;
