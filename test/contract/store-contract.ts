import { UploadError } from '../../src/core/errors.js';
import { abortable } from '../../src/utils/abortable.js';
import type {
  Json,
  Opened,
  Part,
  Receipt,
  Saved,
  Send,
  SendRequest,
  SendResponse,
  Store,
  StoreContext,
  UploadFile,
  UploadResult,
} from '../../src/core/types.js';
import { bytesOf, check, fileOf, patienceOf, rejection, same, sha256, uploadError } from './checks.js';
import type { Runner } from './checks.js';

/** The server that the store uploads to. */
export interface ContractServer {
  /** Size of a part in bytes. Larger files must be uploaded in parts. */
  readonly partSize: number;
  /** Origin of requests for files. Other requests, such as for signatures, need no connection of the budget. */
  readonly origin: string;
  /** Whether the store waits, behind the attempt, for the creation of an upload that was aborted, and then removes the upload. */
  readonly undoes?: boolean;
  /** Returns the SHA-256 of the stored file in hex, or null if there is none. */
  sha256(file: UploadFile, result: Pick<UploadResult, 'details' | 'uuid'>): Promise<string | null>;
}

/** Creates a store. It is called for every attempt, as after a reload. */
export type MakeStore = (send: Send) => Store;

/** The environment of the suite. */
export interface ContractRunner extends Runner {
  readonly send: Send;
  /** Returns a file on disk that has become shorter since it was chosen. Only in environments with a disk. */
  readonly shortened?: (size: number) => Promise<Blob>;
}

/**
 * Defines the suite.
 * @param makeStore - creates a store that splits files larger than `server.partSize` into parts of this size.
 */
