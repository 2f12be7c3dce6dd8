/**
 * The whole demo in one process: the pages, the traditional endpoint and the signing server on one port, the S3 store and the identity provider on
 * two other ports, so that requests to them are cross-origin as in production.
 */
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAzureDemo } from './azure.js';
import { startS3Store } from './s3/store.js';
import type { S3Store } from './s3/store.js';
import { sendFailure, sendJson } from './servers/http.js';
import type { Handler } from './servers/http.js';
import { createGalleryEndpoint } from './servers/gallery-endpoint.js';
import { createIdentityProvider } from './servers/identity-provider.js';
import { createSigningServer } from './servers/node/signing-server.mjs';
import { createTraditionalEndpoint } from './servers/node/traditional-endpoint.mjs';
import { createSite, readPageFile } from './site.js';

/** Options of `startDemo`. */
export interface DemoOptions {
  /** Port of the pages; 0 picks a free one. */
  readonly port: number;
  /** Port of the S3 store; 0 picks a free one. */
  readonly s3Port: number;
  /** Port of Azurite, the store of the page for Azure; 0, the default, picks a free one. It starts when the page is first opened. */
  readonly azurePort?: number;
  /** Whether the page for Azure works. Default: whether Azurite is installed. */
  readonly azurite?: boolean;
  /** Port of the identity provider; 0 picks a free one. */
  readonly identityPort: number;
  /** Folder for uploads. They survive a restart. */
  readonly folder: string;
  /** Folder with the output of `npm run build`. */
  readonly distFolder: string;
  /** Other origins whose pages may use the store, the signing server and the endpoint. Default: none. */
  readonly origins?: readonly string[];
  /** Called with a line for each failure. Default: `console.warn`. */
  readonly log?: (line: string) => void;
}

/** The running demo. */
export interface Demo {
  /** URL of the first page, such as `http://localhost:8080/`. */
  readonly url: string;
  readonly port: number;
  /** URL of the bucket in the S3 store. */
  readonly bucketUrl: string;
  /** Stops the demo. Running uploads are interrupted and can be resumed after the next start. */
  close(): Promise<void>;
}

type PortVariable = 'PORT' | 'S3_PORT' | 'IDENTITY_PORT';

/** The error for a port that another program uses. */
export class PortInUseError extends Error {
  constructor(
    readonly port: number,
    readonly variable: PortVariable,
    options: ErrorOptions,
  ) {
    super(`Port ${port} is in use by another program. Choose another one: ${variable}=${port + 10} npm start`, options);
  }
}

const BUCKET = 'demo-uploads';
const CLIENT = 'demo-page';
const ROLE = 'arn:aws:iam::000000000000:role/DemoVisitor';
const PREFIX = 'visitors/';
/** The minimum that AWS accepts. */
const CREDENTIAL_SECONDS = 900;
const REGION = 'us-east-1';
/** Access keys of the demo's store, which only this computer can reach. Keep the keys of a real store in the environment of your server. */
const KEYS = { accessKey: 'DEMOACCESSKEY0000001', secretKey: 'only-for-the-demo/not-a-secret-0000000001' };

