/** What a page downloads, in bytes: bundled and minified as the bundles for CDNs are, and compressed with brotli. */
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import resolve from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';
import { minify } from '../../rollup.config.mjs';
import { root } from '../tools/root.mjs';

/**
 * @param {string} code what the page imports, out of dist/ and of packages.
 * @returns {Promise<{first: number, later: number}>} what it waits for, and what may be loaded later, each piece compressed by itself.
 */
export async function download(code) {
  const entry = '\0page';
  const bundle = await rollup({
    input: entry,
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === entry ? id : id.startsWith('dist/') ? path.join(root, id) : null),
        load: (id) => (id === entry ? code : null),
      },
      resolve({ rootDir: root }),
      minify(),
    ],
    onwarn(warning) {
      throw new Error(warning.message);
    },
  });
  const { output } = await bundle.generate({ format: 'es' });
  await bundle.close();
  // What is loaded only when it is needed is not what a page waits for.
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
