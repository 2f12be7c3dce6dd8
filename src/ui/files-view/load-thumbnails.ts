import { lazy } from '../../utils/lazy.js';

/** Loads the module that draws thumbnails. Each update with thumbnails retries a failed load, at most once a second. */
export const loadThumbnails = lazy(() => import('../../images/thumbnails.js'), 1000);
