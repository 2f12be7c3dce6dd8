/**
 * Every status and every way out of it.
 *
 * The strings are Fine Uploader's. A move that the table does not know is a late echo (an answer to a request of an attempt that is over, a click on a
 * button that was already gone) and is ignored.
 */

/** The statuses of a file, by Fine Uploader's names. */
export const status = {
  SUBMITTING: 'submitting',
  SUBMITTED: 'submitted',
  REJECTED: 'rejected',
  QUEUED: 'queued',
  CANCELED: 'canceled',
  PAUSED: 'paused',
  UPLOADING: 'uploading',
  UPLOAD_FINALIZING: 'upload finalizing',
  UPLOAD_RETRYING: 'retrying upload',
  UPLOAD_SUCCESSFUL: 'upload successful',
  UPLOAD_FAILED: 'upload failed',
  DELETE_FAILED: 'delete failed',
  DELETING: 'deleting',
  DELETED: 'deleted',
} as const;

/** One of the strings of {@link status}. */
export type Status = (typeof status)[keyof typeof status];

/** What can happen to a file. */
export type Transition =
  | 'accept' // all checks passed
  | 'refuse' // a check, a limit or the page said no
  | 'queue' // wait for a connection
  | 'start' // a connection is free (or will be by the time it is needed)
  | 'finalize' // all parts are there
  | 'succeed'
  | 'fail'
  | 'wait' // an automatic retry is due
  | 'retry' // a person asked for another try
  | 'pause'
  | 'cancel'
  | 'delete'
  | 'deleted'
  | 'deleteFailed';

/** The table. A status that is missing here does not compile. */
export const transitions: Readonly<Record<Status, Readonly<Partial<Record<Transition, Status>>>>> = {
  submitting: { accept: 'submitted', refuse: 'rejected', cancel: 'canceled' },
  submitted: { queue: 'queued', start: 'uploading', pause: 'paused', cancel: 'canceled' },
  rejected: { cancel: 'canceled' },
  queued: { start: 'uploading', pause: 'paused', cancel: 'canceled', refuse: 'rejected', fail: 'upload failed' },
  uploading: {
    finalize: 'upload finalizing',
    succeed: 'upload successful',
    fail: 'upload failed',
    wait: 'retrying upload',
    pause: 'paused',
    cancel: 'canceled',
  },
  // Not to be cancelled: the far side is making the file at this moment, and nobody could tell whether it is there.
  'upload finalizing': { succeed: 'upload successful', fail: 'upload failed', wait: 'retrying upload', start: 'uploading' },
  'retrying upload': {
    start: 'uploading',
    finalize: 'upload finalizing',
    fail: 'upload failed',
    pause: 'paused',
    cancel: 'canceled',
    succeed: 'upload successful',
  },
  paused: { queue: 'queued', start: 'uploading', cancel: 'canceled' },
  'upload failed': { retry: 'retrying upload', cancel: 'canceled', delete: 'deleting' },
  'upload successful': { delete: 'deleting', deleted: 'deleted', deleteFailed: 'delete failed' },
  deleting: { deleted: 'deleted', deleteFailed: 'delete failed' },
  'delete failed': { delete: 'deleting', deleted: 'deleted' },
  deleted: {},
  canceled: {},
};

/** Where `move` leads from `from`, or undefined where it leads nowhere. */
export function nextStatus(from: Status, move: Transition): Status | undefined {
  return transitions[from][move];
}

/** On its way: `allComplete` waits for these. */
export const unfinished: ReadonlySet<Status> = new Set<Status>([
  'submitting',
  'submitted',
  'queued',
  'uploading',
  'upload finalizing',
  'retrying upload',
  'paused',
]);

/** Under way now, as `getInProgress` counts. */
export const inProgress: ReadonlySet<Status> = new Set<Status>(['queued', 'uploading', 'upload finalizing', 'retrying upload']);
