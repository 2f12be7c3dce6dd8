/** The contract of stores, for the traditional store over XMLHttpRequest. */
import { send } from '../../../src/http/xhr.js';
import { TraditionalStore } from '../../../src/stores/traditional/traditional-store.js';
import { storeContract } from '../../contract/store-contract.js';
import { testServers, commandTestServers } from '../../tools/test-servers.js';

const { endpoint } = testServers;
const partSize = 70_000;

storeContract(
  'The traditional store in a browser',
  (send) =>
    new TraditionalStore({
      send,
      endpoint: endpoint.uploads,
      deleteEndpoint: endpoint.uploads,
      chunking: true,
      partSize,
      chunkingSuccess: { endpoint: endpoint.done },
    }),
  {
    partSize,
    origin: new URL(endpoint.uploads).origin,
    sha256: async ({ uuid }) => (await commandTestServers('sha256', { uuid }))?.sha256 ?? null,
  },
  { describe, it, send },
);
