/** Callbacks of a drop zone. */
export interface DropZoneOptions {
  /** Receives the dropped data. It has to be read synchronously: a `DataTransfer` is empty after its event. */
  onDrop(data: DataTransfer): void;
  /** Called when a drag with files enters (`true`) or leaves (`false`) the element. */
  onDragChange(dragging: boolean): void;
  /** When false, drops are ignored. Their default is prevented all the same, or the browser would navigate to the file. */
  isEnabled(): boolean;
}

/**
 * Makes an element a drop zone for files. A zone prevents the default of the drops that it takes and ignores drops whose default is prevented, so that nested zones do
 * not add the same files twice.
 *
 * @param element - the drop zone; `document.documentElement` for the whole page.
 * @returns a function that removes the drop zone.
 */
export function attachDropZone(element: HTMLElement, { onDrop, onDragChange, isEnabled }: DropZoneOptions): () => void {
  const listeners = new AbortController();
  const { signal } = listeners;
  let dragging = false;
  let innermostTarget: EventTarget | null = null;

  const setDragging = (next: boolean): void => {
    if (next === dragging) return;
    dragging = next;
    onDragChange(next);
    // Pressing Escape or dropping outside of the window fires no event on the zone if the element under the pointer has been removed meanwhile.
    const toggleListener = next ? addEventListener : removeEventListener;
    for (const type of ['dragenter', 'drop', 'dragend']) toggleListener(type, onWindowDrag, true);
  };
  const onWindowDrag = (event: Event): void => {
    if (!event.composedPath().includes(element)) setDragging(false);
  };
  const onDragOver = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    if (event.defaultPrevented) return setDragging(false);
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = isEnabled() ? 'copy' : 'none';
    setDragging(isEnabled());
  };

  element.addEventListener(
    'dragenter',
    (event) => {
      innermostTarget = event.composedPath()[0] ?? event.target;
      onDragOver(event);
    },
    { signal },
  );
  element.addEventListener('dragover', onDragOver, { signal });
  element.addEventListener(
    'dragleave',
    (event) => {
      // `dragenter` of the next element fires before `dragleave` of the last one. Leaving any element but the innermost one is a move to a descendant.
      if (innermostTarget === (event.composedPath()[0] ?? event.target)) setDragging(false);
    },
    { signal },
  );
  element.addEventListener(
    'drop',
    (event) => {
      if (!hasFiles(event)) return;
      setDragging(false);
      if (event.defaultPrevented) return;
      event.preventDefault();
      if (event.dataTransfer && isEnabled()) onDrop(event.dataTransfer);
    },
    { signal },
  );
  return () => {
    setDragging(false);
    listeners.abort();
  };
}

/** Whether a drag has files, and not text or a link. */
function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}
