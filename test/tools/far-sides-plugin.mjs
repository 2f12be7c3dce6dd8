/**
 * Starts the far sides (test/servers/far-sides.ts) with the test runner and ends them with it.
 *
 * A browser test reads where they are with `import addresses from '/far-sides.js'`, and reaches into them with the server command `far-sides`;
 * both are wrapped, with types, in test/tools/far-sides.ts.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';

const source = new URL('../servers/far-sides.ts', import.meta.url);

/**
 * @typedef {object} FarSides
 * @property {Record<string, unknown>} addresses - plain data for the tests
 * @property {() => Promise<void>} close
 * @property {(name: string, payload: unknown) => Promise<unknown>} [handle]
 */

/** @returns {import('@web/test-runner').TestRunnerPlugin} */
export function farSidesPlugin() {
  /** @type {FarSides | undefined} */
  let farSides;
  return {
    name: 'far-sides',
    // A far side that does not start throws here, and the whole run with it: no test may pass for want of a server.
    async serverStart() {
      if (!existsSync(fileURLToPath(source))) return;
      /** @type {{startFarSides(): Promise<FarSides>}} */
      const { startFarSides } = await tsImport(source.href, import.meta.url);
      farSides = await startFarSides();
    },
    async serverStop() {
      await farSides?.close();
    },
    serve(context) {
      if (context.path !== '/far-sides.js') return undefined;
      const body = farSides
        ? `export default ${JSON.stringify(farSides.addresses)};`
        : `throw new Error('test/servers/far-sides.ts was not there when the test runner started.');`;
      return { body, type: 'js' };
    },
    async executeCommand({ command, payload }) {
      if (command !== 'far-sides') return undefined;
      if (!farSides?.handle) throw new Error('The far sides take no commands.');
      const { name, payload: details } = /** @type {{name: string, payload: unknown}} */ (payload);
      // A result of undefined would read as "no plugin knows this command".
      return (await farSides.handle(name, details)) ?? null;
    },
  };
}
