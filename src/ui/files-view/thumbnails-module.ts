import { lazy } from '../../utils/lazy.js';

/** The module that draws thumbnails. Each update with thumbnails tries again after a failed load, so the retries are a second apart. */
export const thumbnailsModule = lazy(() => import('../../images/thumbnails.js'), 1000);
