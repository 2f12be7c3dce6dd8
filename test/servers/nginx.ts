/** nginx as a content delivery network between pages and a bucket, with other host names, other paths and its own CORS headers. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startDaemon } from './ceph/daemon.js';
import type { Daemon } from './ceph/daemon.js';

/** A site of the CDN. Each site has its own port. */
export interface NginxSite {
  /** Host header that is sent to the store: the bucket's or the store's host. */
  readonly host: string;
  /** Prefix of the path that is sent to the store: `/bucket` for path-style. Default ''. */
  readonly prefix?: string;
  /** Path of the bucket in the site, such as `/files`. It is not sent to the store. Default: the whole site. */
  readonly folder?: string;
  /** Whether nginx answers preflights and replaces the store's CORS headers, also in error responses. Default false. */
  readonly cors?: boolean;
}

/** A running nginx. */
export interface Nginx<Name extends string> {
  /** URL of each site including its folder, such as `http://127.0.0.1:40123/files`. */
  readonly addresses: Readonly<Record<Name, string>>;
  /** Stops nginx and deletes its folder. */
  close(): Promise<void>;
}

/** Debian installs nginx into a folder that is not in the PATH of ordinary users. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
const COMMAND = 'apt-get install -y --no-install-recommends nginx-light';

/**
 * Finds nginx, or installs Debian's package if this process runs as root.
 * @returns the path of the program
 * @throws with instructions if nginx cannot be installed
 */
export async function ensureNginx(): Promise<string> {
  const program = await findNginx();
  if (program !== undefined) return program;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID(_LIKE)?="?.*\b(debian|ubuntu)\b/m.test(release)) {
    throw new Error('nginx is not installed: put "nginx" into your PATH ("brew install nginx" on a Mac) and start again.');
  }
  if (process.getuid?.() !== 0) throw new Error(`nginx is not installed: run "sudo ${COMMAND}" and start again.`);
  process.stderr.write('Installing nginx with apt-get (once) ...\n');
  for (const command of ['apt-get update', COMMAND]) {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const child = spawn('sh', ['-c', `${command} >&2`], { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`"${command}" ended with ${code}: install nginx and start again.`);
  }
  const installed = await findNginx();
  if (installed === undefined) throw new Error('apt-get installed nginx-light, but "nginx" cannot be found.');
  return installed;
}

/**
 * Starts nginx in front of a store, with each site on a free port of 127.0.0.1. It stops on `close` and with this process.
 * @param store - `http://127.0.0.1:PORT`
 * @throws if nginx can neither be found nor installed, or does not start
 */
export async function startNginx<Name extends string>(store: string, sites: Readonly<Record<Name, NginxSite>>): Promise<Nginx<Name>> {
  const program = await ensureNginx();
  const folder = await mkdtemp(join(tmpdir(), 'nginx-'));
  const entries = Object.entries(sites) as [Name, NginxSite][];
  let daemon: Daemon | undefined;
  const close = async (): Promise<void> => {
    daemon?.kill();
    await daemon?.ended;
    await rm(folder, { recursive: true, force: true });
  };
  // A free port may be in use a moment later: try again with others.
  for (let attempt = 1; ; attempt++) {
    const ports = await freePorts(entries.length);
    const configuration = join(folder, 'nginx.conf');
    await writeFile(
      configuration,
      nginxConfiguration(
        store,
        entries.map(([, site], index) => ({ ...site, port: ports[index] ?? 0 })),
      ),
    );
    daemon = startDaemon(program, ['-p', folder, '-c', configuration, '-e', 'stderr']);
    const failure = await Promise.race([daemon.ended, Promise.all(ports.map(waitForPort)).then(() => undefined)]);
    if (failure === undefined) {
      const addresses = Object.fromEntries(
        entries.map(([name, site], index) => [name, `http://127.0.0.1:${ports[index]}${site.folder ?? ''}`]),
      ) as Record<Name, string>;
      return { addresses, close };
    }
    if (attempt === 3) {
      await close();
      throw new Error(failure);
    }
  }
}

type ListeningSite = NginxSite & { readonly port: number };

function nginxConfiguration(store: string, sites: readonly ListeningSite[]): string {
  return `
daemon off;
# One process with the rights of the current user, which stops immediately.
master_process off;
pid nginx.pid;
error_log stderr error;
events {}
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  upstream store { server ${new URL(store).host}; keepalive 8; }
  # Forwards requests of any size without buffering.
  client_max_body_size 0;
  proxy_request_buffering off;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_read_timeout 300s;
${sites.map(siteConfiguration).join('')}}
`;
}

/** Returns the configuration of a site. It uses `$request_uri`, the path as sent: nginx normalizes a path after proxy_pass (`//`, `%2F`), which would invalidate the signature. */
function siteConfiguration({ port, host, prefix = '', folder = '', cors = false }: ListeningSite, index: number): string {
  const uri = folder ? `$below${index}` : '$request_uri';
  const map = folder ? `  map $request_uri ${uri} { "~^${folder}(?<rest${index}>/.*)$" $rest${index}; }\n` : '';
  return `${map}  server {
    listen 127.0.0.1:${port};
    location ${folder}/ {
      proxy_pass http://store${prefix}${uri};
      proxy_set_header Host ${host};
      proxy_set_header Connection "";
${cors ? CORS : ''}    }
  }
`;
}

const CORS_HEADERS = `
      add_header Access-Control-Allow-Origin * always;
      add_header Access-Control-Expose-Headers ETag always;
      add_header Access-Control-Allow-Methods "GET, HEAD, POST, PUT, DELETE" always;
      add_header Access-Control-Allow-Headers $http_access_control_request_headers always;
`;
const CORS = `${['Origin', 'Methods', 'Headers', 'Credentials'].map((name) => `      proxy_hide_header Access-Control-Allow-${name};\n`).join('')}
      proxy_hide_header Access-Control-Expose-Headers;
      proxy_hide_header Access-Control-Max-Age;${CORS_HEADERS}
      if ($request_method = OPTIONS) {${CORS_HEADERS}
        return 204;
      }
`;

async function findNginx(): Promise<string | undefined> {
  for (const folder of FOLDERS) {
    if (folder === '') continue;
    const program = join(folder, 'nginx');
    try {
      await access(program, constants.X_OK);
      return program;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ports.push((server.address() as AddressInfo).port);
  }
  for (const server of servers) {
    server.close();
    await once(server, 'close');
  }
  return ports;
}

/** Resolves when the port accepts connections. Rejects after 10 seconds. */
async function waitForPort(port: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const socket = connect(port, '127.0.0.1');
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (connected) return;
  }
  throw new Error(`nginx does not listen on port ${port}.`);
}
