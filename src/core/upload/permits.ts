import { Semaphore } from '../../utils/semaphore.js';

/** What the requests and the steps of all uploads wait for. */
export class Permits {
  /** One permit for each request on the wire. */
  readonly connections: Semaphore;
  /** One permit for each step of an upload: signing, hashing, waiting for a connection and its request. More than connections, so that work is prepared ahead. */
  readonly places: Semaphore;

  /**
   * @param connections - number of permits.
   * @param places - number of permits.
   */
  constructor(connections: number, places: number) {
    this.connections = new Semaphore(connections);
    this.places = new Semaphore(places);
  }

  /** Changes the numbers of permits. */
  resize(connections: number, places: number): void {
    this.connections.size = connections;
    this.places.size = places;
  }
}
