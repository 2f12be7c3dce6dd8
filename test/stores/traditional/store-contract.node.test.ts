/** The contract of stores, for the traditional store with the demo's endpoint. */
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { openAsBlob } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createTraditionalEndpoint } from '../../../demo/servers/node/traditional-endpoint.mjs';
import { TraditionalStore } from '../../../src/stores/traditional/traditional-store.js';
import { bytesOf, sha256 } from '../../contract/checks.js';
import { nodeSend } from '../../contract/node-send.js';
import { storeContract } from '../../contract/store-contract.js';
import { startLocalServer } from '../../servers/local-server.js';

const folder = await mkdtemp(join(tmpdir(), 'store-contract-'));
const endpoint = await createTraditionalEndpoint({ folder: join(folder, 'uploads'), authorize: () => 'tester', log: () => {} });
const server = await startLocalServer(() => endpoint);
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});
const { origin } = server;
const partSize = 70_000;

const testStore = {
  partSize,
  origin,
  async sha256({ uuid }: { readonly uuid: string }) {
    const response = await fetch(`${origin}/uploads/${uuid}`);
    return response.ok ? sha256(new Uint8Array(await response.arrayBuffer())) : null;
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

const common = { endpoint: `${origin}/uploads`, deleteEndpoint: `${origin}/uploads`, chunking: true, partSize };
storeContract(
  'The traditional store with a chunking success endpoint',
  (send) => new TraditionalStore({ ...common, send, chunkingSuccess: { endpoint: `${origin}/uploads/done` } }),
  testStore,
  runner,
);
storeContract(
  'The traditional store without a chunking success endpoint',
  (send) => new TraditionalStore({ ...common, send }),
  testStore,
  runner,
);
