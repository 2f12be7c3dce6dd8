/** `/all-sources.js`, served by all-sources-plugin.mjs: functions that import a module of src/, by its path from the root. */
declare const sources: Readonly<Record<string, () => Promise<unknown>>>;
export default sources;
