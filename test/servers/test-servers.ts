/**
 * All servers that an uploading page needs, on free ports of 127.0.0.1: an S3 store, signing servers (one with a wrong secret key) and the traditional
 * endpoint. A fault proxy stands in front of each server ({@link Fault}).
 *
 * Browser tests use test/tools/test-servers.ts: `testServers` has the {@link TestServerAddresses}, and `commandTestServers(name, payload)` calls
 * {@link TestServers.handle} with a command of {@link TestServerCommands}.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerCors } from '../../demo/servers/http.js';
import type { Cors, Handler } from '../../demo/servers/http.js';
import { createSigningServer } from '../../demo/servers/node/signing-server.mjs';
import type { Settings } from '../../demo/servers/node/signing-server.mjs';
import { createTraditionalEndpoint, UploadFolder } from '../../demo/servers/node/traditional-endpoint.mjs';
import { startFaultProxy } from './fault-proxy.js';
import type { FaultProxy, ProxyLog } from './fault-proxy.js';
import type { Fault } from './faults.js';
import { assumeRole, ROLE_PREFIX, startIdentity } from './identity.js';
import type { TemporaryCredentials } from './identity.js';
import { startLocalServer } from './local-server.js';
import type { Stoppable } from './local-server.js';
import { startNginx } from './nginx.js';
import type { Nginx } from './nginx.js';
import { ensurePhp, startPhpEndpoint } from './php-endpoint.js';
import type { PhpEndpoint } from './php-endpoint.js';
import { abortUploads, account, BUCKET, describeObject, HIDDEN_ETAG_BUCKET, listUploads, startS3Target } from './s3-target.js';
import type { StoredObject, UnfinishedUpload } from './s3-target.js';

/** URLs of a signing server. */
export interface SignerAddresses {
  /** For `signature-endpoint`. */
  readonly signature: string;
  /** For `success-endpoint`. */
  readonly success: string;
  /** For `delete-endpoint`. */
  readonly files: string;
}

/** URLs of a traditional endpoint. */
export interface EndpointAddresses {
  /** For `endpoint`, `delete-endpoint` and `session-endpoint`. */
  readonly uploads: string;
  /** For `chunking-success-endpoint`. */
  readonly done: string;
}

/** A site of the CDN in front of the bucket, with the attributes that an uploader needs. */
export interface CdnSite {
  /** For `endpoint`. */
  readonly endpoint: string;
  /** For `host`: the Host header that the store receives. */
  readonly host: string;
  /** For `path-style`: whether the store receives `/bucket/key`. */
  readonly pathStyle: boolean;
  /** The signing server for this site. */
  readonly signer: SignerAddresses;
}

/** The sites of the CDN (nginx). The proxy `store` records their requests. */
export interface CdnSites {
  /** Sends the bucket's Host header. The store sends the CORS headers. */
  readonly bucketHost: CdnSite;
  /** Maps `/` to `/bucket/` of the store. The CDN sends the CORS headers, also in error responses. */
  readonly bucketPath: CdnSite;
  /** Like `bucketHost`, in a folder of the site. */
  readonly folder: CdnSite;
}

/** The URLs of all servers, as plain data. Each URL leads through the proxy with the same name. */
export interface TestServerAddresses {
  readonly store: {
    readonly kind: 'demo' | 'ceph';
    readonly bucket: string;
    /** URL of the bucket, path-style. */
    readonly endpoint: string;
    /** The bucket whose CORS rules do not expose the ETag. */
    readonly hiddenEtagBucket: string;
    readonly hiddenEtagEndpoint: string;
    readonly region: string;
    readonly accessKey: string;
    /** For tests that sign in the browser. */
    readonly secretKey: string;
    /** Prefix of the keys that {@link TestServerCommands.temporaryCredentials} may upload. */
    readonly temporaryPrefix: string;
  };
  /** Allows any origin and header. Signs for the URLs of the store and of its proxy. */
  readonly signer: SignerAddresses;
  /** The same for the bucket that does not expose ETags. */
  readonly hiddenEtagSigner: SignerAddresses;
  /** Allows POST and the header Content-Type only, like Fine Uploader's PHP example. */
  readonly minimalSigner: SignerAddresses;
  /** Signs with a wrong secret key. */
  readonly wrongSigner: SignerAddresses;
  /** Allows any origin and header. */
  readonly endpoint: EndpointAddresses;
  /** The same files. Allows POST, DELETE and the headers Content-Type, X-Requested-With and Cache-Control, like the PHP example. */
  readonly minimalEndpoint: EndpointAddresses;
  /** The same files. Allows any origin and header, with cookies. */
  readonly cookieEndpoint: EndpointAddresses;
  /** An endpoint in PHP with the CORS rules of `minimalEndpoint`. It runs after the command `start` with `server: 'php'`. */
  readonly phpEndpoint: EndpointAddresses;
  /** The same endpoint in PHP. Allows any origin and header, with cookies. */
  readonly phpCookieEndpoint: EndpointAddresses;
}

