/**
 * Serves `/all-sources.js`: every module of src and a way to import it. Coverage knows only of files that some test has loaded; with this, a module
 * that no test touches counts as 0 %, not as absent.
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
