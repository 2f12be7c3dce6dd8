/**
 * Everything that an uploading page talks to, for real, on free ports of 127.0.0.1: an S3 store, signing servers (one of them with a wrong
 * secret), the traditional endpoint; and in front of each a proxy that can break connections and answers ({@link Fault}).
 *
 * Tests in a browser reach it through test/tools/test-servers.ts: `testServers` is {@link TestServerAddresses}, `commandTestServers(name, payload)` is
 * {@link TestServers.handle} with the names of {@link TestServerCommands}.
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

/** The addresses of one signing server. */
export interface SignerAddresses {
  /** For `signature-endpoint`. */
  readonly signature: string;
  /** For `success-endpoint`. */
  readonly success: string;
  /** For `delete-endpoint`. */
  readonly files: string;
}

/** The addresses of one traditional endpoint. */
export interface EndpointAddresses {
  /** For `endpoint`, `delete-endpoint` and `session-endpoint`. */
  readonly uploads: string;
  /** For `chunking-success-endpoint`. */
  readonly done: string;
}

/** A way to the bucket through a CDN, and what an uploader must be told beside. */
export interface CdnSite {
  /** For `endpoint`. */
  readonly endpoint: string;
  /** For `host`: what the store sees. */
  readonly host: string;
  /** For `path-style`: whether it sees `/bucket/key`. */
  readonly pathStyle: boolean;
  /** Signs what this way needs. */
  readonly signer: SignerAddresses;
}

/** The ways through the CDN (nginx). What passes is in the log of the proxy `store`. */
export interface CdnSites {
  /** The Host header becomes the bucket's own; CORS headers are the store's. */
  readonly bucketHost: CdnSite;
  /** `/` becomes `/bucket/` of the store; the CDN writes the CORS headers, on refusals too. */
  readonly bucketPath: CdnSite;
  /** As `bucketHost`, in a folder of the site. */
  readonly folder: CdnSite;
}

/** Where everything is, as plain data. Each address leads through the proxy of the same name. */
export interface TestServerAddresses {
  readonly store: {
    readonly kind: 'demo' | 'ceph';
    readonly bucket: string;
    /** The bucket's address, path-style. */
    readonly endpoint: string;
    /** A bucket whose CORS rules expose no ETag. */
    readonly hiddenEtagBucket: string;
    readonly hiddenEtagEndpoint: string;
    readonly region: string;
    readonly accessKey: string;
    /** For tests of signing in the browser. */
    readonly secretKey: string;
    /** What keys must begin with, for uploads with {@link TestServerCommands.temporaryCredentials}. */
    readonly temporaryPrefix: string;
  };
  /** CORS for any origin and header. It signs for both buckets' addresses. */
  readonly signer: SignerAddresses;
  /** The same for the bucket that hides ETags. */
  readonly hiddenEtagSigner: SignerAddresses;
  /** CORS as Fine Uploader's old PHP example had it: POST, and no header but Content-Type. */
  readonly minimalSigner: SignerAddresses;
  /** Signs with a secret that the store does not know. */
  readonly wrongSigner: SignerAddresses;
  /** CORS for any origin and header. */
  readonly endpoint: EndpointAddresses;
  /** The same files; CORS as the old PHP example had it: POST and DELETE, Content-Type, X-Requested-With, Cache-Control. */
  readonly minimalEndpoint: EndpointAddresses;
  /** The same files; CORS for any origin and header, with cookies. */
  readonly cookieEndpoint: EndpointAddresses;
  /** An endpoint in PHP with the same narrow CORS. It only runs once a test has asked for it: `start` with `server: 'php'`. */
  readonly phpEndpoint: EndpointAddresses;
  /** The same in PHP; CORS for any origin and header, with cookies. */
  readonly phpCookieEndpoint: EndpointAddresses;
}

/** The proxies, by the names that commands use. */
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

