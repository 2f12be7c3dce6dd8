/** The demo's S3 store and signing server, each in a process that can be killed, and a proxy that counts what the store is sent. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presign } from '../../demo/servers/node/signing-server.mjs';
import { startFaultProxy } from '../servers/fault-proxy.js';
import { startKillableProcess } from '../servers/killable-process.js';
import type { KillableProcess } from '../servers/killable-process.js';

const bucket = 'uploads';
const keys = { accessKey: 'demo-access-key', secretKey: 'demo-secret-key' };
const region = 'us-east-1';

/** The running servers. */
export interface CrashServers {
  readonly store: KillableProcess;
  readonly signer: KillableProcess;
  /** Attributes of the uploader. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Bytes of parts that were sent to the store since the last call. */
  takeSentBytes(): Promise<number>;
  /** SHA-256 in hex of an object, or undefined if it does not exist. */
  sha256(key: string): Promise<string | undefined>;
  /** Keys of all objects. */
  keys(): Promise<string[]>;
  /** Ids of the multipart uploads that are neither completed nor aborted. */
  unfinished(): Promise<string[]>;
  remove(key: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts the servers with an empty folder. */
export async function startCrashServers(): Promise<CrashServers> {
  const folder = await mkdtemp(join(tmpdir(), 'crash-store-'));
  const store = await startKillableProcess('demo/s3/main.ts', { S3_FOLDER: folder, S3_BUCKET: bucket }, 'S3_PORT');
  const proxy = await startFaultProxy(() => store.origin);
  const account = { bucketUrl: `${store.origin}/${bucket}`, region, ...keys };
  const settings = { ...account, bucket, hosts: [new URL(proxy.origin).host, new URL(store.origin).host], pathStyle: true };
  const signer = await startKillableProcess('test/crash/signing-process.ts', { SETTINGS: JSON.stringify(settings) });

  const read = async (query: Readonly<Record<string, string>>, pattern: RegExp): Promise<string[]> => {
    const xml = await (await fetch(presign(account, 'GET', '', { query }))).text();
    return [...xml.matchAll(pattern)].map(([, value = '']) => value);
  };
  return {
    store,
    signer,
    attributes: {
      endpoint: `${proxy.origin}/${bucket}`,
      region,
      'path-style': '',
      'access-key': keys.accessKey,
      'signature-endpoint': `${signer.origin}/s3/signature`,
      'success-endpoint': `${signer.origin}/s3/success`,
    },
    async takeSentBytes() {
      const parts = proxy.log().requests.filter(({ method, path }) => method === 'PUT' && path.includes('partNumber='));
      const sum = parts.reduce((bytes, { requestBytes }) => bytes + requestBytes, 0);
      await proxy.reset();
      return sum;
    },
    async sha256(key) {
      const response = await fetch(presign(account, 'GET', key));
      if (!response.ok) return void (await response.body?.cancel());
      const hash = createHash('sha256');
      for await (const chunk of response.body ?? []) hash.update(chunk as Uint8Array);
      return hash.digest('hex');
    },
    keys: () => read({ 'list-type': '2' }, /<Key>(.*?)<\/Key>/g),
    unfinished: () => read({ uploads: '' }, /<UploadId>(.*?)<\/UploadId>/g),
    async remove(key) {
      await fetch(presign(account, 'DELETE', key), { method: 'DELETE' });
    },
    async close() {
      await proxy.close();
      await signer.stop();
      await store.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
