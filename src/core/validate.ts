/** What a file must be. A limit of 0 or undefined is none; sizes are bytes. */
export interface Rules {
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
export interface Problem {
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
export interface Present {
  readonly items: number;
  /** Bytes. */
  readonly bytes: number;
}

/** Looks at one file. Answers what is wrong with it, or nothing. */
export function validate(
  file: { readonly name: string; readonly size: number; readonly type: string },
  rules: Rules,
  present: Present,
): Problem | undefined {
  const { allowedExtensions = [], sizeLimit = 0, minSizeLimit = 0, itemLimit = 0, totalSizeLimit = 0 } = rules;
  const problem = (code: Problem['code'], values: Problem['values'] = {}): Problem => ({ code, values: { file: file.name, ...values } });
  if (allowedExtensions.length > 0 && !allowedExtensions.some((extension) => hasExtension(file.name, extension))) {
    return problem('typeError', { extensions: allowedExtensions });
  }
  if (rules.accepts && !rules.accepts(file)) return problem('typeError', { extensions: [] });
  if (file.size === 0 && !rules.allowEmpty) return problem('emptyError');
  if (sizeLimit > 0 && file.size > sizeLimit) return problem('sizeError', { sizeLimit });
  if (file.size >= 0 && file.size < minSizeLimit) return problem('minSizeError', { minSizeLimit });
  if (itemLimit > 0 && present.items + 1 > itemLimit) {
    return problem('tooManyItemsError', { netItems: present.items + 1, itemLimit });
  }
  if (totalSizeLimit > 0 && present.bytes + file.size > totalSizeLimit) return problem('totalSizeError', { totalSizeLimit });
  return undefined;
}

/** Whether a name ends in `.extension`, in any case; a leading dot or `*.` in the extension is forgiven. */
export function hasExtension(name: string, extension: string): boolean {
  const wanted = extension
    .trim()
    .replace(/^\*?\./, '')
    .toLowerCase();
  return name.toLowerCase().endsWith(`.${wanted}`);
}
