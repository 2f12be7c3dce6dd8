/**
 * The size of an image in pixels, turned the way it is shown; undefined for what the browser cannot read as an image.
 */
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
