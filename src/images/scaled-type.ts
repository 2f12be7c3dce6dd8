/**
 * The MIME type of a scaled image. HEIC becomes JPEG: no browser encodes HEIC, and a PNG of a photo is larger than the original.
 * @param requestedType - default: `image/jpeg` for JPEG and HEIC, `image/png` for any other image.
 */
export function scaledType(type: string, requestedType?: string): string {
  return requestedType ?? (/^image\/(jpeg|heic|heif)$/.test(type) ? 'image/jpeg' : 'image/png');
}
