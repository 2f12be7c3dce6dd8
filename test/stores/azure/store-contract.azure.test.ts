/** The contract of stores, for the Azure store with Azurite. */
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { openAsBlob } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { UploadResult } from '../../../src/core/types.js';
import { AzureStore } from '../../../src/stores/azure/azure-store.js';
import { bytesOf } from '../../contract/checks.js';
import { nodeSend } from '../../contract/node-send.js';
import { storeContract } from '../../contract/store-contract.js';
import { startAzureServers } from './azure-servers.js';

const folder = await mkdtemp(join(tmpdir(), 'azure-contract-'));
const servers = await startAzureServers(join(folder, 'data'));
after(async () => {
  await servers.close();
  await rm(folder, { recursive: true });
});

const partSize = 100_000;
let files = 0;

storeContract(
  'The Azure store with a SAS server',
  (send) =>
    new AzureStore({
      send,
      endpoint: servers.container,
      signatureEndpoint: servers.sas,
      successEndpoint: servers.success,
      chunking: true,
      partSize,
    }),
  {
    partSize,
    origin: servers.store.origin,
    sha256: (_file, { details }: Pick<UploadResult, 'details'>) => servers.azurite.sha256(String(details?.['blobName'])),
  },
  {
    describe,
    it,
    send: nodeSend,
    async shortened(size) {
      const path = join(folder, `file-${++files}`);
      await writeFile(path, bytesOf(size));
      const blob = await openAsBlob(path);
      const file = await open(path, 'r+');
      await file.truncate(size - 1);
      await file.close();
      return blob;
    },
  },
);