/** What can be stopped and started: the store, the server behind the endpoints, and PHP, which is only there from its first start on. */
export type ServerName = 'store' | 'endpoint' | 'php';

/** A file that a traditional endpoint has. */
export interface StoredUpload {
  readonly sha256: string;
  readonly size: number;
  readonly name: string;
}

/** What a test may ask for: the name, what goes in, what comes out. */
export interface TestServerCommands {
  /** What arrived: an object of the store by its key, or a file of an endpoint (not PHP's, unless so said) by its uuid; null where there is none. */
  sha256: [
    { readonly key: string; readonly bucket?: string } | { readonly uuid: string; readonly server?: 'endpoint' | 'php' },
    StoredObject | StoredUpload | null,
  ];
  /**
   * Signs somebody in with the identity provider and assumes a role of the store: credentials for so many seconds (default 900),
   * good for the bucket's keys below `temporaryPrefix` only.
   */
  temporaryCredentials: [{ readonly seconds?: number; readonly name?: string } | null, TemporaryCredentials];
  /** The multipart uploads that are neither completed nor aborted. */
  listUploads: [{ readonly bucket?: string } | null, readonly UnfinishedUpload[]];
  /** Where the CDN is. It is there from the first time on that a test asks. */
  cdn: [null, CdnSites];
  /** Replaces the script of faults of one proxy. */
  faults: [{ readonly proxy: ProxyName; readonly faults: readonly Fault[] }, null];
  /** What a proxy has seen since the last reset. */
  requests: [{ readonly proxy: ProxyName }, ProxyLog];
  /** Takes a server away: its socket and all its connections. With Ceph the proxy does so in the store's place. */
  stop: [{ readonly server: ServerName }, null];
  start: [{ readonly server: ServerName }, null];
  restart: [{ readonly server: ServerName }, null];
  /** No faults, empty logs, everything running, no unfinished multipart upload. Call it before each test. */
  reset: [null, null];
}

/** Running far sides. */
export interface TestServers {
  readonly addresses: TestServerAddresses;
  /** Does one of {@link TestServerCommands}; payloads and answers are plain data. Rejects where the name is unknown or the payload makes no sense. */
  handle(name: string, payload?: unknown): Promise<unknown>;
  /** Ends everything and deletes what was uploaded. */
  close(): Promise<void>;
}

const ANYONE: Cors = { origins: '*', methods: ['GET', 'HEAD', 'POST', 'DELETE'], headers: '*' };
/** Nobody listens there: a server that has not been started. */
const NOWHERE = 'http://127.0.0.1:9';
const ANYONE_WITH_COOKIES: Cors = { ...ANYONE, credentials: true };
const OLD_PHP_SIGNER: Cors = { origins: '*', methods: ['POST'], headers: ['Content-Type'] };
const OLD_PHP_ENDPOINT: Cors = {
  origins: '*',
  methods: ['POST', 'DELETE'],
  headers: ['Content-Type', 'X-Requested-With', 'Cache-Control'],
};

