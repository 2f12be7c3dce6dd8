/** An HTTP server for tests that can be stopped and started again at the same port, like a process that crashes. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Handler } from '../../demo/servers/http.js';

/** A server that can be stopped and started. Both methods may be called repeatedly. */
export interface Stoppable {
  /** Closes the listening socket and every connection. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** A running server. */
export interface LocalServer extends Stoppable {
  /** Such as `http://127.0.0.1:40123`. It stays the same after a restart. */
  readonly origin: string;
}

/**
 * Starts a server on a free port of 127.0.0.1.
 * @param makeHandler - called at every start, so that no state in memory survives
 * @param limits - options of node:http
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
      const stoppedServer = server;
      server = undefined;
      stoppedServer.close();
      for (const socket of sockets) socket.destroy();
      await once(stoppedServer, 'close');
    },
  };
}
