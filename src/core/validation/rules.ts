/** What a file must be. A limit of 0 or undefined is none; sizes are bytes. */
export interface ValidationRules {
  /** Extensions without the dot; any case. Empty: all. */
  readonly allowedExtensions?: readonly string[];
  /** Whether the `accept` list takes a file of this name and type. */
  readonly accepts?: ((file: { readonly name: string; readonly type: string }) => boolean) | undefined;
  readonly sizeLimit?: number;
  readonly minSizeLimit?: number;
  readonly allowEmpty?: boolean;
  /** How many files in all. */
  readonly itemLimit?: number;
  /** Bytes of all files together. */
  readonly totalSizeLimit?: number;
}

/** Why a file is refused: the message's key in Fine Uploader's `messages`, and what goes into its {placeholders}. */
export interface ValidationProblem {
  readonly code:
    | 'typeError'
    | 'sizeError'
    | 'minSizeError'
    | 'emptyError'
    | 'tooManyItemsError'
    | 'totalSizeError'
    | 'tooManyFilesError'
    | 'maxHeightImageError'
    | 'maxWidthImageError'
    | 'minHeightImageError'
    | 'minWidthImageError';
  readonly values: Readonly<Record<string, string | number | readonly string[]>>;
}

/** What is there already, when one more file asks to be let in. */
export interface AcceptedTotals {
  readonly items: number;
  /** Bytes. */
  readonly bytes: number;
}

/** Looks at one file. Answers what is wrong with it, or nothing. */
export function validateFile(
  file: { readonly name: string; readonly size: number; readonly type: string },
  rules: ValidationRules,
  present: AcceptedTotals,
): ValidationProblem | undefined {
  const { allowedExtensions = [], sizeLimit = 0, minSizeLimit = 0, itemLimit = 0, totalSizeLimit = 0 } = rules;
  if (allowedExtensions.length > 0 && !allowedExtensions.some((extension) => hasExtension(file.name, extension))) {
    return problemOf(file, 'typeError', { extensions: allowedExtensions });
  }
  if (rules.accepts && !rules.accepts(file)) return problemOf(file, 'typeError', { extensions: [] });
  if (file.size === 0 && !rules.allowEmpty) return problemOf(file, 'emptyError');
  if (sizeLimit > 0 && file.size > sizeLimit) return problemOf(file, 'sizeError', { sizeLimit });
  if (file.size >= 0 && file.size < minSizeLimit) return problemOf(file, 'minSizeError', { minSizeLimit });
  if (itemLimit > 0 && present.items + 1 > itemLimit) {
    return problemOf(file, 'tooManyItemsError', { netItems: present.items + 1, itemLimit });
  }
  if (totalSizeLimit > 0 && present.bytes + file.size > totalSizeLimit) return problemOf(file, 'totalSizeError', { totalSizeLimit });
  return undefined;
}

function problemOf(
  { name }: { readonly name: string },
  code: ValidationProblem['code'],
  values: ValidationProblem['values'] = {},
): ValidationProblem {
  return { code, values: { file: name, ...values } };
}

/** Whether a name ends in `.extension`, in any case; a leading dot or `*.` in the extension is forgiven. */
export function hasExtension(name: string, extension: string): boolean {
  const wanted = extension
    .trim()
    .replace(/^\*?\./, '')
    .toLowerCase();
  return name.toLowerCase().endsWith(`.${wanted}`);
}
