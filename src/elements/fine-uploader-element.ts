import type { StallTimeoutRules } from '../core/uploader-options.js';
import type { Store, UploadFile } from '../core/types.js';
import { lazy } from '../utils/lazy.js';
import type { TraditionalOptions } from '../stores/traditional/options.js';
import { storeLater } from './later.js';
import type { SharedSettings } from './settings.js';
import { UploaderElement } from './uploader-element.js';

/** Options of Fine Uploader that the traditional protocol takes as they are, by their path. */
const passedOn: Readonly<Record<string, keyof TraditionalOptions>> = {
  'request.paramsInBody': 'paramsInBody',
  'request.forceMultipart': 'forceMultipart',
  'request.inputName': 'inputName',
  'request.uuidName': 'uuidName',
  'request.filenameParam': 'filenameParam',
  'request.totalFileSizeName': 'totalFileSizeName',
  'request.omitDefaultParams': 'omitDefaultParams',
  'request.requireSuccessJson': 'requireSuccessJson',
  'resume.paramNames.resuming': 'resumingParam',
  'retry.preventRetryResponseProperty': 'preventRetryResponseProperty',
};

/**
 * Uploads files to your own server, in Fine Uploader's form protocol.
 *
 * ```html
 * <fine-uploader endpoint="/uploads" multiple></fine-uploader>
 * ```
 *
 * @tagname fine-uploader
 */
export class FineUploaderElement extends UploaderElement {
  /** @internal */
  protected override readonly kind = 'traditional';

  /** @internal A server of one's own may think about a file for a while before it answers. */
  protected override readonly patience: Pick<StallTimeoutRules, 'initial' | 'minimum'> = { initial: 120_000, minimum: 30_000 };

  /** @internal */
  protected override readSettings(shared: SharedSettings): SharedSettings {
    return shared;
  }

  /** @internal Nothing has to be fetched before a file can go. */
  protected override ahead(): number {
    return 0;
  }

  /** @internal */
  protected override storeFor(file: UploadFile, settings: SharedSettings): Store {
    const { extras } = this;
    const own = this.settingsFor(file.id);
    const pick = (prefix: string) =>
      Object.fromEntries(
        Object.entries(extras)
          .filter(([path]) => path.startsWith(prefix))
          .map(([path, value]) => [path.slice(prefix.length), value]),
      );
    const others = Object.fromEntries(Object.entries(passedOn).flatMap(([path, name]) => (path in extras ? [[name, extras[path]]] : [])));
    const options = {
      ...(others as Partial<TraditionalOptions>),
      endpoint: this.endpointFor(file.id),
      method: settings.method,
      params: this.paramsFor(file.id),
      customHeaders: (own.customHeaders ?? settings.customHeaders) as TraditionalOptions['customHeaders'],
      withCredentials: settings.withCredentials,
      chunking: settings.chunking,
      partSize: settings.partSize ?? 2_000_000,
      chunkingMandatory: settings.chunkingMandatory,
      concurrentChunks: settings.concurrentChunks,
      chunkingParamNames: {
        ...{ partIndex: 'qqpartindex', partByteOffset: 'qqpartbyteoffset', chunkSize: 'qqchunksize', totalParts: 'qqtotalparts' },
        ...pick('chunking.paramNames.'),
      },
      chunkingSuccess: { endpoint: settings.chunkingSuccessEndpoint, ...pick('chunking.success.') },
      deleteEndpoint: own.deleteEndpoint ?? settings.deleteEndpoint,
      deleteMethod: settings.deleteMethod,
      deleteParams: own.deleteParams ?? {},
      deleteHeaders: (own.deleteHeaders ?? {}) as TraditionalOptions['deleteHeaders'],
    };
    return storeLater(async () => {
      const { TraditionalStore, send } = await loadFarSide();
      return new TraditionalStore({ ...options, send });
    });
  }

  /** @internal */
  protected override preload(): Promise<unknown> {
    return loadFarSide();
  }
}

const loadFarSide = lazy(() => import('./traditional-far-side.js'));
