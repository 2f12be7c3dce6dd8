import { UploadError } from '../../core/errors.js';
import type { Send, SendRequest, SendResponse, StoreContext } from '../../core/types.js';
import { errorFromResponse, isSasRefused } from './response-errors.js';
import type { Sas, SasProvider } from './sas.js';

/** A request to a blob. */
export interface AzureRequest extends Pick<SendRequest, 'method' | 'headers' | 'body' | 'onProgress'> {
  /** Added to the query of the SAS, such as `comp=block`. */
  readonly query?: Readonly<Record<string, string>>;
}

/**
 * Sends a request to a blob, with a SAS. Repeats it with a new SAS where the storage refuses one that has been used before.
 * @throws {@link UploadError} for an error response.
 */
export async function requestBlob(send: Send, provider: SasProvider, request: AzureRequest, context: StoreContext): Promise<SendResponse> {
  const { query = {}, method, headers = {}, body = null, onProgress } = request;
  const { signal } = context;
  for (;;) {
    const sas: Sas = await provider.get(context);
    signal.throwIfAborted();
    const isNew = sas.uses++ === 0;
    const url = `${sas.url}&${new URLSearchParams(query).toString()}`.replace(/&$/, '');
    const response = await context.connection(() =>
      // Repeating is harmless: the same bytes go to the same block, blob or list.
      send({ method, url, headers, body, signal, stallTimeout: context.stallTimeout, ...(onProgress && { onProgress }) }).catch(
        withCorsAdvice,
      ),
    );
    signal.throwIfAborted();
    if (response instanceof UploadError) throw response;
    const error = errorFromResponse(response);
    if (!error) return response;
    if (isNew || !isSasRefused(error)) throw error;
    provider.forget(sas);
  }
}

/** Returns network errors, which may be error responses without CORS headers. Throws any other error. */
function withCorsAdvice(thrown: unknown): UploadError {
  if (!(thrown instanceof UploadError) || thrown.code !== 'NetworkError') throw thrown;
  const { code, status, cause } = thrown;
  return new UploadError('The storage could not be reached, or its response could not be read. Check its CORS rules.', {
    code,
    status,
    cause,
  });
}
