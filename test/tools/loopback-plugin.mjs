/** Makes the test runner's server listen on 127.0.0.1 only. With a loopback hostname, it listens on every interface, and has no option for it. */
import { once } from 'node:events';

/** @returns {import('@web/test-runner').TestRunnerPlugin} */
export function loopbackPlugin() {
  return {
    name: 'loopback',
    // Called when the server listens, before a browser starts.
    async serverStart({ config, server }) {
      if (!server) throw new Error('The test runner has no server.');
      server.close();
      await once(server, 'close');
      server.listen(config.port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}