/** The names of the proxies. */
export type ProxyName =
  | 'store'
  | 'signer'
  | 'hiddenEtagSigner'
  | 'minimalSigner'
  | 'wrongSigner'
  | 'endpoint'
  | 'minimalEndpoint'
  | 'cookieEndpoint'
  | 'phpEndpoint'
  | 'phpCookieEndpoint';

/** The servers that can be stopped and started. `php` runs after its first `start`. */
export type ServerName = 'store' | 'endpoint' | 'php';

/** A file that a traditional endpoint has stored. */
export interface StoredUpload {
  readonly sha256: string;
  readonly size: number;
  readonly name: string;
}

/** The commands by name, each with its payload and its result. */
export interface TestServerCommands {
  /** Finds an object of the store by its key, or a file of an endpoint (default: not PHP's) by its UUID. The result is null if it does not exist. */
  sha256: [
    { readonly key: string; readonly bucket?: string } | { readonly uuid: string; readonly server?: 'endpoint' | 'php' },
    StoredObject | StoredUpload | null,
  ];
  /**
   * Signs a user in with the identity provider and assumes a role of the store. The credentials are valid for `seconds` (default 900) and for keys with
   * the prefix `temporaryPrefix`.
   */
  temporaryCredentials: [{ readonly seconds?: number; readonly name?: string } | null, TemporaryCredentials];
  /** Lists the multipart uploads that are neither completed nor aborted. */
  listUploads: [{ readonly bucket?: string } | null, readonly UnfinishedUpload[]];
  /** Returns the sites of the CDN, and starts it at the first call. */
  cdn: [null, CdnSites];
  /** Replaces the faults of a proxy. */
  faults: [{ readonly proxy: ProxyName; readonly faults: readonly Fault[] }, null];
  /** Returns the requests of a proxy since the last reset. */
  requests: [{ readonly proxy: ProxyName }, ProxyLog];
  /** Stops a server and closes all of its connections. For Ceph the proxy refuses connections instead. */
  stop: [{ readonly server: ServerName }, null];
  start: [{ readonly server: ServerName }, null];
  restart: [{ readonly server: ServerName }, null];
  /** Removes faults, clears logs, starts all servers and aborts multipart uploads. Call it before each test. */
  reset: [null, null];
}

/** The running test servers. */
export interface TestServers {
  readonly addresses: TestServerAddresses;
  /** Runs one of {@link TestServerCommands}. Payloads and results are plain data. Rejects for an unknown name or an invalid payload. */
  handle(name: string, payload?: unknown): Promise<unknown>;
  /** Stops all servers and deletes their data. */
  close(): Promise<void>;
}

const ANY_ORIGIN: Cors = { origins: '*', methods: ['GET', 'HEAD', 'POST', 'DELETE'], headers: '*' };
/** An origin at which no server listens. */
const UNUSED_ORIGIN = 'http://127.0.0.1:9';
const ANY_ORIGIN_WITH_COOKIES: Cors = { ...ANY_ORIGIN, credentials: true };
const OLD_PHP_SIGNER: Cors = { origins: '*', methods: ['POST'], headers: ['Content-Type'] };
const OLD_PHP_ENDPOINT: Cors = {
  origins: '*',
  methods: ['POST', 'DELETE'],
  headers: ['Content-Type', 'X-Requested-With', 'Cache-Control'],
};

