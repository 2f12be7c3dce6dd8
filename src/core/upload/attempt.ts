/** One attempt at one file: what the transfer tells becomes facts and questions, what fails is waited out or given up. */

import { abortable } from '../../utils/abortable.js';
import type { EventOutcome, ChunkDetail, Events, CancelableEvents } from '../events.js';
import type { FileRecord } from '../file-record.js';
import type { ResumeRecorder } from './resume-recorder.js';
import type { StallTimeout } from './stall-timeout.js';
import { retryDelay } from './retry.js';
import type { RetryRules } from './retry.js';
import type { Semaphore } from '../../utils/semaphore.js';
import type { Transition } from '../status.js';
import { loadStore } from '../load-store.js';
import { transfer } from './transfer.js';
import type { Step } from './transfer.js';
import { asUploadError, UploadError } from '../errors.js';
import type { Clock, Json, Opened, Part, Receipt, Saved, Store, UploadFile, UploadResult } from '../types.js';

/** Whether the browser says that there is no network, and when there is one again. */
export interface Network {
  /** True only where the network was there before: some machines are called offline for ever. */
  readonly offline: boolean;
  /** Resolves when the network is back; rejects with the signal's reason. */
  online(signal: AbortSignal): Promise<void>;
}

/** What an attempt needs of the uploader. */
export interface AttemptHost {
  readonly options: {
    storeFor(file: UploadFile): Store | Promise<Store>;
    readonly retry: RetryRules;
    readonly clock: Clock;
    readonly network?: Network | undefined;
  };
  readonly connections: Semaphore;
  readonly places: Semaphore;
  readonly patience: StallTimeout;
  readonly memory: ResumeRecorder;
  move(file: FileRecord, move: Transition): boolean;
  tell<Name extends keyof Events>(name: Name, detail: Events[Name]): void;
  tellError(file: FileRecord, error: UploadError): void;
  ask<Name extends keyof CancelableEvents>(name: Name, detail: CancelableEvents[Name]): EventOutcome | Promise<EventOutcome>;
  /** @param absolute - also where it is less than before. */
  progressed(file: FileRecord, uploadedBytes: number, absolute?: boolean): void;
  pause(file: FileRecord): boolean;
  /** A file's bytes have been made. */
  made(file: FileRecord, blob: Blob): void;
}

/** How long (ms) a wait for the network lasts before it is tried anyway: browsers err. */
const offlineWait = 20_000;

/** Carries a file across, or throws: the signal's reason where the attempt was ended from outside, else why the file has failed. */
export async function attempt(file: FileRecord, signal: AbortSignal, host: AttemptHost): Promise<UploadResult> {
  const { options, memory } = host;
  const { id } = file;
  const named = () => ({ id, name: file.name });

  const askUpload = async () => {
    const answer = await abortable(host.ask('upload', named()), signal);
    if (answer.refused)
      throw new UploadError(answer.reason || 'The page did not let this file be uploaded.', { retry: 'manual', code: 'refused' });
    if (wantsPause(answer.value)) {
      host.pause(file);
      signal.throwIfAborted();
    }
  };

  if (!file.data && file.createBlob) {
    const blob = await abortable(file.createBlob(signal), signal);
    signal.throwIfAborted();
    host.made(file, blob);
  }
  const remembered = file.saved ? undefined : await memory.recall(file);
  signal.throwIfAborted();
  if (remembered) {
    file.uuid = remembered.uuid;
    if (file.customResumeData === null) file.customResumeData = remembered.custom ?? null;
  }
  await askUpload();
  const store = (file.store = await openStore());
  signal.throwIfAborted();

  return transfer({
    store,
    file,
    signal,
    order: id,
    connections: host.connections,
    places: host.places,
    patience: host.patience,
    now: () => options.clock.now(),
    saved: file.saved ?? remembered?.saved,
    opened: async (opened) => {
      file.chunked = opened.chunked;
      const part = opened.parts[0];
      if (!remembered || !part) return true;
      const answer = await abortable(
        host.ask('resume', { ...chunkDetail(file, part, opened), customResumeData: file.customResumeData }),
        signal,
      );
      return !answer.refused;
    },
    sending: async (part, opened) => {
      file.chunked = opened.chunked;
      if (!opened.chunked) return undefined;
      const answer = await abortable(host.ask('uploadChunk', chunkDetail(file, part, opened)), signal);
      if (answer.refused)
        throw new UploadError(answer.reason || 'The page did not let a part of this file be uploaded.', { code: 'refused' });
      return isObject(answer.value) ? answer.value : undefined;
    },
    received: (receipt, opened) => {
      file.attempt = 0;
      if (opened.chunked) host.tell('uploadChunkSuccess', { ...chunkDetail(file, receipt, opened), response: receipt.data ?? null });
    },
    keep: (saved: Saved | undefined, closing) => {
      file.saved = saved;
      file.closing = closing;
      if (saved && file.chunked) memory.remember(file, saved);
    },
    progress: (uploadedBytes, absolute) => host.progressed(file, uploadedBytes, absolute),
    closing: (opened) => {
      if (opened.chunked) host.move(file, 'finalize');
    },
    recover,
  });

  /** The store may have to be loaded; where that fails, it is tried again like any failure of `open`. */
  async function openStore(): Promise<Store> {
    for (;;) {
      try {
        return await loadStore((wanted) => options.storeFor(wanted), file, signal);
      } catch (thrown) {
        signal.throwIfAborted();
        await recover(asUploadError(thrown), 'open');
      }
    }
  }

  async function recover(error: UploadError, step: Step): Promise<void> {
    await waitOut(error);
    signal.throwIfAborted();
    if (step === 'close' && file.chunked) host.move(file, 'finalize');
    else host.move(file, 'start');
    if (step !== 'close') await askUpload();
  }

  /** Waits until the next try is due; throws the error where there will be none. */
  async function waitOut(error: UploadError): Promise<void> {
    const { retry, clock, network } = options;
    if (error.code === 'Stalled') host.patience.lengthen();
    const tries = error.startOver ? Math.max(file.attempt, file.restarts) : file.attempt;
    // What fails because the network is gone says nothing about the far side: it does not use up the budget.
    const offline = error.status === 0 && network?.offline === true;
    const delay = retryDelay(error, offline ? Math.min(tries + 1, retry.maxAttempts) : tries + 1, retry, clock.random());
    if (delay === undefined) throw error;
    if (!offline) file.attempt++;
    if (error.startOver) file.restarts++;
    file.reason = error.reason;
    host.tellError(file, error);
    host.tell('autoRetry', { ...named(), attempt: file.attempt });
    signal.throwIfAborted();
    host.move(file, 'wait');
    if (!offline) return clock.sleep(delay, signal);
    const woken = new AbortController();
    const either = AbortSignal.any([signal, woken.signal]);
    try {
      await Promise.race([network.online(either), clock.sleep(offlineWait, either)]);
    } finally {
      woken.abort();
    }
  }
}

/** Fine Uploader's description of a chunk: `startByte` counts from 1. */
function chunkDetail({ id, name }: FileRecord, part: Part | Receipt, opened: Opened<Json>): ChunkDetail {
  return { id, name, partIndex: part.index, startByte: part.start + 1, endByte: part.end, totalParts: opened.totalParts };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function wantsPause(value: unknown): boolean {
  return isObject(value) && value['pause'] === true;
}
