/** The common part of the pages with a list of files. */

import { chosenFiles, watchTasks } from './contestant.js';

/** A list of files. */
export interface List {
  add(files: File[]): void;
  /** Returns the number of files in the list that can be uploaded. */
  count(): number;
  /** Returns whether rows are drawn. Default: when `count` is not 0. */
  hasRows?(): boolean;
  /** CSS selector of the thumbnails, inside `root`. */
  readonly pictures: string;
  readonly root?: () => ParentNode | null;
  /** Returns whether a thumbnail is drawn. */
  drawn(picture: Element): boolean;
}

/** The result of adding files. */
export interface Added {
  /** Time from adding to the frame that shows the first rows, in ms. */
  readonly firstRows: number;
  /** Time from adding to the frame that shows the list with all files, in ms. */
  readonly ready: number;
  /** Number of files in the list at that time. */
  readonly listed: number;
  readonly longestTask: number;
  /** Number of elements, texts and comments, including shadow roots. */
  readonly nodes: number;
}

declare global {
  var addFiles: (count: number, limit: number) => Promise<Added>;
  var scrollList: (ms: number) => Promise<number>;
  var showPhotos: (limit: number) => Promise<{ readonly visible: number; readonly ms: number; readonly longestTask: number }>;
}

const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));

/** Counts the nodes of a tree, including open shadow roots. */
function* everything(root: Node): Generator<Node> {
  yield root;
  if (root instanceof Element && root.shadowRoot) yield* everything(root.shadowRoot);
  for (let child = root.firstChild; child; child = child.nextSibling) yield* everything(child);
}

/** Returns the element with the largest scroll height. */
function scroller(): Element {
  let best = document.scrollingElement ?? document.documentElement;
  for (const node of everything(document.body)) {
    if (!(node instanceof HTMLElement) || !/auto|scroll/.test(getComputedStyle(node).overflowY)) continue;
    if (node.scrollHeight - node.clientHeight > best.scrollHeight - best.clientHeight) best = node;
  }
  return best;
}

export function list(list: List): void {
  /** Referenced, so that the memory of the files themselves is not counted. */
  let files: File[] = [];
  globalThis.addFiles = async (count, limit) => {
    if (!files.length) {
      const content = new Blob(['x'.repeat(1024)]);
      files = Array.from({ length: count }, (_, index) => new File([content], `file number ${index}.dat`));
      return { firstRows: 0, ready: 0, listed: 0, longestTask: 0, nodes: 0 };
    }
    const tasks = watchTasks();
    const begun = performance.now();
    list.add(files);
    const hasRows = () => list.hasRows?.() ?? list.count() > 0;
    const firstRows = await timeUntil(hasRows);
    const ready = await timeUntil(() => list.count() >= count);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { longestTask } = tasks();
    return { firstRows, ready, listed: list.count(), longestTask, nodes: [...everything(document.body)].length };

    /** Time from adding to the end of the frame in which a condition holds, in ms. */
    async function timeUntil(condition: () => boolean): Promise<number> {
      do await frame();
      while (!condition() && performance.now() - begun < limit);
      // The frame is finished when the next task runs.
      await new Promise((resolve) => setTimeout(resolve));
      return performance.now() - begun;
    }
  };

  globalThis.scrollList = async (ms) => {
    const box = scroller();
    const begun = await frame();
    let frames = 0;
    let now = begun;
    for (; now - begun < ms; now = await frame(), frames++) box.scrollTop += 97;
    return (frames / (now - begun)) * 1000;
  };

  globalThis.showPhotos = async (limit) => {
    const tasks = watchTasks();
    const files = chosenFiles();
    const begun = performance.now();
    list.add(files);
    let visible: number;
    let ready: boolean;
    do {
      await frame();
      const box = scroller();
      const view = box === document.scrollingElement ? new DOMRect(0, 0, innerWidth, innerHeight) : box.getBoundingClientRect();
      const inView = [...(list.root?.() ?? document).querySelectorAll(list.pictures)].filter((picture) => {
        const { top, bottom, height } = picture.getBoundingClientRect();
        return height > 0 && bottom > Math.max(0, view.top) && top < Math.min(innerHeight, view.bottom);
      });
      visible = inView.length;
      ready = visible > 0 && inView.every(list.drawn) && list.count() >= files.length;
    } while (!ready && performance.now() - begun < limit);
    const ms = performance.now() - begun;
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { visible, ms, longestTask: tasks().longestTask };
  };
}
