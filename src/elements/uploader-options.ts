import accepts from 'attr-accept';
import { systemClock } from '../core/clock.js';
import type { FileRecord } from '../core/file-record.js';
import type { UploaderOptions } from '../core/uploader-options.js';
import { lazy } from '../utils/lazy.js';
import { uuid } from '../utils/uuid.js';
import { browserNetwork } from './browser-network.js';
import { imageLimits } from './image-limits.js';
import type { SharedSettings } from './uploader-properties.js';

const loadSharesConnection = lazy(() => import('./shares-connection.js'));

type ElementOptions = 'storeFor' | 'describeProblem' | 'prepareAhead' | 'stallTimeout' | 'resume' | 'isDeletable';

/**
 * Converts an element's settings into the uploader's options, as far as they do not depend on its store or its view.
 * @param findConnections - whether more connections than `maxConnections` are used if they are faster.
 * @param itemLimitRefusesBatch - whether files that are added together and exceed the item limit are all refused.
 * @param assertUploadable - rejects for a file that the store will not take; undefined if there is nothing to check.
 */
export function settingsToOptions(
  settings: SharedSettings,
  findConnections: boolean,
  itemLimitRefusesBatch: boolean,
  assertUploadable: (file: FileRecord) => Promise<void> | undefined = () => undefined,
): Omit<UploaderOptions, ElementOptions> {
  const inspectImage = imageLimits(settings);
  const { accept, allowedExtensions, sizeLimit, minSizeLimit, itemLimit, totalSizeLimit, allowEmpty } = settings;
  return {
    autoUpload: !settings.manualUpload,
    rules: {
      single: !settings.multiple,
      ...(accept && { accepts: (file) => accepts(file, accept) }),
      ...{ allowedExtensions, sizeLimit, minSizeLimit, itemLimit, itemLimitRefusesBatch, totalSizeLimit, allowEmpty },
    },
    inspectFile: (file) => {
      const uploadable = assertUploadable(file);
      return uploadable ? uploadable.then(() => inspectImage?.(file)) : inspectImage?.(file);
    },
    retry: { maxAttempts: settings.maxAutoAttempts, firstDelay: settings.autoAttemptDelay },
    answerTimeout: settings.answerTimeout || Infinity,
    maxConnections: settings.maxConnections,
    usesSharedConnection: findConnections ? connectionSharing(settings.endpoint) : undefined,
    network: browserNetwork,
    clock: systemClock,
    createUuid: uuid,
  };
}

/** Loads the code that finds out whether requests to a URL share one connection. Until then, it is unknown. */
function connectionSharing(url: string): () => boolean | undefined {
  const sharing = () => {
    if (!loadSharesConnection.value) loadSharesConnection().catch(() => {});
    return loadSharesConnection.value?.sharesConnection(url);
  };
  sharing();
  return sharing;
}
