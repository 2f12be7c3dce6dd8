/**
 * What the demo's pages do with their uploader: a link to every stored file, and a log of every event. File names and servers' answers are
 * strangers' words, so they only ever become text.
 */
import type { CompleteDetail, UploaderEventMap } from '../../src/elements/events.js';

/** Where a finished file can be seen. Pages without a server that would say so find another way. */
export type LinkOf = (detail: CompleteDetail) => unknown;

type Uploader = Pick<HTMLElement, 'addEventListener'>;
type EventName = keyof UploaderEventMap;

const EVENTS: readonly EventName[] = [
  'validateBatch',
  'validate',
  'submit',
  'submitted',
  'upload',
  'uploadChunk',
  'uploadChunkSuccess',
  'resume',
  'progress',
  'totalProgress',
  'autoRetry',
  'manualRetry',
  'complete',
  'allComplete',
  'cancel',
  'error',
  'statusChange',
  'submitDelete',
  'delete',
  'deleteComplete',
  'pasteReceived',
  'sessionRequestComplete',
  'credentialsExpired',
];
/** These come many times a second: each file's take one line, which counts. */
const FREQUENT: ReadonlySet<EventName> = new Set(['progress', 'totalProgress']);
const MOST_LINES = 300;
const LONGEST_TEXT = 80;

const uploader = document.querySelector<HTMLElement>('fine-uploader, fine-uploader-s3');
const stored = byId('stored');
const events = byId('events');
let linkOf: LinkOf = ({ response }) => response['tempLink'];
const lines = new Map<string, { line: HTMLElement; count: number }>();

if (uploader) {
  for (const name of EVENTS) on(uploader, name, (event) => note(name, event.detail));
  on(uploader, 'complete', ({ detail }) => {
    if (!detail.success) return;
    void Promise.resolve(linkOf(detail)).then((address) => list(detail.id, detail.name, address, detail.key ?? detail.uuid));
  });
  on(uploader, 'deleteComplete', ({ detail }) => {
    if (detail.success) document.getElementById(`stored-${detail.id}`)?.remove();
  });
}

byId('clear').addEventListener('click', () => {
  events.replaceChildren();
  lines.clear();
});

const copy = byId('copy');
copy.addEventListener('click', () => {
  navigator.clipboard.writeText(byId('snippet').textContent ?? '').then(
    () => say('Copied'),
    () => say('Copying is not allowed here'),
  );
  function say(text: string): void {
    copy.textContent = text;
    setTimeout(() => (copy.textContent = 'Copy'), 2000);
  }
});

/** Says how this page finds the link to a stored file. Default: it is the `tempLink` that the server answered. */
export function setLink(link: LinkOf): void {
  linkOf = link;
}

/** A link to a stored file. `address` came from a server, so it is looked at before it becomes one. */
function list(id: number, name: string, address: unknown, place: string): void {
  const item = element('li');
  item.id = `stored-${id}`;
  const url = typeof address === 'string' && URL.canParse(address, document.baseURI) ? new URL(address, document.baseURI) : undefined;
  if (url && ['http:', 'https:'].includes(url.protocol)) {
    const link = element('a', name);
    link.setAttribute('href', url.href);
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener');
    item.append(link);
  } else {
    item.append(element('span', name));
  }
  item.append(element('code', place));
  document.getElementById(item.id)?.remove();
  stored.prepend(item);
}

/** One line of the log. */
function note(name: EventName, detail: object): void {
  const { id } = detail as { id?: number | null };
  const key = `${name} ${id ?? ''}`;
  const before = FREQUENT.has(name) ? lines.get(key) : undefined;
  if (before?.line.isConnected) {
    before.count++;
    before.line.replaceChildren(...contents(name, detail, before.count));
    return;
  }
  const line = element('li');
  line.className = name;
  line.replaceChildren(...contents(name, detail, 1));
  lines.set(key, { line, count: 1 });
  events.prepend(line);
  if (events.childElementCount > MOST_LINES) events.lastElementChild?.remove();
}

function contents(name: EventName, detail: object, count: number): Node[] {
  const pairs = Object.entries(detail)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${inWords(value)}`)
    .join(', ');
  return [element('b', count > 1 ? `${name} ×${count}` : name), element('span', pairs)];
}

function inWords(value: unknown): string {
  if (value instanceof Blob) return `Blob of ${value.size} bytes`;
  if (value instanceof Error) return value.message;
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? shortened(part) : part)) ?? String(value);
}

/** Signed addresses are long, and only their beginning says something. */
function shortened(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}

function on<Name extends EventName>(target: Uploader, name: Name, listener: (event: UploaderEventMap[Name]) => void): void {
  target.addEventListener(name, listener as unknown as EventListener);
}

function element(tag: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

/** An element that the page has. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}.`);
  return found;
}
