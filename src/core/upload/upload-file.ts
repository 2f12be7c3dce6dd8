import { setBlob } from './file-bytes.js';
import { abortable } from '../../utils/abortable.js';
import { UploadError } from '../errors.js';
import type { FileRecord } from '../file-record.js';
import { loadStore } from '../load-store.js';
import type { Part, ResumeRecord, Saved, Store, UploadResult } from '../types.js';
import { abandonUpload } from './abandon-upload.js';
import { Attempt } from './attempt.js';
import { waitForRetry } from './auto-retry.js';
import { OpenUpload } from './open-upload.js';
import { askResume, askUpload } from './page-events.js';
import { PartSender } from './part-sender.js';
import { recordSuccess } from './record-success.js';
import { runStep, StartOver } from './step.js';
import type { UploadServices } from './upload-services.js';

/** Time (ms) that identifying a file and reading its record may take. */
const recallTimeout = 15_000;

/**
 * Uploads one file: `open`, `send` for each part, `close`, and then records the success.
 * @throws the signal's reason where the attempt was ended from outside, else why the file has failed. By then no request of the attempt is under way any more, except one
 * whose response the store needs to undo it.
 */
export async function uploadFile(file: FileRecord, signal: AbortSignal, services: UploadServices): Promise<void> {
  const attempt = new Attempt(file, signal, services);
  try {
    await createBlob(attempt);
    const record = await recall(attempt);
    await askUpload(attempt);
    const result = await uploadWithRestarts(attempt, record);
    signal.throwIfAborted();
    recordSuccess(attempt, result);
  } finally {
    attempt.unlock?.();
  }
}

/** Creates the file's bytes, where they are created late. */
async function createBlob(attempt: Attempt): Promise<void> {
  const { file, signal, services } = attempt;
  if (file.data || !file.createBlob) return;
  const blob = await attempt.waitFor(abortable(file.createBlob(signal), signal));
  signal.throwIfAborted();
  setBlob(file, blob, services.registry);
}

/**
 * Reads what an earlier session of the page, or another uploader, has recorded of the file, as soon as no other one carries its upload. A disk or a database that does not
 * answer delays the upload for {@link recallTimeout}.
 */
async function recall(attempt: Attempt): Promise<ResumeRecord | undefined> {
  const { file, signal, services } = attempt;
  const { resumeRecorder } = services;
  if (!services.options.current.resume) return undefined;
  const key = await withTimeLimit(attempt, resumeRecorder.claim(file, signal));
  if (key === undefined) return undefined;
  attempt.unlock = await waitForOthers(attempt, (onWait) => resumeRecorder.lock(key, signal, onWait));
  const record = await withTimeLimit(attempt, resumeRecorder.recall(file, key, signal));
  signal.throwIfAborted();
  if (!record) return undefined;
  file.uuid = record.uuid;
  file.customResumeData ??= record.custom ?? null;
  return record;
}

/** Waits for a promise, but not longer than {@link recallTimeout}: then resolves with undefined. */
async function withTimeLimit<T>(attempt: Attempt, promise: Promise<T>): Promise<T | undefined> {
  const done = new AbortController();
  const either = AbortSignal.any([attempt.signal, done.signal]);
  const timeOver = attempt.rules.clock.sleep(recallTimeout, either).then(warnOfNoRecord);
  try {
    return await attempt.waitFor(Promise.race([promise, timeOver]));
  } finally {
    done.abort();
  }
}

let hasWarned = false;

/** Warns once. */
function warnOfNoRecord(): undefined {
  if (!hasWarned) console.warn('resume: the record of an unfinished upload could not be read in time. The upload begins without it.');
  hasWarned = true;
}

/** Tells people and the page that a file waits for another uploader. Meanwhile it does not take the place of another file. */
async function waitForOthers<T>({ file, services }: Attempt, wait: (onWait: () => void) => Promise<T>): Promise<T> {
  const { registry, events, concurrency } = services;
  const setWaiting = (waits: boolean) => {
    file.waitsForOther = waits;
    concurrency.setWaiting(waits);
    registry.changed();
  };
  try {
    return await wait(() => {
      setWaiting(true);
      events.emit('resumeWait', { id: file.id, name: file.name });
    });
  } finally {
    if (file.waitsForOther) setWaiting(false);
  }
}

/** Uploads, and begins again at byte 0 as often as the store asks for it and retries are left. */
async function uploadWithRestarts(attempt: Attempt, record: ResumeRecord | undefined): Promise<UploadResult> {
  const { file, signal } = attempt;
  for (let saved = file.saved ?? record?.saved; ; saved = undefined) {
    try {
      const upload = await openOrContinue(attempt, saved, record !== undefined);
      return await sendAndClose(upload);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof StartOver)) throw error;
      // Does not delay the new upload: it has a session of its own.
      void abandonUpload(file, attempt.services, file.saved ?? saved);
      attempt.setProgress(0, true);
      signal.throwIfAborted();
      await waitForRetry(attempt, error.error, 'send');
    }
  }
}

/** @param asksPage - `resume` is emitted before an upload continues. */
async function openOrContinue(attempt: Attempt, saved: Saved | undefined, asksPage: boolean): Promise<OpenUpload> {
  const upload = await open(attempt, saved);
  const { opened, session, receipts } = upload;
  if (!opened.resumed) return upload;
  attempt.file.chunked = opened.chunked;
  const next: Part | undefined = opened.parts[0];
  if (!asksPage || !next || (await askResume(attempt, next, opened))) return upload;
  void abandonUpload(attempt.file, attempt.services, { session, receipts });
  return open(attempt, undefined);
}

async function open(attempt: Attempt, saved: Saved | undefined): Promise<OpenUpload> {
  // Before it waits for a place: settings that change in the meantime apply to later files.
  const store = (attempt.file.store = attempt.store ??= await loadStoreWithRetries(attempt));
  return runStep(attempt, 'open', async (context) => new OpenUpload(attempt, store, await store.open(saved, context)));
}

/** Retries only what could not be loaded; any other error of `storeFor` fails the file. */
async function loadStoreWithRetries(attempt: Attempt): Promise<Store> {
  const { file, signal, services } = attempt;
  for (;;) {
    try {
      return await loadStore(services.options.current, file, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UploadError) || error.code !== 'NotLoaded') throw error;
      await waitForRetry(attempt, error, 'open');
    }
  }
}

async function sendAndClose(upload: OpenUpload): Promise<UploadResult> {
  const { attempt, opened, store } = upload;
  const { file, signal, services } = attempt;
  signal.throwIfAborted();
  file.chunked = opened.chunked;
  upload.save();
  await new PartSender(upload).send();
  if (opened.chunked) services.registry.move(file, 'finalize');
  return runStep(attempt, 'close', (context) => {
    const saveSession = (session: typeof upload.session) => {
      if (signal.aborted) return;
      upload.session = session;
      upload.save();
    };
    return store.close(upload.session, upload.receipts, { ...context, saveSession });
  });
}
