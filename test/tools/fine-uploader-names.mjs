/** Fine Uploader 5.16's options, methods and callbacks, and texts for those without a direct replacement. readme-migration.mjs finds the direct ones. */

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
  Azure: 'signature.{endpoint,customHeaders} blobProperties.name chunking.minFileSize uploadSuccess.{endpoint,method,params,customHeaders}',
};

export const methods =
  'addFiles addBlobs addInitialFiles cancel cancelAll clearStoredFiles continueUpload deleteFile doesExist drawThumbnail getButton getEndpoint getFile getInProgress getName getNetUploads getParentId getRemainingAllowedItems getResumableFilesData getSize getUploads getUuid isResumable log pauseUpload removeFileRef reset retry scaleImage setCustomHeaders setCustomResumeData setDeleteFileCustomHeaders setDeleteFileEndpoint setDeleteFileParams setEndpoint setForm setItemLimit setName setParams setStatus setUuid uploadStoredFiles addExtraDropzone removeExtraDropzone getDropTarget getId getItemByFileId getBucket getKey setAcl setCredentials setUploadSuccessEndpoint setUploadSuccessParams getBlobName'.split(
    ' ',
  );

export const callbacks =
  'onAllComplete onAutoRetry onCancel onComplete onCredentialsExpired onDelete onDeleteComplete onError onManualRetry onPasteReceived onProgress onResume onSessionRequestComplete onStatusChange onSubmit onSubmitDelete onSubmitted onTotalProgress onUpload onUploadChunk onUploadChunkSuccess onValidate onValidateBatch'.split(
    ' ',
  );

const internalRows = 'dropped: rows are internal to the element';

/** Texts for names without a direct replacement, beside those of src/elements/ignored-options.ts. A `*` at the end covers every option below. A name without a text gets "not yet". @type {Record<string, string>} */
export const replacements = {
  'scaling.*': '`scaling`',
  addBlobs: '`addFiles`',
  doesExist: '`getFile(id) !== null`',
  getButton: 'dropped: the page has its own buttons (`extraButtons`)',
  log: 'dropped: use `console`',
  getDropTarget: internalRows,
  getId: internalRows,
  getItemByFileId: internalRows,
};

/** Differences in behaviour of names that are kept or replaced. @type {Record<string, string>} */
export const differences = {
  maxConnections: 'default 6, was 3',
  multiple: 'default false, was true',
  button: 'or the slot `button`',
  extraButtons: '`validation` filters the file dialog only; or several elements in the slot `button`',
  showMessage: 'called once for all files that are rejected together, one line per file',
  'dragAndDrop.extraDropzones': '`drop-anywhere` for the whole page',
  'retry.enableAuto': '0 disables retries; default 3, was disabled',
  'retry.autoAttemptDelay': 'seconds before the first retry; the delay grows with each retry',
  'request.params': 'S3: user metadata',
  'deleteFile.enabled': 'its presence enables deleting',
  'signature.version': 'default 4, was 2',
  'objectProperties.reducedRedundancy': '`REDUCED_REDUNDANCY`, or any other storage class',
  'form.element': 'or place the element in the form, or set the attribute `form`',
  'form.autoUpload': 'only with a form',
  'form.interceptSubmit': 'the form is submitted when its files are uploaded',
  'paste.targetElement': 'another element; the attribute `paste` uses this element',
  cancel: 'not after the upload has finished',
  retry: 'failed files only',
  pauseUpload: 'works without chunks too, but the file then restarts from the beginning',
  onCancel: '`preventDefault()` keeps the file',
  onComplete: '`detail.success` and `detail.response` instead of an xhr',
  onError: '`detail.reason`, `code`, `status` instead of an xhr',
  onDeleteComplete: '`detail.success` and `detail.isError` instead of an xhr',
  onResume: '`detail` has the properties of `uploadChunk` and `customResumeData`',
  onUploadChunk: '`waitUntil()` with `{endpoint, method, headers, params}` changes the request',
  onCredentialsExpired: '`waitUntil()` with the new credentials; dispatched before the old ones expire',
};
