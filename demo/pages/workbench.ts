/** Lists the stored files and logs the events of the page's uploader. File names and server responses are untrusted: they are inserted as text only. */
import type { AzureUploadDetails } from '../../src/elements/fine-uploader-azure-element.js';
import type { CompleteDetail, UploaderEventMap } from '../../src/elements/events.js';

/** Returns the URL of an uploaded file, or a promise of it. The result is untrusted. */
export type LinkResolver = (detail: CompleteDetail) => unknown;

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
  'resumeWait',
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
/** Events that are dispatched many times per second: the log has one line per file and event, with a counter. */
const FREQUENT: ReadonlySet<EventName> = new Set(['progress', 'totalProgress']);
const MAX_LINES = 300;
const MAX_TEXT_LENGTH = 80;

const uploader = document.querySelector<HTMLElement>('fine-uploader, fine-uploader-s3, fine-uploader-azure');
const stored = byId('stored');
const events = byId('events');
let resolveLink: LinkResolver = ({ response }) => response['tempLink'];
const lines = new Map<string, { line: HTMLElement; count: number }>();

if (uploader) {
  for (const name of EVENTS) on(uploader, name, (event) => logEvent(name, event.detail));
  on(uploader, 'complete', ({ detail }) => {
    if (!detail.success) return;
    const { blobName }: CompleteDetail & Partial<AzureUploadDetails> = detail;
    void Promise.resolve(resolveLink(detail)).then((url) =>
      addStoredFile(detail.id, detail.name, url, detail.key ?? blobName ?? detail.uuid),
    );
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
    () => showResult('Copied'),
    () => showResult('Copying is not allowed'),
  );
  function showResult(text: string): void {
    copy.textContent = text;
    setTimeout(() => (copy.textContent = 'Copy'), 2000);
  }
});

/** Sets the function that returns the URL of a stored file. Default: `tempLink` of the server's response. */
export function setLinkResolver(resolver: LinkResolver): void {
  resolveLink = resolver;
}

/** Adds a file to the list of stored files, with a link if `address` is an http(s) URL. `place`: its key, its blob's name or its UUID. */
function addStoredFile(id: number, name: string, address: unknown, place: string): void {
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

/** Adds a line to the event log, or updates the line of a frequent event. */
function logEvent(name: EventName, detail: object): void {
  const { id } = detail as { id?: number | null };
  const key = `${name} ${id ?? ''}`;
  const previous = FREQUENT.has(name) ? lines.get(key) : undefined;
  if (previous?.line.isConnected) {
    previous.count++;
    previous.line.replaceChildren(...contents(name, detail, previous.count));
    return;
  }
  const line = element('li');
  line.className = name;
  line.replaceChildren(...contents(name, detail, 1));
  lines.set(key, { line, count: 1 });
  events.prepend(line);
  if (events.childElementCount > MAX_LINES) events.lastElementChild?.remove();
}

function contents(name: EventName, detail: object, count: number): Node[] {
  const pairs = Object.entries(detail)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${formatValue(value)}`)
    .join(', ');
  return [element('b', count > 1 ? `${name} ×${count}` : name), element('span', pairs)];
}

function formatValue(value: unknown): string {
  if (value instanceof Blob) return `Blob of ${value.size} bytes`;
  if (value instanceof Error) return value.message;
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? truncate(part) : part)) ?? String(value);
}

/** Shortens long texts such as signed URLs. */
function truncate(text: string): string {
  return text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
}

function on<Name extends EventName>(target: Uploader, name: Name, listener: (event: UploaderEventMap[Name]) => void): void {
  target.addEventListener(name, listener as unknown as EventListener);
}

function element(tag: string, text = ''): HTMLElement {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
}

/** Returns the element with an id. Throws if the page has none. */
export function byId(id: string): HTMLElement {
  const node = document.getElementById(id);
  if (!node) throw new Error(`The page has no #${id}.`);
  return node;
}
