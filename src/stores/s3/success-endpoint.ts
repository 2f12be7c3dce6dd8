import type { JsonObject, StoreContext } from '../../core/types.js';
import { notifySuccessEndpoint } from '../../http/success-endpoint.js';
import { systemHeaders } from './metadata.js';
import type { S3StoreOptions } from './options.js';
import type { S3Session } from './session.js';

/**
 * Notifies the page's server that an object is uploaded, by Fine Uploader's protocol. See {@link notifySuccessEndpoint}.
 * @param etag - with its quotes, or ''.
 */
export function notifyObjectUploaded(
  options: S3StoreOptions,
  session: S3Session,
  etag: string,
  context: StoreContext,
): Promise<JsonObject> {
  const { successParams = {}, params = {} } = options;
  const { key, bucket } = session;
  const { uuid, name } = context.file;
  const namedParams = Object.fromEntries(Object.entries(params).map(([name, value]) => [paramName(name), value]));
  const fields = { ...successParams, key, uuid, name, bucket, ...(etag && { etag }), ...namedParams };
  return notifySuccessEndpoint(options, fields, context);
}

/** As in Fine Uploader: the names of S3's own headers keep their case, all others are in lower case, as S3 returns those of metadata. */
function paramName(name: string): string {
  return systemHeaders.includes(name) ? name : name.toLowerCase();
}
