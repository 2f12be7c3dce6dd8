import type { FileRecord } from './file-record.js';
import type { ConnectionTuner } from './upload/connection-tuner.js';
import type { Permits } from './upload/permits.js';
import type { CurrentOptions } from './uploader-options.js';

/** How much happens at the same time: requests on the wire, steps of uploads that are prepared for it, and files with an attempt under way. */
export class Concurrency {
  /** Number of requests on the wire. */
  connections: number;
  /** Number of steps of uploads: see {@link Permits.places}. */
  places: number;
  /** Number of files with an attempt under way that does not only wait. */
  runningFiles = 0;
  /** Keeps both numbers; undefined before the first upload. */
  permits: Permits | undefined;
  /** Adapts the number of connections; undefined where the number is fixed. */
  tuner: ConnectionTuner | undefined;
  #prepareAhead = 0;

  /** @param onRoom - called when there may be room for another file. */
  constructor(
    private readonly options: CurrentOptions,
    private readonly onRoom: () => void,
  ) {
    this.connections = this.places = options.current.maxConnections;
  }

  /** Returns whether this file may begin now. It decides how much is prepared ahead: more of small files than of large ones. */
  hasPlaceFor(file: FileRecord): boolean {
    this.#prepareAhead = this.options.current.prepareAhead(file);
    this.#apply();
    return this.runningFiles < this.places;
  }

  /** Applies the number of connections that the options or the tuner ask for. */
  resize(): void {
    const { usesSharedConnection, maxConnections } = this.options.current;
    if (!usesSharedConnection) this.tuner = undefined;
    this.connections = this.tuner?.size ?? maxConnections;
    this.#apply();
    this.onRoom();
  }

  /** Records that a file only waits, for the page or for a retry, and lets another one begin meanwhile; or that it goes on, whether there is room or not. */
  setWaiting(onlyWaits: boolean): void {
    this.runningFiles += onlyWaits ? -1 : 1;
    if (onlyWaits) this.onRoom();
  }

  #apply(): void {
    this.places = this.connections + this.#prepareAhead;
    this.permits?.resize(this.connections, this.places);
  }
}
