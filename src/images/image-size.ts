/** The size of an image in pixels, after its Exif orientation is applied; undefined if the browser cannot decode it. */
export async function imageSize(blob: Blob): Promise<{ readonly width: number; readonly height: number } | undefined> {
  try {
    const bitmap = await createImageBitmap(blob);
    const { width, height } = bitmap;
    bitmap.close();
    return { width, height };
  } catch {
    return undefined;
  }
}
