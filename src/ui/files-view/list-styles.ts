import { css } from 'lit';

/** Custom properties of the files view, and styles of the file list. */
export const listStyles = css`
  :host {
    --_danger: color-mix(in oklab, var(--fine-uploader-danger, #d92d20) 60%, currentColor);
    --_success: color-mix(in oklab, var(--fine-uploader-success, #15803d) 62%, currentColor);
    --_thumbnail: var(--fine-uploader-thumbnail-size, 2.75em);
    --_row: max(calc(2.9em + 2 * var(--_space)), calc(var(--_thumbnail) + 1.4 * var(--_space)));
  }
  :host([compact]) {
    --_thumbnail: var(--fine-uploader-thumbnail-size, 2.25em);
  }

  .list {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background-color: var(--_surface);
    overflow: hidden;
  }
  /* A separate element: if the scrolling list is the container, WebKit scrolls it to the top when its rows change. */
  .list-container {
    container-type: inline-size;
  }
  .list:focus:not(:focus-visible) {
    outline: none;
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
`;
