/** The last events and requests of each file, for the report of a file that offends. */

/** Number of events, and of requests, that are kept for each file. */
const maxLines = 50;

type Kind = 'event' | 'request';

/** The last lines about each file, by its name. */
export class Trace {
  readonly #lines: Readonly<Record<Kind, Map<string, string[]>>> = { event: new Map(), request: new Map() };
  /** Names of files by their UUIDs. */
  readonly #names = new Map<string, string>();
  readonly #start = Date.now();
  /** When the page has received the id of a multipart upload, ms since 1970, by the id. */
  readonly received = new Map<string, number>();
  /** Names of the files that the plan has cancelled. */
  readonly canceled = new Set<string>();

  /** Adds a line about a file. `name`: the file's name, or its UUID. */
  add(name: string, kind: Kind, line: string): void {
    const key = this.nameOf(name);
    const lines = this.#lines[kind].get(key) ?? [];
    this.#lines[kind].set(key, lines);
    lines.push(`${((Date.now() - this.#start) / 1000).toFixed(3).padStart(8)} ${line}`);
    if (lines.length > maxLines) lines.shift();
  }

  /** Says to which file a UUID belongs. Lines that came before belong to it, too. */
  name(uuid: string, name: string): void {
    if (this.#names.get(uuid) === name) return;
    this.#names.set(uuid, name);
    for (const lines of Object.values(this.#lines)) {
      const earlier = lines.get(uuid) ?? [];
      lines.delete(uuid);
      lines.set(name, [...(lines.get(name) ?? []), ...earlier].sort().slice(-maxLines));
    }
  }

  /** The name of the file that a UUID belongs to, or the UUID. */
  nameOf(uuid: string): string {
    return this.#names.get(uuid) ?? uuid;
  }

  /** The lines about a file, in the order of time. */
  of(name: string): string {
    const key = this.nameOf(name);
    const lines = Object.values(this.#lines).flatMap((kind) => kind.get(key) ?? []);
    return lines.sort((one, other) => Number(one.slice(0, 8)) - Number(other.slice(0, 8))).join('\n');
  }
}
