/** A server that writes down every request, field by field as it came over the wire, and answers as it is told. */

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

/** A request as it came. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** In order. */
  readonly query: readonly (readonly [string, string])[];
  readonly headers: IncomingHttpHeaders;
  /** The fields of a form, of either kind, in order; a file is there as `[name, 'file']`. */
  readonly fields: readonly (readonly [string, string])[];
  readonly files: readonly RecordedFile[];
  readonly body: Buffer;
  field(name: string): string | undefined;
}

/** What it answers: a status and a body, where an object goes out as JSON; 'drop' cuts the connection, 'never' leaves it open. */
export type Answer =
  | { readonly status?: number; readonly body?: string | object | null; readonly headers?: Readonly<Record<string, string>> }
  | 'drop'
  | 'never';

export class RecordingServer {
  readonly requests: RecordedRequest[] = [];
  /** Decides what is answered. */
  answer: (request: RecordedRequest) => Answer | Promise<Answer> = () => ({ body: { success: true } });
  /** Requests that came and have not been answered. */
  open = 0;
  readonly #server = createServer((request, response) => void this.#take(request, response));

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
    if (!request) throw new Error('No request has come.');
    return request;
  }

  /** Forgets what came, and answers from now on as told. */
  script(answer: RecordingServer['answer'] = () => ({ body: { success: true } })): void {
    this.requests.length = 0;
    this.answer = answer;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
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
    const answer = await this.answer(recorded);
    if (answer === 'drop') response.destroy();
    if (typeof answer === 'string') return;
    const { status = 200, body = '', headers = {} } = answer;
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
    field: (wanted) => [...fields, ...url.searchParams].find(([name]) => name === wanted)?.[1],
  };
}
