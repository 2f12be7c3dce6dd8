import { Semaphore } from '../utils/semaphore.js';
import type { FileRecord } from './file-record.js';
import type { ConnectionTuner } from './upload/connection-tuner.js';
import type { CurrentOptions } from './uploader-options.js';

/** How much happens at the same time: requests on the wire, steps of uploads that are prepared for it, and files with an attempt under way. */
export class Concurrency {
  /** One permit for each request on the wire. */
  readonly connections: Semaphore;
  /** One permit for each step of an upload: signing, hashing, waiting for a connection and its request. More than connections, so that work is prepared ahead. */
  readonly places: Semaphore;
  /** Number of files with an attempt under way that does not only wait. */
  runningFiles = 0;
  /** Adapts the number of connections; undefined where the number is fixed. */
  tuner: ConnectionTuner | undefined;
  #prepareAhead = 0;

  /** @param onRoom - called when there may be room for another file. */
  constructor(
    private readonly options: CurrentOptions,
    private readonly onRoom: () => void,
  ) {
    const { maxConnections } = options.current;
    this.connections = new Semaphore(maxConnections);
    this.places = new Semaphore(maxConnections);
  }

  /** Returns whether this file may begin now. It decides how much is prepared ahead: more of small files than of large ones. */
  hasPlaceFor(file: FileRecord): boolean {
    this.#prepareAhead = this.options.current.prepareAhead(file);
    this.places.size = this.connections.size + this.#prepareAhead;
    return this.runningFiles < this.places.size;
  }

  /** Applies the number of connections that the options or the tuner ask for. */
  resize(): void {
    if (!this.options.current.usesSharedConnection) this.tuner = undefined;
    const size = this.tuner?.size ?? this.options.current.maxConnections;
    this.connections.size = size;
    this.places.size = size + this.#prepareAhead;
    this.onRoom();
  }

  /** Records that a file only waits, for the page or for a retry, and lets another one begin meanwhile; or that it goes on, whether there is room or not. */
  setWaiting(onlyWaits: boolean): void {
    this.runningFiles += onlyWaits ? -1 : 1;
    if (onlyWaits) this.onRoom();
  }
}
