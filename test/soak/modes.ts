/** The nine ways to upload that the soak mixes. */

/** One way to upload. */
export interface Mode {
  readonly name: string;
  readonly element: 'fine-uploader' | 'fine-uploader-s3';
  readonly attributes: Readonly<Record<string, string>>;
  /** Sizes of the files in bytes, from and to. */
  readonly sizes: readonly [number, number];
  /** Number of files in a round, from and to. */
  readonly files: readonly [number, number];
  /** The page has the keys of the store and signs by itself. */
  readonly signsInPage?: boolean;
}

/** Short, so that a run sees many failures. */
const timeouts = {
  'answer-timeout': '6',
  'auto-attempt-delay': '0.2',
  multiple: '',
};
const chunking = { ...timeouts, chunking: '', resume: '', 'part-size': '200kB' };
const multipart = { ...timeouts, chunking: '', 'part-size': '5MiB', 'path-style': '' };
const mebibyte = 2 ** 20;
const small = [1, 400_000] as const;
const chunked = [150_000, 2_500_000] as const;
/** Up to three parts. */
const large = [4 * mebibyte, 13 * mebibyte] as const;

/** All modes. `concurrent-chunks`, `resume` and `chunking-success-endpoint` are in several, so that they meet each other. */
export const modes: readonly Mode[] = [
  { name: 'simple', element: 'fine-uploader', attributes: timeouts, sizes: small, files: [4, 10] },
  { name: 'chunked', element: 'fine-uploader', attributes: chunking, sizes: chunked, files: [4, 7] },
  {
    name: 'concurrent',
    element: 'fine-uploader',
    attributes: { ...chunking, 'concurrent-chunks': '' },
    sizes: chunked,
    files: [4, 7],
  },
  {
    name: 'mandatory',
    element: 'fine-uploader',
    attributes: { ...chunking, 'chunking-mandatory': '' },
    sizes: [1, 900_000],
    files: [4, 7],
  },
  { name: 's3-simple', element: 'fine-uploader-s3', attributes: { ...timeouts, 'path-style': '' }, sizes: small, files: [4, 10] },
  { name: 's3-multipart', element: 'fine-uploader-s3', attributes: { ...multipart, resume: '' }, sizes: large, files: [4, 6] },
  {
    name: 's3-v2',
    element: 'fine-uploader-s3',
    attributes: { ...multipart, resume: '', 'signature-version': '2' },
    sizes: large,
    files: [3, 5],
  },
  {
    name: 's3-credentials',
    element: 'fine-uploader-s3',
    attributes: { ...multipart, resume: '' },
    sizes: large,
    files: [3, 5],
    signsInPage: true,
  },
  { name: 's3-without-resume', element: 'fine-uploader-s3', attributes: multipart, sizes: large, files: [4, 6] },
];

/** Whether an upload continues after a reload: its mode has `resume`, and the file is sent in parts. */
export function continuesAfterReload({ attributes, element }: Mode, size: number): boolean {
  if (attributes['resume'] === undefined) return false;
  const partSize = element === 'fine-uploader' ? 200_000 : 5 * mebibyte;
  return size > partSize || attributes['chunking-mandatory'] !== undefined;
}
