/** A server that records each request with its form fields, and sends scripted responses. */

import busboy from 'busboy';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A file in a form. */
export interface RecordedFile {
  readonly field: string;
  readonly filename: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** A received request. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** In order. */
  readonly query: readonly (readonly [string, string])[];
  readonly headers: IncomingHttpHeaders;
  /** The fields of a form of either content type, in order. A file is `[name, 'file']`. */
  readonly fields: readonly (readonly [string, string])[];
  readonly files: readonly RecordedFile[];
  readonly body: Buffer;
  field(name: string): string | undefined;
}

/** A response. An object as the body is sent as JSON. 'drop' closes the connection; 'never' leaves it open without a response. */
export type ScriptedResponse =
  | { readonly status?: number; readonly body?: string | object | null; readonly headers?: Readonly<Record<string, string>> }
  | 'drop'
  | 'never';

export class RecordingServer {
  readonly requests: RecordedRequest[] = [];
  /** Returns the response to a request. */
  respond: (request: RecordedRequest) => ScriptedResponse | Promise<ScriptedResponse> = () => ({ body: { success: true } });
  /** Number of requests without a response. */
  open = 0;
  readonly #server = createServer((request, response) => void this.#handle(request, response));

  static async start(): Promise<RecordingServer> {
    const recorder = new RecordingServer();
    recorder.#server.listen(0, '127.0.0.1');
    await once(recorder.#server, 'listening');
    return recorder;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get last(): RecordedRequest {
    const request = this.requests.at(-1);
    if (!request) throw new Error('No request was received.');
    return request;
  }

  /** Clears the recorded requests, and sets the responses to the next. */
  script(respond: RecordingServer['respond'] = () => ({ body: { success: true } })): void {
    this.requests.length = 0;
    this.respond = respond;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.open++;
    response.on('close', () => this.open--);
    let recorded: RecordedRequest;
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      recorded = await parse(request, Buffer.concat(chunks));
    } catch {
      response.destroy();
      return;
    }
    this.requests.push(recorded);
    const scripted = await this.respond(recorded);
    if (scripted === 'drop') response.destroy();
    if (typeof scripted === 'string') return;
    const { status = 200, body = '', headers = {} } = scripted;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const type = typeof body === 'string' ? 'text/html' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers }).end(status === 204 || status === 304 ? undefined : text);
  }
}

async function parse(request: IncomingMessage, body: Buffer): Promise<RecordedRequest> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const fields: [string, string][] = [];
  const files: RecordedFile[] = [];
  const type = request.headers['content-type'] ?? '';
  if (/^(multipart\/form-data|application\/x-www-form-urlencoded)/.test(type)) {
    const parser = busboy({ headers: request.headers, defParamCharset: 'utf8', preservePath: true });
    parser.on('field', (name, value) => fields.push([name, value]));
    parser.on('file', (field, stream, { filename, mimeType }) => {
      fields.push([field, 'file']);
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => files.push({ field, filename: filename ?? '', type: mimeType, bytes: Buffer.concat(chunks) }));
    });
    parser.end(body);
    await once(parser, 'close');
  }
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: [...url.searchParams],
    headers: request.headers,
    fields,
    files,
    body,
    field: (name) => [...fields, ...url.searchParams].find(([field]) => field === name)?.[1],
  };
}
