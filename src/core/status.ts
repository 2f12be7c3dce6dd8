/**
 * Every status of a file, and the one table of transitions between them.
 *
 * A transition that the table does not contain is a late echo (the response to a request of an attempt that is over, a click on a button that was already gone) and is
 * ignored. Only {@link FileRegistry} writes a status.
 */

/** The statuses of a file. Names and strings are Fine Uploader's. */
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
  | 'accept' // validation passed
  | 'refuse' // validation, a limit or the page refused the file
  | 'queue' // the file waits for its turn, because no connection is free
  | 'start' // an attempt begins, or continues after an automatic retry's delay
  | 'finalize' // all parts have arrived
  | 'succeed'
  | 'fail'
  | 'autoRetry' // an automatic retry waits for its delay
  | 'manualRetry' // a person asked for a retry
  | 'pause'
  | 'cancel'
  | 'delete' // a delete request is sent
  | 'deleted'
  | 'deleteFailed';

/** The status that each transition leads to, by the status it starts from. The compiler reports a status that is missing. */
export const transitions: Readonly<Record<Status, Readonly<Partial<Record<Transition, Status>>>>> = {
  submitting: { accept: 'submitted', refuse: 'rejected', cancel: 'canceled' },
  submitted: { queue: 'queued', start: 'uploading', pause: 'paused', cancel: 'canceled' },
  rejected: { cancel: 'canceled' },
  queued: { start: 'uploading', pause: 'paused', cancel: 'canceled', refuse: 'rejected', fail: 'upload failed' },
  uploading: {
    finalize: 'upload finalizing',
    succeed: 'upload successful',
    fail: 'upload failed',
    autoRetry: 'retrying upload',
    pause: 'paused',
    cancel: 'canceled',
  },
  // Cannot be cancelled: the server is making the file at this moment, and nobody could tell whether it exists.
  'upload finalizing': { succeed: 'upload successful', fail: 'upload failed', autoRetry: 'retrying upload', start: 'uploading' },
  'retrying upload': {
    start: 'uploading',
    finalize: 'upload finalizing',
    fail: 'upload failed',
    pause: 'paused',
    cancel: 'canceled',
    succeed: 'upload successful',
  },
  paused: { queue: 'queued', start: 'uploading', cancel: 'canceled' },
  'upload failed': { manualRetry: 'retrying upload', cancel: 'canceled', delete: 'deleting' },
  'upload successful': { delete: 'deleting', deleted: 'deleted', deleteFailed: 'delete failed' },
  deleting: { deleted: 'deleted', deleteFailed: 'delete failed' },
  'delete failed': { delete: 'deleting', deleted: 'deleted' },
  deleted: {},
  canceled: {},
};

/** Returns the status that a transition leads to, or undefined where it is not possible. */
export function nextStatus(from: Status, transition: Transition): Status | undefined {
  return transitions[from][transition];
}

/** The statuses that `allComplete` waits for. */
export const unfinished: ReadonlySet<Status> = new Set<Status>([
  'submitting',
  'submitted',
  'queued',
  'uploading',
  'upload finalizing',
  'retrying upload',
  'paused',
]);

/** The statuses that `getInProgress` counts. */
export const inProgress: ReadonlySet<Status> = new Set<Status>(['queued', 'uploading', 'upload finalizing', 'retrying upload']);
