/** Tests of `startCeph`: `node --import tsx --test test/servers/ceph/launcher.ceph.test.ts`, or as part of `npm run test:ceph`. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createBucket, ensureCeph, startCeph, type Ceph } from './ceph.js';

const RULE = {
  allowedOrigins: ['http://app.example'],
  allowedMethods: ['PUT'],
  allowedHeaders: ['x-amz-*'],
  exposeHeaders: ['ETag'],
  maxAgeSeconds: 60,
};

/** Returns the command lines of running processes that use a folder. Zombie processes have no command line. */
async function processesOf(folder: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(join(folder, 'ceph.conf'))).map((line) => line.replaceAll('\0', ' '));
}

/** Resolves when no process uses the folder. */
async function waitUntilUnused(folder: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (let left = await processesOf(folder); left.length > 0; left = await processesOf(folder)) {
    assert.ok(Date.now() < deadline, `still running after ten seconds: ${left.join('; ')}`);
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function assertCleanedUp({ port, folder }: Pick<Ceph, 'port' | 'folder'>): Promise<void> {
  assert.deepEqual(await processesOf(folder), []);
  assert.equal(existsSync(folder), false);
  assert.equal(await isListening(port), false);
}

async function preflight(ceph: Ceph, bucket: string): Promise<Response> {
  const headers = { Origin: 'http://app.example', 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'x-amz-date' };
  return fetch(`${ceph.url}/${bucket}/key`, { method: 'OPTIONS', headers });
}

before(ensureCeph);

test('starts a cluster, creates buckets with CORS rules and cleans up', async () => {
  const ceph = await startCeph();
  try {
    assert.equal((await processesOf(ceph.folder)).length, 3);
    assert.match(ceph.credentials.secretKey, /^\w{40}$/);
    assert.notEqual(ceph.credentials.secretKey, ceph.system.secretKey);
    await createBucket(ceph, 'with-rules', [RULE]);
    await createBucket(ceph, 'without-rules');
    const allowed = await preflight(ceph, 'with-rules');
    assert.equal(allowed.status, 200);
    assert.equal(allowed.headers.get('access-control-allow-origin'), 'http://app.example');
    assert.equal((await preflight(ceph, 'without-rules')).status, 403);
    await assert.rejects(createBucket({ ...ceph, credentials: { ...ceph.credentials, secretKey: 'wrong' } }, 'another'), /403/);
  } finally {
    await ceph.stop();
  }
  await ceph.stop();
  await assertCleanedUp(ceph);
});

test('runs two clusters side by side', async () => {
  const both = await Promise.all([startCeph(), startCeph()]);
  const [first, second] = both;
  await Promise.all(both.map((ceph) => createBucket(ceph, 'the-same-name', [RULE])));
  await first.stop();
  assert.equal((await preflight(second, 'the-same-name')).status, 200);
  await second.stop();
  await Promise.all(both.map(assertCleanedUp));
});

test('uses bluestore and a given folder', async () => {
  const folder = join(tmpdir(), `ceph-test-${process.pid}`);
  const ceph = await startCeph({ folder, store: 'bluestore' });
  assert.equal(ceph.folder, folder);
  await createBucket(ceph, 'web');
  await ceph.stop();
  await assertCleanedUp(ceph);
});

test('rejects a folder that is not empty and does not change it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ceph-test-'));
  await writeFile(join(folder, 'precious.txt'), 'mine');
  await assert.rejects(startCeph({ folder }), /is not empty/);
  assert.deepEqual(await readdir(folder), ['precious.txt']);
  await rm(folder, { recursive: true });
});

test('rejects a port in use and cleans up', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const folder = join(tmpdir(), `ceph-test-${process.pid}`);
  await assert.rejects(startCeph({ folder, port }), /radosgw|in use/i);
  assert.deepEqual(await processesOf(folder), []);
  assert.equal(existsSync(folder), false);
  server.close();
});

for (const signal of ['SIGTERM', 'SIGINT', 'SIGKILL'] as const) {
  test(`the command prints the cluster's data and stops the cluster on ${signal}`, async () => {
    const main = fileURLToPath(new URL('main.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', main], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const cluster = JSON.parse(line) as Omit<Ceph, 'stop'>;
    assert.equal((await fetch(cluster.url)).status, 200);
    child.kill(signal);
    const [code] = await ended;
    if (signal === 'SIGKILL') {
      // The killed process cannot remove the folder, but the kernel ends the daemons.
      await waitUntilUnused(cluster.folder);
      await rm(cluster.folder, { recursive: true });
    } else assert.equal(code, 0);
    await assertCleanedUp(cluster);
  });
}
