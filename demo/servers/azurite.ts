/** Azurite, Microsoft's emulator of Azure Blob Storage: the store of the demo's page for Azure and of the Azure tests. `npm ci --prefix test/servers/azurite` installs it. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const packageFolder = new URL('../../test/servers/azurite/', import.meta.url);
const script = fileURLToPath(new URL('node_modules/azurite/dist/src/blob/main.js', packageFolder));

/** The account that Azurite has from the beginning: https://learn.microsoft.com/azure/storage/common/storage-use-azurite */
export const account = 'devstoreaccount1';
export const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** Whether the package is there. */
export const isAzuriteInstalled = (): boolean => existsSync(script);

/**
 * The CORS rules of demo/docs/azure.md. Azure takes two headers with a `*` in a rule, and no more.
 * @param origins - that pages may have, separated by commas
 */
export const corsXml = (origins: string): string => `<StorageServiceProperties>
  <Cors>
    <CorsRule>
      <AllowedOrigins>${origins}</AllowedOrigins>
      <AllowedMethods>GET,PUT,DELETE</AllowedMethods>
      <AllowedHeaders>cache-control,content-disposition,content-encoding,content-md5,content-type,x-ms-blob-*,x-ms-meta-*</AllowedHeaders>
      <ExposedHeaders>x-ms-error-code</ExposedHeaders>
      <MaxAgeInSeconds>600</MaxAgeInSeconds>
    </CorsRule>
  </Cors>
</StorageServiceProperties>`;

/** A running Azurite with one container. */
export interface Azurite {
  /** URL of the account. */
  readonly url: string;
  /** URL of the container. */
  readonly containerUrl: string;
  /** Sends a request with the account's key. */
  request(method: string, pathAndQuery: string, body?: string, headers?: Record<string, string>): Promise<Response>;
  /** SHA-256 of a blob in hex, or null if there is none. */
  sha256(blobName: string): Promise<string | null>;
  /**
   * Ends the process, and starts it again on the same folder and port.
   * @param signal - SIGKILL loses what it has received in the last seconds, although it has acknowledged it.
   */
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** @param signal - SIGKILL, the default, is fast; SIGTERM keeps all that it has acknowledged. */
  close(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/**
 * @param folder - for its data
 * @param origins - that pages may have, separated by commas
 * @param wantedPort - 0 picks a free one
 * @throws if it is not installed, or if the port is in use
 */
export async function startAzurite(folder: string, origins = '*', wantedPort = 0): Promise<Azurite> {
  const port = await freePort(wantedPort);
  const url = `http://127.0.0.1:${port}/${account}`;
  let child: ChildProcess | undefined;
  const kill = (): void => void child?.kill('SIGKILL');

  const start = async () => {
    const started = spawn(
      process.execPath,
      [
        ...[script, '--silent', '--location', folder, '--blobHost', '127.0.0.1', '--blobPort', String(port)],
        ...['--disableTelemetry', '--skipApiVersionCheck'],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    child = started;
    // It must not outlive this process.
    process.once('exit', kill);
    let output = '';
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    for (let tries = 0; tries < 300; tries++) {
      if (started.exitCode !== null) throw new Error(`Azurite ended: ${output}`);
      try {
        await fetch(`${url}?comp=list`);
        return;
      } catch {
        await delay(100);
      }
    }
    throw new Error(`Azurite did not start: ${output}`);
  };

  const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL') => {
    const ending = child;
    child = undefined;
    process.removeListener('exit', kill);
    if (!ending || ending.exitCode !== null) return;
    ending.kill(signal);
    await once(ending, 'exit');
  };

  const request: Azurite['request'] = async (method, pathAndQuery, body = '', headers = {}) => {
    const target = new URL(url + pathAndQuery);
    const all = { ...headers, 'x-ms-date': new Date().toUTCString(), 'x-ms-version': '2020-12-06' };
    const bytes = Buffer.from(body);
    const authorization = sharedKey(method, target, all, bytes.length);
    return fetch(target, { method, headers: { ...all, Authorization: authorization }, ...(bytes.length > 0 && { body: bytes }) });
  };

  await start();
  for (const response of [
    await request('PUT', '/uploads?restype=container'),
    await request('PUT', '/?comp=properties&restype=service', `<?xml version="1.0" encoding="utf-8"?>${corsXml(origins)}`),
  ])
    // The container is there from an earlier start on this folder.
    if (!response.ok && response.status !== 409) throw new Error(`Azurite answered ${response.status}: ${await response.text()}`);

  return {
    url,
    containerUrl: `${url}/uploads`,
    request,
    async sha256(blobName) {
      const response = await request('GET', `/uploads/${blobName.split('/').map(encodeURIComponent).join('/')}`);
      if (response.status === 404) return null;
      return createHash('sha256')
        .update(Buffer.from(await response.arrayBuffer()))
        .digest('hex');
    },
    async restart(signal) {
      await stop(signal);
      await start();
    },
    close: stop,
  };
}

/** Shared Key: https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key */
function sharedKey(method: string, url: URL, headers: Readonly<Record<string, string>>, length: number): string {
  const own = Object.entries(headers)
    .filter(([name]) => name.startsWith('x-ms-'))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}:${value}`);
  const query = [...url.searchParams].map(([name, value]) => `${name}:${value}`).sort();
  const text = [
    ...[method, '', '', length > 0 ? String(length) : '', '', headers['Content-Type'] ?? '', '', '', '', '', '', ''],
    ...[...own, `/${account}${url.pathname}`, ...query],
  ].join('\n');
  return `SharedKey ${account}:${createHmac('sha256', Buffer.from(accountKey, 'base64')).update(text).digest('base64')}`;
}

async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  server.listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('There is no free port.');
  return address.port;
}
