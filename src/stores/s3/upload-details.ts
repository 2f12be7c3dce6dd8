/** The `details` of a file that was uploaded to S3. */
export interface S3UploadDetails {
  readonly key: string;
  readonly bucket: string;
}

declare module '../../core/events.js' {
  interface CompleteDetail {
    /** The object's key, of a file that was uploaded to S3. */
    readonly key?: S3UploadDetails['key'];
    /** The object's bucket, of a file that was uploaded to S3. */
    readonly bucket?: S3UploadDetails['bucket'];
  }
}
