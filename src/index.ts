/** Defines all elements, and exports the public types. */

export { FineUploaderElement } from './fine-uploader.js';
export { FineUploaderS3Element } from './fine-uploader-s3.js';
export { FineUploaderAzureElement } from './fine-uploader-azure.js';
export { status } from './core/status.js';
export type { Status } from './core/status.js';
export type { Json, JsonObject } from './core/types.js';
export { UploaderEvent, CancelableUploaderEvent } from './elements/events.js';
export type {
  ChunkDetail,
  CompleteDetail,
  ErrorDetail,
  FileDetail,
  ProgressDetail,
  StatusChangeDetail,
  UploaderEventMap,
} from './elements/events.js';
export type { Key, PerFile, S3FileSettings, S3InitialFile, S3UploadDetails } from './elements/fine-uploader-s3-element.js';
export type { AzureFileSettings, AzureInitialFile, AzureUploadDetails, BlobName } from './elements/fine-uploader-azure-element.js';
export type { ShowConfirm, ShowMessage, ShowPrompt } from './elements/controllers/dialog-controller.js';
export type { ExtraButton } from './elements/controllers/extra-targets-controller.js';
export type { PickerOverrides } from './ui/file-picker.js';
export type { FileSettings } from './elements/file-settings.js';
export type { InitialFile, UploadData, UploadFilter } from './elements/file-types.js';
export type { ResumableFileData } from './resume/resumable-files.js';
export type { CustomResizer, ResizeInfo, ScaleOptions } from './images/scale.js';
export type { ThumbnailTarget } from './images/draw-thumbnail.js';
export type { Scaling, ScalingSize } from './elements/scaling.js';
export { ThumbnailError } from './elements/thumbnail-error.js';
export type { NamedBlob, NamedCanvas, FileInput, FileInputs } from './elements/file-inputs.js';
export type { Size } from './elements/attribute-converters.js';
export { registerMessages } from './ui/messages/messages.js';
export type { Message, MessageKey, Messages, PluralMessage } from './ui/messages/messages.js';
export { UploadError } from './core/errors.js';
export type { RetryAdvice } from './core/errors.js';
export type { Credentials } from './stores/s3/signers/credentials-provider.js';
