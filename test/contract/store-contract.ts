import { UploadError } from '../../src/core/errors.js';
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

/** The far side behind the store. */
export interface ContractServer {
  /** Bytes of a part. Files larger than that must go in parts. */
  readonly partSize: number;
  /** Where requests about files go; others (for signatures) need no connection of the budget. */
  readonly origin: string;
  /** True where a beginning that is given up is waited for all the same, and undone: nobody else would know what there is to free. */
  readonly undoes?: boolean;
  /** SHA-256 (hex) of what has arrived; null where nothing has. */
  sha256(file: UploadFile, result: Pick<UploadResult, 'details' | 'uuid'>): Promise<string | null>;
}

/** Makes a store anew for every attempt, as a page does after a reload. */
export type MakeStore = (send: Send) => Store;

/** Where the suite runs. */
export interface ContractRunner extends Runner {
  readonly send: Send;
  /** A file on the disk that has become shorter since it was chosen, where there is a disk. */
  readonly shortened?: (size: number) => Promise<Blob>;
}

/**
 * Defines the suite.
 * @param makeStore - of the far side, cutting files larger than `farSide.partSize` into parts of that size.
 */
export function storeContract(
  name: string,
  makeStore: MakeStore,
  farSide: ContractServer,
  { describe, it, send, shortened }: ContractRunner,
): void {
  const { partSize } = farSide;
  const small = Math.min(1000, partSize);
  const large = 2 * partSize + 1;

  /** One attempt: opens, sends what is missing, closes. Everything that is remembered goes through JSON, as it would across a reload. */
  async function carry(file: UploadFile, wire: Wire = new Wire(send), saved?: Saved, arrange: Arrange = inOrder): Promise<Carried> {
    const store = makeStore(wire.send);
    const context = contextFor(file, wire);
    const opened = await store.open(saved && copy(saved), context);
    wire.controller.signal.throwIfAborted();
    const session = copy(opened.session);
    const receipts = [...copy(opened.receipts)];
    const carried: Carried = { opened, saved: { session, receipts }, result: undefined };
    wire.carried = carried;
    await arrange(
      opened.parts,
      async (part) => {
        const loaded: number[] = [];
        const receipt = await store.send(part, session, { ...context, progress: (bytes) => loaded.push(bytes), overrides: undefined });
        wire.controller.signal.throwIfAborted();
        same([receipt.index, receipt.start, receipt.end], [part.index, part.start, part.end], 'the receipt is for the part');
        check(
          loaded.every((bytes) => bytes >= 0 && bytes <= part.end - part.start),
          `more than the part's ${part.end - part.start} bytes: ${String(loaded)}`,
        );
        if (!receipts.some(({ index }) => index === receipt.index)) receipts.push(copy(receipt));
      },
      opened,
    );
    const saveSession = (kept: Json) => (carried.saved = { session: copy(kept), receipts });
    carried.result = await store.close(session, copy(receipts), { ...context, saveSession });
    return carried;
  }

  async function arrived(file: UploadFile, { result }: Carried): Promise<void> {
    check(result, 'the upload has come to an end');
    same(await farSide.sha256(file, result), await sha256(new Uint8Array(await file.blob.arrayBuffer())), 'what has arrived');
  }

  const newFile = (size: number, details?: Partial<UploadFile>) => fileOf(new Blob([bytesOf(size, size + 1)]), details);

  /** How many requests to the far side an upload of this size takes. */
  async function countRequests(size: number): Promise<number> {
    const wire = new Wire(send);
    await carry(newFile(size), wire);
    return wire.count;
  }

  describe(`${name} keeps the contract of a store`, () => {
    for (const [title, size] of [
      ['nothing', 0],
      ['one byte', 1],
      ['a part less one byte', partSize - 1],
      ['exactly a part', partSize],
      ['a part and a byte', partSize + 1],
      ['two parts', 2 * partSize],
      ['two parts and a byte', large],
    ] as const) {
      it(`carries ${title}`, async () => {
        const file = newFile(size);
        const carried = await carry(file);
        const { opened } = carried;
        checkParts(opened.parts, 0, size);
        same(opened.chunked, size > partSize, 'in parts');
        same(opened.totalParts, size > partSize ? Math.ceil(size / partSize) : 1, 'parts in all');
        same([opened.receipts, opened.resumed], [[], false], 'nothing has arrived before');
        await arrived(file, carried);
      });
    }

    it('carries names that are hard to write down', async () => {
      for (const name of ['a b+c&d=e;f"g\'h.bin', 'größe 文件 🎉.bin', '%2e%2e/..\\x', 'line\r\nbreak', '.']) {
        const file = newFile(small, { name });
        await arrived(file, await carry(file));
      }
    });

    it('takes parts in any order, and all at once', async () => {
      for (const order of permutations([0, 1, 2])) {
        const file = newFile(large);
        const arrange: Arrange = async (parts, one) => {
          for (const index of order) await one(parts[index] as Part);
        };
        await arrived(file, await carry(file, undefined, undefined, arrange));
      }
      const file = newFile(large);
      await arrived(file, await carry(file, undefined, undefined, async (parts, one) => void (await Promise.all(parts.map(one)))));
    });

    it('does not mind to get a part twice', async () => {
      for (const size of [small, large]) {
        const file = newFile(size);
        const arrange: Arrange = async (parts, one) => {
          for (const part of [...parts, ...parts]) await one(part);
        };
        await arrived(file, await carry(file, undefined, undefined, arrange));
      }
    });

    it('goes on from whatever has arrived', async () => {
      for (const done of subsets([0, 1, 2])) {
        const file = newFile(large);
        const stop = new Error('the page was closed');
        const wire = new Wire(send);
        const arrange: Arrange = async (parts, one) => {
          for (const index of done) await one(parts[index] as Part);
          throw stop;
        };
        check((await rejection(carry(file, wire, undefined, arrange))) === stop, 'the page was closed');
        const saved = wire.carried?.saved;
        check(saved, 'something was saved');
        const carried = await carry(file, undefined, saved);
        const { parts, receipts, resumed, totalParts } = carried.opened;
        same(
          [parts.map(({ index }) => index), receipts.map(({ index }) => index).sort()],
          [[0, 1, 2].filter((index) => !done.includes(index)), done],
          'missing, there',
        );
        same([resumed, totalParts], [done.length > 0, 3], 'resumed, parts in all');
        await arrived(file, carried);
      }
    });

    it('begins again where what was saved makes no sense', async () => {
      for (const spoil of [
        () => ({ session: null, receipts: [] }),
        () => ({ session: 'garbage', receipts: 'garbage' }),
        ({ session }: Saved) => ({ session, receipts: [{ index: 7, start: 1, end: 2 }, null] }),
        ({ session, receipts }: Saved) => ({ session, receipts: receipts.map((receipt) => ({ ...receipt, start: receipt.start + 1 })) }),
        // Of a part that was never sent, cut in another way.
        ({ session, receipts }: Saved) => ({
          session,
          receipts: [...receipts, { index: 1, start: partSize + 1, end: 2 * partSize, data: null }],
        }),
      ]) {
        const file = newFile(large);
        const wire = new Wire(send);
        const stop = new Error('the page was closed');
        await rejection(
          carry(file, wire, undefined, async ([first], one) => {
            await one(first as Part);
            throw stop;
          }),
        );
        check(wire.carried, 'it was opened');
        await arrived(file, await carry(file, undefined, spoil(wire.carried.saved) as unknown as Saved));
      }
    });

    it('sends requests over its share of the connections, with the patience it was given', async () => {
      for (const size of [small, large]) {
        const wire = new Wire(send);
        wire.before = (request, number, connected) => {
          if (!request.url.startsWith(farSide.origin)) return;
          check(connected > 0, `request ${number} took no connection`);
          const limit = patienceOf(request.stallTimeout);
          check(limit >= patience && limit < Infinity, `request ${number} is as patient as ${limit} ms`);
        };
        await carry(newFile(size), wire);
        check(wire.count > 0, 'there were requests');
      }
    });

    it('tells every broken connection as an error that is tried again, and then goes on', async () => {
      for (const size of [small, large])
        for (const moment of ['before', 'after'] as const) {
          const count = await countRequests(size);
          for (let number = 1; number <= count; number++) {
            const file = newFile(size);
            const wire = new Wire(send);
            const cut = (_request: SendRequest, at: number) => {
              if (at === number) throw new UploadError('The connection to the server failed.', { status: 0, code: 'NetworkError' });
            };
            if (moment === 'before') wire.before = cut;
            else wire.after = cut;
            const error = await uploadError(carry(file, wire));
            same([error.status, error.retry], [0, 'auto'], `request ${number} of ${count}, cut ${moment}`);
            same(wire.open, 0, 'requests left open');
            await arrived(file, await carry(file, undefined, wire.carried?.saved));
          }
        }
    });

    it('tells every refusal as an error with a sentence', async () => {
      for (const size of [small, large]) {
        const count = await countRequests(size);
        for (let number = 1; number <= count; number++)
          for (const status of [205, 302, 400, 401, 403, 404, 409, 413, 429, 500, 503]) {
            const wire = new Wire(send);
            wire.after = (request, at) => (at === number ? { status, url: request.url, text: '', header: () => null } : undefined);
            const error = await uploadError(carry(newFile(size), wire));
            same(error.status, status, `the status of request ${number} of ${count}`);
            if (status === 429 || status >= 500) same(error.retry, 'auto', `what may be done about ${status}`);
          }
      }
    });

    it('takes no web page for a yes', async () => {
      for (const size of [small, large]) {
        const count = await countRequests(size);
        for (let number = 1; number <= count; number++) {
          const file = newFile(size);
          const wire = new Wire(send);
          // A hotel's network asks for a room number, and the request never gets to the far side.
          wire.instead = (request, at) =>
            at === number
              ? { status: 200, url: request.url, text: '<!doctype html><title>Welcome</title>', header: () => null }
              : undefined;
          const failure = await carry(file, wire).catch((error: unknown) => error);
          if (failure instanceof UploadError) continue;
          // Whoever asks whether something is there already may go on without an answer, but only a file that is there is a success.
          const result = wire.carried?.result;
          check(result && (await farSide.sha256(file, result)) !== null, `request ${number} of ${count}: ${String(failure)}`);
        }
      }
    });

    it('leaves nothing open when it is aborted, whenever that is, and goes on later', async () => {
      for (const size of [small, large])
        for (const moment of ['before', 'during', 'after'] as const) {
          const count = await countRequests(size);
          for (let number = 1; number <= count; number++) {
            const file = newFile(size);
            const wire = new Wire(send);
            const reason = new DOMException('Paused.', 'AbortError');
            const abort = (_request: SendRequest, at: number) => {
              if (at === number) wire.controller.abort(reason);
            };
            if (moment === 'before') wire.before = abort;
            else if (moment === 'after') wire.after = abort;
            else wire.during = abort;
            // The last answer may have been on its way already: then the upload is over, and nobody was let down.
            const ended = await carry(file, wire).catch((error: unknown) => error);
            const over = moment === 'after' && number === count;
            if (!over || ended === reason) check(ended === reason, `request ${number} of ${count}, aborted ${moment}: ${String(ended)}`);
            same(wire.open, 0, 'requests left open');
            check(wire.count === number || (farSide.undoes && wire.carried === undefined), `request ${number} was followed by others`);
            await arrived(file, await carry(file, undefined, wire.carried?.saved));
          }
        }
    });

    it('never makes a file of one that has become shorter', async () => {
      for (const size of [small, large]) {
        const whole = newFile(size);
        const file = { ...whole, blob: whole.blob.slice(0, size - 1) };
        const wire = new Wire(send);
        const error = await uploadError(carry(file, wire));
        same([error.retry, error.code], ['manual', 'NotReadable'], 'what may be done, and its code');
        same(wire.carried?.result, undefined, 'result');
      }
    });

    if (shortened)
      it('never makes a file of one that was changed on the disk', async () => {
        for (const size of [small, large]) {
          const blob = await shortened(size);
          const wire = new Wire(send);
          const error = await uploadError(carry(fileOf(blob), wire));
          same([error.retry, error.code], ['manual', 'NotReadable'], 'what may be done, and its code');
          same(wire.carried?.result, undefined, 'result');
        }
      });

    it('can be given up at any moment, and begun again', async () => {
      const file = newFile(large);
      for (const sent of [0, 1, 3]) {
        const wire = new Wire(send);
        const store = makeStore(wire.send);
        const context = contextFor(file, wire);
        const { session, parts } = await store.open(undefined, context);
        for (const part of parts.slice(0, sent)) await store.send(part, session, { ...context, progress: () => {} });
        await store.abandon?.(copy(session), context);
        await store.abandon?.(copy(session), context);
        same(wire.open, 0, 'requests left open');
      }
      await arrived(file, await carry(file));
    });

    it('deletes what has arrived', async () => {
      const file = newFile(small);
      const { result } = await carry(file);
      const store = makeStore(send);
      check(result, 'a result');
      if (!store.remove) return;
      const { details, uuid = file.uuid } = result;
      await store.remove({ uuid, name: file.name, details }, { signal: new AbortController().signal });
      same(await farSide.sha256(file, result), null, 'what is left');
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

/** How patient (ms) requests have to be in the suite; long enough to never be felt. */
const patience = 23_456;

/** How a suite sends the parts. */
type Arrange = (parts: readonly Part[], one: (part: Part) => Promise<void>, opened: Opened<Json>) => Promise<void>;

const inOrder: Arrange = async (parts, one) => {
  for (const part of parts) await one(part);
};

/** An upload as far as it came. */
interface Carried {
  readonly opened: Opened<Json>;
  saved: { session: Json; receipts: Receipt[] };
  result: UploadResult | undefined;
}

/** A `Send` that counts, and lets a test meddle. The attempt's own signal lives here too. */
class Wire {
  readonly controller = new AbortController();
  /** Requests that were begun. */
  count = 0;
  /** Requests that have not ended. */
  open = 0;
  /** Connections taken. */
  connected = 0;
  /** The attempt under way. */
  carried: Carried | undefined;
  before: ((request: SendRequest, number: number, connected: number) => void) | undefined;
  /** While the request is on the wire. */
  during: ((request: SendRequest, number: number) => void) | undefined;
  /** In place of the request. */
  instead: ((request: SendRequest, number: number) => SendResponse | undefined) | undefined;
  /** When the answer is there; may replace it. */
  after: ((request: SendRequest, number: number) => SendResponse | void) | undefined;

  constructor(private readonly real: Send) {}

  readonly send: Send = async (request) => {
    const number = ++this.count;
    this.open++;
    try {
      this.before?.(request, number, this.connected);
      request.signal.throwIfAborted();
      const other = this.instead?.(request, number);
      if (other) return other;
      const sending = this.real(request);
      this.during?.(request, number);
      const answer = await sending;
      return this.after?.(request, number) ?? answer;
    } finally {
      this.open--;
    }
  };
}

function contextFor(file: UploadFile, wire: Wire): StoreContext {
  const { signal } = wire.controller;
  return {
    file,
    signal,
    stallTimeout: () => patience,
    connection: async (request) => {
      signal.throwIfAborted();
      wire.connected++;
      try {
        return await request();
      } finally {
        wire.connected--;
      }
    },
  };
}

/** Side by side, from the first byte to the last. */
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
