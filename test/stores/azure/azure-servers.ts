/** Azurite, and the SAS server of demo/servers for it. */
import { createSasServer } from '../../../demo/servers/node/azure-sas-server.mjs';
import { account, accountKey, startAzurite } from '../../../demo/servers/azurite.js';
import type { Azurite } from '../../../demo/servers/azurite.js';
import { startFaultProxy } from '../../servers/fault-proxy.js';
import type { FaultProxy } from '../../servers/fault-proxy.js';
import { startLocalServer } from '../../servers/local-server.js';
import type { LocalServer } from '../../servers/local-server.js';

/** The running servers. */
export interface AzureServers {
  readonly azurite: Azurite;
  readonly server: LocalServer;
  /** In front of Azurite. */
  readonly store: FaultProxy;
  /** In front of the SAS server. */
  readonly signer: FaultProxy;
  /** For `endpoint`: the container, through its proxy. */
  readonly container: string;
  /** For `signature-endpoint`. */
  readonly sas: string;
  /** For `success-endpoint`. */
  readonly success: string;
  /** What the SAS server has logged. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

/** @param folder - for Azurite's data. @param sasMinutes - how long a SAS is good for. */
export async function startAzureServers(folder: string, sasMinutes = 15): Promise<AzureServers> {
  const azurite = await startAzurite(folder);
  const store = await startFaultProxy(() => new URL(azurite.url).origin);
  const container = azurite.containerUrl.replace(new URL(azurite.url).origin, store.origin);
  const log: string[] = [];
  const server = await startLocalServer(() =>
    createSasServer({
      ...{ account, accountKey, containerUrl: container, minutes: sasMinutes },
      allowedOrigins: ['*'],
      authorize: () => 'a user',
      log: (line) => log.push(line),
    }),
  );
  const signer = await startFaultProxy(() => server.origin);
  return {
    ...{ azurite, server, store, signer, container },
    sas: `${signer.origin}/azure/sas`,
    success: `${signer.origin}/azure/success`,
    log,
    async close() {
      await Promise.all([store.close(), signer.close()]);
      await server.stop();
      await azurite.close();
    },
  };
}
