/** Bundles for pages without a build step: each file contains everything. */
import { readFileSync } from 'node:fs';
import resolve from '@rollup/plugin-node-resolve';
import minifyTemplates from '@lit-labs/rollup-plugin-minify-html-literals';
import terser from '@rollup/plugin-terser';
import esbuild from 'rollup-plugin-esbuild';

const { name, version, license } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

/**
 * The minifying plugins, shared with the size check (test/tools/size.rollup.mjs).
 * keepClosingSlash: without it, the paths of an svg`` template nest, and the inner ones are not painted. conservativeCollapse: keeps one space between
 * inline elements, because it is visible.
 * @param {{format?: import('@rollup/plugin-terser').Options['format']}} [more]
 */
export const minify = ({ format = {} } = {}) => [
  minifyTemplates({
    failOnError: true,
    options: { minifyOptions: { keepClosingSlash: true, conservativeCollapse: true, removeEmptyAttributes: false } },
  }),
  terser({ ecma: 2022, module: true, compress: { passes: 2 }, format: { comments: /^!/, ...format } }),
];

const shared = { sourcemap: true, inlineDynamicImports: true, banner: `/*! ${name} ${version} | ${license} */` };

export default {
  input: 'src/index.ts',
  plugins: [
    resolve({ extensions: ['.ts', '.js'] }),
    esbuild({ target: 'es2022', tsconfig: 'tsconfig.json' }),
    minify({ format: { ascii_only: true } }),
  ],
  output: [
    { ...shared, file: 'dist/cdn/fine-uploader.esm.min.js', format: 'es' },
    {
      ...shared,
      file: 'dist/cdn/fine-uploader.min.js',
      format: 'iife',
      name: 'FineUploaderElements',
      // A `var` is a global only in a classic script. This defines it in <script type=module> too.
      footer: 'globalThis.FineUploaderElements = FineUploaderElements;',
    },
  ],
  /** @param {{message: string}} warning */
  onwarn(warning) {
    throw new Error(warning.message);
  },
};
