import { abortable } from '../../utils/abortable.js';
import { UploadError } from '../errors.js';
import type { FileRecord } from '../file-record.js';
import { loadStore } from '../load-store.js';
import type { Part, ResumeRecord, Saved, Store, UploadResult } from '../types.js';
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
  await createBlob(attempt);
  const record = await recall(attempt);
  await askUpload(attempt);
  const result = await uploadWithRestarts(attempt, record);
  signal.throwIfAborted();
  recordSuccess(attempt, result);
}

/** Creates the file's bytes, where they are created late. */
async function createBlob(attempt: Attempt): Promise<void> {
  const { file, signal, services } = attempt;
  if (file.data || !file.createBlob) return;
  const blob = await attempt.waitFor(abortable(file.createBlob(signal), signal));
  signal.throwIfAborted();
  services.registry.setBlob(file, blob);
}

/** Reads what an earlier session of the page has recorded of the file. A disk or a database that does not answer delays the upload for {@link recallTimeout}. */
async function recall(attempt: Attempt): Promise<ResumeRecord | undefined> {
  const { file, signal, services, rules } = attempt;
  if (file.saved || !services.options.current.resume) return undefined;
  const done = new AbortController();
  const timeOver = rules.clock.sleep(recallTimeout, AbortSignal.any([signal, done.signal])).then(warnOfNoRecord);
  let record: ResumeRecord | undefined;
  try {
    record = await attempt.waitFor(Promise.race([services.resumeRecorder.recall(file), timeOver]));
  } finally {
    done.abort();
  }
  signal.throwIfAborted();
  if (!record) return undefined;
  file.uuid = record.uuid;
  file.customResumeData ??= record.custom ?? null;
  return record;
}

let hasWarned = false;

/** Warns once. */
function warnOfNoRecord(): undefined {
  if (!hasWarned) console.warn('resume: the record of an unfinished upload could not be read in time. The upload begins without it.');
  hasWarned = true;
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
      file.saved = undefined;
      file.finalizing = false;
      attempt.setProgress(0, true);
      await waitForRetry(attempt, error.error, 'send');
    }
  }
}

/** @param asksPage - `resume` is emitted before an upload continues. */
async function openOrContinue(attempt: Attempt, saved: Saved | undefined, asksPage: boolean): Promise<OpenUpload> {
  const upload = await open(attempt, saved);
  const { opened, store, session } = upload;
  if (!opened.resumed) return upload;
  attempt.file.chunked = opened.chunked;
  const next: Part | undefined = opened.parts[0];
  if (!asksPage || !next || (await askResume(attempt, next, opened))) return upload;
  await runStep(attempt, 'open', async (context) => store.abandon?.(session, context));
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
  upload.save();
  file.chunked = opened.chunked;
  await new PartSender(upload).send();
  if (opened.chunked) services.registry.move(file, 'finalize');
  return runStep(attempt, 'close', (context) => {
    const saveSession = (session: typeof upload.session) => {
      if (signal.aborted) return;
      upload.session = session;
      upload.save(true);
    };
    return store.close(upload.session, upload.receipts, { ...context, saveSession });
  });
}
