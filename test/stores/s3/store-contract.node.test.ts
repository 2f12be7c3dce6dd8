/** The contract of a store, kept by the S3 one, whoever signs. */
import { openAsBlob } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { bytesOf } from '../../contract/checks.js';
import { nodeSend } from '../../contract/node-send.js';
import { storeContract } from '../../contract/store-contract.js';
import type { UploadResult } from '../../../src/core/types.js';
import { startTestServers } from '../../servers/test-servers.js';
import { browserSigned, partSize, serverSigned } from './test-store.js';

const folder = await mkdtemp(join(tmpdir(), 's3-contract-'));
const testServers = await startTestServers();
after(async () => {
  await testServers.close();
  await rm(folder, { recursive: true });
});
const { addresses } = testServers;

const farSide = {
  partSize,
  undoes: true,
  origin: new URL(addresses.store.endpoint).origin,
  async sha256(_file: unknown, { details }: Pick<UploadResult, 'details'>) {
    const found = (await testServers.handle('sha256', { key: details?.['key'] })) as { readonly sha256: string } | null;
    return found?.sha256 ?? null;
  },
};

let files = 0;

const runner = {
  describe,
  it,
  send: nodeSend,
  async shortened(size: number) {
    const path = join(folder, `file-${++files}`);
    await writeFile(path, bytesOf(size));
    const blob = await openAsBlob(path);
    const file = await open(path, 'r+');
    await file.truncate(size - 1);
    await file.close();
    return blob;
  },
};

storeContract('The S3 store, signed for by a server (v4),', (send) => serverSigned(addresses, send), farSide, runner);
storeContract('The S3 store, signing in the browser (v4),', (send) => browserSigned(addresses, send), farSide, runner);
