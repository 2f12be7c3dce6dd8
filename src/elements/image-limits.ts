import { throwNotLoaded } from '../core/errors.js';
import type { FileRecord } from '../core/file-record.js';
import type { ValidationProblem } from '../core/validation/rules.js';
import { lazy } from '../utils/lazy.js';
import type { SharedSettings } from './uploader-properties.js';

const loadImageSize = lazy(() => import('../images/image-size.js'));

/** Returns a validator for the width and height of images, or undefined without limits. A file that is not a readable image is accepted, as in Fine Uploader. */
export function imageLimits({
  imageMinWidth: minWidth,
  imageMaxWidth: maxWidth,
  imageMinHeight: minHeight,
  imageMaxHeight: maxHeight,
}: SharedSettings): ((file: FileRecord) => Promise<ValidationProblem | undefined>) | undefined {
  if (minWidth + maxWidth + minHeight + maxHeight === 0) return undefined;
  return async ({ name, type, data }) => {
    // Systems that do not know a type of images give such a file none.
    if (!data || !/^$|^image\/(?!svg)/.test(type)) return undefined;
    const { imageSizeProblem } = await loadImageSize().catch(throwNotLoaded);
    const code = await imageSizeProblem(data, { minWidth, maxWidth, minHeight, maxHeight }, type !== '');
    return code && { code, values: { file: name } };
  };
}
