/**
 * Keeps the promise of being small: what a page downloads for each way of using the package, everything inside (Lit too) but what is loaded later, minified and compressed with brotli, in bytes.
 *
 * A page that uploads loads more, beside it and after: that is printed, too.
 *
 * A limit is what is: nothing may grow unnoticed. A goal is where it shall go; when a size has come closer to it, lower the limit. To raise a limit, change it here, and
 * say in the commit what the page gets for it.
 */
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import resolve from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';
import { minify } from '../../rollup.config.mjs';
import { root } from './sections.mjs';

/** `code` is what the page imports, out of dist/. */
const limits = [
  { name: '<fine-uploader-s3>', limit: 28_300, goal: 30_000, code: `import 'dist/fine-uploader-s3.js';` },
  { name: '<fine-uploader>', limit: 26_800, goal: 24_000, code: `import 'dist/fine-uploader.js';` },
  { name: 'both elements', limit: 28_700, goal: 34_000, code: `import 'dist/fine-uploader.js'; import 'dist/fine-uploader-s3.js';` },
  { name: 'headless, with only the S3 store', limit: 14_000, goal: 14_000, code: `export { Uploader, S3Store } from 'dist/headless.js';` },
];

/** @param {string} code */
async function download(code) {
  const entry = '\0page';
  const bundle = await rollup({
    input: entry,
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === entry ? id : id.startsWith('dist/') ? path.join(root, id) : null),
        load: (id) => (id === entry ? code : null),
      },
      resolve(),
      minify(),
    ],
    onwarn(warning) {
      throw new Error(warning.message);
    },
  });
  const { output } = await bundle.generate({ format: 'es' });
  await bundle.close();
  // What is loaded only when it is needed is not what a page downloads.
  const chunks = new Map(output.flatMap((one) => (one.type === 'chunk' ? [[one.fileName, one]] : [])));
  const wanted = new Set([output[0].fileName]);
  for (const file of wanted) for (const imported of chunks.get(file)?.imports ?? []) wanted.add(imported);
  const first = compressed([...wanted].map((file) => chunks.get(file)?.code ?? '').join('\n'));
  const later = [...chunks].filter(([file]) => !wanted.has(file)).reduce((sum, [, { code: text }]) => sum + compressed(text), 0);
  return { first, later };
}

/** @param {string} code */
function compressed(code) {
  const bytes = Buffer.from(code);
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
}

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
