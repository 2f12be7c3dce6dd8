/** The rules that a file has to pass. A limit of 0 or undefined is none; sizes are bytes. */
export interface ValidationRules {
  /** Extensions without the dot, in any case. Empty: all. */
  readonly allowedExtensions?: readonly string[];
  /** Returns whether the `accept` list contains a file of this name and type. */
  readonly accepts?: ((file: { readonly name: string; readonly type: string }) => boolean) | undefined;
  readonly sizeLimit?: number;
  readonly minSizeLimit?: number;
  readonly allowEmpty?: boolean;
  /** Maximum number of files. */
  readonly itemLimit?: number;
  /** True: files that are added together and exceed `itemLimit` are all refused, with one error. False: the first ones are accepted. */
  readonly itemLimitRefusesBatch?: boolean;
  /** Maximum size of all files together. */
  readonly totalSizeLimit?: number;
}

/** Why a file is refused. */
export interface ValidationProblem {
  /** The name of the message in Fine Uploader's `messages`. */
  readonly code:
    | 'typeError'
    | 'sizeError'
    | 'minSizeError'
    | 'emptyError'
    | 'tooManyItemsError'
    | 'totalSizeError'
    | 'tooManyFilesError'
    | 'retryFailTooManyItems'
    | 'maxHeightImageError'
    | 'maxWidthImageError'
    | 'minHeightImageError'
    | 'minWidthImageError';
  /** The values of the message's {placeholders}. */
  readonly values: Readonly<Record<string, string | number | readonly string[]>>;
}

/** The files that count toward the limits already. */
export interface AcceptedTotals {
  readonly items: number;
  readonly bytes: number;
}

/** Validates one file. Returns the first problem, or undefined. */
export function validateFile(
  file: { readonly name: string; readonly size: number; readonly type: string },
  rules: ValidationRules,
  accepted: AcceptedTotals,
): ValidationProblem | undefined {
  const { allowedExtensions = [], sizeLimit = 0, minSizeLimit = 0 } = rules;
  if (allowedExtensions.length > 0 && !allowedExtensions.some((extension) => hasExtension(file.name, extension))) {
    return problemOf(file, 'typeError', { extensions: allowedExtensions });
  }
  if (rules.accepts && !rules.accepts(file)) return problemOf(file, 'typeError', { extensions: [] });
  if (file.size === 0 && !rules.allowEmpty) return problemOf(file, 'emptyError');
  if (sizeLimit > 0 && file.size > sizeLimit) return problemOf(file, 'sizeError', { sizeLimit });
  if (file.size >= 0 && file.size < minSizeLimit) return problemOf(file, 'minSizeError', { minSizeLimit });
  return limitProblem(file, rules, accepted);
}

/** The problem, if one more file would exceed the limits of all files together. */
export function limitProblem(
  file: { readonly name: string; readonly size: number },
  { itemLimit = 0, totalSizeLimit = 0 }: ValidationRules,
  accepted: AcceptedTotals,
): ValidationProblem | undefined {
  if (itemLimit > 0 && accepted.items + 1 > itemLimit) {
    return problemOf(file, 'tooManyItemsError', { netItems: accepted.items + 1, itemLimit });
  }
  if (totalSizeLimit > 0 && accepted.bytes + file.size > totalSizeLimit) return problemOf(file, 'totalSizeError', { totalSizeLimit });
  return undefined;
}

function problemOf(
  { name }: { readonly name: string },
  code: ValidationProblem['code'],
  values: ValidationProblem['values'] = {},
): ValidationProblem {
  return { code, values: { file: name, ...values } };
}

/** Returns whether a name ends in `.extension`, in any case. The extension may begin with a dot or `*.`. */
export function hasExtension(name: string, extension: string): boolean {
  const suffix = extension
    .trim()
    .replace(/^\*?\./, '')
    .toLowerCase();
  return name.toLowerCase().endsWith(`.${suffix}`);
}
