/** Where a drop is taken from. */
export interface DropZoneOptions {
  /** Gets everything that was dropped, while the drop is being dispatched: a DataTransfer is empty afterwards. */
  drop(data: DataTransfer): void;
  /** A drag with files is over the element, or is not any more. */
  over(active: boolean): void;
  /** False: a drop is taken and forgotten, so that the browser does not leave the page for the file. */
  enabled(): boolean;
}

/**
 * Takes files that are dropped on an element. Whoever takes a drop prevents its default; a zone around another leaves alone what has been taken, so a zone that is
 * the whole page and any number of uploaders on it share out the drops.
 *
 * @param element - the zone, or the document's root for the whole page.
 * @returns a function that ends it.
 */
export function attachDropZone(element: HTMLElement, { drop, over, enabled }: DropZoneOptions): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  let active = false;
  let innermost: EventTarget | null = null;

  const set = (now: boolean): void => {
    if (now === active) return;
    active = now;
    over(now);
    // Escape and a release outside of the window are told only to what the drag was over, which may be gone from the page by now.
    const change = now ? addEventListener : removeEventListener;
    for (const type of ['dragenter', 'drop', 'dragend']) change(type, ended, true);
  };
  const ended = (event: Event): void => {
    if (!event.composedPath().includes(element)) set(false);
  };
  const onDragOver = (event: DragEvent): void => {
    if (!carriesFiles(event)) return;
    if (event.defaultPrevented) return set(false);
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = enabled() ? 'copy' : 'none';
    set(enabled());
  };

  element.addEventListener(
    'dragenter',
    (event) => {
      innermost = event.composedPath()[0] ?? event.target;
      onDragOver(event);
    },
    { signal },
  );
  element.addEventListener('dragover', onDragOver, { signal });
  element.addEventListener(
    'dragleave',
    (event) => {
      // The next element is entered before the last one is left: leaving any other than the innermost is only going deeper.
      if (innermost === (event.composedPath()[0] ?? event.target)) set(false);
    },
    { signal },
  );
  element.addEventListener(
    'drop',
    (event) => {
      if (!carriesFiles(event)) return;
      set(false);
      if (event.defaultPrevented) return;
      event.preventDefault();
      if (event.dataTransfer && enabled()) drop(event.dataTransfer);
    },
    { signal },
  );
  return () => {
    set(false);
    listening.abort();
  };
}

/** A drag of text or of a link is none of ours. */
function carriesFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}
