/**
 * The MIME type of a scaled image. HEIC becomes JPEG: no browser writes HEIC, and a photo as a PNG is larger than it was.
 * @param wanted - default: a JPEG stays one, all else becomes a PNG.
 */
export function scaledType(type: string, wanted?: string): string {
  return wanted ?? (/^image\/(jpeg|heic|heif)$/.test(type) ? 'image/jpeg' : 'image/png');
}
