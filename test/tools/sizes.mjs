/**
 * Keeps the promise of being small: what a page downloads for each way of using the package, everything inside (Lit too) but what is loaded later, minified and compressed with brotli, in bytes.
 *
 * A page that uploads loads more, beside it and after: that is printed, too.
 *
 * A limit is what is: nothing may grow unnoticed. A goal is where it shall go; when a size has come closer to it, lower the limit. To raise a limit, change it here, and
 * say in the commit what the page gets for it.
 */
import { download } from './download.mjs';

/** `code` is what the page imports, out of dist/. */
const limits = [
  { name: '<fine-uploader-s3>', limit: 28_300, goal: 30_000, code: `import 'dist/fine-uploader-s3.js';` },
  { name: '<fine-uploader>', limit: 26_800, goal: 24_000, code: `import 'dist/fine-uploader.js';` },
  { name: 'both elements', limit: 28_700, goal: 34_000, code: `import 'dist/fine-uploader.js'; import 'dist/fine-uploader-s3.js';` },
  { name: 'headless, with only the S3 store', limit: 14_000, goal: 14_000, code: `export { Uploader, S3Store } from 'dist/headless.js';` },
];

let tooLarge = 0;
for (const { name, limit, goal, code } of limits) {
  const { first: size, later } = await download(code);
  const [is, mayBe, shallBe, more] = [size, limit, goal, later].map((bytes) => bytes.toLocaleString('en'));
  if (size <= limit) console.log(`${name}: ${is} bytes, at most ${mayBe}, the goal ${shallBe}; ${more} may come later`);
  else {
    tooLarge++;
    console.error(
      `${name}: ${is} bytes, and the limit is ${mayBe}. Make it smaller, or change the limit in test/tools/sizes.mjs and say what the page gets for it.`,
    );
  }
}
if (tooLarge) process.exit(1);
