/** Where the focus is among the rows. */
export interface RowFocus {
  readonly id: number;
  readonly index: number;
  /** Which button, or undefined for the row itself. */
  readonly action: string | undefined;
  readonly element: HTMLElement;
}

/** Finds the row that has the focus, if one has. */
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

/** Whether the focus that was in a row has been lost, and not been taken somewhere else by the person or the page. */
export function isLost(root: ShadowRoot, { element }: RowFocus): boolean {
  const { activeElement } = document;
  return (
    root.activeElement === null &&
    (activeElement === null || activeElement === document.body || activeElement === root.host) &&
    !element.matches(':focus')
  );
}

/**
 * Gives lost focus a new place: the same row, else the one that has taken its place, else the last one before it. In the row the same button, else any button, else
 * the row itself, so that a screen reader stays where it was.
 * @returns whether there was a row to take it.
 */
export function restoreFocus(root: ShadowRoot, { id, index, action }: RowFocus): boolean {
  const rows = [...root.querySelectorAll<HTMLElement>('[data-id]')];
  const row =
    rows.find(({ dataset }) => Number(dataset['id']) === id) ??
    rows.find(({ dataset }) => Number(dataset['index']) === index) ??
    rows.findLast(({ dataset }) => Number(dataset['index']) < index);
  if (!row) return false;
  const buttons = [...row.querySelectorAll<HTMLElement>('button')];
  // A name that is no longer edited has its button back.
  const wanted = action === 'edit' ? 'rename' : action;
  const target = buttons.find(({ dataset }) => dataset['action'] === wanted) ?? buttons.at(-1) ?? row;
  target.focus({ preventScroll: true });
  return true;
}
