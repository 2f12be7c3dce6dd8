import { css } from 'lit';

/** How rows, sums, progress and dialogs look. It comes after styles.ts, and moves nothing of what is there already. */
export const fileStyles = css`
  :host {
    --_danger: color-mix(in oklab, var(--fine-uploader-danger, #d92d20) 60%, currentColor);
    --_success: color-mix(in oklab, var(--fine-uploader-success, #15803d) 62%, currentColor);
    --_thumbnail: var(--fine-uploader-thumbnail-size, 2.75em);
    --_row: max(calc(2.9em + 2 * var(--_space)), calc(var(--_thumbnail) + 1.4 * var(--_space)));
  }
  :host([compact]) {
    --_thumbnail: var(--fine-uploader-thumbnail-size, 2.25em);
  }

  /* Buttons */
  .danger {
    --_accent: var(--fine-uploader-danger, #d92d20);
  }
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

  /* Totals */
  .totals {
    position: relative;
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 1em;
    margin-block: calc(1.5 * var(--_space)) calc(0.75 * var(--_space));
    padding-block-end: 0.75em;
    color: var(--_muted);
    font-size: 0.875em;
    font-variant-numeric: tabular-nums;
  }
  .totals > :first-child {
    font-weight: 600;
  }

  /* Progress */
  .progress {
    position: absolute;
    inset-inline: calc(var(--_thumbnail) + 2.2 * var(--_space)) calc(1.2 * var(--_space));
    inset-block-end: 0;
    block-size: 3px;
    border-radius: 3px;
    background-color: color-mix(in oklab, currentColor 12%, transparent);
    overflow: hidden;
  }
  .total {
    inset-inline: 0;
    block-size: 6px;
    border-radius: 6px;
  }
  .bar {
    block-size: 100%;
    border-radius: inherit;
    background-color: var(--_accent);
    transform: translateX(calc((var(--progress) - 1) * 100%));
    transition: transform 0.3s linear;
  }
  .stepwise .bar {
    transition: none;
  }
  .bar:dir(rtl) {
    transform: translateX(calc((1 - var(--progress)) * 100%));
  }
  .idle .bar {
    background-color: color-mix(in oklab, currentColor 45%, transparent);
  }
  .unknown .bar {
    inline-size: 40%;
    /* A small file is there before it begins, and what is known then grows from nothing. */
    animation: wander 1.4s ease-in-out 0.4s infinite alternate;
  }
  .unknown.idle .bar {
    animation: none;
    transform: none;
  }
  @keyframes wander {
    from {
      transform: translateX(0);
    }
    to {
      transform: translateX(150%);
    }
  }
  .bar:dir(rtl) {
    animation-direction: alternate-reverse;
  }
  @media (prefers-reduced-motion: reduce) {
    .unknown .bar {
      transform: none;
    }
  }

  /* List */
  .list {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background-color: var(--_surface);
    overflow: hidden;
  }
  /* Not the list itself: when its rows change, WebKit scrolls a container that scrolls to its top. */
  .listing {
    container-type: inline-size;
  }
  .list:focus:not(:focus-visible),
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
  .windowed {
    max-block-size: var(--fine-uploader-list-height, 28em);
    overflow: hidden auto;
    overflow-anchor: none;
    overscroll-behavior: contain;
  }
  .windowed .rows {
    position: relative;
    block-size: calc(var(--count) * var(--_row));
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
  .facts {
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
  .windowed .facts {
    flex-wrap: nowrap;
    white-space: nowrap;
  }
  .windowed .size {
    flex: none;
  }
  .windowed .status > :last-child:not(.hidden) {
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
    .about {
      display: contents;
    }
    .title,
    .about > .edit {
      grid-area: 1 / 2;
    }
    .facts {
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
  .edit {
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

  /* Dialogs */
  .dialog {
    inline-size: min(26em, 100vw - 2em);
    padding: 1.5em;
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 1.2);
    background-color: var(--fine-uploader-dialog-background, Canvas);
    color: var(--fine-uploader-dialog-text, CanvasText);
    box-shadow: 0 1em 3em rgb(0 0 0 / 0.25);
  }
  .dialog::backdrop {
    background-color: rgb(0 0 0 / 0.5);
  }
  .dialog p {
    margin: 0 0 1.25em;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .edit:focus-visible {
    outline-offset: 0;
  }
  .answers {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 0.6em;
    margin-block-start: 1.25em;
  }
  @media (forced-colors: active) {
    .progress {
      border: 1px solid CanvasText;
      block-size: 5px;
    }
    .total {
      block-size: 8px;
    }
    .bar {
      forced-color-adjust: none;
      background-color: Highlight;
    }
    .idle .bar {
      background-color: GrayText;
    }
    .icon-button {
      border-color: ButtonBorder;
      color: ButtonText;
    }
  }
`;
