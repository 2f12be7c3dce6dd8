/** The demo's signing server as a process: PORT, and SETTINGS as JSON. It prints its port when it listens. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSigningServer } from '../../demo/servers/node/signing-server.mjs';
import type { Settings } from '../../demo/servers/node/signing-server.mjs';

const settings = JSON.parse(process.env['SETTINGS'] ?? '{}') as Omit<Settings, 'authorize'>;
const handler = createSigningServer({ ...settings, allowedOrigins: ['*'], authorize: () => 'tester', log: () => undefined });
const server = http.createServer((request, response) => {
  void handler(request, response).then((answered) => {
    if (!answered) response.writeHead(404).end();
  });
});
server.listen(Number(process.env['PORT']), '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
