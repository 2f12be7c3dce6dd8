/** The last events and requests of each file, for the report of a file that offends. */

/** Number of lines that are kept for each file. */
const maxLines = 50;

/** The last lines about each file, by its name. */
export class Trace {
  readonly #lines = new Map<string, string[]>();
  readonly #names = new Map<string, string>();
  readonly #start = Date.now();

  /** Adds a line about a file. `name`: the file's name, or its UUID. */
  add(name: string, line: string): void {
    const key = this.#names.get(name) ?? name;
    const lines = this.#lines.get(key) ?? [];
    this.#lines.set(key, lines);
    lines.push(`${((Date.now() - this.#start) / 1000).toFixed(3).padStart(8)} ${line}`);
    if (lines.length > maxLines) lines.shift();
  }

  /** Says to which file a UUID belongs. Lines that came before belong to it, too. */
  name(uuid: string, name: string): void {
    if (this.#names.get(uuid) === name) return;
    this.#names.set(uuid, name);
    const earlier = this.#lines.get(uuid) ?? [];
    this.#lines.delete(uuid);
    const lines = [...(this.#lines.get(name) ?? []), ...earlier].sort().slice(-maxLines);
    this.#lines.set(name, lines);
  }

  /** The name of the file that a UUID belongs to, or the UUID. */
  nameOf(uuid: string): string {
    return this.#names.get(uuid) ?? uuid;
  }

  /** The lines about a file. */
  of(name: string): string {
    return (this.#lines.get(this.#names.get(name) ?? name) ?? []).join('\n');
  }
}
