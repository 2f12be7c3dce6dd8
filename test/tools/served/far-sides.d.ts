/** `/far-sides.js`, as test/tools/far-sides-plugin.mjs serves it: where the far sides are. */
import type { FarSideAddresses } from '../../servers/far-sides.js';

declare const addresses: FarSideAddresses;
export default addresses;
