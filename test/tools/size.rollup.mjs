/**
 * Bundles what pages download, for size-limit: from dist/ with code splitting, as a page's own bundler does it, minified like the bundles for CDNs.
 * `<page>.js` is the script that a page waits for, `<page>/*.js` are the parts that load later. The limits are in package.json.
 */
import { fileURLToPath } from 'node:url';
import resolve from '@rollup/plugin-node-resolve';
import { minify } from '../../rollup.config.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The script of each page. */
const pages = {
  'fine-uploader': `import 'dist/fine-uploader.js';`,
  'fine-uploader-s3': `import 'dist/fine-uploader-s3.js';`,
  'fine-uploader-azure': `import 'dist/fine-uploader-azure.js';`,
  'both-elements': `import 'dist/fine-uploader.js'; import 'dist/fine-uploader-s3.js';`,
  'headless-s3': `export { Uploader, S3Store } from 'dist/headless.js';`,
};

/** @param {string} name @param {string} code @returns {import('rollup').RollupOptions} */
const page = (name, code) => ({
  input: name,
  plugins: [
    {
      name: 'page',
      resolveId: (id) => (id === name ? id : id.startsWith('dist/') ? root + id : null),
      load: (id) => (id === name ? code : null),
    },
    resolve({ rootDir: root }),
    minify(),
  ],
  preserveEntrySignatures: 'allow-extension',
  output: { dir: `${root}node_modules/.cache/size`, entryFileNames: `${name}.js`, chunkFileNames: `${name}/[name]-[hash].js` },
  onwarn(warning) {
    throw new Error(warning.message);
  },
});

export default Object.entries(pages).map(([name, code]) => page(name, code));
