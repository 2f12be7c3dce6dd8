import { notLoaded } from '../core/errors.js';
import type { FileRecord } from '../core/file-record.js';
import type { ValidationProblem } from '../core/validation/rules.js';
import { lazy } from '../utils/lazy.js';
import type { SharedSettings } from './uploader-properties.js';

const loadImageSize = lazy(() => import('../images/image-size.js'));

/** Returns a validator for the width and height of images, or undefined without limits. A file that is not a readable image is accepted, as in Fine Uploader. */
export function imageLimits({
  imageMinWidth,
  imageMaxWidth,
  imageMinHeight,
  imageMaxHeight,
}: SharedSettings): ((file: FileRecord) => Promise<ValidationProblem | undefined>) | undefined {
  if (imageMinWidth + imageMaxWidth + imageMinHeight + imageMaxHeight === 0) return undefined;
  return async ({ name, type, data }) => {
    // Systems that do not know a type of images give such a file none.
    if (!data || !/^$|^image\/(?!svg)/.test(type)) return undefined;
    const { imageSize } = await loadImageSize().catch((cause: unknown) => {
      throw notLoaded(cause);
    });
    const size = await imageSize(data, type !== '');
    if (!size) return undefined;
    const { width, height } = size;
    const values = { file: name };
    if (imageMaxHeight > 0 && height > imageMaxHeight) return { code: 'maxHeightImageError', values };
    if (imageMaxWidth > 0 && width > imageMaxWidth) return { code: 'maxWidthImageError', values };
    if (height < imageMinHeight) return { code: 'minHeightImageError', values };
    if (width < imageMinWidth) return { code: 'minWidthImageError', values };
    return undefined;
  };
}
