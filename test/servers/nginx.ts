/** nginx as the content delivery network that stands between pages and a bucket: other host names, other paths, and CORS headers of its own where the store has none. */
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

/** One site of the CDN, on a port of its own. */
export interface NginxSite {
  /** The Host header that the store gets: the bucket's own, or the store's. */
  readonly host: string;
  /** What the store gets before the path: `/bucket` for path-style. Default nothing. */
  readonly prefix?: string;
  /** The folder of the site that leads to the bucket, such as `/files`; the store does not see it. Default: the whole site. */
  readonly folder?: string;
  /** nginx answers preflights and writes the CORS headers, on refusals too, in place of the store. Default: the store's pass through. */
  readonly cors?: boolean;
}

/** A running nginx. */
export interface Nginx<Name extends string> {
  /** Where each site is, with its folder: `http://127.0.0.1:40123/files`. */
  readonly addresses: Readonly<Record<Name, string>>;
  /** Ends it, and deletes its folder. */
  close(): Promise<void>;
}

/** Debian puts it where an ordinary person's PATH does not lead. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
const COMMAND = 'apt-get install -y --no-install-recommends nginx-light';

/**
 * Sees to it that nginx can be run: finds it, or installs Debian's package where it may.
 * @returns the program
 * @throws one sentence saying what to do, where it cannot
 */
export async function ensureNginx(): Promise<string> {
  const found = await findNginx();
  if (found !== undefined) return found;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!/^ID(_LIKE)?="?.*\b(debian|ubuntu)\b/m.test(release)) {
    throw new Error('nginx is not installed: put "nginx" into your PATH ("brew install nginx" on a Mac) and start again.');
  }
  if (process.getuid?.() !== 0) throw new Error(`nginx is not installed: run "sudo ${COMMAND}" and start again.`);
  process.stderr.write('Installing nginx with apt-get (once) ...\n');
  for (const words of ['apt-get update', COMMAND]) {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const child = spawn('sh', ['-c', `${words} >&2`], { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`"${words}" ended with ${code}: install nginx and start again.`);
  }
  const installed = await findNginx();
  if (installed === undefined) throw new Error('apt-get installed nginx-light, but "nginx" cannot be found.');
  return installed;
}

/**
 * Starts nginx with these sites, each on a free port of 127.0.0.1, in front of a store. It ends with `close`, and with this process.
 * @param store - `http://127.0.0.1:PORT`
 * @throws where nginx can neither be found nor installed, or does not start
 */
export async function startNginx<Name extends string>(store: string, sites: Readonly<Record<Name, NginxSite>>): Promise<Nginx<Name>> {
  const program = await ensureNginx();
  const folder = await mkdtemp(join(tmpdir(), 'nginx-'));
  const named = Object.entries(sites) as [Name, NginxSite][];
  let daemon: Daemon | undefined;
  const close = async (): Promise<void> => {
    daemon?.kill();
    await daemon?.ended;
    await rm(folder, { recursive: true, force: true });
  };
  // A port that is free now may be taken a moment later; then there are others.
  for (let attempt = 1; ; attempt++) {
    const ports = await freePorts(named.length);
    const configuration = join(folder, 'nginx.conf');
    await writeFile(
      configuration,
      configurationText(
        store,
        named.map(([, site], index) => ({ ...site, port: ports[index] ?? 0 })),
      ),
    );
    daemon = startDaemon(program, ['-p', folder, '-c', configuration, '-e', 'stderr']);
    const failure = await Promise.race([daemon.ended, Promise.all(ports.map(listening)).then(() => undefined)]);
    if (failure === undefined) {
      const addresses = Object.fromEntries(
        named.map(([name, site], index) => [name, `http://127.0.0.1:${ports[index]}${site.folder ?? ''}`]),
      ) as Record<Name, string>;
      return { addresses, close };
    }
    if (attempt === 3) {
      await close();
      throw new Error(failure);
    }
  }
}

type OpenSite = NginxSite & { readonly port: number };

function configurationText(store: string, sites: readonly OpenSite[]): string {
  return `
daemon off;
# One process, as whoever started it: it is to read and write in its own folder, and to end at once.
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
  # Parts and forms are as large as they are, and go through as they come.
  client_max_body_size 0;
  proxy_request_buffering off;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_read_timeout 300s;
${sites.map(siteText).join('')}}
`;
}

/** `$request_uri` is the address as it was sent. A path after proxy_pass would be normalised: `//` and `%2F` lost, and with them the signature. */
function siteText({ port, host, prefix = '', folder = '', cors = false }: OpenSite, index: number): string {
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
      // Not here.
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

/** Resolves when somebody listens, or after ten seconds rejects. */
async function listening(port: number): Promise<void> {
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
