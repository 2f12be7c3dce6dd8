import { randomBytes, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { cephConfiguration } from './configuration.js';
import { run, startDaemon, type Daemon } from './daemon.js';
import { missingPrograms } from './installation.js';

/** A key pair that signs S3 requests. */
export interface AccessKeys {
  accessKey: string;
  secretKey: string;
}

/** A running single-node Ceph cluster with an S3 service. */
export interface Ceph {
  /** `http://127.0.0.1:PORT`. The URL of a bucket is `${url}/BUCKET` or `http://BUCKET.s3.localhost:PORT`. */
  url: string;
  port: number;
  /** Host name of the service: `s3.localhost`. Browsers and curl resolve it, Node does not. */
  dnsName: string;
  /** Keys of an ordinary user that may also manage roles and identity providers (STS). */
  credentials: AccessKeys;
  /** Keys of a system user that may read every object. */
  system: AccessKeys;
  /** Folder with the cluster's data and logs. It is removed on stop. */
  folder: string;
  /** Kills the cluster and removes its folder. May be called repeatedly. */
  stop(): Promise<void>;
}

/** Options of `startCeph`. */
export interface CephOptions {
  /** Folder for the cluster's data: an empty or not yet existing folder. It is removed on stop. Default: a new temporary folder. */
  folder?: string;
  /** TCP port of the S3 service on 127.0.0.1. Default: a free one. */
  port?: number;
  /** Default `memstore`; `bluestore` for uploads that do not fit in memory. */
  store?: 'memstore' | 'bluestore';
}

const DNS_NAME = 's3.localhost';
const BOOT_DEADLINE_MS = 60_000;

/**
 * Starts a temporary Ceph cluster (one monitor, one OSD, radosgw) on 127.0.0.1 and waits until its S3 service responds. It has the storage classes STANDARD
 * and REDUCED_REDUNDANCY, session tokens (STS), and two users with random keys. It ends on `stop()` and with this process.
 * @throws if Ceph is not installed (see `ensureCeph`), the folder is not empty, or a daemon ends or does not respond within a minute
 */
export async function startCeph(options: CephOptions = {}): Promise<Ceph> {
  const missing = await missingPrograms();
  if (missing.length > 0) throw new Error(`Ceph is not installed (${missing.join(', ')} not found in PATH). Call ensureCeph() first.`);
  const folder = await emptyFolder(options.folder);
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;

  const daemons: Daemon[] = [];
  const boot = new AbortController();
  let state: 'starting' | 'running' | 'stopped' = 'starting';
  const kill = () => {
    state = 'stopped';
    boot.abort(new Error('Ceph was stopped while it was starting.'));
    for (const daemon of daemons) daemon.kill();
  };
  const exitCleanup = cleanUpOnExit(kill, folder);
  const stop = async () => {
    exitCleanup.cancel();
    kill();
    await Promise.all(daemons.map((daemon) => daemon.ended));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const deadline = setTimeout(() => boot.abort(new Error(`Ceph did not start within ${BOOT_DEADLINE_MS / 1000} s.`)), BOOT_DEADLINE_MS);

  try {
    await Promise.all(['mon', 'osd', 'rgw'].map((name) => mkdir(join(folder, name))));
    const conf = join(folder, 'ceph.conf');
    const clusterId = randomUUID();
    const monitorPort = await freePort();
    const tokenKey = randomBytes(8).toString('hex');
    await writeFile(
      conf,
      cephConfiguration({ clusterId, folder, monitorPort, store: options.store ?? 'memstore', dnsName: DNS_NAME, tokenKey }),
    );

    const signal = boot.signal;
    const guard = (daemon: Daemon) => {
      daemons.push(daemon);
      // A daemon that ends during the start aborts the start with its message; afterwards the message is only logged.
      void daemon.ended.then((reason) => {
        if (state === 'running') process.stderr.write(`Ceph: ${reason}\n`);
        boot.abort(new Error(`Ceph did not start: ${reason}`));
      });
    };
    const admin = async (...args: string[]) => run('radosgw-admin', ['-c', conf, '-n', 'client.rgw', ...args], signal);

    const monitorMap = join(folder, 'monmap');
    await run(
      'monmaptool',
      ['--create', '--clobber', '--fsid', clusterId, '--addv', 'a', `[v2:127.0.0.1:${monitorPort}]`, monitorMap],
      signal,
    );
    await run('ceph-mon', ['-c', conf, '--mkfs', '-i', 'a', '--monmap', monitorMap], signal);
    guard(startDaemon('ceph-mon', ['-f', '-c', conf, '-i', 'a']));
    await run('ceph', ['-c', conf, 'osd', 'create'], signal);
    await run('ceph-osd', ['-c', conf, '-i', '0', '--mkfs', '--osd-uuid', randomUUID()], signal);
    guard(startDaemon('ceph-osd', ['-f', '-c', conf, '-i', '0']));

    // The first command creates the default zone. radosgw reads the zone's storage classes at its start.
    const credentials = parseKeys(
      await admin('user', 'create', '--uid', 'demo', '--display-name', 'demo', '--caps', 'roles=*;oidc-provider=*'),
    );
    const placement = ['--placement-id', 'default-placement', '--storage-class', 'REDUCED_REDUNDANCY'];
    await admin('zonegroup', 'placement', 'add', '--rgw-zonegroup', 'default', ...placement);
    await admin('zone', 'placement', 'add', '--rgw-zone', 'default', ...placement, '--data-pool', 'default.rgw.rr.data');
    guard(startDaemon('radosgw', ['-f', '-c', conf, '-n', 'client.rgw', '--rgw-frontends', `beast endpoint=127.0.0.1:${port}`]));
    const [system] = await Promise.all([
      admin('user', 'create', '--uid', 'system', '--display-name', 'system', '--system').then(parseKeys),
      waitForResponse(url, signal),
    ]);
    signal.throwIfAborted();
    state = 'running';
    return { url, port, dnsName: DNS_NAME, credentials, system, folder, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

async function emptyFolder(path: string | undefined): Promise<string> {
  if (path === undefined) return mkdtemp(join(tmpdir(), 'ceph-'));
  const folder = resolve(path);
  await mkdir(folder, { recursive: true });
  // The folder is removed on stop, so it must not contain other files.
  if ((await readdir(folder)).length > 0) throw new Error(`Ceph's folder ${folder} is not empty.`);
  return folder;
}

/** Returns a free port below the range that the system uses for outgoing connections, so that none of them takes it. */
async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = createServer();
    const free = await new Promise<boolean>((settle) => {
      server.once('error', () => settle(false));
      server.listen(port, '127.0.0.1', () => server.close(() => settle(true)));
    });
    if (free) return port;
  }
  throw new Error('No free port found on 127.0.0.1 between 10000 and 30000.');
}

/** Resolves when the S3 service responds. Rejects when `signal` aborts. */
async function waitForResponse(url: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      await (await fetch(url, { signal })).arrayBuffer();
      return;
    } catch {
      // Not listening yet. There is no event for it, so poll.
      await new Promise((later) => setTimeout(later, 20));
    }
  }
}

function parseKeys(userJson: string): AccessKeys {
  const user = JSON.parse(userJson) as { keys?: { access_key: string; secret_key: string }[] };
  const keys = user.keys?.[0];
  if (!keys) throw new Error('radosgw-admin created a user without keys.');
  return { accessKey: keys.access_key, secretKey: keys.secret_key };
}

/** Kills the cluster and removes its folder when this process exits or receives a signal. `cancel` removes the listeners. */
function cleanUpOnExit(kill: () => void, folder: string): { cancel(): void } {
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  const clean = () => {
    kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const onSignal = (signal: NodeJS.Signals) => {
    cancel();
    clean();
    // A listener replaces the signal's default action. Without other listeners the process must still end by the signal.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const cancel = () => {
    process.off('exit', clean);
    for (const signal of signals) process.off(signal, onSignal);
  };
  process.on('exit', clean);
  for (const signal of signals) process.on(signal, onSignal);
  return { cancel };
}
