/**
 * The endpoint behind the gallery: the real one at `/gallery/files`, and addresses beside it that do what servers do on a bad day, so that every state of the
 * element is there for real and stays long enough to be looked at. What it keeps is gone with the next start.
 */
import { rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerCors, pathOf, sendJson } from './http.js';
import type { Handler } from './http.js';
import { createTraditionalEndpoint } from './node/traditional-endpoint.mjs';

/** What the gallery's endpoint needs to know. */
export interface GalleryEndpointOptions {
  /** Where files are kept. It is emptied first. */
  readonly folder: string;
  /** Told about failures. */
  readonly log: (line: string) => void;
}

/** How long (ms) the slow server takes for each chunk. */
const SLOW = 700;

/** By what follows `/gallery/`: what comes of a request, once its body has been read. */
const SCENES: Readonly<Record<string, (response: ServerResponse) => void>> = {
  /** Takes its time for every chunk, and forgets it. */
  slow(response) {
    const timer = setTimeout(() => sendJson(response, 200, { success: true }), SLOW);
    response.on('close', () => clearTimeout(timer));
  },
  /** Never answers. */
  silent() {},
  /** Is there in an hour again, perhaps. */
  down: (response) => sendJson(response, 503, { success: false, error: 'The server is being repaired.' }),
  full: (response) => sendJson(response, 507, { success: false, error: 'The archive is full. Please ask Ms Okafor for more room.' }),
  locked: (response) => sendJson(response, 403, { success: false, error: 'This file is part of a closed case.' }),
};

/** Makes the handler. It declines what is not its own. */
export async function createGalleryEndpoint({ folder, log }: GalleryEndpointOptions): Promise<Handler> {
  await rm(folder, { recursive: true, force: true });
  const files = await createTraditionalEndpoint({ folder, path: '/gallery/files', authorize: () => 'visitor', log });

  return async (request, response) => {
    const [, gallery, name = ''] = pathOf(request).split('/');
    const scene = gallery === 'gallery' && Object.hasOwn(SCENES, name) ? SCENES[name] : undefined;
    if (!scene || request.method === 'GET' || request.method === 'HEAD') return files(request, response);
    if (answerCors(request, response, undefined)) return true;
    await readToTheEnd(request);
    scene(response);
    return true;
  };
}

function readToTheEnd(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    request.on('close', resolve).on('end', resolve).resume();
  });
}
