/** The options, methods and callbacks of Fine Uploader 5.16, and the replacements that readme-migration.mjs cannot derive. */

/** Every option, by group. `a.{b,c}` means `a.b` and `a.c`. */
export const options = {
  Core: 'autoUpload button debug disableCancelForFormUploads extraButtons formatFileName maxConnections multiple warnBeforeUnload text.{defaultResponseError,fileInputTitle,sizeSymbols,failUpload,formatProgress,paused,waitingForResponse}',
  Request:
    'request.{endpoint,method,params,paramsInBody,forceMultipart,inputName,uuidName,filenameParam,totalFileSizeName,customHeaders,omitDefaultParams,requireSuccessJson}',
  'Chunks, resume, retry':
    'chunking.{enabled,partSize,mandatory} chunking.concurrent.enabled chunking.paramNames.{partIndex,partByteOffset,chunkSize,totalParts,totalFileSize} chunking.success.{endpoint,method,headers,params,jsonPayload,resetOnStatus} resume.{enabled,recordsExpireIn,customKeys} resume.paramNames.resuming retry.{enableAuto,maxAutoAttempts,autoAttemptDelay,preventRetryResponseProperty,showAutoRetryNote,autoRetryNote}',
  Validation:
    'validation.{allowedExtensions,acceptFiles,sizeLimit,minSizeLimit,itemLimit,stopOnFirstInvalidFile,allowEmpty} validation.image.{maxHeight,maxWidth,minHeight,minWidth}',
  'Deleting, session, CORS':
    'deleteFile.{enabled,endpoint,method,params,customHeaders,forceConfirm,confirmMessage,deletingStatusText,deletingFailedText} session.{endpoint,params,customHeaders,refreshOnReset} cors.{expected,sendCredentials,allowXdr}',
  'Forms, blobs, paste, camera, workarounds':
    'form.{element,autoUpload,interceptSubmit} blobs.defaultName paste.{targetElement,defaultName,promptForName,namePromptMessage} camera.{ios,button} workarounds.{iosEmptyVideos,ios8SafariUploads,ios8BrowserCrash}',
  Scaling: 'scaling.{sizes,sendOriginal,orient,defaultType,defaultQuality,includeExif,failureText,customResizer,hideScaled}',
  'User interface':
    'element listElement template showMessage showConfirm showPrompt dragAndDrop.{extraDropzones,reportDirectoryPaths} display.{fileSizeOnSubmit,prependFiles} editFilename.enabled failedUploadTextDisplay.{mode,responseProperty,enableTooltip} thumbnails.{maxCount,timeBetweenThumbs,customResizer} thumbnails.placeholders.{waitUntilResponse,notAvailablePath,waitingPath} classes.{retrying,retryable,success,fail,editable,hide,dropActive,buttonHover,buttonFocus}',
  Messages:
    'messages.{typeError,sizeError,minSizeError,emptyError,noFilesError,tooManyItemsError,maxHeightImageError,maxWidthImageError,minHeightImageError,minWidthImageError,retryFailTooManyItems,onLeave,tooManyFilesError,unsupportedBrowser,unsupportedBrowserIos8Safari}',
  S3: 'request.{accessKey,clockDrift} signature.{endpoint,version,customHeaders} credentials objectProperties.{acl,bucket,host,key,region,reducedRedundancy,serverSideEncryption} uploadSuccess.{endpoint,method,params,customHeaders} iframeSupport.localBlankPagePath',
};

export const methods =
  'addFiles addBlobs addInitialFiles cancel cancelAll clearStoredFiles continueUpload deleteFile doesExist drawThumbnail getButton getEndpoint getFile getInProgress getName getNetUploads getParentId getRemainingAllowedItems getResumableFilesData getSize getUploads getUuid isResumable log pauseUpload removeFileRef reset retry scaleImage setCustomHeaders setCustomResumeData setDeleteFileCustomHeaders setDeleteFileEndpoint setDeleteFileParams setEndpoint setForm setItemLimit setName setParams setStatus setUuid uploadStoredFiles addExtraDropzone removeExtraDropzone getDropTarget getId getItemByFileId getBucket getKey setAcl setCredentials setUploadSuccessEndpoint setUploadSuccessParams'.split(
    ' ',
  );

export const callbacks =
  'onAllComplete onAutoRetry onCancel onComplete onCredentialsExpired onDelete onDeleteComplete onError onManualRetry onPasteReceived onProgress onResume onSessionRequestComplete onStatusChange onSubmit onSubmitDelete onSubmitted onTotalProgress onUpload onUploadChunk onUploadChunkSuccess onValidate onValidateBatch'.split(
    ' ',
  );

