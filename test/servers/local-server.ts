/** An HTTP server of a test that can be taken away and brought back at the same address, as a process that is killed and started again. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Handler } from '../../demo/servers/http.js';

/** Something of the far side that can be taken away and brought back. Both resolve when it is done; neither minds being called twice. */
export interface Stoppable {
  /** Closes the listening socket and every connection. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** A running server. */
export interface LocalServer extends Stoppable {
  /** Such as `http://127.0.0.1:40123`; the same after a restart. */
  readonly origin: string;
}

/**
 * Starts a server on a free port of 127.0.0.1.
 * @param makeHandler called at every start, so that nothing is left in memory of the time before
 * @param limits of node:http
 */
export async function startLocalServer(
  makeHandler: () => Handler | Promise<Handler>,
  limits: http.ServerOptions = {},
): Promise<LocalServer> {
  const sockets = new Set<Socket>();
  let server: http.Server | undefined;
  let port = 0;

  async function start(): Promise<void> {
    if (server) return;
    const handler = await makeHandler();
    server = http.createServer({ requestTimeout: 0, ...limits }, (request, response) => {
      void handler(request, response).then((answered) => {
        if (!answered) response.writeHead(404).end();
      });
    });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  }

  await start();
  return {
    origin: `http://127.0.0.1:${port}`,
    start,
    async stop() {
      if (!server) return;
      const ending = server;
      server = undefined;
      ending.close();
      for (const socket of sockets) socket.destroy();
      await once(ending, 'close');
    },
  };
}
