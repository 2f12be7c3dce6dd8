import type { Concurrency } from '../concurrency.js';
import type { EventEmitter } from '../event-emitter.js';
import type { FileRecord } from '../file-record.js';
import type { FileRegistry } from '../file-registry.js';
import type { CurrentOptions } from '../uploader-options.js';
import { Permits } from './permits.js';
import { ResumeRecorder } from './resume-recorder.js';
import { StallTimeout } from './stall-timeout.js';

/** The objects that all attempts of one uploader share. */
export class UploadServices {
  readonly resumeRecorder: ResumeRecorder;
  readonly stallTimeout: StallTimeout;
  readonly permits: Permits;
  /** Files with parts that a page which is left removes, where nobody could continue with them. */
  readonly filesWithParts = new Set<FileRecord>();

  constructor(
    readonly options: CurrentOptions,
    readonly registry: FileRegistry,
    readonly events: EventEmitter,
    readonly concurrency: Concurrency,
  ) {
    this.resumeRecorder = new ResumeRecorder(options);
    this.stallTimeout = new StallTimeout(options);
    this.permits = concurrency.permits = new Permits(concurrency.connections, concurrency.places);
  }
}
