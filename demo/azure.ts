/** The servers behind the demo's page for Azure: Azurite as the store, if it is installed, and the SAS server. */
import { pathOf } from './servers/http.js';
import type { Handler } from './servers/http.js';
import { account, accountKey, isAzuriteInstalled, startAzurite } from './servers/azurite.js';
import type { Azurite } from './servers/azurite.js';
import { createSasServer } from './servers/node/azure-sas-server.mjs';

/** Options of `createAzureDemo`. */
export interface AzureDemoOptions {
  /** For the data of Azurite. */
  readonly folder: string;
  /** Port of Azurite; 0 picks a free one. */
  readonly port: number;
  /** Origins of the pages, for the store's CORS rules. */
  readonly pageOrigins: readonly string[];
  /** Other origins whose pages may use the SAS server. */
  readonly allowedOrigins: readonly string[];
  /** Default: whether Azurite is installed. */
  readonly installed?: boolean | undefined;
  readonly log: (line: string) => void;
}

/** The page's servers. */
export interface AzureDemo {
  /** Starts Azurite before the page is served, and answers the requests for a SAS. It returns false for all others. */
  readonly handler: Handler;
  /** The origin of the store, once it runs. */
  origins(): readonly string[];
  /** The values of the page's template, once the store runs. */
  values(): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Creates the servers. Azurite starts when the page is first opened: it takes seconds and 150 MB. */
export function createAzureDemo(options: AzureDemoOptions): AzureDemo {
  const { folder, port, pageOrigins, allowedOrigins, installed = isAzuriteInstalled(), log } = options;
  let starting: Promise<Azurite> | undefined;
  let store: Azurite | undefined;
  let sas: Handler | undefined;

  async function start(): Promise<void> {
    starting ??= startAzurite(folder, pageOrigins.join(','), port);
    try {
      store = await starting;
    } catch (error) {
      // The next visit tries it again.
      starting = undefined;
      throw error;
    }
    // Only this computer reaches the demo, so everybody is the same person. On your server: the user whom the session's cookie names.
    const authorize = () => 'visitor';
    sas ??= createSasServer({ account, accountKey, containerUrl: store.containerUrl, allowedOrigins, authorize, log });
  }

  return {
    async handler(request, response) {
      const path = pathOf(request);
      const isOurs = path === '/azure' || path.startsWith('/azure/');
      if (!installed || !isOurs) return false;
      await start();
      return path !== '/azure' && sas !== undefined && (await sas(request, response));
    },
    origins: () => (store ? [new URL(store.url).origin] : []),
    values: () => (store ? { containerUrl: store.containerUrl } : {}),
    async close() {
      const running = await starting?.catch(() => undefined);
      await running?.close('SIGTERM');
    },
  };
}
