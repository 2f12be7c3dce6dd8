/** Smaller copies of images that are uploaded, too: Fine Uploader's `scaling`. */

import type { NewFile } from '../core/file-record.js';
import { UploadError } from '../core/errors.js';
import type { CustomResizer } from '../images/scale.js';
import { readObject } from './attribute-converters.js';
import type { SettingType } from './settings.js';
import { scaledType } from '../images/scaled-type.js';

/** A size of the copies. */
export interface ScalingSize {
  /** Added to the file's name: `photo (name).jpg`. */
  readonly name?: string;
  /** Maximum width and height in pixels. Smaller images keep their size. */
  readonly maxSize: number;
  /** MIME type. Default: `defaultType`. */
  readonly type?: string;
  /** 0 to 100. Default: `defaultQuality`. */
  readonly quality?: number;
}

/** The smaller copies to upload of each image. */
export interface Scaling {
  readonly sizes?: readonly ScalingSize[];
  /** Uploads the image itself, too, after its copies. Default true. */
  readonly sendOriginal?: boolean;
  /** Rotates copies by the image's EXIF orientation. Default true. */
  readonly orient?: boolean;
  /** MIME type. Default: JPEG for a JPEG, PNG for anything else. */
  readonly defaultType?: string | null;
  /** 0 to 100. Default 80. */
  readonly defaultQuality?: number;
  /** Keeps the EXIF data of a JPEG, time and place included, in copies that are JPEGs. Default false. */
  readonly includeExif?: boolean;
  /** The reason of a copy that fails because the image cannot be scaled. */
  readonly failureText?: string;
  /** Scales the images in place of the browser. */
  readonly customResizer?: CustomResizer;
  /** Hides the copies from the list. Default false. */
  readonly hideScaled?: boolean;
}

/** `scaling`, of which each size is an object. */
export const scalingType: SettingType<unknown> = {
  read: (value) => {
    const sizes = readObject(value)?.['sizes'] ?? [];
    return readObject(value) && Array.isArray(sizes) && sizes.every(readObject) ? value : undefined;
  },
  expected: 'an object with an array of sizes, {sizes: [{maxSize}]}',
  empty: undefined,
};

/**
 * Inserts the smaller copies of each image before it, the smallest first. A copy is created when its upload starts.
 * @param nextId - the id of the first file.
 */
export function withScaledImages(
  files: readonly NewFile[],
  scaling: Scaling | undefined,
  nextId: number,
  createUuid: () => string,
): readonly NewFile[] {
  const allSizes = scaling?.sizes ?? [];
  const sizes = allSizes.filter(({ maxSize }) => maxSize > 0).sort((one, other) => one.maxSize - other.maxSize);
  if (sizes.length < allSizes.length) console.warn('scaling.sizes: each needs a maxSize, in pixels; those without are ignored.');
  if (!scaling || sizes.length === 0) return files;
  let id = nextId;
  return files.flatMap((file) => {
    const { blob, path = '' } = file;
    const name = file.name ?? (blob instanceof File ? blob.name : '');
    if (!blob || !isScalable(blob.type)) {
      id++;
      return [file];
    }
    const uuid = createUuid();
    const parent = { id: id + sizes.length, uuid, size: blob.size };
    const { defaultType, defaultQuality, orient, includeExif, customResizer, hideScaled = false } = scaling;
    const scaled = sizes.map((size): NewFile => {
      const type = scaledType(blob.type, size.type ?? defaultType ?? undefined);
      const options = { maxSize: size.maxSize, type, quality: size.quality ?? defaultQuality, orient, includeExif, customResizer };
      return {
        name: scaledName(name, size.name ?? '', blob.type, type),
        path: path && path.replace(/[^/]*$/, '') + scaledName(name, size.name ?? '', blob.type, type),
        ...{ type, parent, hidden: hideScaled },
        createBlob: (signal) => createCopy(blob, options, signal, scaling.failureText),
      };
    });
    id += scaled.length + 1;
    return [...scaled, { ...file, uuid, scaledOnly: scaling.sendOriginal === false }];
  });
}

/** An SVG has no pixels. */
function isScalable(type: string): boolean {
  return type.startsWith('image/') && !type.startsWith('image/svg');
}

/** Returns `photo (small).jpg`, with the extension of the copy's type. */
function scaledName(name: string, size: string, from: string, to: string): string {
  const dot = name.lastIndexOf('.');
  const [base, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  return `${base}${size && ` (${size})`}${from === to ? extension : `.${to.slice(6)}`}`;
}

async function createCopy(
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