export function storeContract(
  name: string,
  makeStore: MakeStore,
  server: ContractServer,
  { describe, it, send, shortened }: ContractRunner,
): void {
  const { partSize } = server;
  const small = Math.min(1000, partSize);
  const large = 2 * partSize + 1;

  /** Runs one attempt: opens the upload, sends the missing parts, closes it. Sessions and receipts are copied through JSON, as over a reload. */
  async function runAttempt(
    file: UploadFile,
    recorder: RecordingSend = new RecordingSend(send),
    saved?: Saved,
    sendParts: SendParts = inOrder,
  ): Promise<UploadProgress> {
    const store = makeStore(recorder.send);
    const context = contextFor(file, recorder);
    const opened = await store.open(saved && copy(saved), context);
    recorder.controller.signal.throwIfAborted();
    const session = copy(opened.session);
    const receipts = [...copy(opened.receipts)];
    const progress: UploadProgress = { opened, saved: { session, receipts }, result: undefined };
    recorder.progress = progress;
    await sendParts(
      opened.parts,
      async (part) => {
        const loaded: number[] = [];
        const receipt = await store.send(part, session, { ...context, progress: (bytes) => loaded.push(bytes), overrides: undefined });
        recorder.controller.signal.throwIfAborted();
        same([receipt.index, receipt.start, receipt.end], [part.index, part.start, part.end], 'the receipt is for the part');
        check(
          loaded.every((bytes) => bytes >= 0 && bytes <= part.end - part.start),
          `more than the part's ${part.end - part.start} bytes: ${String(loaded)}`,
        );
        if (!receipts.some(({ index }) => index === receipt.index)) receipts.push(copy(receipt));
      },
      opened,
    );
    const saveSession = (session: Json) => (progress.saved = { session: copy(session), receipts });
    progress.result = await store.close(session, copy(receipts), { ...context, saveSession });
    return progress;
  }

  async function assertStored(file: UploadFile, { result }: UploadProgress): Promise<void> {
    check(result, 'the upload is complete');
    same(await server.sha256(file, result), await sha256(new Uint8Array(await file.blob.arrayBuffer())), 'the stored content');
  }

  const newFile = (size: number, details?: Partial<UploadFile>) => fileOf(new Blob([bytesOf(size, size + 1)]), details);

  /** Returns the number of requests of an upload with this size. */
  async function countRequests(size: number): Promise<number> {
    const recorder = new RecordingSend(send);
    await runAttempt(newFile(size), recorder);
    return recorder.count;
  }

  describe(`${name} fulfils the contract of a store`, () => {
    for (const [title, size] of [
      ['an empty file', 0],
      ['one byte', 1],
      ['one byte less than a part', partSize - 1],
      ['exactly a part', partSize],
      ['a part and a byte', partSize + 1],
      ['two parts', 2 * partSize],
      ['two parts and a byte', large],
    ] as const) {
      it(`uploads ${title}`, async () => {
        const file = newFile(size);
        const progress = await runAttempt(file);
        const { opened } = progress;
        checkParts(opened.parts, 0, size);
        same(opened.chunked, size > partSize, 'in parts');
        same(opened.totalParts, size > partSize ? Math.ceil(size / partSize) : 1, 'parts in all');
        same([opened.receipts, opened.resumed], [[], false], 'no part was uploaded before');
        await assertStored(file, progress);
      });
    }

    it('uploads files with special characters in their names', async () => {
      for (const name of ['a b+c&d=e;f"g\'h.bin', 'größe 文件 🎉.bin', '%2e%2e/..\\x', 'line\r\nbreak', '.']) {
        const file = newFile(small, { name });
        await assertStored(file, await runAttempt(file));
      }
    });

    it('accepts parts in any order and concurrently', async () => {
      for (const order of permutations([0, 1, 2])) {
        const file = newFile(large);
        const sendParts: SendParts = async (parts, sendPart) => {
          for (const index of order) await sendPart(parts[index] as Part);
        };
        await assertStored(file, await runAttempt(file, undefined, undefined, sendParts));
      }
      const file = newFile(large);
      await assertStored(
        file,
        await runAttempt(file, undefined, undefined, async (parts, sendPart) => void (await Promise.all(parts.map(sendPart)))),
      );
    });

    it('accepts a repeated part', async () => {
      for (const size of [small, large]) {
        const file = newFile(size);
        const sendParts: SendParts = async (parts, sendPart) => {
          for (const part of [...parts, ...parts]) await sendPart(part);
        };
        await assertStored(file, await runAttempt(file, undefined, undefined, sendParts));
      }
    });

    it('resumes after any set of uploaded parts', async () => {
      for (const done of subsets([0, 1, 2])) {
        const file = newFile(large);
        const stop = new Error('the page was closed');
        const recorder = new RecordingSend(send);
        const sendParts: SendParts = async (parts, sendPart) => {
          for (const index of done) await sendPart(parts[index] as Part);
          throw stop;
        };
        check((await rejection(runAttempt(file, recorder, undefined, sendParts))) === stop, 'the page was closed');
        const saved = recorder.progress?.saved;
        check(saved, 'the session was saved');
        const progress = await runAttempt(file, undefined, saved);
        const { parts, receipts, resumed, totalParts } = progress.opened;
        same(
          [parts.map(({ index }) => index), receipts.map(({ index }) => index).sort()],
          [[0, 1, 2].filter((index) => !done.includes(index)), done],
          'the missing and the uploaded parts',
        );
        same([resumed, totalParts], [done.length > 0, 3], 'resumed, parts in all');
        await assertStored(file, progress);
      }
    });

    it('restarts if the saved session is invalid', async () => {
      for (const corrupt of [
        () => ({ session: null, receipts: [] }),
        () => ({ session: 'garbage', receipts: 'garbage' }),
        ({ session }: Saved) => ({ session, receipts: [{ index: 7, start: 1, end: 2 }, null] }),
        ({ session, receipts }: Saved) => ({ session, receipts: receipts.map((receipt) => ({ ...receipt, start: receipt.start + 1 })) }),
        // The receipt of a part with other boundaries that was never sent.
        ({ session, receipts }: Saved) => ({
          session,
          receipts: [...receipts, { index: 1, start: partSize + 1, end: 2 * partSize, data: null }],
        }),
      ]) {
        const file = newFile(large);
        const recorder = new RecordingSend(send);
        const stop = new Error('the page was closed');
        await rejection(
          runAttempt(file, recorder, undefined, async ([first], sendPart) => {
            await sendPart(first as Part);
            throw stop;
          }),
        );
        check(recorder.progress, 'it was opened');
        await assertStored(file, await runAttempt(file, undefined, corrupt(recorder.progress.saved) as unknown as Saved));
      }
    });

    it('uses the connections and the stall timeout of its context', async () => {
      for (const size of [small, large]) {
        const recorder = new RecordingSend(send);
        recorder.before = (request, number, connected) => {
          if (!request.url.startsWith(server.origin)) return;
          check(connected > 0, `request ${number} took no connection`);
          const limit = patienceOf(request.stallTimeout);
          check(limit >= stallTimeout && limit < Infinity, `request ${number} has a stall timeout of ${limit} ms`);
        };
        await runAttempt(newFile(size), recorder);
        check(recorder.count > 0, 'there were requests');
      }
    });

    it('reports every broken connection as a retryable error and continues after it', async () => {
      for (const size of [small, large])
        for (const moment of ['before', 'after'] as const) {
          const count = await countRequests(size);
          for (let number = 1; number <= count; number++) {
            const file = newFile(size);
            const recorder = new RecordingSend(send);
            const cut = (_request: SendRequest, at: number) => {
              if (at === number) throw new UploadError('The connection to the server failed.', { status: 0, code: 'NetworkError' });
            };
            if (moment === 'before') recorder.before = cut;
            else recorder.after = cut;
            const error = await uploadError(runAttempt(file, recorder));
            same([error.status, error.retry], [0, 'auto'], `request ${number} of ${count}, cut ${moment}`);
            same(recorder.open, 0, 'requests left open');
            await assertStored(file, await runAttempt(file, undefined, recorder.progress?.saved));
          }
        }
    });

    it('reports every error status as an error with a sentence', async () => {
      for (const size of [small, large]) {
        const count = await countRequests(size);
        for (let number = 1; number <= count; number++)
          for (const status of [205, 302, 400, 401, 403, 404, 409, 413, 429, 500, 503]) {
            const recorder = new RecordingSend(send);
            recorder.after = (request, at) => (at === number ? { status, url: request.url, text: '', header: () => null } : undefined);
            const error = await uploadError(runAttempt(newFile(size), recorder));
            same(error.status, status, `the status of request ${number} of ${count}`);
            if (status === 429 || status >= 500) same(error.retry, 'auto', `the retry advice for ${status}`);
          }
      }
    });

    it('does not accept a web page as a successful response', async () => {
      for (const size of [small, large]) {
        const count = await countRequests(size);
        for (let number = 1; number <= count; number++) {
          const file = newFile(size);
          const recorder = new RecordingSend(send);
          // A captive portal answers instead of the server.
          recorder.instead = (request, at) =>
            at === number
              ? { status: 200, url: request.url, text: '<!doctype html><title>Welcome</title>', header: () => null }
              : undefined;
          const failure = await runAttempt(file, recorder).catch((error: unknown) => error);
          if (failure instanceof UploadError) continue;
          // An optional request may fail, but success requires that the file is stored.
          const result = recorder.progress?.result;
          check(result && (await server.sha256(file, result)) !== null, `request ${number} of ${count}: ${String(failure)}`);
        }
      }
    });

    it('ends all requests when it is aborted at any time, and can be resumed', async () => {
      for (const size of [small, large])
        for (const moment of ['before', 'during', 'after'] as const) {
          const count = await countRequests(size);
          for (let number = 1; number <= count; number++) {
            const file = newFile(size);
            const recorder = new RecordingSend(send);
            const reason = new DOMException('Paused.', 'AbortError');
            const abort = (_request: SendRequest, at: number) => {
              if (at === number) recorder.controller.abort(reason);
            };
            if (moment === 'before') recorder.before = abort;
            else if (moment === 'after') recorder.after = abort;
            else recorder.during = abort;
            // The last response may have been received before the abort: then the upload is complete.
            const ended = await runAttempt(file, recorder).catch((error: unknown) => error);
            const over = moment === 'after' && number === count;
            if (!over || ended === reason) check(ended === reason, `request ${number} of ${count}, aborted ${moment}: ${String(ended)}`);
            // What is undone is waited for, but not by the attempt.
            for (let tries = 0; server.undoes && recorder.open > 0 && tries < 500; tries++)
              await new Promise((resolve) => setTimeout(resolve, 10));
            same(recorder.open, 0, 'requests left open');
            check(
              recorder.count === number || (server.undoes && recorder.progress === undefined),
              `request ${number} was followed by others`,
            );
            await assertStored(file, await runAttempt(file, undefined, recorder.progress?.saved));
          }
        }
    });

    it('rejects a file that has become shorter', async () => {
      for (const size of [small, large]) {
        const whole = newFile(size);
        const file = { ...whole, blob: whole.blob.slice(0, size - 1) };
        const recorder = new RecordingSend(send);
        const error = await uploadError(runAttempt(file, recorder));
        same([error.retry, error.code], ['manual', 'NotReadable'], 'the retry advice and the code');
        same(recorder.progress?.result, undefined, 'result');
      }
    });

    if (shortened)
      it('rejects a file that was changed on disk', async () => {
        for (const size of [small, large]) {
          const blob = await shortened(size);
          const recorder = new RecordingSend(send);
          const error = await uploadError(runAttempt(fileOf(blob), recorder));
          same([error.retry, error.code], ['manual', 'NotReadable'], 'the retry advice and the code');
          same(recorder.progress?.result, undefined, 'result');
        }
      });

    it('can be abandoned at any time and restarted', async () => {
      const file = newFile(large);
      for (const sent of [0, 1, 3]) {
        const recorder = new RecordingSend(send);
        const store = makeStore(recorder.send);
        const context = contextFor(file, recorder);
        const { session, parts } = await store.open(undefined, context);
        for (const part of parts.slice(0, sent)) await store.send(part, session, { ...context, progress: () => {} });
        await store.abandon?.(copy(session), context);
        await store.abandon?.(copy(session), context);
        same(recorder.open, 0, 'requests left open');
      }
      await assertStored(file, await runAttempt(file));
    });

    it('deletes an uploaded file', async () => {
      const file = newFile(small);
      const { result } = await runAttempt(file);
      const store = makeStore(send);
      check(result, 'a result');
      if (!store.remove) return;
      const { details, uuid = file.uuid } = result;
      await store.remove({ uuid, name: file.name, details }, { signal: new AbortController().signal });
      same(await server.sha256(file, result), null, 'the remaining content');
    });

    it('stops deleting when it is aborted', async () => {
      const store = makeStore(send);
      if (!store.remove) return;
      const reason = new DOMException('Enough.', 'AbortError');
      const { uuid, name } = newFile(small);
      check(
        (await rejection(store.remove({ uuid, name, details: { key: uuid } }, { signal: AbortSignal.abort(reason) }))) === reason,
        'the reason',
      );
    });
  });
}

