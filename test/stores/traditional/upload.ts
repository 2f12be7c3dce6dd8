import type { ChunkOverrides, Opened, PartContext, Receipt, Saved, UploadFile, UploadResult } from '../../../src/core/types.js';
import { TraditionalStore } from '../../../src/stores/traditional/traditional-store.js';
import type { TraditionalSession } from '../../../src/stores/traditional/traditional-store.js';
import type { TraditionalOptions } from '../../../src/stores/traditional/options.js';
import { nodeSend } from '../../contract/node-send.js';

/** A store that sends from Node. */
export function storeAt(endpoint: string, options: Partial<TraditionalOptions> = {}): TraditionalStore {
  return new TraditionalStore({ send: nodeSend, endpoint, ...options });
}

/** What a store may ask of an uploader that does nothing else meanwhile. */
export function contextFor(
  file: UploadFile,
  details: Partial<PartContext> = {},
): PartContext & { saveSession(session: TraditionalSession): void } {
  return {
    file,
    signal: new AbortController().signal,
    connection: (request) => request(),
    stallTimeout: () => 5000,
    progress: () => {},
    saveSession: () => {},
    ...details,
  };
}

/** Carries a file across, one part after the other, without a second try. */
export async function upload(
  store: TraditionalStore,
  file: UploadFile,
  { saved, overrides }: { readonly saved?: Saved<TraditionalSession>; readonly overrides?: ChunkOverrides } = {},
): Promise<UploadResult & { readonly opened: Opened<TraditionalSession>; readonly receipts: readonly Receipt[] }> {
  const context = contextFor(file, { overrides });
  const opened = await store.open(saved, context);
  const receipts = [...opened.receipts];
  for (const part of opened.parts) receipts.push(await store.send(part, opened.session, context));
  return { ...(await store.close(opened.session, receipts, context)), opened, receipts };
}
