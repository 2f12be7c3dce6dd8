import type { FileRecord } from '../core/file-record.js';
import type { ValidationProblem } from '../core/validation/rules.js';
import { imageSize } from '../images/image-size.js';
import type { SharedSettings } from './uploader-properties.js';

/** Returns a validator for the width and height of images, or undefined without limits. A file that is not a readable image is accepted, as in Fine Uploader. */
export function imageLimits({
  imageMinWidth,
  imageMaxWidth,
  imageMinHeight,
  imageMaxHeight,
}: SharedSettings): ((file: FileRecord) => Promise<ValidationProblem | undefined>) | undefined {
  if (imageMinWidth + imageMaxWidth + imageMinHeight + imageMaxHeight === 0) return undefined;
  return async ({ name, type, data }) => {
    const size = data && type.startsWith('image/') ? await imageSize(data) : undefined;
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
