/** Makes a script of each page, with everything in it that the page needs, minified as a page would have it. */

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';
import type { BuildOptions, Plugin } from 'esbuild';
import { root } from '../tools/sections.mjs';

const here = path.join(root, 'test', 'bench');

/** Fetches what we compare with, once. */
export function installPeers(): void {
  if (existsSync(path.join(here, 'node_modules', '@uppy', 'core'))) return;
  console.log('Installing what to compare with …');
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: here,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('What to compare with could not be installed: `npm ci` in test/bench failed.');
}

function newest(folder: string): number {
  return Math.max(
    0,
    ...readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(path.join(entry.parentPath, entry.name)).mtimeMs),
  );
}

/** Makes dist/ where there is none, or an old one. */
export function buildOurs(): void {
  const built = path.join(root, 'dist', 'cdn', 'fine-uploader.min.js');
  if (existsSync(built) && statSync(built).mtimeMs > newest(path.join(root, 'src'))) return;
  const { status } = spawnSync(process.execPath, ['test/tools/build.mjs'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('The build has failed.');
}

/** What the pages import of src/ is taken from the build of it, or from there. package.json tells of side effects in dist/ only. */
const ours = (fromSources: boolean): Plugin => ({
  name: 'ours',
  setup({ onResolve }) {
    onResolve({ filter: /(^|\/)src\/[^/]+\.js$/ }, ({ path: name }) => {
      const file = path.basename(name);
      return { path: fromSources ? path.join(root, 'src', file.replace(/js$/, 'ts')) : path.join(root, 'dist', file), sideEffects: true };
    });
  },
});

const options = (fromSources: boolean): BuildOptions => ({
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  target: 'es2022',
  platform: 'browser',
  loader: { '.css': 'text', '.html': 'text' },
  legalComments: 'none',
  logLevel: 'error',
  tsconfig: path.join(root, 'tsconfig.json'),
  absWorkingDir: here,
  outdir: path.join(here, 'out'),
  define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  plugins: [ours(fromSources)],
});

/** Scripts by name: of each page in pages/, and of what they load later. */
export async function bundlePages(names: readonly string[], fromSources: boolean, minify: boolean): Promise<Map<string, string>> {
  const entryPoints = Object.fromEntries(names.map((name) => [name, path.join(here, 'pages', `${name}.ts`)]));
  const { outputFiles = [] } = await build({ ...options(fromSources), minify, entryPoints, splitting: true });
  return new Map(outputFiles.map((file) => [path.relative(path.join(here, 'out'), file.path), file.text]));
}

/** What a page downloads for some imports: minified and compressed with brotli, bytes. What is loaded later is not counted. */
export async function download(code: string, fromSources: boolean): Promise<number> {
  const { outputFiles = [], metafile } = await build({
    ...options(fromSources),
    stdin: { contents: code, resolveDir: here },
    splitting: true,
    metafile: true,
  });
  const made = new Map(outputFiles.map((file) => [path.relative(here, file.path).replaceAll('\\', '/'), file.contents]));
  const wanted = new Set(
    Object.entries(metafile?.outputs ?? {}).flatMap(([name, { entryPoint }]) => (entryPoint === '<stdin>' ? [name] : [])),
  );
  for (const name of wanted)
    for (const { path: imported, kind } of metafile?.outputs[name]?.imports ?? []) if (kind === 'import-statement') wanted.add(imported);
  const bytes = Buffer.concat([...wanted].map((name) => made.get(name) ?? new Uint8Array()));
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
}
