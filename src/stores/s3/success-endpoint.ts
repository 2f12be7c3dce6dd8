import type { JsonObject, StoreContext } from '../../core/types.js';
import { notifySuccessEndpoint } from '../../http/success-endpoint.js';
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
  const lowerCaseParams = Object.fromEntries(Object.entries(params).map(([name, value]) => [name.toLowerCase(), value]));
  const fields = { ...successParams, key, uuid, name, bucket, ...(etag && { etag }), ...lowerCaseParams };
  return notifySuccessEndpoint(options, fields, context);
}
