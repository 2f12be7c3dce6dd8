/** Uploads files. Loaded with the first file: see {@link loadUploadModule}. */
export { prepareRemoval, removeUpload } from './abandon-upload.js';
export { uploadFile } from './upload-file.js';
export { UploadServices } from './upload-services.js';
