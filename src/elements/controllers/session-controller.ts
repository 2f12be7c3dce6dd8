import type { ReactiveController } from 'lit';
import { asUploadError, throwNotLoaded } from '../../core/errors.js';
import { errorDetail } from '../../core/event-emitter.js';
import { lazy } from '../../utils/lazy.js';
import type { UploaderMethods } from '../uploader-methods.js';
import type { UploaderProperties } from '../uploader-properties.js';
import type { UploaderController } from './uploader-controller.js';

type SessionHost = UploaderProperties & Pick<UploaderMethods, 'addSessionFiles'> & { readonly requiredSessionFields: readonly string[] };

const loadSession = lazy(() => import('../../session/index.js'));

/** Adds the previously uploaded files that the server lists: `session-endpoint`. */
export class SessionController implements ReactiveController {
  #endpoint: string | undefined;
  #request = new AbortController();

  constructor(
    private readonly host: SessionHost,
    private readonly controller: UploaderController,
  ) {
    host.addController(this);
  }

  hostUpdate(): void {
    const { sessionEndpoint } = this.host;
    if (sessionEndpoint === this.#endpoint) return;
    this.#endpoint = sessionEndpoint;
    void this.#load();
  }

  /** The files are gone: requests them again, unless the element is removed in the same turn. */
  reset(): void {
    this.#request.abort();
    queueMicrotask(() => {
      if (this.host.isConnected && this.host.extraOptions['session.refreshOnReset'] !== false) void this.#load();
    });
  }

  /** Never rejects: a failure is an `error` event. */
  async #load(): Promise<void> {
    this.#request.abort();
    const { signal } = (this.#request = new AbortController());
    const { host } = this;
    const { sessionEndpoint: endpoint, withCredentials } = host.settings;
    if (!endpoint) return;
    try {
      const { requestSession, send } = await loadSession().catch(throwNotLoaded);
      const { items, problems, response } = await requestSession({
        endpoint,
        params: (host.extraOptions['session.params'] ?? {}) as Record<string, unknown>,
        customHeaders: (host.extraOptions['session.customHeaders'] ?? {}) as Record<string, string>,
        withCredentials,
        requiredFields: host.requiredSessionFields,
        now: Date.now(),
        send,
        signal,
      });
      signal.throwIfAborted();
      host.addSessionFiles(items);
      for (const { reason } of problems) this.controller.emit('error', { id: null, name: '', reason });
      this.controller.emit('sessionRequestComplete', { response, success: problems.length === 0 });
    } catch (thrown) {
      if (signal.aborted) return;
      this.controller.emit('error', { id: null, name: '', ...errorDetail(asUploadError(thrown)) });
      this.controller.emit('sessionRequestComplete', { response: null, success: false });
    }
  }
}
