import type { Answer, Facts, Listener, Questions } from './facts.js';
import type { FileRecord } from './file-record.js';
import type { UploadError } from './types.js';

/** Tells and asks a listener, whose mistakes stay its own: they reach the page's error handling, never the queue. */
export class Teller {
  constructor(private readonly listener: Listener) {}

  hears(name: keyof Facts | keyof Questions): boolean {
    try {
      return this.listener.hears?.(name) ?? true;
    } catch (error) {
      report(error);
      return true;
    }
  }

  tell<Name extends keyof Facts>(name: Name, detail: Facts[Name]): void {
    try {
      this.listener.tell(name, detail);
    } catch (error) {
      report(error);
    }
  }

  /** Tells why a file, or one try at it, has failed. */
  error({ id, name }: FileRecord, error: UploadError): void {
    const { reason, code, status, cause } = error;
    this.tell('error', {
      id,
      name,
      reason,
      ...(code !== undefined && { code }),
      ...(status !== undefined && { status }),
      ...(cause !== undefined && { cause }),
    });
  }

  /** Asks; a listener that fails has no objection. */
  ask<Name extends keyof Questions>(name: Name, detail: Questions[Name]): Answer | Promise<Answer> {
    try {
      const answer = this.listener.ask(name, detail);
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

function noObjection(error: unknown): Answer {
  report(error);
  return { refused: false };
}

/** Lets the page's own error handling see what a listener threw. */
function report(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
