/** Where the far sides are, and a way to reach into them, for tests in the browser. */
import { executeServerCommand } from '@web/test-runner-commands';
import addresses from '/far-sides.js';

/** What `startFarSides()` in test/servers/far-sides.ts returned as `addresses`. */
export const farSides = addresses;

/**
 * Asks the far sides to do or to tell something: `handle(name, payload)` in test/servers/far-sides.ts.
 * @returns what `handle` resolved with, through JSON; null for nothing
 */
export const tellFarSides = <Answer = unknown>(name: string, payload: unknown = null): Promise<Answer> =>
  executeServerCommand<Answer, { name: string; payload: unknown }>('far-sides', { name, payload });
