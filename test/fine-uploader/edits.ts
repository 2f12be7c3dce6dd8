/** Small edits of runs, for the lists of differences. */
import type { Call, Run, WireRequest } from './recorded-run.js';
import { s3PartSize } from './s3-scenarios.js';

/** Changes the calls of callbacks and the events alike. */
export function editCalls(run: Run, edit: (calls: Call[]) => Call[]): void {
  if (run.callbacks) run.callbacks = edit(run.callbacks);
  if (run.events) run.events = edit(run.events);
}

/** Leaves out calls. */
export const dropCalls = (run: Run, unwanted: (call: Call) => boolean): void =>
  editCalls(run, (calls) => calls.filter((call) => !unwanted(call)));

/** Puts calls in the place of one. */
export const replaceCalls = (run: Run, edit: (call: Call) => Call[] | undefined): void =>
  editCalls(run, (calls) => calls.flatMap((call) => edit(call) ?? [call]));

/** A change of status. */
export const statusChange = (id: unknown, from: string | null, to: string): Call => ({ name: 'statusChange', args: [id, from, to] });

/** Whether it is this change of status. */
export const isChange = ({ name, args }: Call, from: string, to: string): boolean =>
  name === 'statusChange' && args[1] === from && args[2] === to;

/** Leaves out requests. */
export function dropRequests(run: Run, unwanted: (request: WireRequest) => boolean): void {
  run.wire = run.wire.filter((request) => !unwanted(request));
}

/** Changes text bodies. */
export function editBodies(run: Run, edit: (body: string, request: WireRequest) => string): void {
  for (const request of run.wire) if (typeof request.body === 'string') request.body = edit(request.body, request);
}

/** A field of a multipart body. */
export const field = ({ body }: WireRequest, name: string): unknown =>
  Array.isArray(body) ? body.find(([one]) => one === name)?.[1] : undefined;

/** The index of the part that a call is about; undefined where it is about none. */
function partOf({ args }: Call): number | undefined {
  const detail = args.find((arg): arg is { partIndex: number } => typeof arg === 'object' && arg !== null && 'partIndex' in arg);
  return detail?.partIndex;
}

/** Sorts those of a run of neighbours that have a rank, and leaves the others where they are. */
function sortRuns<Item>(items: readonly Item[], rank: (item: Item) => number | undefined): Item[] {
  const result: Item[] = [];
  let run: Item[] = [];
  const end = () => {
    result.push(...run.sort((one, other) => (rank(one) ?? 0) - (rank(other) ?? 0)));
    run = [];
  };
  for (const item of items) {
    if (rank(item) === undefined) {
      end();
      result.push(item);
    } else run.push(item);
  }
  end();
  return result;
}

/** Parts that go up at once: each part's calls stay in order, and come one part after the other. */
export const sortPartCalls = (run: Run): void => editCalls(run, (calls) => sortRuns(calls, partOf));

/** The requests of parts of the traditional protocol, one part after the other. */
export function sortChunkRequests(run: Run): void {
  run.wire = sortRuns(run.wire, (request) => {
    const index = field(request, 'qqpartindex');
    return index === undefined ? undefined : Number(index);
  });
}

/** What a request to S3, or to the signer for one, is for. */
export function s3Step({ method, url, body, where }: WireRequest): 'create' | 'part' | 'list' | 'complete' | 'abort' | undefined {
  const signed = where === 'app' && typeof body === 'string' && body.startsWith('{"headers"') ? body.replaceAll('\\n', '\n') : '';
  const text = where === 's3' ? `${method} ${url}` : signed;
  if (/\buploads\b/.test(text)) return 'create';
  if (/\bpartNumber=\d/.test(text)) return 'part';
  if (!/\buploadId=/.test(text)) return undefined;
  if (/\bGET\b/.test(text)) return 'list';
  return /\bDELETE\b/.test(text) ? 'abort' : 'complete';
}

/** Leaves out all that is about one part of an S3 upload: its events, its request, and what signs it. */
export function dropS3Part(run: Run, index: number): void {
  dropCalls(run, (call) => partOf(call) === index);
  dropRequests(run, (request) => s3Step(request) === 'part' && s3PartNumber(request) === index + 1);
}

function s3PartNumber({ where, url, body }: WireRequest): number {
  return Number(/partNumber=(\d+)/.exec(where === 's3' ? url : String(body))?.[1]);
}

/** Requests for parts of an S3 upload, and the requests that sign them, one part after the other. */
export function sortS3Parts(run: Run): void {
  run.wire = sortRuns(run.wire, (request) => {
    return s3Step(request) === 'part' ? s3PartNumber(request) : undefined;
  });
}

/** The calls of one file after those of another: what belongs to no file, at the end. */
export const sortFiles = (run: Run): void =>
  editCalls(run, (calls) => {
    const key = ({ name, args }: Call): number => {
      if (name === 'validate') return -1;
      return typeof args[0] === 'number' ? args[0] : name === 'allComplete' ? 1e6 : -2;
    };
    return calls
      .map((call): Call => (call.name === 'allComplete' ? { ...call, args: call.args.map((ids) => [...(ids as number[])].sort()) } : call))
      .sort((one, other) => key(one) - key(other));
  });

/** The recorder's S3 parts of 4 bytes -> parts of 5 MiB, with the same rest. */
export function inLargeParts(run: Run): void {
  const size = (bytes: number) => Math.floor(bytes / 4) * s3PartSize + (bytes % 4);
  const edit = (value: unknown, key = ''): unknown => {
    if (typeof value === 'number') {
      if (key === 'startByte') return size(value - 1) + 1;
      return key === 'size' || key === 'endByte' || key === 'start' || key === 'end' ? size(value) : value;
    }
    if (Array.isArray(value)) return value.map((one) => edit(one));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, edit(one, name)]));
  };
  editCalls(run, (calls) => calls.map((call): Call => ({ ...call, args: edit(call.args) as unknown[] })));
  run.result = edit(run.result) as Record<string, unknown>;
  const large = (text: string) => text.replaceAll(hashOfFour, hashOfLarge);
  for (const request of run.wire) {
    const hash = request.headers['x-amz-content-sha256'];
    if (hash) request.headers['x-amz-content-sha256'] = large(hash);
    if (typeof request.body === 'string') request.body = request.body === 'aaaa' ? `<${s3PartSize} bytes>` : large(request.body);
  }
}

/** SHA-256 of four and of 5 MiB times the letter a. */
const hashOfFour = '61be55a8e2f6b4e172338bddf184d6dbee29c98853e0a0485ecee7f27b9af0b4';
const hashOfLarge = 'a29968fad2e782aa9f2040a35f05adb97ed8979eb1f572c8c8ea78637e275f3c';
