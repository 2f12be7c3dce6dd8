import { UploadError } from '../core/errors.js';
import type { Json, JsonObject } from '../core/types.js';
import { isJsonObject, nonEmptyString } from '../http/response-errors.js';

/** A file that was uploaded in an earlier session, as the server lists it. */
export interface SessionItem {
  readonly name: string;
  readonly uuid: string;
  /** Bytes, if the server knows them. */
  readonly size?: number;
  readonly thumbnailUrl?: string;
  /** URL that deletes this file. Default: the uploader's own delete endpoint. */
  readonly deleteFileEndpoint?: string;
  /** Parameters of the delete request. Default: the uploader's own. */
  readonly deleteFileParams?: JsonObject;
  /** The item as the server sent it. A store reads its own fields from it, such as `s3Key`. */
  readonly json: JsonObject;
}

/** An item of the list that does not describe a file. */
export interface SessionProblem {
  /** 0-based position in the list. */
  readonly index: number;
  /** A sentence for the developer of the server. */
  readonly reason: string;
  readonly item: unknown;
}

/** The valid and the invalid items of a list. */
export interface SessionList {
  readonly items: readonly SessionItem[];
  readonly problems: readonly SessionProblem[];
}

/**
 * Parses a list of `{name, uuid, size?, thumbnailUrl?, deleteFileEndpoint?, deleteFileParams?}`. An invalid item becomes a problem; the other items are kept.
 *
 * @param requiredFields - fields that the store needs in every item, beside `name` and `uuid`.
 * @throws {@link UploadError} if `list` is not an array.
 */
export function parseSessionList(list: unknown, requiredFields: readonly string[] = []): SessionList {
  if (!Array.isArray(list)) throw new UploadError('The server did not answer with a list of files.', { retry: 'manual' });
  const items: SessionItem[] = [];
  const problems: SessionProblem[] = [];
  (list as Json[]).forEach((item, index) => {
    const problem = itemProblem(item, requiredFields);
    if (problem) problems.push({ index, item, reason: `Item ${index + 1} of the list of files ${problem}` });
    else items.push(parseItem(item as JsonObject));
  });
  return { items, problems };
}

/** Characters of a name or a uuid. The longest key of S3 has 1024 bytes. */
const maxLength = 2000;

function itemProblem(item: Json, requiredFields: readonly string[]): string | undefined {
  if (!isJsonObject(item)) return 'is not an object.';
  const missing = ['name', 'uuid', ...requiredFields].find((field) => !stringOrNumber(item[field]));
  if (missing) return `has no ${missing}.`;
  const long = ['name', 'uuid'].find((field) => (stringOrNumber(item[field]) ?? '').length > maxLength);
  if (long) return `has a ${long} of more than ${maxLength} characters.`;
  const size = item['size'];
  if (size !== undefined && size !== null && !(Number(size) >= 0)) return 'has a size that is not a number of bytes.';
  return undefined;
}

function parseItem(json: JsonObject): SessionItem {
  const { size, deleteFileParams } = json;
  const item = {
    name: stringOrNumber(json['name']) ?? '',
    uuid: stringOrNumber(json['uuid']) ?? '',
    size: size === undefined || size === null ? undefined : Number(size),
    thumbnailUrl: nonEmptyString(json['thumbnailUrl']),
    deleteFileEndpoint: nonEmptyString(json['deleteFileEndpoint']),
    deleteFileParams: isJsonObject(deleteFileParams) ? deleteFileParams : undefined,
    json,
  };
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)) as unknown as SessionItem;
}

/** Databases often use numbers as ids. */
function stringOrNumber(value: Json | undefined): string | undefined {
  return typeof value === 'number' ? String(value) : nonEmptyString(value);
}
