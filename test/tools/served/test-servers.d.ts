/** `/test-servers.js`, served by test-servers-plugin.mjs: the addresses of the test servers. */
import type { TestServerAddresses } from '../../servers/test-servers.js';

declare const addresses: TestServerAddresses;
export default addresses;
