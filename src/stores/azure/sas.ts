/** Shared access signatures: https://learn.microsoft.com/rest/api/storageservices/create-service-sas */

import { UploadError } from '../../core/errors.js';
import type { UploadFile } from '../../core/types.js';
import { ajaxHeaders, appendQuery, resolveValue } from '../../http/params.js';
import { responseError, statusMessage } from '../../http/response-errors.js';
import { abortable } from '../../utils/abortable.js';
import type { AzureStoreOptions } from './options.js';

/** The request that the SAS is for. The signing server decides which permissions it needs. */
export type SasMethod = 'PUT' | 'DELETE';

/** A SAS is replaced so many ms before it expires: a request may take some time to arrive. */
const renewalMargin = 60_000;
/** A SAS without an expiry in its URL, because a stored access policy has it, is used for so many ms. */
const unknownLifetime = 60_000;

/** A URL of a blob with the permission to use it. Secret: it is kept in memory only. */
export interface Sas {
  readonly url: string;
  /** When it is no longer used, ms since 1970 by this device's clock. */
  readonly renewAt: number;
  /** Number of requests that have used it. */
  uses: number;
}

/** What a request for a SAS needs of the upload. */
interface SasContext {
  readonly file: UploadFile;
  readonly signal: AbortSignal;
  readonly stallTimeout: () => number;
}

/** A SAS, or the request for one. */
interface Pending {
  readonly sas: Promise<Sas>;
  readonly controller: AbortController;
  /** Number of requests that wait for it. */
  waiting: number;
}

/** The SAS of one blob for one method. All blocks of the file share it until it expires. */
export class SasProvider {
  #current: Pending | undefined;

  /** @param blobUrl - without a query. */
  constructor(
    private readonly options: AzureStoreOptions,
    private readonly blobUrl: string,
    private readonly method: SasMethod,
    private readonly now: () => number = Date.now,
  ) {}

  /** Resolves with a SAS that is not about to expire. A new one is used once in any case: this device's clock may be wrong. */
  async get(context: SasContext): Promise<Sas> {
    const used = this.#current;
    if (used && used.waiting === 0) {
      const sas = await used.sas;
      context.signal.throwIfAborted();
      if (sas.renewAt > this.now()) return sas;
      if (this.#current === used) this.#current = undefined;
    }
    const pending = (this.#current ??= this.#begin(context));
    pending.waiting++;
    try {
      return await abortable(pending.sas, context.signal);
    } finally {
      // The request ends with the last one that waits for it.
      if (--pending.waiting === 0) pending.controller.abort();
    }
  }

  /** Forgets a SAS that the storage has refused. */
  forget(sas: Sas): void {
    const current = this.#current;
    if (!current || current.waiting > 0) return;
    void current.sas.then((held) => {
      if (held === sas && this.#current === current) this.#current = undefined;
    });
  }

  #begin(context: SasContext): Pending {
    const controller = new AbortController();
    const pending: Pending = { sas: this.#request({ ...context, signal: controller.signal }), controller, waiting: 0 };
    pending.sas.catch(() => {
      if (this.#current === pending) this.#current = undefined;
    });
    return pending;
  }

  async #request({ file, signal, stallTimeout }: SasContext): Promise<Sas> {
    const { send, signatureEndpoint, signatureHeaders = {}, withCredentials = false } = this.options;
    if (!signatureEndpoint)
      throw new UploadError('There is no server that gives permissions to upload: set the signature-endpoint.', {
        retry: 'manual',
        code: 'NoSigner',
      });
    const url = appendQuery(signatureEndpoint, { bloburi: this.blobUrl, _method: this.method, qqtimestamp: this.now() });
    const response = await send({
      method: 'GET',
      url,
      headers: { ...ajaxHeaders(url, true), ...(await resolveValue(signatureHeaders, file)) },
      withCredentials,
      stallTimeout: stallTimeout(),
      signal,
    });
    if (response.status !== 200) throw responseError(response, statusMessage(response.status, 'The signing server'), { code: 'NotSigned' });
    const sasUrl = response.text.trim();
    if (!/^https?:\/\/\S+\?\S+$/i.test(sasUrl))
      throw new UploadError('The signing server did not answer with a SAS URI.', { code: 'NotSigned', retry: 'manual' });
    return { url: sasUrl, renewAt: expiryOf(sasUrl) - renewalMargin || this.now() + unknownLifetime, uses: 0 };
  }
}

/** The time (ms since 1970) in the parameter `se`, or NaN. */
function expiryOf(sasUrl: string): number {
  return Date.parse(new URL(sasUrl).searchParams.get('se') ?? '');
}
