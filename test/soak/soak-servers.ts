/** The servers of a soak: the demo's own server and S3 store, and for each mode a proxy of faults in front of them. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerCors } from '../../demo/servers/http.js';
import { createSigningServer } from '../../demo/servers/node/signing-server.mjs';
import { createTraditionalEndpoint, UploadFolder } from '../../demo/servers/node/traditional-endpoint.mjs';
import { startFaultProxy } from '../servers/fault-proxy.js';
import type { FaultProxy, SeenRequest } from '../servers/fault-proxy.js';
import { startIdentity } from '../servers/identity.js';
import { startLocalServer } from '../servers/local-server.js';
import { abortUploads, account, BUCKET, describeObject, listUploads, startS3Target } from '../servers/s3-target.js';
import type { Keys, UnfinishedUpload } from '../servers/s3-target.js';
import { presign } from '../../demo/servers/node/signing-server.mjs';
import type { FaultPlan } from './fault-plan.js';

/** A stored file. */
export interface StoredFile {
  /** Key of the object, or UUID of the file on the own server. */
  readonly id: string;
  /** In hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** The running servers. */
export interface SoakServers {
  readonly keys: Keys;
  /** The attributes with the addresses of the mode's proxies. */
  addressesOf(mode: string, element: string): Readonly<Record<string, string>>;
  /** Sets what chooses the faults from now on. */
  setFaults(plan: FaultPlan): void;
  /** Number of requests that are being answered. */
  pending(): number;
  /** The requests since the last reset. */
  requests(): SeenRequest[];
  /** Accepts connections again, where a fault refuses them. */
  accept(): Promise<void>;
  /** Closes all connections. */
  dropConnections(): Promise<void>;
  stored(): Promise<StoredFile[]>;
  unfinished(): Promise<readonly UnfinishedUpload[]>;
  /** Deletes what is stored, and clears the logs. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

interface ModeProxies {
  readonly store: FaultProxy;
  readonly signer: FaultProxy;
  readonly endpoint: FaultProxy;
}

/** @param ended - called when a request has ended */
export async function startSoakServers(modeNames: readonly string[], ended: (request: SeenRequest) => void): Promise<SoakServers> {
  const folder = await mkdtemp(join(tmpdir(), 'soak-'));
  const uploads = join(folder, 'uploads');
  const identity = await startIdentity();
  const target = await startS3Target(join(folder, 's3'), identity);
  let plan: FaultPlan | undefined;
  const hooks = { chooseFault: (request: SeenRequest, bodyStart: string) => plan?.choose(request, bodyStart), ended };

  const anyOrigin = { origins: '*', methods: ['GET', 'HEAD', 'POST', 'DELETE'], headers: '*' } as const;
  const endpoint = await startLocalServer(async () => {
    const options = { folder: uploads, allowedOrigins: ['*'], requestsPerMinute: Infinity, authorize: () => 'tester' };
    const answer = await createTraditionalEndpoint(options);
    return async (request, response) => answerCors(request, response, anyOrigin) || answer(request, response);
  });
  const stores = new Map<string, FaultProxy>();
  for (const name of modeNames) stores.set(name, await startFaultProxy(() => target.url, hooks));
  const signer = await startLocalServer(() => {
    const signing = createSigningServer({
      ...account(target, BUCKET, target.credentials),
      bucket: BUCKET,
      hosts: [...stores.values(), { origin: target.url }].map(({ origin }) => new URL(origin).host),
      pathStyle: true,
      version2: true,
      allowedOrigins: ['*'],
      authorize: () => 'tester',
      log: () => undefined,
    });
    return async (request, response) => answerCors(request, response, anyOrigin) || signing(request, response);
  });
  const proxies = new Map<string, ModeProxies>();
  for (const [name, store] of stores) {
    const [signerProxy, endpointProxy] = [
      await startFaultProxy(() => signer.origin, hooks),
      await startFaultProxy(() => endpoint.origin, hooks),
    ];
    proxies.set(name, { store, signer: signerProxy, endpoint: endpointProxy });
  }
  const all = () => [...proxies.values()].flatMap((set) => Object.values(set) as FaultProxy[]);
  const received = new UploadFolder(uploads);
  const bucket = account(target, BUCKET, target.credentials);

  const keysInBucket = async (): Promise<string[]> => {
    const keys: string[] = [];
    for (let token = ''; ;) {
      const query = { 'list-type': '2', ...(token && { 'continuation-token': token }) };
      const xml = await (await fetch(presign(bucket, 'GET', '', { query }))).text();
      keys.push(...[...xml.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = '']) => key));
      token = /<NextContinuationToken>(.*?)</.exec(xml)?.[1] ?? '';
      if (!token) return keys;
    }
  };
  const uuidsOnServer = async () => (await readdir(uploads)).filter((name) => /^[0-9a-f-]{36}$/.test(name));

  return {
    keys: target.credentials,
    addressesOf(mode, element) {
      const { store, signer, endpoint } = proxies.get(mode)!;
      const own = { endpoint: `${endpoint.origin}/uploads`, 'chunking-success-endpoint': `${endpoint.origin}/uploads/done` };
      const s3 = {
        endpoint: `${store.origin}/${BUCKET}`,
        'access-key': target.credentials.accessKey,
        'signature-endpoint': `${signer.origin}/s3/signature`,
        'success-endpoint': `${signer.origin}/s3/success`,
      };
      return element === 'fine-uploader' ? own : s3;
    },
    setFaults: (newPlan) => void (plan = newPlan),
    pending: () => all().reduce((sum, proxy) => sum + proxy.log().requests.filter(({ endedAt }) => endedAt === 0).length, 0),
    requests: () => all().flatMap((proxy) => proxy.log().requests),
    async accept() {
      for (const proxy of all()) await proxy.accept();
    },
    async dropConnections() {
      for (const proxy of all()) {
        await proxy.refuse();
        await proxy.accept();
      }
    },
    async stored() {
      const files: StoredFile[] = [];
      for (const key of await keysInBucket()) {
        const object = await describeObject(target, BUCKET, key);
        if (object) files.push({ id: key, sha256: object.sha256, size: object.size });
      }
      for (const uuid of await uuidsOnServer()) {
        const file = await received.find(uuid);
        if (file) files.push({ id: uuid, sha256: await hashOf(received.contentPath(uuid)), size: file.size });
      }
      return files;
    },
    unfinished: () => listUploads(target, BUCKET),
    async reset() {
      for (const proxy of all()) await proxy.reset();
      await abortUploads(target, BUCKET);
      for (const key of await keysInBucket()) await fetch(presign(bucket, 'DELETE', key), { method: 'DELETE' });
      for (const uuid of await uuidsOnServer()) await rm(join(uploads, uuid), { recursive: true, force: true });
    },
    async close() {
      for (const proxy of all()) await proxy.close();
      for (const server of [signer, endpoint]) await server.stop();
      await target.close();
      await identity.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
