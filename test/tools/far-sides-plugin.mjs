/**
 * Starts the far sides (test/servers/far-sides.ts) with the test runner and ends them with it.
 *
 * A browser test reads where they are with `import addresses from '/far-sides.js'`, and reaches into them with the server command `far-sides`;
 * both are wrapped, with types, in test/tools/far-sides.ts.
 */
import { tsImport } from 'tsx/esm/api';

const source = new URL('../servers/far-sides.ts', import.meta.url);

/** @returns {import('@web/test-runner').TestRunnerPlugin} */
export function farSidesPlugin() {
  /** @type {import('../servers/far-sides.js').FarSides | undefined} */
  let farSides;
  return {
    name: 'far-sides',
    // A far side that does not start throws here, and the whole run with it: no test may pass for want of a server.
    async serverStart() {
      /** @type {typeof import('../servers/far-sides.js')} */
      const { startFarSides } = await tsImport(source.href, import.meta.url);
      farSides = await startFarSides();
    },
    async serverStop() {
      await farSides?.close();
    },
    serve(context) {
      if (context.path !== '/far-sides.js') return undefined;
      return { body: `export default ${JSON.stringify(farSides?.addresses)};`, type: 'js' };
    },
    async executeCommand({ command, payload }) {
      if (command !== 'far-sides') return undefined;
      if (!farSides) throw new Error('The far sides are not running.');
      const { name, payload: details } = /** @type {{name: string, payload: unknown}} */ (payload);
      // A result of null or undefined would read as "no plugin knows this command".
      return { answer: (await farSides.handle(name, details)) ?? null };
    },
  };
}