/** Stall timeout in the suite, in ms: long enough to have no effect. */
const stallTimeout = 23_456;

/** Sends the parts in some order. */
type SendParts = (parts: readonly Part[], sendPart: (part: Part) => Promise<void>, opened: Opened<Json>) => Promise<void>;

const inOrder: SendParts = async (parts, sendPart) => {
  for (const part of parts) await sendPart(part);
};

/** The state of an upload. */
interface UploadProgress {
  readonly opened: Opened<Json>;
  saved: { session: Json; receipts: Receipt[] };
  result: UploadResult | undefined;
}

/** A `Send` that counts requests and lets a test intercept them. It also has the signal of the attempt. */
class RecordingSend {
  readonly controller = new AbortController();
  /** Number of started requests. */
  count = 0;
  /** Number of running requests. */
  open = 0;
  /** Number of connections in use. */
  connected = 0;
  /** The state of the current attempt. */
  progress: UploadProgress | undefined;
  before: ((request: SendRequest, number: number, connected: number) => void) | undefined;
  /** While the request is on the recorder. */
  during: ((request: SendRequest, number: number) => void) | undefined;
  /** Replaces the request. */
  instead: ((request: SendRequest, number: number) => SendResponse | undefined) | undefined;
  /** Called with the response. It may replace the response. */
  after: ((request: SendRequest, number: number) => SendResponse | void) | undefined;

