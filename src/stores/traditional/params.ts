/** The params of Fine Uploader's requests, in its order: https://docs.fineuploader.com/branch/master/endpoint_handlers/traditional.html */

import type { Part, UploadFile } from '../../core/types.js';
import type { TraditionalOptions } from './options.js';
import { totalParts } from './session.js';
import type { TraditionalSession } from './session.js';

/** The page's params, with the folder of the file and the original of a scaled image. */
export function pageParams({ params, omitDefaultParams }: TraditionalOptions, { path, parent }: UploadFile): Record<string, unknown> {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  if (omitDefaultParams) return { ...params };
  return { ...params, ...(folder && { qqpath: folder }), ...(parent && { qqparentuuid: parent.uuid, qqparentsize: parent.size }) };
}

/** The params that describe the file and the chunk. */
export function defaultParams(
  options: TraditionalOptions,
  { index, start, end }: Part,
  session: TraditionalSession,
  { name }: UploadFile,
  isMultipart: boolean,
): Record<string, unknown> {
  const { chunkingParamNames: names, totalFileSizeName, filenameParam, inputName, resumingParam, uuidName } = options;
  const { chunked, uuid, size, resumedAt } = session;
  return {
    ...(chunked && {
      [names.partIndex]: index,
      [names.partByteOffset]: start,
      [names.chunkSize]: end - start,
      [names.totalParts]: totalParts(session),
      [totalFileSizeName]: size,
      ...(isMultipart && { [filenameParam]: name }),
      ...(index === resumedAt && { [resumingParam]: true }),
    }),
    [uuidName]: uuid,
    [filenameParam]: name,
    [isMultipart ? totalFileSizeName : inputName]: isMultipart ? size : name,
  };
}

/** The params of the request after all chunks. */
export function chunkingSuccessParams(options: TraditionalOptions, session: TraditionalSession, file: UploadFile): Record<string, unknown> {
  const { filenameParam, totalFileSizeName, uuidName, chunkingParamNames } = options;
  return {
    ...pageParams(options, file),
    [uuidName]: session.uuid,
    [filenameParam]: file.name,
    [totalFileSizeName]: session.size,
    [chunkingParamNames.totalParts]: totalParts(session),
  };
}
