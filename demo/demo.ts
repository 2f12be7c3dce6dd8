/**
 * The whole demo in one process: the pages, the traditional endpoint and the signing server on one port, the S3 store and the identity provider on
 * others, so that requests to them cross origins as they do in real life.
 */
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startS3Store } from './s3/store.js';
import type { S3Store } from './s3/store.js';
import { sendFailure, sendJson } from './servers/http.js';
import type { Handler } from './servers/http.js';
import { createGalleryEndpoint } from './servers/gallery-endpoint.js';
import { createIdentityProvider } from './servers/identity-provider.js';
import { createSigningServer } from './servers/node/signing-server.mjs';
import { createTraditionalEndpoint } from './servers/node/traditional-endpoint.mjs';
import { createSite, readPageFile } from './site.js';

/** How to start the demo. */
export interface DemoOptions {
  /** Port of the pages; 0 takes a free one. */
  readonly port: number;
  /** Port of the store; 0 takes a free one. */
  readonly s3Port: number;
  /** Port of the identity provider; 0 takes a free one. */
  readonly identityPort: number;
  /** Where uploads are kept, over restarts. */
  readonly folder: string;
  /** The folder that `npm run build` fills. */
  readonly distFolder: string;
  /** Further origins whose pages may use the store, the signing server and the endpoint. Default none. */
  readonly origins?: readonly string[];
  /** Told what goes wrong. Default: `console.warn`. */
  readonly log?: (line: string) => void;
}

/** The running demo. */
export interface Demo {
  /** Such as `http://localhost:8080/`. */
  readonly url: string;
  readonly port: number;
  /** Where the store's bucket is. */
  readonly bucketUrl: string;
  /** Ends it. What is being uploaded is cut off, and goes on after the next start. */
  close(): Promise<void>;
}

type PortVariable = 'PORT' | 'S3_PORT' | 'IDENTITY_PORT';

/** A port that something else listens on. */
export class PortTaken extends Error {
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
/** The least that AWS gives. */
const CREDENTIAL_SECONDS = 900;
const REGION = 'us-east-1';
/** Keys of a store that only this computer can reach and that only lives for the demo. Yours belong into your server's environment. */
const KEYS = { accessKey: 'DEMOACCESSKEY0000001', secretKey: 'only-for-the-demo/not-a-secret-0000000001' };

/**
 * Starts the demo.
 * @throws {PortTaken} where one of the ports is in use
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

    const provider = await createIdentityProvider({
      issuer,
      client: { id: CLIENT, redirectUris: origins.map((origin) => `${origin}/no-server`) },
      style: () => readPageFile('style.css'),
      log,
    });
    identity.handle([provider.handler]);
    site.handle([
      createSite({
        distFolder: options.distFolder,
        otherOrigins: () => [store.url, issuer],
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
  // Whoever the identity provider knows may upload below one prefix, and read and delete there.
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
    throw isCode(error, 'EADDRINUSE') ? new PortTaken(port, 'S3_PORT', { cause: error }) : error;
  }
}

/** A port with handlers, which may come later than it does. */
interface OpenPort {
  readonly port: number;
  /** Says who answers, the first that does not decline. */
  handle(handlers: readonly Handler[]): void;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1, and on ::1 where there is one: some programs take `localhost` for the one, some for the other. */
async function listen(port: number, variable: PortVariable, log: (line: string) => void): Promise<OpenPort> {
  let handlers: readonly Handler[] = [];
  const answer = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    try {
      // A name that somebody else's DNS points at this computer must not open it to their pages.
      if (!isLocal(request.headers.host)) {
        sendJson(response, 421, { error: 'This server is for localhost only.' });
        return;
      }
      for (const handler of handlers) if (await handler(request, response)) return;
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('There is nothing here. The demo begins at /');
    } catch (error) {
      sendFailure(request, response, error, log);
    }
  };

  const servers: http.Server[] = [];
  let chosen = port;
  for (const host of ['127.0.0.1', '::1']) {
    // A large file over a slow line takes longer than the five minutes that Node gives a request.
    const server = http.createServer({ requestTimeout: 0 }, (request, response) => void answer(request, response));
    try {
      server.listen(chosen, host);
      await once(server, 'listening');
      chosen = (server.address() as AddressInfo).port;
      servers.push(server);
    } catch (error) {
      if (host === '::1' && !isCode(error, 'EADDRINUSE')) continue;
      await Promise.all(servers.map(end));
      // A port that was free on one address and not on the other: there are more.
      if (port === 0 && servers.length > 0) return listen(port, variable, log);
      throw isCode(error, 'EADDRINUSE') ? new PortTaken(chosen, variable, { cause: error }) : error;
    }
  }
  return {
    port: chosen,
    handle(all) {
      handlers = all;
    },
    async close() {
      await Promise.all(servers.map(end));
    },
  };
}

async function end(server: http.Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

function isLocal(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host ?? '');
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
