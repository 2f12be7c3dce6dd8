/** Bundles a minified script for each page of the benchmark. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import resolve from '@rollup/plugin-node-resolve';
import { build } from 'esbuild';
import type { BuildOptions, Plugin } from 'esbuild';
import { rollup } from 'rollup';
import esbuild from 'rollup-plugin-esbuild';
import { root } from '../tools/root.mjs';

const here = path.join(root, 'test', 'bench');

/** Installs the other uploaders, once. */
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

/** Builds dist/ if it is missing or outdated. */
export function buildOurs(): void {
  const { status } = spawnSync('npm', ['run', 'build'], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) throw new Error('The build has failed.');
}

/** Resolves the pages' imports from src/ to dist/ or src/. package.json lists side effects in dist/ only. */
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

/** Bundles as Vite does: modules that a page shares with its lazy chunks are in the page's script. esbuild creates a chunk for each of them, but supports packages that Rollup does not. */
async function rolledUp(name: string, fromSources: boolean, minify: boolean): Promise<[string, string][]> {
  const bundle = await rollup({
    input: { [name]: path.join(here, 'pages', `${name}.ts`) },
    plugins: [
      {
        name: 'ours',
        resolveId: (id) =>
          /(^|\/)src\/[^/]+\.js$/.test(id) && !fromSources
            ? { id: path.join(root, 'dist', path.basename(id)), moduleSideEffects: true }
            : null,
      },
      resolve({ extensions: ['.ts', '.js'] }),
      esbuild({ target: 'es2022', tsconfig: path.join(root, 'tsconfig.json'), minify }),
    ],
  });
  const { output } = await bundle.generate({ format: 'es', chunkFileNames: '[name]-[hash].js' });
  await bundle.close();
  return output.flatMap((one): [string, string][] => (one.type === 'chunk' ? [[one.fileName, one.code]] : []));
}

/** Returns the scripts of the pages and of their lazy chunks by name. Each page is bundled separately: otherwise shared modules would cause an additional request. */
export async function bundlePages(names: readonly string[], fromSources: boolean, minify: boolean): Promise<Map<string, string>> {
  const scripts = new Map<string, string>();
  for (const name of names) {
    if (/^(ours|bare|floor)/.test(name)) {
      for (const [file, text] of await rolledUp(name, fromSources, minify)) scripts.set(file, text);
      continue;
    }
    const entryPoints = { [name]: path.join(here, 'pages', `${name}.ts`) };
    const { outputFiles = [] } = await build({ ...options(fromSources), minify, entryPoints, splitting: true });
    for (const file of outputFiles) scripts.set(path.relative(path.join(here, 'out'), file.path), file.text);
  }
  return scripts;
}

/** Returns the size of the scripts that a page downloads for some imports, minified and compressed with brotli, in bytes. */
export async function download(
  code: string,
  fromSources: boolean,
): Promise<{
  /** Size of the scripts that the page loads at its start. */
  readonly first: number;
  /** Size including all lazy chunks, each compressed separately. */
  readonly all: number;
}> {
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
  const compressed = (bytes: Uint8Array) =>
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length;
  const first = compressed(Buffer.concat([...wanted].map((name) => made.get(name) ?? new Uint8Array())));
  const later = [...made].filter(([name]) => !wanted.has(name)).map(([, bytes]) => compressed(bytes));
  return { first, all: later.reduce((sum, bytes) => sum + bytes, first) };
}
