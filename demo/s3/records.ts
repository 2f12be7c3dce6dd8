/**
 * The records of objects and multipart uploads.
 */
import type { ObjectMetadata } from './object-metadata.js';

/** A file in `data/`. */
export interface DataFile {
  name: string;
  size: number;
}

export interface ObjectRecord {
  key: string;
  size: number;
  /** Without quotes. */
  etag: string;
  /** Milliseconds since 1970. */
  lastModified: number;
  metadata: ObjectMetadata;
  files: DataFile[];
  /** Id of the multipart upload that created the object, so that a repeated CompleteMultipartUpload gets the same response. */
  uploadId?: string;
}

export interface PartRecord extends DataFile {
  partNumber: number;
  etag: string;
  lastModified: number;
}

export interface MultipartUploadRecord {
  uploadId: string;
  bucket: string;
  key: string;
  initiated: number;
  metadata: ObjectMetadata;
}

export interface MultipartUpload extends MultipartUploadRecord {
  parts: Map<number, PartRecord>;
}

/** A file that is being written. Exactly one of `commit` and `discard` must be called. */
export interface TemporaryFile {
  write(chunk: Buffer): Promise<void>;
  /** Closes the file. It must be added to a record or removed. */
  commit(size: number): Promise<DataFile>;
  discard(): Promise<void>;
}
