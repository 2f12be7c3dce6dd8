/** `/far-sides.js`, as test/tools/far-sides-plugin.mjs serves it: where the far sides are. */
declare const addresses: Readonly<Record<string, unknown>>;
export default addresses;
