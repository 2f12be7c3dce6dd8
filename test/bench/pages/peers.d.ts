/** Types of the part of the other uploaders that the pages use. Only the benchmark installs them. */

declare module '@uppy/core' {
  interface Result {
    readonly failed?: readonly { readonly error?: string }[];
    readonly successful?: readonly unknown[];
  }
  export default class Uppy {
    constructor(options?: object);
    use(plugin: unknown, options?: object): this;
    addFiles(files: readonly object[]): void;
    getFiles(): readonly unknown[];
    upload(): Promise<Result | undefined>;
  }
}

declare module '@uppy/aws-s3' {
  const AwsS3: unknown;
  export default AwsS3;
}

declare module '@uppy/dashboard' {
  const Dashboard: unknown;
  export default Dashboard;
}

declare module '@aws-sdk/client-s3' {
  export class S3Client {
    constructor(options: object);
  }
}

declare module '@aws-sdk/lib-storage' {
  export class Upload {
    constructor(options: object);
    done(): Promise<unknown>;
  }
}

declare module 'evaporate' {
  const Evaporate: { create(config: object): Promise<{ add(file: object): Promise<string> }> };
  export default Evaporate;
}

declare module 'fine-uploader/lib/core/s3' {
  const qq: { s3: { FineUploaderBasic: new (options: object) => { addFiles(files: readonly File[]): void } } };
  export default qq;
}

declare module 'fine-uploader/lib/s3' {
  const qq: {
    s3: {
      FineUploader: new (options: object) => {
        addFiles(files: readonly File[]): void;
        getUploads(): readonly { readonly status: string }[];
      };
    };
  };
  export default qq;
}

declare module '@uploadcare/file-uploader' {
  export function defineComponents(components: object): void;
}

declare module '*.css' {
  const text: string;
  export default text;
}

declare module '*.html' {
  const text: string;
  export default text;
}
