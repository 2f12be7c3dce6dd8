/** A site around a copied server, for a browser. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { root } from '../../tools/root.mjs';
import type { CopyableServer } from './copied-server.js';

/** A site: a page, the element's script, and the copied server behind its own path. The visitor is signed in. */
export async function openSite(tag: string, server: CopyableServer, origin: string): Promise<{ url: string; close(): Promise<void> }> {
  const script = await readFile(join(root, 'dist/cdn/fine-uploader.esm.min.js'));
  const site = http.createServer((request, response) => {
    const { url = '/', method, headers } = request;
    if (url.startsWith(server.path)) {
      const { hostname, port } = new URL(origin);
      const forwarded = http.request({ hostname, port, path: url, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      forwarded.on('error', () => response.destroy());
      request.pipe(forwarded);
    } else if (url === '/elements.js') {
      response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script);
    } else {
      response.writeHead(200, { 'Content-Type': 'text/html', 'Set-Cookie': 'session=alice; HttpOnly; SameSite=Strict' });
      response.end(`<!doctype html><link rel="icon" href="data:,"><script type="module" src="/elements.js"></script>${tag}`);
    }
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  return {
    url: `http://127.0.0.1:${(site.address() as AddressInfo).port}/`,
    async close() {
      site.closeAllConnections();
      site.close();
      await once(site, 'close');
    },
  };
}
