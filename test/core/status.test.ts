import { inProgress, nextStatus, status, transitions, unfinished } from '../../src/core/status.js';
import type { Transition, Status } from '../../src/core/status.js';
import { expect } from '../tools/expect.js';

const statuses = Object.values(status);
const moves: Transition[] = [
  'accept',
  'refuse',
  'queue',
  'start',
  'finalize',
  'succeed',
  'fail',
  'autoRetry',
  'manualRetry',
  'pause',
  'cancel',
  'delete',
  'deleted',
  'deleteFailed',
];

/** Every move in every status, written down a second time, the other way round: what may come before. */
const expected: Record<Transition, Partial<Record<Status, Status>>> = {
  accept: { submitting: 'submitted' },
  refuse: { submitting: 'rejected', queued: 'rejected' },
  queue: { submitted: 'queued', paused: 'queued' },
  start: {
    submitted: 'uploading',
    queued: 'uploading',
    paused: 'uploading',
    'retrying upload': 'uploading',
    'upload finalizing': 'uploading',
  },
  finalize: { uploading: 'upload finalizing', 'retrying upload': 'upload finalizing' },
  succeed: { uploading: 'upload successful', 'upload finalizing': 'upload successful', 'retrying upload': 'upload successful' },
  fail: { queued: 'upload failed', uploading: 'upload failed', 'upload finalizing': 'upload failed', 'retrying upload': 'upload failed' },
  autoRetry: { uploading: 'retrying upload', 'upload finalizing': 'retrying upload' },
  manualRetry: { 'upload failed': 'retrying upload' },
  pause: { submitted: 'paused', queued: 'paused', uploading: 'paused', 'retrying upload': 'paused' },
  cancel: {
    submitting: 'canceled',
    submitted: 'canceled',
    rejected: 'canceled',
    queued: 'canceled',
    uploading: 'canceled',
    'retrying upload': 'canceled',
    paused: 'canceled',
    'upload failed': 'canceled',
  },
  delete: { 'upload failed': 'deleting', 'upload successful': 'deleting', 'delete failed': 'deleting' },
  deleted: { 'upload successful': 'deleted', deleting: 'deleted', 'delete failed': 'deleted' },
  deleteFailed: { 'upload successful': 'delete failed', deleting: 'delete failed' },
};

describe('transitions', () => {
  for (const from of statuses) {
    for (const move of moves) {
      const to = expected[move][from];
      it(`${from}: ${move} -> ${to ?? 'nothing'}`, () => expect(nextStatus(from, move)).to.equal(to));
    }
  }

  it('has no other moves', () => {
    for (const from of statuses) for (const move of Object.keys(transitions[from])) expect(moves).to.include(move);
  });

  it('leads every unfinished file to an end', () => {
    const ends = new Set<Status>(statuses.filter((from) => !unfinished.has(from)));
    for (const from of unfinished) {
      const reachable = new Set<Status>([from]);
      for (const one of reachable) for (const move of moves) if (transitions[one][move]) reachable.add(transitions[one][move]);
      expect(
        [...reachable].some((one) => ends.has(one)),
        from,
      ).to.equal(true);
    }
  });

  it('has Fine Uploader’s strings', () => {
    expect(status.UPLOAD_RETRYING).to.equal('retrying upload');
    expect(status.UPLOAD_FINALIZING).to.equal('upload finalizing');
    for (const one of inProgress) expect(unfinished.has(one)).to.equal(true);
  });
});
