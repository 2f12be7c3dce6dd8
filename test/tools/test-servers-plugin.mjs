/**
 * Starts and stops the test servers (test/servers/test-servers.ts) with the test runner.
 *
 * Browser tests read their addresses from `/test-servers.js` and control them with the server command `test-servers`. test/tools/test-servers.ts wraps both
 * with types.
 */
import { tsImport } from 'tsx/esm/api';

const source = new URL('../servers/test-servers.ts', import.meta.url);

/** @returns {import('@web/test-runner').TestRunnerPlugin} */
export function testServersPlugin() {
  /** @type {import('../servers/test-servers.js').TestServers | undefined} */
  let testServers;
  return {
    name: 'test-servers',
    // A server that does not start throws here and ends the run.
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
      if (!testServers) throw new Error('The test servers are not running.');
      const { name, payload: details } = /** @type {{name: string, payload: unknown}} */ (payload);
      // The runner takes null and undefined for an unknown command.
      return { answer: (await testServers.handle(name, details)) ?? null };
    },
  };
}
