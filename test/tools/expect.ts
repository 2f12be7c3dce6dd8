/** Chai's `expect`, for tests that run in the browser and in Node. The path is needed because the package's `main` names a file that it does not contain. */
export { expect } from '@esm-bundle/chai/esm/chai.js';
