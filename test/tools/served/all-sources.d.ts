/** `/all-sources.js`, as test/tools/all-sources-plugin.mjs serves it: every module of src by its path from the root, and a function that imports it. */
declare const sources: Readonly<Record<string, () => Promise<unknown>>>;
export default sources;
