/** The focused row of the file list. */
export interface RowFocus {
  readonly id: number;
  readonly index: number;
  /** The focused button, by its `data-action`; undefined for the row itself. */
  readonly action: string | undefined;
  readonly element: HTMLElement;
}

/** Returns the row that has the focus, if any. */
export function focusedRow(root: ShadowRoot): RowFocus | undefined {
  const { activeElement } = root;
  const row = activeElement?.closest<HTMLElement>('[data-id]');
  if (!row || !(activeElement instanceof HTMLElement)) return undefined;
  return {
    id: Number(row.dataset['id']),
    index: Number(row.dataset['index']),
    action: activeElement.dataset['action'],
    element: activeElement,
  };
}

/** Whether a render has removed the focused element, and neither the user nor the page has focused another one. */
export function isFocusLost(root: ShadowRoot, { element }: RowFocus): boolean {
  const { activeElement } = document;
  return (
    root.activeElement === null &&
    (activeElement === null || activeElement === document.body || activeElement === root.host) &&
    !element.matches(':focus')
  );
}

/**
 * Restores a lost focus so that a screen reader stays where it was: in the same row, else in the row at the same index, else in the last row before it. Within the row
 * it focuses the same button, else any button, else the row itself.
 * @returns whether there was a row to focus.
 */
export function restoreFocus(root: ShadowRoot, { id, index, action }: RowFocus): boolean {
  const rows = [...root.querySelectorAll<HTMLElement>('[data-id]')];
  const row =
    rows.find(({ dataset }) => Number(dataset['id']) === id) ??
    rows.find(({ dataset }) => Number(dataset['index']) === index) ??
    rows.findLast(({ dataset }) => Number(dataset['index']) < index);
  if (!row) return false;
  const buttons = [...row.querySelectorAll<HTMLElement>('button')];
  // The name input has replaced the rename button.
  const buttonAction = action === 'edit' ? 'rename' : action;
  const target = buttons.find(({ dataset }) => dataset['action'] === buttonAction) ?? buttons.at(-1) ?? row;
  target.focus({ preventScroll: true });
  return true;
}
