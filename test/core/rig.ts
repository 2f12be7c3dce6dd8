import { UploadError } from '../../src/core/errors.js';
import type { EventOutcome, Events, UploaderListener, CancelableEvents } from '../../src/core/events.js';
import type { NewFile } from '../../src/core/file-record.js';
import { Uploader } from '../../src/core/uploader.js';
import type { UploaderOptions } from '../../src/core/uploader-options.js';
import { ManualClock } from './manual-clock.js';
import { ScriptedStore } from './scripted-store.js';

type Emitted =
  | { [Name in keyof Events]: { name: Name; detail: Events[Name] } }[keyof Events]
  | { [Name in keyof CancelableEvents]: { name: Name; detail: CancelableEvents[Name] } }[keyof CancelableEvents];

// A manual clock does not wait for a script to load.
await Uploader.preload();

/** An uploader with a manual clock, a scripted store, and a listener that records all events. */
export class Rig implements UploaderListener {
  readonly clock = new ManualClock();
  readonly emitted: Emitted[] = [];
  /** Outcomes of cancelable events; an event without one is not refused. */
  readonly outcomes: { [Name in keyof CancelableEvents]?: (detail: CancelableEvents[Name]) => EventOutcome | Promise<EventOutcome> } = {};
  changes = 0;
  readonly uploader: Uploader;

  constructor(
    readonly store = new ScriptedStore(),
    options: Partial<UploaderOptions> = {},
  ) {
    let uuids = 0;
    this.uploader = new Uploader(
      {
        storeFor: () => store,
        autoUpload: true,
        rules: {},
        describeProblem: ({ code }) => code,
        retry: { maxAttempts: 3, firstDelay: 1000 },
        maxConnections: 3,
        prepareAhead: () => 0,
        stallTimeout: { initial: 30_000, minimum: 10_000 },
        clock: this.clock,
        createUuid: () => `uuid-${uuids++}`,
        isDeletable: () => true,
        ...options,
      },
      this,
    );
  }

  emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void {
    this.emitted.push({ name, detail } as Emitted);
  }

  emitCancelable<Name extends keyof CancelableEvents>(name: Name, detail: CancelableEvents[Name]): EventOutcome | Promise<EventOutcome> {
    this.emitted.push({ name, detail } as Emitted);
    const answer = this.outcomes[name] as ((detail: CancelableEvents[Name]) => EventOutcome | Promise<EventOutcome>) | undefined;
    return answer?.(detail) ?? { refused: false };
  }

  changed(): void {
    this.changes++;
  }

  /** Events by name; a status change as `old -> new`. */
  get eventLog(): string[] {
    return this.emitted.map(({ name, detail }) => {
      if (name === 'statusChange') return `${detail.oldStatus} -> ${detail.newStatus}`;
      return name;
    });
  }

  details<Name extends Emitted['name']>(name: Name): (Events & CancelableEvents)[Name][] {
    return this.emitted.filter((one) => one.name === name).map(({ detail }) => detail as (Events & CancelableEvents)[Name]);
  }

  add(...sizes: number[]): readonly number[] {
    const first = this.uploader.files.length;
    return this.uploader.add(sizes.map((size, index) => file(`f${first + index}`, size)));
  }

  status(id: number): string | null | undefined {
    return this.uploader.files[id]?.status;
  }
}

export function file(name: string, size: number): NewFile {
  return { blob: new Blob([new Uint8Array(size)]), name };
}

export const gone = () => new UploadError('The server could not be reached.', { status: 0, code: 'NetworkError' });
export const refusal = () => new UploadError('No.', { status: 403, retry: 'manual' });

/** Acts once, within the first `statusChange` event that matches. */
export function actOn(rig: Rig, when: (detail: Events['statusChange']) => boolean, act: (detail: Events['statusChange']) => void): void {
  const { emit } = rig;
  let once = true;
  rig.emit = (name, detail) => {
    emit.call(rig, name, detail);
    if (name !== 'statusChange' || !once || !when(detail as Events['statusChange'])) return;
    once = false;
    act(detail as Events['statusChange']);
  };
}