/**
 * Starts the demo.
 * @throws {PortInUseError} if one of the ports is in use
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const log = options.log ?? ((line: string) => console.warn(line));
  const folders = { s3: join(options.folder, 's3'), uploads: join(options.folder, 'uploads') };
  await Promise.all(Object.values(folders).map((folder) => mkdir(folder, { recursive: true })));

  const site = await listen(options.port, 'PORT', log);
  const closers: (() => Promise<void>)[] = [() => site.close()];
  const close = async (): Promise<void> => {
    await Promise.all(closers.map((closer) => closer()));
  };
  try {
    const identity = await listen(options.identityPort, 'IDENTITY_PORT', log);
    closers.push(() => identity.close());
    const origins = [
      `http://localhost:${site.port}`,
      `http://127.0.0.1:${site.port}`,
      `http://[::1]:${site.port}`,
      ...(options.origins ?? []),
    ];
    const issuer = `http://localhost:${identity.port}`;
    const store = await startStore(options.s3Port, folders.s3, origins, issuer);
    closers.push(() => store.close());
    const bucketUrl = `${store.url}/${BUCKET}`;

    const { azurePort = 0, azurite } = options;
    const azure = createAzureDemo({
      folder: join(options.folder, 'azurite'),
      port: azurePort,
      pageOrigins: origins,
      allowedOrigins: options.origins ?? [],
      installed: azurite,
      log,
    });
    closers.push(() => azure.close());
    const provider = await createIdentityProvider({
      issuer,
      client: { id: CLIENT, redirectUris: origins.map((origin) => `${origin}/no-server`) },
      style: () => readPageFile('style.css'),
      log,
    });
    identity.setHandlers([provider.handler]);
    site.setHandlers([
      azure.handler,
      createSite({
        distFolder: options.distFolder,
        otherOrigins: () => [store.url, issuer, ...azure.origins()],
        values: () => ({
          bucketUrl,
          accessKey: KEYS.accessKey,
          region: REGION,
          storeUrl: store.url,
          issuer,
          client: CLIENT,
          role: ROLE,
          seconds: String(CREDENTIAL_SECONDS),
          prefix: PREFIX,
          ...azure.values(),
        }),
      }),
      createSigningServer({
        bucket: BUCKET,
        bucketUrl,
        region: REGION,
        ...KEYS,
        hosts: [`127.0.0.1:${store.port}`, `localhost:${store.port}`],
        allowedOrigins: options.origins ?? [],
        // Only this computer reaches the demo, so everybody is the same person. On your server: the user whom the session's cookie names.
        authorize: () => 'visitor',
        log,
      }),
      await createGalleryEndpoint({ folder: join(options.folder, 'gallery'), log }),
      await createTraditionalEndpoint({
        folder: folders.uploads,
        allowedOrigins: options.origins ?? [],
        requestsPerMinute: Infinity,
        authorize: () => 'visitor',
        log,
      }),
    ]);
    return { url: `http://localhost:${site.port}/`, port: site.port, bucketUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startStore(port: number, folder: string, allowedOrigins: string[], issuer: string): Promise<S3Store> {
  const cors = {
    allowedOrigins,
    allowedMethods: ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'],
    allowedHeaders: ['*'],
    exposeHeaders: ['ETag'],
    maxAgeSeconds: 3600,
  };
  // Users of the identity provider may upload, read and delete objects below one prefix.
  const actions = ['s3:PutObject', 's3:GetObject', 's3:DeleteObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'];
  const roles = [{ arn: ROLE, bucket: BUCKET, prefix: PREFIX, actions }];
  try {
    return await startS3Store({
      folder,
      port,
      region: REGION,
      credentials: [KEYS],
      buckets: [{ name: BUCKET, cors: [cors] }],
      identityProviders: [{ issuer, audience: CLIENT, roles }],
      stsAllowedOrigins: allowedOrigins,
    });
  } catch (error) {
    throw hasCode(error, 'EADDRINUSE') ? new PortInUseError(port, 'S3_PORT', { cause: error }) : error;
  }
}

/** A listening port. Its handlers can be set later. */
interface OpenPort {
  readonly port: number;
  /** Sets the handlers. The first one that returns true handles the request. */
  setHandlers(handlers: readonly Handler[]): void;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 and, if available, on ::1: programs resolve `localhost` to either. */
async function listen(port: number, variable: PortVariable, log: (line: string) => void): Promise<OpenPort> {
  let handlers: readonly Handler[] = [];
  const handleRequest = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    try {
      // Protects against DNS rebinding: a foreign host name that resolves to this computer.
      if (!isLocalhost(request.headers.host)) {
        sendJson(response, 421, { error: 'This server accepts requests to localhost only.' });
        return;
      }
      for (const handler of handlers) if (await handler(request, response)) return;
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('Not found. The demo starts at /');
    } catch (error) {
      sendFailure(request, response, error, log);
    }
  };

  const servers: http.Server[] = [];
  let actualPort = port;
  for (const host of ['127.0.0.1', '::1']) {
    // A large file over a slow connection takes longer than Node's default request timeout of 5 minutes.
    const server = http.createServer({ requestTimeout: 0 }, (request, response) => void handleRequest(request, response));
    try {
      server.listen(actualPort, host);
      await once(server, 'listening');
      actualPort = (server.address() as AddressInfo).port;
      servers.push(server);
    } catch (error) {
      if (host === '::1' && !hasCode(error, 'EADDRINUSE')) continue;
      await Promise.all(servers.map(closeServer));
      // The port is free on one address and in use on the other: try another one.
      if (port === 0 && servers.length > 0) return listen(port, variable, log);
      throw hasCode(error, 'EADDRINUSE') ? new PortInUseError(actualPort, variable, { cause: error }) : error;
    }
  }
  return {
    port: actualPort,
    setHandlers(newHandlers) {
      handlers = newHandlers;
    },
    async close() {
      await Promise.all(servers.map(closeServer));
    },
  };
}

async function closeServer(server: http.Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

function isLocalhost(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host ?? '');
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
