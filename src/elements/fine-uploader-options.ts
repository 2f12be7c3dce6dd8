/** An options object in Fine Uploader's own shape -> the element's properties, and what has no property. Pure but for the element it is given. */

/** The property that an option goes to, by name, or with a change of its value, which may look at the property's value now. */
type Target = string | readonly [property: string, change: (value: unknown, now: unknown) => unknown];

const not = (value: unknown): boolean => !value;

/** Options that have a property, by their path. */
export const properties: Readonly<Record<string, Target>> = {
  autoUpload: ['manualUpload', not],
  maxConnections: 'maxConnections',
  multiple: 'multiple',
  warnBeforeUnload: ['noUnloadWarning', not],
  'request.endpoint': 'endpoint',
  'request.method': 'method',
  'request.params': 'params',
  'request.customHeaders': 'customHeaders',
  'request.accessKey': 'accessKey',
  'request.clockDrift': 'clockDrift',
  'chunking.enabled': 'chunking',
  'chunking.partSize': 'partSize',
  'chunking.mandatory': 'chunkingMandatory',
  'chunking.concurrent.enabled': 'concurrentChunks',
  'chunking.success.endpoint': 'chunkingSuccessEndpoint',
  'resume.enabled': 'resume',
  'resume.recordsExpireIn': 'resumeRecordsExpireIn',
  'retry.enableAuto': ['maxAutoAttempts', (on, now) => (on ? now || 3 : 0)],
  'retry.maxAutoAttempts': 'maxAutoAttempts',
  'retry.autoAttemptDelay': 'autoAttemptDelay',
  'validation.allowedExtensions': 'allowedExtensions',
  'validation.acceptFiles': ['accept', (list) => (Array.isArray(list) ? list.join(',') : (list ?? ''))],
  'validation.sizeLimit': 'sizeLimit',
  'validation.minSizeLimit': 'minSizeLimit',
  'validation.itemLimit': 'itemLimit',
  'validation.allowEmpty': 'allowEmpty',
  'validation.image.minWidth': 'imageMinWidth',
  'validation.image.maxWidth': 'imageMaxWidth',
  'validation.image.minHeight': 'imageMinHeight',
  'validation.image.maxHeight': 'imageMaxHeight',
  'deleteFile.enabled': ['deleteEndpoint', (on, now) => (on ? now : undefined)],
  'deleteFile.endpoint': 'deleteEndpoint',
  'deleteFile.method': 'deleteMethod',
  'cors.sendCredentials': 'withCredentials',
  'session.endpoint': 'sessionEndpoint',
  'editFilename.enabled': 'editFilename',
  'paste.targetElement': 'pasteTarget',
  'paste.promptForName': 'pastePromptForName',
  'failedUploadTextDisplay.mode': 'failedUploadText',
  scaling: ['scaling', (value, now) => ({ ...(now as object | undefined), ...(value as object) })],
  showMessage: 'showMessage',
  showConfirm: 'showConfirm',
  showPrompt: 'showPrompt',
  button: ['extraButtons', (element, now) => (element ? [...(now as object[]), { element }] : now)],
  extraButtons: ['extraButtons', (buttons, now) => [...(now as object[]), ...(buttons as FineUploaderButton[]).map(extraButton)]],
  'dragAndDrop.extraDropzones': 'extraDropzones',
  'objectProperties.acl': 'acl',
  'objectProperties.bucket': 'bucket',
  'objectProperties.host': 'host',
  'objectProperties.key': 'key',
  'objectProperties.region': 'region',
  'objectProperties.reducedRedundancy': ['storageClass', (on) => (on ? 'REDUCED_REDUNDANCY' : undefined)],
  'objectProperties.serverSideEncryption': 'serverSideEncryption',
  'signature.endpoint': 'signatureEndpoint',
  'signature.version': 'signatureVersion',
  'uploadSuccess.endpoint': 'successEndpoint',
  'uploadSuccess.params': 'successParams',
  credentials: 'credentials',
};

/** One of Fine Uploader's `extraButtons`. */
interface FineUploaderButton {
  readonly element: HTMLElement;
  readonly multiple?: boolean;
  readonly folders?: boolean;
  readonly validation?: { readonly acceptFiles?: string; readonly allowedExtensions?: readonly string[] };
}

