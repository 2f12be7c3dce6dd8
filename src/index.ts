/** Both elements, defined, and every public type. */

export { FineUploaderElement } from './fine-uploader.js';
export { FineUploaderS3Element } from './fine-uploader-s3.js';
export { status } from './core/status.js';
export type { Status } from './core/status.js';
export type { Json, JsonObject } from './core/types.js';
export { UploaderEvent, CancelableUploaderEvent } from './elements/events.js';
export type {
  ChunkDetail,
  CompleteDetail,
  Credentials,
  ErrorDetail,
  FileDetail,
  ProgressDetail,
  StatusChangeDetail,
  UploaderEventMap,
} from './elements/events.js';
export type { Key, PerFile } from './elements/s3-values.js';
export type { ShowConfirm, ShowMessage, ShowPrompt } from './elements/page-dialogs.js';
export type { ExtraButton } from './elements/uploader-element.js';
export type { PickerOverrides } from './ui/file-picker.js';
export type { FileSettings, InitialFile, UploadData, UploadFilter } from './elements/uploader-methods.js';
export type { CustomResizer, Resizing, ScaleOptions } from './images/scale.js';
export type { ThumbnailTarget } from './images/draw-thumbnail.js';
export type { Scaling, ScalingSize } from './elements/scaling.js';
export { ThumbnailError } from './elements/uploader-methods.js';
export type { NamedBlob, NamedCanvas, FileInput, FileInputs } from './elements/file-inputs.js';
export type { Size } from './elements/attribute-converters.js';
export { registerMessages } from './ui/messages/messages.js';
export type { Message, MessageKey, Messages, PluralMessage } from './ui/messages/messages.js';
export { UploadError } from './core/errors.js';
export type { RetryAdvice } from './core/errors.js';
