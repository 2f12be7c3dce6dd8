/** `/run-settings.js`, served by run-settings-plugin.mjs: what a script sets for tests with random input. */
declare const settings: { readonly seed?: number; readonly count?: number };
export default settings;
