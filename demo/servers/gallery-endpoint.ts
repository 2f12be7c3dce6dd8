/**
 * The endpoint of the gallery: the real upload endpoint at `/gallery/files`, and endpoints beside it that are slow, never answer or fail, so that each state
 * of the element lasts long enough to be seen. Its uploads are deleted at the next start.
 */
import { rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerCors, pathOf, sendJson } from './http.js';
import type { Handler } from './http.js';
import { createTraditionalEndpoint } from './node/traditional-endpoint.mjs';

/** Options of `createGalleryEndpoint`. */
export interface GalleryEndpointOptions {
  /** Folder for uploaded files. It is emptied at the start. */
  readonly folder: string;
  /** Called with a line for each failure. */
  readonly log: (line: string) => void;
}

/** Response time of the slow endpoint, in ms. */
const SLOW_RESPONSE_MS = 700;

/** By the path segment after `/gallery/`: the response to a request whose body has been read. */
const ENDPOINTS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  /** Responds late and discards the chunk. */
  slow(response) {
    const timer = setTimeout(() => sendJson(response, 200, { success: true }), SLOW_RESPONSE_MS);
    response.on('close', () => clearTimeout(timer));
  },
  /** Never responds. */
  silent() {},
  /** Is unavailable. */
  down: (response) => sendJson(response, 503, { success: false, error: 'The server is under maintenance.' }),
  full: (response) => sendJson(response, 507, { success: false, error: 'The archive is full. Please ask Ms Okafor for more room.' }),
  locked: (response) => sendJson(response, 403, { success: false, error: 'This file is part of a closed case.' }),
};

/** Creates the handler. It returns false for requests outside `/gallery/`. */
export async function createGalleryEndpoint({ folder, log }: GalleryEndpointOptions): Promise<Handler> {
  await rm(folder, { recursive: true, force: true });
  const files = await createTraditionalEndpoint({ folder, path: '/gallery/files', authorize: () => 'visitor', log });

  return async (request, response) => {
    const [, gallery, name = ''] = pathOf(request).split('/');
    const respond = gallery === 'gallery' && Object.hasOwn(ENDPOINTS, name) ? ENDPOINTS[name] : undefined;
    if (!respond || request.method === 'GET' || request.method === 'HEAD') return files(request, response);
    if (answerCors(request, response, undefined)) return true;
    await readToTheEnd(request);
    respond(response);
    return true;
  };
}

function readToTheEnd(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    request.on('close', resolve).on('end', resolve).resume();
  });
}
