import type { TotalsSnapshot } from './snapshot.js';
import { Speed } from './speed.js';

/** Running sums over all files, so that a progress event costs the same with one file and with ten thousand. */
export class Totals {
  /** Bytes of the files in the current batch: it begins with the first file that is queued when no other is unfinished. */
  totalBytes = 0;
  /** Bytes of the current batch that have arrived. */
  uploadedBytes = 0;
  /** Number of files by status: queued or under way. */
  active = 0;
  /** Accepted, but not queued. */
  submitted = 0;
  paused = 0;
  succeeded = 0;
  failed = 0;
  /** Number of files refused since the uploader was created. */
  refused = 0;
  /** Over all files. */
  readonly speed = new Speed();

  snapshot(): TotalsSnapshot {
    const { totalBytes, uploadedBytes, active, paused, succeeded, failed, refused } = this;
    return { totalBytes, uploadedBytes, active, paused, succeeded, failed, refused, speed: this.speed.value };
  }

  /** Begins a new batch. */
  clearBatch(): void {
    this.totalBytes = this.uploadedBytes = 0;
    this.speed.stop();
  }

  /** Resets all sums but `refused`: no file is left. */
  reset(): void {
    this.active = this.submitted = this.paused = this.succeeded = this.failed = 0;
    this.clearBatch();
  }
}
