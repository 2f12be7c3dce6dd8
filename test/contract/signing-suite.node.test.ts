/** The copyable Node server is held to the signing suite, with the demo's store or with Ceph; and so is one that is naive on purpose. */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createSigningServer } from '../../demo/servers/node/signing-server.mjs';
import { startIdentity } from '../servers/identity.js';
import type { Identity } from '../servers/identity.js';
import { startLocalServer } from '../servers/local-server.js';
import type { LocalServer } from '../servers/local-server.js';
import { createNaiveSigner } from '../servers/naive-signer.js';
import { abortUploads, account, BUCKET, startS3Target } from '../servers/s3-target.js';
import type { S3Target } from '../servers/s3-target.js';
import { describeSigningServer, SIGNER_RULES, SigningSuite } from './signing-suite.js';

let folder: string;
let identity: Identity;
let target: S3Target;
let server: LocalServer;
let version4: LocalServer;
let naive: LocalServer;
const log: string[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signing-suite-'));
  identity = await startIdentity();
  target = await startS3Target(join(folder, 's3'), identity);
  const { keyPrefix, maxSize, allowedOrigin } = SIGNER_RULES;
  const options = {
    ...account(target, BUCKET, target.credentials),
    bucket: BUCKET,
    keyPrefix,
    maxSize,
    allowedOrigins: [allowedOrigin],
    authorize: ({ headers }: IncomingMessage) => /(?:^|; )session=([a-z]+)(?:;|$)/.exec(headers.cookie ?? '')?.[1],
    log: (line: string) => void log.push(line),
  };
  server = await startLocalServer(() => createSigningServer({ ...options, version2: true }));
  version4 = await startLocalServer(() => createSigningServer(options));
  naive = await startLocalServer(() => createNaiveSigner(target.credentials.secretKey));
});
after(async () => {
  await Promise.all([server?.stop(), version4?.stop(), naive?.stop(), identity?.close()]);
  await target?.close();
  await rm(folder, { recursive: true, force: true });
});

const underTest = (running: () => LocalServer, version2: boolean) => () => ({
  url: `${running().origin}/s3`,
  version2,
  log: () => log.join('\n'),
});
describeSigningServer(
  'The signing server in Node',
  underTest(() => version4, false),
  () => target,
);
describeSigningServer(
  'The signing server in Node, with Signature Version 2',
  underTest(() => server, true),
  () => target,
);

describe('A signing server that signs whatever it is asked', { timeout: 120_000 }, () => {
  it('fails by hundreds, and loses what others have stored', async () => {
    const suite = new SigningSuite(underTest(() => naive, true)(), target);
    await suite.prepare();
    await suite.hostileBodies();
    const signed = suite.failures.length;
    assert.ok(signed >= 1000, `${signed} hostile requests were signed`);
    await suite.untouched();
    const lost = suite.failures.slice(signed).map(({ name }) => name);
    assert.ok(
      lost.some((name) => name.includes('people/bob/victim.txt')),
      `what is lost: ${lost.join(', ')}`,
    );
    await abortUploads(target, BUCKET);
  });
});
