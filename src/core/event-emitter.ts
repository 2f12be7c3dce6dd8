import type { EventOutcome, Events, UploaderListener, CancelableEvents } from './events.js';
import type { FileRecord } from './file-record.js';
import type { UploadError } from './errors.js';

/** Tells and asks a listener, whose mistakes stay its own: they reach the page's error handling, never the queue. */
export class EventEmitter {
  constructor(private readonly listener: UploaderListener) {}

  listensTo(name: keyof Events | keyof CancelableEvents): boolean {
    try {
      return this.listener.listensTo?.(name) ?? true;
    } catch (error) {
      report(error);
      return true;
    }
  }

  emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void {
    try {
      this.listener.emit(name, detail);
    } catch (error) {
      report(error);
    }
  }

  /** Tells why a file, or one try at it, has failed. */
  emitError({ id, name }: FileRecord, error: UploadError): void {
    const { reason, code, status, cause } = error;
    this.emit('error', {
      id,
      name,
      reason,
      ...(code !== undefined && { code }),
      ...(status !== undefined && { status }),
      ...(cause !== undefined && { cause }),
    });
  }

  /** Asks; a listener that fails has no objection. */
  emitCancelable<Name extends keyof CancelableEvents>(name: Name, detail: CancelableEvents[Name]): EventOutcome | Promise<EventOutcome> {
    try {
      const answer = this.listener.emitCancelable(name, detail);
      return answer instanceof Promise ? answer.catch(noObjection) : answer;
    } catch (error) {
      return noObjection(error);
    }
  }

  changed(): void {
    try {
      this.listener.changed?.();
    } catch (error) {
      report(error);
    }
  }
}

function noObjection(error: unknown): EventOutcome {
  report(error);
  return { refused: false };
}

/** Lets the page's own error handling see what a listener threw. */
function report(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
