import type { Answer, Facts, Listener, Questions } from '../../src/core/facts.js';
import type { NewFile } from '../../src/core/file-record.js';
import { Uploader } from '../../src/core/uploader.js';
import type { UploaderOptions } from '../../src/core/uploader.js';
import { ScriptedStore } from './scripted-store.js';
import { StillClock } from './still-clock.js';

type Told =
  | { [Name in keyof Facts]: { name: Name; detail: Facts[Name] } }[keyof Facts]
  | { [Name in keyof Questions]: { name: Name; detail: Questions[Name] } }[keyof Questions];

// With a clock that stands still, nothing else is waited for.
await Uploader.preload();

/** An uploader with a still clock, a far side in the test's hands, and a listener that writes down what it hears. */
export class Rig implements Listener {
  readonly clock = new StillClock();
  readonly told: Told[] = [];
  /** How questions are answered; nobody objects where there is none. */
  readonly answers: { [Name in keyof Questions]?: (detail: Questions[Name]) => Answer | Promise<Answer> } = {};
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
        describe: ({ code }) => code,
        retry: { maxAttempts: 3, firstDelay: 1000 },
        connections: 3,
        ahead: () => 0,
        patience: { initial: 30_000, least: 10_000 },
        clock: this.clock,
        uuid: () => `uuid-${uuids++}`,
        deletable: () => true,
        ...options,
      },
      this,
    );
  }

  hears(): boolean {
    return !this.deaf;
  }

  tell<Name extends keyof Facts>(name: Name, detail: Facts[Name]): void {
    this.told.push({ name, detail } as Told);
  }

  ask<Name extends keyof Questions>(name: Name, detail: Questions[Name]): Answer | Promise<Answer> {
    this.told.push({ name, detail } as Told);
    const answer = this.answers[name] as ((detail: Questions[Name]) => Answer | Promise<Answer>) | undefined;
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

  details<Name extends Told['name']>(name: Name): (Facts & Questions)[Name][] {
    return this.told.filter((one) => one.name === name).map(({ detail }) => detail as (Facts & Questions)[Name]);
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
