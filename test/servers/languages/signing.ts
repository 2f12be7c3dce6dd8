/** Every signing server of demo/servers whose language can be had here is started from a copy, and held to the signing suite. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeSigningServer, SIGNER_RULES } from '../../contract/signing-suite.js';
import { startIdentity } from '../identity.js';
import type { Identity } from '../identity.js';
import { account, BUCKET, startS3Target } from '../s3-target.js';
import type { S3Target } from '../s3-target.js';
import { startCopy } from './copied-server.js';
import type { CopiedServer } from './copied-server.js';
import { signingServers } from './signing-servers.js';

let folder: string;
let identity: Identity;
let target: S3Target;
let settings: Record<string, string>;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signing-servers-'));
  identity = await startIdentity();
  target = await startS3Target(join(folder, 's3'), identity);
  const { bucketUrl, region, accessKey, secretKey } = account(target, BUCKET, target.credentials);
  settings = {
    S3_BUCKET: BUCKET,
    S3_BUCKET_URL: bucketUrl,
    S3_REGION: region,
    S3_ACCESS_KEY: accessKey,
    S3_SECRET_KEY: secretKey,
    S3_KEY_PREFIX: SIGNER_RULES.keyPrefix,
    S3_MAX_SIZE: String(SIGNER_RULES.maxSize),
    ALLOWED_ORIGINS: SIGNER_RULES.allowedOrigin,
  };
});
after(async () => {
  await identity?.close();
  await target?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Sends a request byte by byte, and resolves to the seconds after which the server has closed the connection. */
async function drip(url: string, isBody: boolean): Promise<number> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  const started = Date.now();
  const head = `POST ${pathname}/signature?v4=true HTTP/1.1\r\nHost: ${hostname}:${port}\r\nCookie: session=alice\r\n`;
  socket.write(isBody ? `${head}Content-Length: 10000\r\n\r\n` : `${head}X-Slow: `);
  const timer = setInterval(() => socket.write('a'), 250);
  const seconds = await Promise.race([once(socket, 'close').then(() => (Date.now() - started) / 1000), sleep(60_000, 60, { ref: false })]);
  clearInterval(timer);
  socket.destroy();
  return seconds;
}

/** ONLY=Python,Go runs those. */
const only = process.env['ONLY']?.split(',');
for (const server of signingServers.filter(({ name }) => !only || only.includes(name))) {
  describe(`${server.name} (demo/servers/${server.file})`, () => {
    let running: CopiedServer;
    let dripping: readonly Promise<number>[];
    before(async () => {
      running = await startCopy(server, settings);
      dripping = server.cutsOff ? [true, false].map((isBody) => drip(running.origin + server.path, isBody)) : [];
    });
    after(() => running?.close());
    describeSigningServer(
      server.name,
      () => ({ url: running.origin + server.path, version2: false, log: () => running.log() }),
      () => target,
    );

    if (server.cutsOff) {
      it('cuts off who sends headers or a body byte by byte', { timeout: 90_000 }, async () => {
        for (const seconds of await Promise.all(dripping)) assert.ok(seconds < 45, `it lasted ${seconds} seconds`);
      });
    }

    it('does not start with a limit that is no number of bytes', async () => {
      for (const size of ['10MB', '-5', '0']) {
        const start = (): Promise<CopiedServer> => startCopy(server, { ...settings, S3_MAX_SIZE: size });
        if (!server.startsAnyway && !server.settingsPerRequest) {
          // Closed where it does start: a server that is left over would keep the tests from ending.
          await assert.rejects(async () => (await start()).close(), /S3_MAX_SIZE/, size);
          continue;
        }
        const started = await start();
        try {
          const headers = { Cookie: 'session=alice' };
          const { status } = await fetch(`${started.origin + server.path}/signature?v4=true`, { method: 'POST', body: '{}', headers });
          assert.equal(status, 500, size);
          await started.logs(/S3_MAX_SIZE/);
        } finally {
          await started.close();
        }
      }
    });

    if (server.careless) {
      it('takes nothing for a user that is no id, for all users would be the same one', async () => {
        const careless = await startCopy(server, settings, 'careless');
        try {
          const { status } = await fetch(`${careless.origin + server.path}/signature?v4=true`, { method: 'POST', body: '{}' });
          assert.equal(status, 500);
          await careless.logs(/must return the id of the user/);
        } finally {
          await careless.close();
        }
      });
    }

    it('does not serve without `authorize`, and says what to write', async () => {
      if (!server.startsAnyway) {
        await assert.rejects(startCopy(server, settings, 'unwritten'), /Say who may upload: (write|pass) /);
        return;
      }
      const unwritten = await startCopy(server, settings, 'unwritten');
      try {
        const { status } = await fetch(`${unwritten.origin + server.path}/signature?v4=true`, { method: 'POST', body: '{}' });
        assert.equal(status, 500);
        await unwritten.logs(/Say who may upload: (write|pass) /);
      } finally {
        await unwritten.close();
      }
    });
  });
}
