/**
 * Starts the far sides (test/servers/test-servers.ts) with the test runner and ends them with it.
 *
 * A browser test reads where they are with `import addresses from '/test-servers.js'`, and reaches into them with the server command `test-servers`;
 * both are wrapped, with types, in test/tools/test-servers.ts.
 */
import { tsImport } from 'tsx/esm/api';

const source = new URL('../servers/test-servers.ts', import.meta.url);

/** @returns {import('@web/test-runner').TestRunnerPlugin} */
export function testServersPlugin() {
  /** @type {import('../servers/test-servers.js').TestServers | undefined} */
  let testServers;
  return {
    name: 'test-servers',
    // A far side that does not start throws here, and the whole run with it: no test may pass for want of a server.
    async serverStart() {
      /** @type {typeof import('../servers/test-servers.js')} */
      const { startTestServers } = await tsImport(source.href, import.meta.url);
      testServers = await startTestServers();
    },
    async serverStop() {
      await testServers?.close();
    },
    serve(context) {
      if (context.path !== '/test-servers.js') return undefined;
      return { body: `export default ${JSON.stringify(testServers?.addresses)};`, type: 'js' };
    },
    async executeCommand({ command, payload }) {
      if (command !== 'test-servers') return undefined;
      if (!testServers) throw new Error('The far sides are not running.');
      const { name, payload: details } = /** @type {{name: string, payload: unknown}} */ (payload);
      // A result of null or undefined would read as "no plugin knows this command".
      return { answer: (await testServers.handle(name, details)) ?? null };
    },
  };
}
