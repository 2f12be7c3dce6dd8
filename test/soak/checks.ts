/** What must hold at the end of a round. */
import { createHash } from 'node:crypto';
import type { SeenRequest } from '../servers/fault-proxy.js';
import type { UnfinishedUpload } from '../servers/s3-target.js';
import { contentOf } from './content.js';
import type { SoakFile } from './content.js';
import type { Figures } from './figures.js';
import type { Held } from './page/instruments.js';
import type { Completed, Row } from './page/soak-page.js';
import { stepOf, uploadIdOf, uuidOf } from './requests.js';
import type { StoredFile } from './soak-servers.js';
import type { Trace } from './trace.js';

/** Something that is wrong. */
export interface Offence {
  /** Name of the file, or '' where it concerns the page. */
  readonly file: string;
  readonly text: string;
}

/** A failed file says why, and a cancelled one was cancelled by the plan. */
export function checkRows(rows: readonly Row[], trace: Trace): Offence[] {
  return rows.flatMap(({ name, status, text }) => {
    if (status === 'rejected') return [{ file: name, text: `was rejected: ${text}` }];
    if (status === 'upload failed' && text === '') return [{ file: name, text: 'failed, and its row does not say why' }];
    return status === 'canceled' && !trace.canceled.has(name) ? [{ file: name, text: 'was cancelled by nobody' }] : [];
  });
}

interface StoredCheck {
  readonly files: readonly SoakFile[];
  readonly rows: readonly Row[];
  readonly completed: readonly Completed[];
  readonly stored: readonly StoredFile[];
  /** Names of the files that a reload has ended. */
  readonly left: ReadonlySet<string>;
  readonly trace: Trace;
  readonly figures: Figures;
}

/** Every success has its bytes, exactly once, and everything that is stored is whole. */
export function checkStored({ files, rows, completed, stored, left, figures }: StoredCheck): Offence[] {
  const offences: Offence[] = [];
  const nameByHash = new Map(files.map((file) => [createHash('sha256').update(contentOf(file)).digest('hex'), file.name]));
  const copies = new Map<string, StoredFile[]>();
  for (const file of stored) {
    const name = nameByHash.get(file.sha256);
    if (name === undefined) offences.push({ file: file.id, text: `is stored with ${file.size} bytes that are no file's` });
    else copies.set(name, [...(copies.get(name) ?? []), file]);
  }
  for (const [name, found] of copies) {
    if (found.length === 1 || left.has(name)) continue;
    offences.push({ file: name, text: `is stored ${found.length} times: ${found.map(({ id }) => id).join(', ')}` });
  }
  const told = new Map(completed.map(({ name, id }) => [name, id]));
  for (const { name, status } of rows)
    if (status === 'upload successful' && !told.has(name)) offences.push({ file: name, text: 'is successful without a complete event' });
  for (const [name, id] of told) {
    if (copies.get(name)?.some((file) => file.id === id)) figures.stored++;
    else offences.push({ file: name, text: `is told to be stored as ${id}, and is not` });
  }
  return offences;
}

interface OrphanCheck {
  readonly unfinished: readonly UnfinishedUpload[];
  /** Upload ids in the records of the page. */
  readonly recorded: ReadonlySet<string>;
  readonly requests: readonly SeenRequest[];
  /** Times in ms since 1970 at which the page was reloaded. */
  readonly reloads: readonly { readonly from: number; readonly to: number }[];
  readonly left: ReadonlySet<string>;
  readonly trace: Trace;
}

/** A multipart upload at the store is known to the page, or the page cannot know it. Also returns why. */
export function checkOrphans({ unfinished, recorded, requests, reloads, left, trace }: OrphanCheck): {
  readonly offences: Offence[];
  readonly reasons: string[];
} {
  const reasons: string[] = [];
  const offences = unfinished.flatMap(({ key, uploadId }) => {
    const name = trace.nameOf(uuidOf({ path: key }, ''));
    const creation = requests.find((request) => stepOf(request) === 'create' && request.answerStart.includes(uploadId));
    const explain = (): string => {
      if (recorded.has(uploadId)) return 'a record tells it';
      const received = trace.received.get(uploadId);
      if (received === undefined) return 'its creation was not answered';
      if (requests.some((request) => request.fault && isAbort(request, uploadId))) return 'its abort was lost';
      if (reloads.some(({ from, to }) => received >= from && received <= to)) return 'the page was reloaded';
      return left.has(name) ? 'the page was reloaded without resume' : '';
    };
    const reason = explain();
    if (reason) reasons.push(reason);
    if (reason) return [];
    const later = requests.filter((request) => uploadIdOf(request) === uploadId);
    const lines = [...(creation ? [creation] : []), ...later].map(
      ({ method, status, fault, startedAt, endedAt }) =>
        `  ${new Date(startedAt).toISOString()} ${method} -> ${status} ${fault ?? ''} (${endedAt - startedAt} ms)`,
    );
    return [{ file: name, text: `leaves the multipart upload ${uploadId} of ${key}\n${lines.join('\n')}` }];
  });
  return { offences, reasons };
}

/** Whether a request aborts an upload, or has the request to abort it signed. */
function isAbort(request: SeenRequest, uploadId: string): boolean {
  const { bodyStart } = request;
  if (stepOf(request) === 'sign') return bodyStart.includes('DELETE') && bodyStart.includes(uploadId);
  return stepOf(request) === 'abort' && uploadIdOf(request) === uploadId;
}

/** After a reset, nothing but the creation of an upload is waited for: it is aborted when its answer comes. */
export function checkPending(requests: readonly SeenRequest[], trace: Trace): Offence[] {
  return (
    requests
      // The proxy does not notice that a request has ended whose body it does not read.
      .filter(
        (request) =>
          request.endedAt === 0 && request.fault !== 'stallRequest' && !['create', 'abort', 'sign', 'preflight'].includes(stepOf(request)),
      )
      .map((request) => ({
        file: trace.nameOf(uuidOf(request, request.bodyStart)),
        text: `has the request ${request.method} ${request.path} under way after reset()`,
      }))
  );
}

/** The page holds no object URL and no timer, and no listener more than at the beginning. */
export function checkHeld(after: string, held: Held, baseline: Held): Offence[] {
  const offences = [
    ...held.urls.map((text) => `the object URL of ${text}`),
    ...held.timers.map((text) => `the timer of ${text}`),
    ...Object.entries(held.listeners).flatMap(([name, count]) =>
      count > (baseline.listeners[name] ?? 0) ? [`${count} listeners to ${name}, ${baseline.listeners[name] ?? 0} at the beginning`] : [],
    ),
  ];
  return offences.map((text) => ({ file: '', text: `the page holds after ${after}: ${text}` }));
}
