import { expect } from '@esm-bundle/chai';
import { FileRecord } from '../../src/core/file-record.js';
import { snapshotOf } from '../../src/core/snapshot.js';
import type { FileActions } from '../../src/core/snapshot.js';
import { transitions } from '../../src/core/status.js';
import type { Status, Transition } from '../../src/core/status.js';

/** The transition that each action begins with. */
const transitionOf: Readonly<Partial<Record<keyof FileActions, Transition>>> = { cancel: 'cancel', retry: 'manualRetry', delete: 'delete' };
const statuses = Object.keys(transitions) as Status[];

function fileWith(status: Status): FileRecord {
  const file = new FileRecord(3, { name: 'a.txt', blob: new Blob(['abc'], { type: 'text/plain' }) }, 'uuid');
  return Object.assign(file, { status, chunked: true, deletable: true, retryable: true });
}

describe('snapshotOf', () => {
  it('offers only actions that the status allows', () => {
    for (const status of statuses) {
      const { actions } = snapshotOf(fileWith(status), 3);
      for (const [action, transition] of Object.entries(transitionOf))
        if (actions[action as keyof FileActions]) expect(transitions[status], `${action} of ${status}`).to.have.property(transition);
      if (actions.pause) expect(transitions[status]).to.have.property('pause');
      if (actions.continue) expect(status).to.equal('paused');
    }
  });

  it('offers an action for each of them in some status', () => {
    const offered = statuses.flatMap((status) => Object.entries(snapshotOf(fileWith(status), 3).actions).filter(([, may]) => may));
    expect([...new Set(offered.map(([action]) => action))].sort()).to.deep.equal([
      'cancel',
      'continue',
      'delete',
      'pause',
      'rename',
      'retry',
    ]);
  });

  it('does not offer to pause one request, to retry what cannot succeed, or to delete what the server does not delete', () => {
    expect(snapshotOf(Object.assign(fileWith('uploading'), { chunked: false }), 3).actions.pause).to.equal(false);
    expect(snapshotOf(Object.assign(fileWith('upload failed'), { retryable: false }), 3).actions.retry).to.equal(false);
    expect(snapshotOf(Object.assign(fileWith('upload successful'), { deletable: false }), 3).actions.delete).to.equal(false);
  });

  it('has the values of this moment', () => {
    const file = fileWith('uploading');
    file.uploadedBytes = 2;
    for (const now of [0, 500, 1000, 1500]) file.speed.add(1000, now);
    const snapshot = snapshotOf(file, 3);
    expect(snapshot).to.include({ id: 3, name: 'a.txt', size: 3, type: 'text/plain', uploadedBytes: 2, attempt: 0, maxAttempts: 3 });
    expect(snapshot.speed).to.be.above(0);
    file.uploadedBytes = 3;
    expect(snapshot.uploadedBytes).to.equal(2);
    expect(snapshotOf(Object.assign(file, { status: 'paused' as const }), 3).speed).to.equal(0);
  });
});
