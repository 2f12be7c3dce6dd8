/**
 * Serves `/all-sources.js`: a function per module of src/ that imports it. Coverage ignores modules that are never loaded; a test that loads all of them
 * makes an untested module count as 0 %.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** @returns {import('@web/test-runner').TestRunnerPlugin} */
export function allSourcesPlugin() {
  return {
    name: 'all-sources',
    serve(context) {
      if (context.path !== '/all-sources.js') return undefined;
      const paths = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
        .map((path) => `/src/${path.replaceAll('\\', '/')}`)
        .filter((path) => path.endsWith('.ts'))
        .sort();
      const entries = paths.map((path) => `  ${JSON.stringify(path)}: () => import(${JSON.stringify(path)})`);
      return { body: `export default {\n${entries.join(',\n')}\n};\n`, type: 'js' };
    },
  };
}
