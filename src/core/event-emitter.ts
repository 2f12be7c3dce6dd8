import type { UploadError } from './errors.js';
import type { CancelableEvents, EventOutcome, Events, UploaderListener } from './events.js';
import type { FileRecord } from './file-record.js';

/** Emits events to the listener. What a listener throws is reported to the page's error handling and never stops the queue. */
export class EventEmitter {
  constructor(private readonly listener: UploaderListener) {}

  emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void {
    try {
      this.listener.emit(name, detail);
    } catch (error) {
      report(error);
    }
  }

  /** Emits `error` for a file, or for one attempt at it. */
  emitError({ id, name }: FileRecord, error: UploadError): void {
    this.emit('error', { id, name, ...errorDetail(error) });
  }

  /** Emits an event that can be refused. A listener that throws does not refuse. */
  emitCancelable<Name extends keyof CancelableEvents>(name: Name, detail: CancelableEvents[Name]): EventOutcome | Promise<EventOutcome> {
    try {
      const outcome = this.listener.emitCancelable(name, detail);
      return outcome instanceof Promise ? outcome.catch(reportAndAllow) : outcome;
    } catch (error) {
      return reportAndAllow(error);
    }
  }

  /** Tells the listener that something visible has changed. */
  emitChange(): void {
    try {
      this.listener.changed?.();
    } catch (error) {
      report(error);
    }
  }
}

/** What the event `error` tells about an error. */
export function errorDetail({ reason, code, status, cause }: UploadError): Omit<Events['error'], 'id' | 'name'> {
  return {
    reason,
    ...(code !== undefined && { code }),
    ...(status !== undefined && { status }),
    ...(cause !== undefined && { cause }),
  };
}

function reportAndAllow(error: unknown): EventOutcome {
  report(error);
  return { refused: false };
}

/** Passes a listener's error to the page's own error handling. */
function report(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