function extraButton({ element, multiple, folders, validation: { acceptFiles, allowedExtensions } = {} }: FineUploaderButton) {
  const accept = acceptFiles ?? allowedExtensions?.map((extension) => `.${extension}`).join(',');
  return { element, multiple, directory: folders, accept };
}

/** They turn off what other options set up, whichever comes first. */
const switches: ReadonlySet<string> = new Set(['retry.enableAuto', 'deleteFile.enabled']);

/** Texts that Fine Uploader has beside what they are for, and their keys among the messages. */
export const messageOptions: Readonly<Record<string, string>> = {
  'deleteFile.confirmMessage': 'confirmMessage',
  'deleteFile.deletingStatusText': 'deletingStatusText',
  'deleteFile.deletingFailedText': 'deletingFailedText',
  'retry.autoRetryNote': 'autoRetryNote',
  'paste.namePromptMessage': 'namePromptMessage',
};

/** Options without a property of their own, by their path. */
export const extras: ReadonlySet<string> = new Set([
  'request.paramsInBody',
  'request.forceMultipart',
  'request.inputName',
  'request.uuidName',
  'request.filenameParam',
  'request.totalFileSizeName',
  'request.omitDefaultParams',
  'request.requireSuccessJson',
  'chunking.paramNames.partIndex',
  'chunking.paramNames.partByteOffset',
  'chunking.paramNames.chunkSize',
  'chunking.paramNames.totalParts',
  'chunking.success.method',
  'chunking.success.headers',
  'chunking.success.params',
  'chunking.success.jsonPayload',
  'chunking.success.resetOnStatus',
  'resume.customKeys',
  'resume.paramNames.resuming',
  'retry.preventRetryResponseProperty',
  'deleteFile.params',
  'deleteFile.customHeaders',
  'session.params',
  'session.customHeaders',
  'session.refreshOnReset',
  'blobs.defaultName',
  'paste.defaultName',
  'signature.customHeaders',
  'uploadSuccess.method',
  'uploadSuccess.customHeaders',
  'messages',
  'text',
  'callbacks',
]);

/** What only old browsers needed, and what the face decides by itself: accepted without a word. */
const obsolete =
  /^(debug|formatFileName|failedUploadTextDisplay\.(responseProperty|enableTooltip)|element|listElement|template|classes|iframeSupport|workarounds|camera|disableCancelForFormUploads|cors\.(expected|allowXdr)|deleteFile\.forceConfirm|retry\.showAutoRetryNote|thumbnails|display|dragAndDrop\.reportDirectoryPaths|validation\.stopOnFirstInvalidFile)(\.|$)/;

/** Options without a property, by their path in Fine Uploader's object. */
export type Extras = Record<string, unknown>;

/**
 * Takes over an options object. What is not in it stays as it is.
 * @returns the paths that nobody knows.
 */
export function takeOptions(options: object, into: { element: object; extras: Extras }): string[] {
  const unknown: string[] = [];
  const later: (() => void)[] = [];
  const walk = (value: unknown, path: string): void => {
    const target = properties[path];
    const element = into.element as Record<string, unknown>;
    if (target && (typeof target === 'string' ? target : target[0]) in element) {
      const set = () => {
        if (typeof target === 'string') element[target] = value;
        else element[target[0]] = target[1](value, element[target[0]]);
      };
      if (switches.has(path)) later.push(set);
      else set();
    } else if (messageOptions[path]) into.extras['messages'] = merged(into.extras['messages'], { [messageOptions[path]]: value });
    else if (extras.has(path)) into.extras[path] = merged(into.extras[path], value);
    else if (obsolete.test(path)) return;
    else if (isPlain(value) && known(path)) for (const [key, inner] of Object.entries(value)) walk(inner, path ? `${path}.${key}` : key);
    else unknown.push(path);
  };
  walk(options, '');
  for (const set of later) set();
  return unknown;
}

function known(path: string): boolean {
  return path === '' || [...Object.keys(properties), ...extras].some((one) => one.startsWith(`${path}.`));
}

function merged(old: unknown, value: unknown): unknown {
  return isPlain(old) && isPlain(value) ? { ...old, ...value } : value;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]';
}
