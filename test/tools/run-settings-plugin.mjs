/** Serves `/run-settings.js`: the seed and the number of steps or cases that SEED and COUNT set, for tests with random input. */

/** @returns {import('@web/test-runner').TestRunnerPlugin} */
export function runSettingsPlugin() {
  const { SEED, COUNT } = process.env;
  const settings = { ...(SEED && { seed: Number(SEED) }), ...(COUNT && { count: Number(COUNT) }) };
  return {
    name: 'run-settings',
    serve: (context) =>
      context.path === '/run-settings.js' ? { body: `export default ${JSON.stringify(settings)};`, type: 'js' } : undefined,
  };
}
