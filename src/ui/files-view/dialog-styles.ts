import { css } from 'lit';

/** Styles of the dialog. */
export const dialogStyles = css`
  .danger {
    --_accent: var(--fine-uploader-danger, #d92d20);
  }
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
  .text-input:focus-visible {
    outline-offset: 0;
  }
  .dialog-buttons {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 0.6em;
    margin-block-start: 1.25em;
  }
`;
