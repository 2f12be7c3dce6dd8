/** Two servers that speak Fine Uploader's traditional protocol, written independently, as tests of `<fine-uploader>` see them: whatever holds, holds on both. */

import type { UploaderElement } from '../../src/elements/uploader-element.js';
import type { FineUploaderElement } from '../../src/fine-uploader.js';
import { cleanUp, putTraditional, sha256 } from '../elements/page.js';
import type { EndpointAddresses, ProxyName, StoredUpload } from '../servers/test-servers.js';
import { testServers, commandTestServers } from '../tools/test-servers.js';

/** One request, as the proxy in front of the server saw it. */
export type SeenRequest = Awaited<ReturnType<typeof seenBy>>[number];

const seenBy = async (proxy: ProxyName) => (await commandTestServers('requests', { proxy })).requests;

/** A server under test. */
export interface TestedServer {
  readonly title: string;
  /** The process: what `stop` and `start` take. */
  readonly process: 'endpoint' | 'php';
  /** With CORS as Fine Uploader's old PHP example had it: three headers, no cookies. */
  readonly minimal: EndpointAddresses;
  readonly minimalProxy: ProxyName;
  /** With CORS for any header, and cookies. */
  readonly cookies: EndpointAddresses;
  readonly cookiesProxy: ProxyName;
}

const servers: readonly TestedServer[] = [
  {
    title: "the demo's endpoint",
    process: 'endpoint',
    minimal: testServers.minimalEndpoint,
    minimalProxy: 'minimalEndpoint',
    cookies: testServers.cookieEndpoint,
    cookiesProxy: 'cookieEndpoint',
  },
  {
    title: 'an endpoint in PHP',
    process: 'php',
    minimal: testServers.phpEndpoint,
    minimalProxy: 'phpEndpoint',
    cookies: testServers.phpCookieEndpoint,
    cookiesProxy: 'phpCookieEndpoint',
  },
];

/** Describes the same for each server. Everything is put right again after each test. */
export function describeOnEachServer(title: string, tests: (server: TestedServer) => void): void {
  for (const server of servers) {
    describe(`${title}: ${server.title}`, () => {
      before(async function () {
        this.timeout(300_000); // PHP may have to be installed
        await commandTestServers('start', { server: server.process });
      });
      afterEach(cleanUp);
      tests(server);
    });
  }
}

type Attributes = NonNullable<Parameters<typeof putTraditional>[0]>;

/** `<fine-uploader>` for the server, as an old page of another origin has it. */
export function putFor({ minimal }: TestedServer, attributes: Attributes = {}): FineUploaderElement {
  return putTraditional({ endpoint: minimal.uploads, ...attributes });
}

/** The same for files in chunks of 100 kB, with the request that says that all have been sent. */
export function putChunked(server: TestedServer, attributes: Attributes = {}): FineUploaderElement {
  const usual = { chunking: true, 'part-size': '100kB', 'chunking-success-endpoint': server.minimal.done };
  return putFor(server, { ...usual, ...attributes });
}

/** The requests of the server's plain address, preflights left out; of its address with cookies where that is asked for. */
export async function seen(server: TestedServer, kind: 'minimal' | 'cookies' = 'minimal'): Promise<SeenRequest[]> {
  const all = await seenBy(kind === 'minimal' ? server.minimalProxy : server.cookiesProxy);
  return all.filter(({ method }) => method !== 'OPTIONS');
}

/** What the server has of an upload: null where it has nothing whole. */
export const stored = (server: TestedServer, uuid: string) =>
  commandTestServers('sha256', { uuid, server: server.process }) as Promise<StoredUpload | null>;

/** What has to be {@link stored} of a file. */
export const whole = async (file: File) => ({ sha256: await sha256(file), size: file.size, name: file.name });

/** The text fields of a form that was sent. */
export function fieldsOf({ bodyStart }: SeenRequest): Record<string, string> {
  return Object.fromEntries(
    [...bodyStart.matchAll(/; name="([^"]*)"\r\n\r\n([^\r]*)\r\n/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** The index of the chunk that a request carries, or undefined. */
export function chunkIn(request: SeenRequest): number | undefined {
  const { qqpartindex } = fieldsOf(request);
  return qqpartindex === undefined ? undefined : Number(qqpartindex);
}

/** The indexes of the chunks that were sent, in that order. */
export const chunksIn = (requests: readonly SeenRequest[]): number[] => requests.map(chunkIn).filter((index) => index !== undefined);

/** The requests that said that all chunks have been sent. */
export const doneIn = (requests: readonly SeenRequest[]): SeenRequest[] => requests.filter(({ path }) => path.endsWith('done'));

export const statusOf = (element: UploaderElement, id: number) => element.getUploads({ id })?.status;
