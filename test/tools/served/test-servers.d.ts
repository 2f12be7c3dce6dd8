/** `/test-servers.js`, as test/tools/test-servers-plugin.mjs serves it: where the far sides are. */
import type { TestServerAddresses } from '../../servers/test-servers.js';

declare const addresses: TestServerAddresses;
export default addresses;