const oldBrowsers = 'dropped: for old browsers only';
const parts = 'CSS parts and custom properties';

/** Replacements of the names that have no equivalent property, method or event. A final `*` stands for every option of the group. @type {Record<string, string>} */
export const replacements = {
  formatFileName: 'dropped: names are shown unchanged; `setName` renames a file',
  debug: 'dropped: mistakes in the page are console warnings, failures are `error` events',
  disableCancelForFormUploads: oldBrowsers,
  'chunking.paramNames.totalFileSize': '`options`: `request.totalFileSizeName` (Fine Uploader never read this option)',
  'retry.showAutoRetryNote': 'always shown',
  'validation.stopOnFirstInvalidFile': 'dropped: each file is validated by itself',
  'deleteFile.forceConfirm': 'always on: deleting asks for confirmation',
  'cors.expected': 'not needed: derived from the endpoint',
  'cors.allowXdr': oldBrowsers,
  'form.element': 'put the element into the form, or use the attribute `form`; parameters: `form-params`',
  'form.autoUpload': '`upload-on-submit`',
  'form.interceptSubmit': '`upload-on-submit`',
  'camera.*': '`capture`',
  'workarounds.*': oldBrowsers,
  element: 'the element itself',
  listElement: 'the element itself',
  template: `the element itself; ${parts}, slots`,
  'dragAndDrop.reportDirectoryPaths': 'always on: `qqpath`',
  'display.fileSizeOnSubmit': 'always shown',
  'display.prependFiles': 'dropped: files are listed in the order in which they were added',
  'failedUploadTextDisplay.responseProperty': 'dropped: always `error`',
  'failedUploadTextDisplay.enableTooltip': 'dropped: the row shows the reason',
  'thumbnails.maxCount': '`no-thumbnails` turns them off; only visible rows have one',
  'thumbnails.timeBetweenThumbs': 'dropped: not needed for speed',
  'scaling.*': '`scaling`',
  'thumbnails.customResizer': 'dropped: the browser draws them; `drawThumbnail` takes a resizer',
  'thumbnails.placeholders.*': 'dropped: an icon of the file type is the placeholder',
  'classes.*': parts,
  'messages.unsupportedBrowser*': oldBrowsers,
  'iframeSupport.*': oldBrowsers,
  addBlobs: '`addFiles`',
  doesExist: '`getFile(id) !== null`',
  getButton: 'dropped: the page has its buttons (`extraButtons`)',
  log: 'dropped: `console`',
  getDropTarget: 'dropped: rows are internal to the element',
  getId: 'dropped: rows are internal to the element',
  getItemByFileId: 'dropped: rows are internal to the element',
};

/** Differences between a name and its equivalent. @type {Record<string, string>} */
export const differences = {
  maxConnections: 'default 6, was 3',
  multiple: 'default false, was true',
  button: 'or the slot `button`',
  extraButtons: '`validation` only filters the file dialog; or several elements in the slot `button`',
  showMessage: 'one call for all files rejected together, one line each',
  'dragAndDrop.extraDropzones': '`drop-anywhere` for the whole page',
  'retry.enableAuto': '0 disables it; default 3, was off',
  'retry.autoAttemptDelay': 'seconds before the first retry; later ones wait longer',
  'request.params': 'S3: user metadata',
  'deleteFile.enabled': 'setting the endpoint enables deleting',
  'signature.version': 'default 4, was 2',
  'objectProperties.reducedRedundancy': '`REDUCED_REDUNDANCY` or any other class',
  'paste.targetElement': 'another element; `paste` is for this one',
  cancel: 'not after the upload has finished',
  retry: 'failed files only',
  pauseUpload: 'works without chunks, but then the file restarts from the beginning',
  onCancel: '`preventDefault()` keeps the file',
  onComplete: '`detail.success` is the outcome; `detail.response` instead of an xhr',
  onError: '`detail.reason`, `code` and `status` instead of an xhr',
  onDeleteComplete: '`detail.success` and `detail.isError` instead of an xhr',
  onResume: '`detail` is that of `uploadChunk` plus `customResumeData`',
  onUploadChunk: '`waitUntil()` with `{endpoint, method, headers, params}` changes the request',
  onCredentialsExpired: '`waitUntil()` takes the new ones; dispatched before they expire',
};