  constructor(private readonly realSend: Send) {}

  readonly send: Send = async (request) => {
    const number = ++this.count;
    this.open++;
    try {
      this.before?.(request, number, this.connected);
      request.signal.throwIfAborted();
      const replacement = this.instead?.(request, number);
      if (replacement) return replacement;
      const sending = this.realSend(request);
      this.during?.(request, number);
      const response = await sending;
      return this.after?.(request, number) ?? response;
    } finally {
      this.open--;
    }
  };
}

function contextFor(file: UploadFile, recorder: RecordingSend): StoreContext {
  const { signal } = recorder.controller;
  return {
    file,
    signal,
    stallTimeout: () => stallTimeout,
    answerTimeout: stallTimeout,
    waitFor: (promise) => abortable(promise, signal),
    connection: async (request) => {
      signal.throwIfAborted();
      recorder.connected++;
      try {
        return await request();
      } finally {
        recorder.connected--;
      }
    },
  };
}

/** Checks that the parts cover the file without gaps. */
function checkParts(parts: readonly Part[], start: number, size: number): void {
  let at = start;
  for (const part of parts) {
    same(part.start, at, `the first byte of part ${part.index}`);
    at = part.end;
  }
  same(at, size, 'the last byte');
  same(
    parts.map(({ index }) => index),
    parts.map((_part, place) => place),
    'numbers of parts',
  );
}

function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

function subsets(items: readonly number[]): number[][] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  const without = subsets(rest);
  return [...without, ...without.map((subset) => [first, ...subset])];
}
