/** Every signing server of demo/servers whose language can be had here is started from a copy, and held to the signing suite. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
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

/** ONLY=Python,Go runs those. */
const only = process.env['ONLY']?.split(',');
for (const server of signingServers.filter(({ name }) => !only || only.includes(name))) {
  describe(`${server.name} (demo/servers/${server.file})`, () => {
    let running: CopiedServer;
    before(async () => {
      running = await startCopy(server, settings);
    });
    after(() => running?.close());
    describeSigningServer(
      server.name,
      () => ({ url: running.origin + server.path, version2: false, log: () => running.log() }),
      () => target,
    );

    it('does not serve without `authorize`, and says what to write', async () => {
      if (!server.startsAnyway) {
        await assert.rejects(startCopy(server, settings, false), /Say who may upload: (write|pass) /);
        return;
      }
      const unwritten = await startCopy(server, settings, false);
      try {
        const { status } = await fetch(`${unwritten.origin + server.path}/signature?v4=true`, { method: 'POST', body: '{}' });
        assert.equal(status, 500);
        assert.match(unwritten.log(), /Say who may upload: (write|pass) /);
      } finally {
        await unwritten.close();
      }
    });
  });
}
