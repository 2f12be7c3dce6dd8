/** Blocks of a blob: https://learn.microsoft.com/rest/api/storageservices/put-block-list */

import { elementContents, elementText } from '../../http/xml.js';
import type { AzureSession } from './session.js';

/** An uncommitted block, as `Get Block List` names it. */
export interface ListedBlock {
  /** Base64. */
  readonly id: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * The id of a block: base64 of the index in five digits, as Fine Uploader's, and of the prefix of the upload. All ids of a blob have the same length, which Azure requires.
 */
export function blockId({ blockPrefix }: AzureSession, index: number): string {
  return btoa(blockPrefix + String(index).padStart(5, '0'));
}

/** The body of `Put Block List`. `Latest` takes the uncommitted block of an id, or the committed one where the request is repeated after a lost response. */
export function blockListXml(ids: readonly string[]): string {
  return `<?xml version="1.0" encoding="utf-8"?><BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`;
}

/** Parses the result of `Get Block List`; undefined if the body is none. */
export function parseUncommittedBlocks(xml: string): ListedBlock[] | undefined {
  const [list] = elementContents(xml, 'BlockList');
  if (list === undefined) return undefined;
  const [uncommitted = ''] = elementContents(list, 'UncommittedBlocks');
  return elementContents(uncommitted, 'Block').map((block) => ({
    id: elementText(block, 'Name') ?? '',
    size: Number(elementText(block, 'Size')),
  }));
}