/** Starts all servers. */
export async function startTestServers(): Promise<TestServers> {
  const folder = await mkdtemp(join(tmpdir(), 'test-servers-'));
  const closers: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const closer of closers.reverse().splice(0)) await closer();
  };
  try {
    return await startAll(folder, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function startAll(folder: string, closers: (() => Promise<void>)[], close: () => Promise<void>): Promise<TestServers> {
  const openProxy = async (target: () => string): Promise<FaultProxy> => {
    const proxy = await startFaultProxy(target);
    closers.push(() => proxy.close());
    return proxy;
  };
  const openServer = async (makeHandler: () => Handler | Promise<Handler>) => {
    const server = await startLocalServer(makeHandler);
    closers.push(() => server.stop());
    return server;
  };

  const identity = await startIdentity();
  closers.push(() => identity.close());
  const target = await startS3Target(join(folder, 's3'), identity);
  closers.push(() => target.close());
  const store = await openProxy(() => target.url);

  const hosts = [new URL(store.origin).host, new URL(target.url).host];
  const bucketHost = `${BUCKET}.s3.localhost`;
  const openSigner = async (
    cors: Cors,
    bucket = BUCKET,
    secretKey = target.credentials.secretKey,
    seen: Pick<Settings, 'hosts' | 'pathStyle'> = { hosts, pathStyle: true },
  ): Promise<FaultProxy> => {
    const { accessKey } = target.credentials;
    const signing = createSigningServer({
      ...account(target, bucket, { accessKey, secretKey }),
      bucket,
      publicBucketUrl: `${store.origin}/${bucket}`,
      ...seen,
      version2: true,
      allowedOrigins: ['*'],
      authorize: () => 'tester',
      log: () => undefined,
    });
    const server = await openServer(() => async (request, response) => answerCors(request, response, cors) || signing(request, response));
    return openProxy(() => server.origin);
  };
  const signer = await openSigner(ANY_ORIGIN);
  const hiddenEtagSigner = await openSigner(ANY_ORIGIN, HIDDEN_ETAG_BUCKET);
  const minimalSigner = await openSigner(OLD_PHP_SIGNER);
  const wrongSigner = await openSigner(ANY_ORIGIN, BUCKET, 'not/the/secret/that/the/store/knows');

  let nginx: Promise<Nginx<keyof CdnSites>> | undefined;
  let bucketHostSigner: Promise<FaultProxy> | undefined;
  closers.push(async () => (await nginx)?.close());
  const startCdn = async (): Promise<CdnSites> => {
    const { host } = new URL(store.origin);
    nginx ??= startNginx(store.origin, {
      bucketHost: { host: bucketHost },
      bucketPath: { host, prefix: `/${BUCKET}`, cors: true },
      folder: { host: bucketHost, folder: '/files' },
    });
    bucketHostSigner ??= openSigner(ANY_ORIGIN, BUCKET, undefined, { hosts: [bucketHost], pathStyle: false });
    const { addresses } = await nginx;
    const bucketHostSite = { host: bucketHost, pathStyle: false, signer: signerAddresses(await bucketHostSigner) };
    return {
      bucketHost: { ...bucketHostSite, endpoint: addresses.bucketHost },
      bucketPath: { endpoint: addresses.bucketPath, host, pathStyle: true, signer: signerAddresses(signer) },
      folder: { ...bucketHostSite, endpoint: addresses.folder },
    };
  };

  // Three origins with one folder, which differ in their CORS rules only.
  const uploads = join(folder, 'uploads');
  let origins = { open: '', minimal: '', cookies: '' };
  const endpointServer = await openServer(async () => {
    const make = async (publicOrigin: string, cors: Cors): Promise<Handler> => {
      const options = { folder: uploads, publicOrigin, allowedOrigins: ['*'], requestsPerMinute: Infinity, authorize: () => 'tester' };
      const answer = await createTraditionalEndpoint(options);
      return async (request, response) => answerCors(request, response, cors) || answer(request, response);
    };
    const open = await make(origins.open, ANY_ORIGIN);
    const minimal = await make(origins.minimal, OLD_PHP_ENDPOINT);
    const cookies = await make(origins.cookies, ANY_ORIGIN_WITH_COOKIES);
    return (request, response) => {
      const origin = `http://${request.headers.host}`;
      return (origin === origins.minimal ? minimal : origin === origins.cookies ? cookies : open)(request, response);
    };
  });
  const endpoint = await openProxy(() => endpointServer.origin);
  const minimalEndpoint = await openProxy(() => endpointServer.origin);
  const cookieEndpoint = await openProxy(() => endpointServer.origin);
  origins = { open: endpoint.origin, minimal: minimalEndpoint.origin, cookies: cookieEndpoint.origin };
  // Restart with the proxies' origins, which the links need.
  await endpointServer.stop();
  await endpointServer.start();

  let php: PhpEndpoint | undefined;
  const phpServer: Stoppable = {
    async start() {
      await ensurePhp();
      php ??= await startPhpEndpoint(join(folder, 'php'), new URL(phpCookieEndpoint.origin).host);
      await php.start();
    },
    async stop() {
      await php?.stop();
    },
  };
  closers.push(() => phpServer.stop());
  const phpEndpoint = await openProxy(() => php?.origin ?? UNUSED_ORIGIN);
  const phpCookieEndpoint = await openProxy(() => php?.origin ?? UNUSED_ORIGIN);

  const proxies: Readonly<Record<ProxyName, FaultProxy>> = {
    store,
    signer,
    hiddenEtagSigner,
    minimalSigner,
    wrongSigner,
    endpoint,
    minimalEndpoint,
    cookieEndpoint,
    phpEndpoint,
    phpCookieEndpoint,
  };
  const storeServer: Stoppable = target.kind === 'demo' ? target : { stop: () => store.refuse(), start: () => store.accept() };
  const servers: Readonly<Record<ServerName, Stoppable>> = { store: storeServer, endpoint: endpointServer, php: phpServer };
  const received = new UploadFolder(uploads);

  const commands: { [Name in keyof TestServerCommands]: (payload: TestServerCommands[Name][0]) => Promise<TestServerCommands[Name][1]> } = {
    async sha256(payload) {
      if ('key' in payload) return (await describeObject(target, payload.bucket ?? BUCKET, payload.key)) ?? null;
      const file = payload.server === 'php' ? await php?.find(payload.uuid) : await received.find(payload.uuid);
      if (!file) return null;
      const path = payload.server === 'php' ? php?.contentPath(payload.uuid) : received.contentPath(payload.uuid);
      return { sha256: await sha256Of(path ?? ''), size: file.size, name: file.name };
    },
    async temporaryCredentials(payload) {
      const idToken = await identity.idToken(payload?.name ?? 'user');
      return assumeRole(target.url, target.roleArn, idToken, payload?.seconds);
    },
    cdn: startCdn,
    listUploads: (payload) => listUploads(target, payload?.bucket ?? BUCKET),
    faults({ proxy, faults }) {
      lookUp(proxies, proxy).setFaults(faults);
      return Promise.resolve(null);
    },
    requests: ({ proxy }) => Promise.resolve(lookUp(proxies, proxy).log()),
    async stop({ server }) {
      await lookUp(servers, server).stop();
      return null;
    },
    async start({ server }) {
      await lookUp(servers, server).start();
      return null;
    },
    async restart({ server }) {
      await lookUp(servers, server).stop();
      await lookUp(servers, server).start();
      return null;
    },
    async reset() {
      for (const proxy of Object.values(proxies)) await proxy.reset();
      await storeServer.start();
      await endpointServer.start();
      await php?.start();
      for (const bucket of [BUCKET, HIDDEN_ETAG_BUCKET]) await abortUploads(target, bucket);
      return null;
    },
  };

  const endpointAddresses = ({ origin }: FaultProxy): EndpointAddresses => ({
    uploads: `${origin}/uploads`,
    done: `${origin}/uploads/done`,
  });
  const phpAddresses = ({ origin }: FaultProxy): EndpointAddresses => ({
    uploads: `${origin}/endpoint.php`,
    done: `${origin}/endpoint.php?done`,
  });
  return {
    addresses: {
      store: {
        kind: target.kind,
        bucket: BUCKET,
        endpoint: `${store.origin}/${BUCKET}`,
        hiddenEtagBucket: HIDDEN_ETAG_BUCKET,
        hiddenEtagEndpoint: `${store.origin}/${HIDDEN_ETAG_BUCKET}`,
        region: target.region,
        ...target.credentials,
        temporaryPrefix: ROLE_PREFIX,
      },
      signer: signerAddresses(signer),
      hiddenEtagSigner: signerAddresses(hiddenEtagSigner),
      minimalSigner: signerAddresses(minimalSigner),
      wrongSigner: signerAddresses(wrongSigner),
      endpoint: endpointAddresses(endpoint),
      minimalEndpoint: endpointAddresses(minimalEndpoint),
      cookieEndpoint: endpointAddresses(cookieEndpoint),
      phpEndpoint: phpAddresses(phpEndpoint),
      phpCookieEndpoint: phpAddresses(phpCookieEndpoint),
    },
    async handle(name, payload = null) {
      const command = lookUp(commands as Record<string, (payload: unknown) => Promise<unknown>>, name);
      return await command(payload);
    },
    close,
  };
}

function signerAddresses({ origin }: FaultProxy): SignerAddresses {
  return { signature: `${origin}/s3/signature`, success: `${origin}/s3/success`, files: `${origin}/s3/files` };
}

/** Returns the value of a name. Throws for an unknown name, such as a typo in a test. */
function lookUp<Value>(values: Readonly<Record<string, Value>>, name: string): Value {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (!value) throw new Error(`There is no "${name}" among ${Object.keys(values).join(', ')}.`);
  return value;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
