import type { EventOutcome, Events, UploaderListener, CancelableEvents } from '../../src/core/events.js';
import type { NewFile } from '../../src/core/file-record.js';
import { Uploader } from '../../src/core/uploader.js';
import type { UploaderOptions } from '../../src/core/uploader-options.js';
import { ScriptedStore } from './scripted-store.js';
import { StillClock } from './still-clock.js';

type Told =
  | { [Name in keyof Events]: { name: Name; detail: Events[Name] } }[keyof Events]
  | { [Name in keyof CancelableEvents]: { name: Name; detail: CancelableEvents[Name] } }[keyof CancelableEvents];

// With a clock that stands still, nothing else is waited for.
await Uploader.preload();

/** An uploader with a still clock, a far side in the test's hands, and a listener that writes down what it hears. */
export class Rig implements UploaderListener {
  readonly clock = new StillClock();
  readonly told: Told[] = [];
  /** How questions are answered; nobody objects where there is none. */
  readonly answers: { [Name in keyof CancelableEvents]?: (detail: CancelableEvents[Name]) => EventOutcome | Promise<EventOutcome> } = {};
  changes = 0;
  /** Nobody listens. */
  deaf = false;
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

  listensTo(): boolean {
    return !this.deaf;
  }

  emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void {
    this.told.push({ name, detail } as Told);
  }

  emitCancelable<Name extends keyof CancelableEvents>(name: Name, detail: CancelableEvents[Name]): EventOutcome | Promise<EventOutcome> {
    this.told.push({ name, detail } as Told);
    const answer = this.answers[name] as ((detail: CancelableEvents[Name]) => EventOutcome | Promise<EventOutcome>) | undefined;
    return answer?.(detail) ?? { refused: false };
  }

  changed(): void {
    this.changes++;
  }

  /** Events by name; a status change as `old -> new`. */
  get story(): string[] {
    return this.told.map(({ name, detail }) => {
      if (name === 'statusChange') return `${detail.oldStatus} -> ${detail.newStatus}`;
      return name;
    });
  }

  details<Name extends Told['name']>(name: Name): (Events & CancelableEvents)[Name][] {
    return this.told.filter((one) => one.name === name).map(({ detail }) => detail as (Events & CancelableEvents)[Name]);
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
