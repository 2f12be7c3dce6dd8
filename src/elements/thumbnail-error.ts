import type { ThumbnailTarget } from '../images/draw-thumbnail.js';

/** The reason why `drawThumbnail` has drawn nothing, in Fine Uploader's shape. */
export class ThumbnailError extends Error {
  /** The element that was to show the thumbnail. */
  readonly container: ThumbnailTarget;
  readonly error: unknown;

  constructor(container: ThumbnailTarget, error: unknown) {
    super(error instanceof Error ? error.message : 'There is no thumbnail.', { cause: error });
    this.container = container;
    this.error = error;
  }
}