/** Starts everything. */
export async function startTestServers(): Promise<TestServers> {
  const folder = await mkdtemp(join(tmpdir(), 'test-servers-'));
  const closers: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const closer of closers.reverse().splice(0)) await closer();
  };
  try {
    return await start(folder, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(folder: string, closers: (() => Promise<void>)[], close: () => Promise<void>): Promise<TestServers> {
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
  const signer = await openSigner(ANYONE);
  const hiddenEtagSigner = await openSigner(ANYONE, HIDDEN_ETAG_BUCKET);
  const minimalSigner = await openSigner(OLD_PHP_SIGNER);
  const wrongSigner = await openSigner(ANYONE, BUCKET, 'not/the/secret/that/the/store/knows');

  let nginx: Promise<Nginx<keyof CdnSites>> | undefined;
  let bucketHostSigner: Promise<FaultProxy> | undefined;
  closers.push(async () => (await nginx)?.close());
  const openCdn = async (): Promise<CdnSites> => {
    const { host } = new URL(store.origin);
    nginx ??= startNginx(store.origin, {
      bucketHost: { host: bucketHost },
      bucketPath: { host, prefix: `/${BUCKET}`, cors: true },
      folder: { host: bucketHost, folder: '/files' },
    });
    bucketHostSigner ??= openSigner(ANYONE, BUCKET, undefined, { hosts: [bucketHost], pathStyle: false });
    const { addresses } = await nginx;
    const byHost = { host: bucketHost, pathStyle: false, signer: signerAddresses(await bucketHostSigner) };
    return {
      bucketHost: { ...byHost, endpoint: addresses.bucketHost },
      bucketPath: { endpoint: addresses.bucketPath, host, pathStyle: true, signer: signerAddresses(signer) },
      folder: { ...byHost, endpoint: addresses.folder },
    };
  };

  // Three origins over one folder, so that the rules of CORS differ and nothing else does.
  const uploads = join(folder, 'uploads');
  let origins = { open: '', minimal: '', cookies: '' };
  const endpointServer = await openServer(async () => {
    const make = async (publicOrigin: string, cors: Cors): Promise<Handler> => {
      const options = { folder: uploads, publicOrigin, allowedOrigins: ['*'], requestsPerMinute: Infinity, authorize: () => 'tester' };
      const answer = await createTraditionalEndpoint(options);
      return async (request, response) => answerCors(request, response, cors) || answer(request, response);
    };
    const open = await make(origins.open, ANYONE);
    const minimal = await make(origins.minimal, OLD_PHP_ENDPOINT);
    const cookies = await make(origins.cookies, ANYONE_WITH_COOKIES);
    return (request, response) => {
      const asked = `http://${request.headers.host}`;
      return (asked === origins.minimal ? minimal : asked === origins.cookies ? cookies : open)(request, response);
    };
  });
  const endpoint = await openProxy(() => endpointServer.origin);
  const minimalEndpoint = await openProxy(() => endpointServer.origin);
  const cookieEndpoint = await openProxy(() => endpointServer.origin);
  origins = { open: endpoint.origin, minimal: minimalEndpoint.origin, cookies: cookieEndpoint.origin };
  // Once more, now that links are to lead through the proxies.
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
  const phpEndpoint = await openProxy(() => php?.origin ?? NOWHERE);
  const phpCookieEndpoint = await openProxy(() => php?.origin ?? NOWHERE);

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
      const idToken = await identity.idToken(payload?.name ?? 'somebody');
      return assumeRole(target.url, target.roleArn, idToken, payload?.seconds);
    },
    cdn: openCdn,
    listUploads: (payload) => listUploads(target, payload?.bucket ?? BUCKET),
    faults({ proxy, faults }) {
      named(proxies, proxy).setFaults(faults);
      return Promise.resolve(null);
    },
    requests: ({ proxy }) => Promise.resolve(named(proxies, proxy).log()),
    async stop({ server }) {
      await named(servers, server).stop();
      return null;
    },
    async start({ server }) {
      await named(servers, server).start();
      return null;
    },
    async restart({ server }) {
      await named(servers, server).stop();
      await named(servers, server).start();
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
      const command = named(commands as Record<string, (payload: unknown) => Promise<unknown>>, name);
      return await command(payload);
    },
    close,
  };
}

function signerAddresses({ origin }: FaultProxy): SignerAddresses {
  return { signature: `${origin}/s3/signature`, success: `${origin}/s3/success`, files: `${origin}/s3/files` };
}

/** A misspelt name in a test is told apart from nothing found. */
function named<Thing>(things: Readonly<Record<string, Thing>>, name: string): Thing {
  const thing = Object.hasOwn(things, name) ? things[name] : undefined;
  if (!thing) throw new Error(`There is no "${name}" among ${Object.keys(things).join(', ')}.`);
  return thing;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
