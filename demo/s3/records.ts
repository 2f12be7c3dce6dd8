/**
 * What is kept about objects and uploads, apart from their bytes.
 */
import type { ObjectHeaders } from './object-headers.js';

/** A run of bytes in one file of `data/`. */
export interface Piece {
  file: string;
  size: number;
}

export interface ObjectRecord {
  key: string;
  size: number;
  /** Without quotes. */
  etag: string;
  /** Milliseconds since 1970. */
  lastModified: number;
  about: ObjectHeaders;
  pieces: Piece[];
  /** The multipart upload it came from: what makes a repeated CompleteMultipartUpload answer as the first did. */
  uploadId?: string;
}

export interface PartRecord extends Piece {
  partNumber: number;
  etag: string;
  lastModified: number;
}

export interface UploadRecord {
  uploadId: string;
  bucket: string;
  key: string;
  initiated: number;
  about: ObjectHeaders;
}

export interface Upload extends UploadRecord {
  parts: Map<number, PartRecord>;
}

/** Bytes on their way in. Exactly one of `keep` and `discard` must follow. */
export interface Draft {
  write(chunk: Buffer): Promise<void>;
  /** Ends the writing. The bytes are still nobody's until a record names them. */
  keep(size: number): Promise<Piece>;
  discard(): Promise<void>;
}
