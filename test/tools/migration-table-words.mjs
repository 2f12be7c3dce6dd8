/** Fine Uploader 5.16's options, methods and callbacks, and words for those that no name of ours replaces. What does replace one is found by migration-table.mjs. */

/** Every option, by group. `a.{b,c}` stands for `a.b` and `a.c`. */
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
  Face: 'element listElement template showMessage showConfirm showPrompt dragAndDrop.{extraDropzones,reportDirectoryPaths} display.{fileSizeOnSubmit,prependFiles} editFilename.enabled failedUploadTextDisplay.{mode,responseProperty,enableTooltip} thumbnails.{maxCount,timeBetweenThumbs,customResizer} thumbnails.placeholders.{waitUntilResponse,notAvailablePath,waitingPath} classes.{retrying,retryable,success,fail,editable,hide,dropActive,buttonHover,buttonFocus}',
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

const oldBrowsers = 'dropped: only old browsers needed it';
const parts = 'CSS: parts and custom properties';

/** What stands in for what no name of ours replaces; a `*` is every option below. Where there is nothing here either, it says "not yet". */
export const words = {
  formatFileName: 'dropped: names are shown as they are; `setName` gives another',
  debug: 'dropped: mistakes are warnings in the console, failures `error` events',
  disableCancelForFormUploads: oldBrowsers,
  'chunking.paramNames.totalFileSize': '`options`: `request.totalFileSizeName` (this one was never read)',
  'retry.showAutoRetryNote': 'always shown',
  'validation.stopOnFirstInvalidFile': 'dropped: each file is judged by itself',
  'deleteFile.forceConfirm': 'always asks, where a person deletes',
  'cors.expected': 'not needed: found out from the endpoint',
  'cors.allowXdr': oldBrowsers,
  'form.element': 'put the element into the form, or the attribute `form`; parameters: `form-params`',
  'form.autoUpload': '`upload-on-submit`',
  'form.interceptSubmit': '`upload-on-submit`',
  'camera.*': '`capture`',
  'workarounds.*': oldBrowsers,
  element: 'the element itself',
  listElement: 'the element itself',
  template: `the element itself; ${parts}, slots`,
  'dragAndDrop.reportDirectoryPaths': 'always: `qqpath`',
  'display.fileSizeOnSubmit': 'always shown',
  'display.prependFiles': 'dropped: files are in the order in which they came',
  'failedUploadTextDisplay.responseProperty': 'dropped: it is `error`',
  'failedUploadTextDisplay.enableTooltip': 'dropped: the reason is in the row',
  'thumbnails.maxCount': '`no-thumbnails` for none; only rows in view have theirs',
  'thumbnails.timeBetweenThumbs': 'dropped: the page stays quick without',
  'scaling.*': '`scaling`',
  'thumbnails.customResizer': 'dropped: the browser draws them; `drawThumbnail` takes one',
  'thumbnails.placeholders.*': 'dropped: a picture of the file’s kind stands there until, or where, there is no other',
  'classes.*': parts,
  'messages.unsupportedBrowser*': oldBrowsers,
  'iframeSupport.*': oldBrowsers,
  addBlobs: '`addFiles`',
  doesExist: '`getFile(id) !== null`',
  getButton: 'dropped: the page knows its buttons (`extraButtons`)',
  log: 'dropped: `console`',
  getDropTarget: 'dropped: rows are the element’s own',
  getId: 'dropped: rows are the element’s own',
  getItemByFileId: 'dropped: rows are the element’s own',
};

/** What differs where the name has stayed, or there is a new one. */
export const differences = {
  maxConnections: 'default 6, was 3',
  multiple: 'default false, was true',
  button: 'or the slot `button`',
  extraButtons: '`validation` only for what the dialog offers; or several elements in the slot `button`',
  showMessage: 'all that was refused in one turn, a line each',
  'dragAndDrop.extraDropzones': '`drop-anywhere` for the whole page',
  'retry.enableAuto': '0 for never; default 3, was never',
  'retry.autoAttemptDelay': 'seconds of the first wait; the next ones are longer',
  'request.params': 'S3: user metadata',
  'deleteFile.enabled': 'where it is set, files can be deleted',
  'signature.version': 'default 4, was 2',
  'objectProperties.reducedRedundancy': '`REDUCED_REDUNDANCY`, or any other class',
  'paste.targetElement': 'another element; `paste` for this one',
  cancel: 'not once the file has arrived',
  retry: 'only what has failed',
  pauseUpload: 'needs no chunks, but without them the file begins again',
  onCancel: '`preventDefault()` refuses',
  onComplete: '`detail.success` says how; no xhr, but `detail.response`',
  onError: '`detail.reason`, `code`, `status` instead of an xhr',
  onDeleteComplete: '`detail.success`, and `detail.isError`, instead of an xhr',
  onResume: '`detail` is that of `uploadChunk`, and `customResumeData`',
  onUploadChunk: '`waitUntil()` with `{endpoint, method, headers, params}` changes the request',
  onCredentialsExpired: '`waitUntil()` with the new ones; comes before they have expired',
};
