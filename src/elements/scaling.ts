/** Images that are sent in smaller sizes, too: Fine Uploader's `scaling`. */

import type { NewFile } from '../core/file-record.js';
import { UploadError } from '../core/errors.js';
import type { CustomResizer } from '../images/scale.js';
import { scaledType } from '../images/scaled-type.js';

/** One size that images are sent in. */
export interface ScalingSize {
  /** Goes into the file's name: `photo (name).jpg`. */
  readonly name?: string;
  /** The longer side, pixels. Smaller images keep their size. */
  readonly maxSize: number;
  /** MIME type. Default: `defaultType`. */
  readonly type?: string;
  /** 0 to 100. Default: `defaultQuality`. */
  readonly quality?: number;
}

/** Which sizes images are sent in. */
export interface Scaling {
  readonly sizes?: readonly ScalingSize[];
  /** Default true: the image itself is sent, too, after the smaller ones. */
  readonly sendOriginal?: boolean;
  /** Default true: turned the way the camera was held. */
  readonly orient?: boolean;
  /** MIME type. Default: a JPEG stays one, all else becomes a PNG. */
  readonly defaultType?: string | null;
  /** 0 to 100. Default 80. */
  readonly defaultQuality?: number;
  /** Default false. What the camera has written into a JPEG (place and time, too) stays in smaller JPEGs. */
  readonly includeExif?: boolean;
  /** Why a file fails that cannot be scaled. */
  readonly failureText?: string;
  /** Draws in place of the browser. */
  readonly customResizer?: CustomResizer;
  /** Default false: smaller ones are in the list, too. */
  readonly hideScaled?: boolean;
}

/**
 * Puts the smaller sizes of each image in front of it, the smallest first. They are made when their turn comes.
 * @param next - the id that the first file will get.
 */
export function withScaledImages(
  files: readonly NewFile[],
  scaling: Scaling | undefined,
  next: number,
  newUuid: () => string,
): readonly NewFile[] {
  const wanted = scaling?.sizes ?? [];
  const sizes = wanted.filter(({ maxSize }) => maxSize > 0).sort((one, other) => one.maxSize - other.maxSize);
  if (sizes.length < wanted.length) console.warn('scaling.sizes: each needs a maxSize, in pixels; those without are left out.');
  if (!scaling || sizes.length === 0) return files;
  let id = next;
  return files.flatMap((file) => {
    const { blob, path = '' } = file;
    const name = file.name ?? (blob instanceof File ? blob.name : '');
    if (!blob || !isScalable(blob.type)) {
      id++;
      return [file];
    }
    const uuid = newUuid();
    const parent = { id: id + sizes.length, uuid, size: blob.size };
    const { defaultType, defaultQuality, orient, includeExif, customResizer, hideScaled = false } = scaling;
    const scaled = sizes.map((size): NewFile => {
      const type = scaledType(blob.type, size.type ?? defaultType ?? undefined);
      const options = { maxSize: size.maxSize, type, quality: size.quality ?? defaultQuality, orient, includeExif, customResizer };
      return {
        name: scaledName(name, size.name ?? '', blob.type, type),
        path: path && path.replace(/[^/]*$/, '') + scaledName(name, size.name ?? '', blob.type, type),
        ...{ type, parent, hidden: hideScaled },
        createBlob: (signal) => make(blob, options, signal, scaling.failureText),
      };
    });
    id += scaled.length + 1;
    return [...scaled, { ...file, uuid, scaledOnly: scaling.sendOriginal === false }];
  });
}

/** An SVG has no size that could be made smaller. */
function isScalable(type: string): boolean {
  return type.startsWith('image/') && !type.startsWith('image/svg');
}

/** `photo (small).jpg`; where the type changes, so does the extension. */
function scaledName(name: string, size: string, from: string, to: string): string {
  const dot = name.lastIndexOf('.');
  const [base, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  return `${base}${size && ` (${size})`}${from === to ? extension : `.${to.slice(6)}`}`;
}

async function make(
  blob: Blob,
  options: Parameters<typeof import('../images/scale.js').scaleImage>[1],
  signal: AbortSignal,
  failureText = 'This image could not be made smaller.',
): Promise<Blob> {
  try {
    const { scaleImage } = await import('../images/scale.js');
    return await scaleImage(blob, options, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw new UploadError(failureText, { code: 'NotScaled', retry: 'manual', cause });
  }
}
