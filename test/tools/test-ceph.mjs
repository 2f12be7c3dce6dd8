/** `npm run test:ceph`: the S3 suites against a real Ceph RGW in the place of the demo's store. Installs it where it is missing, on Debian and Ubuntu as root. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './sections.mjs';
import { browserTests, nodeTests, runAndSum } from './totals.mjs';

const node = process.execPath;

/** Every test that talks to the store of the far sides (test/servers/test-servers.ts), by what it says. */
const withStore = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .map((file) => `test/${file.replaceAll('\\', '/')}`)
  .filter((file) => /\.test\.ts$/.test(file) && !/\.e2e\.test\.ts$|^test\/(frameworks|http|tools)\//.test(file))
  .filter((file) => /testServers\.store|startTestServers|startS3Target|\/test-store\.js/.test(readFileSync(path.join(root, file), 'utf8')));
const inNode = withStore.filter((file) => file.endsWith('.node.test.ts') && !file.startsWith('test/promises/published-files'));
const inBrowser = withStore.filter((file) => !/\.(node|ceph)\.test\.ts$/.test(file));

await runAndSum({
  steps: [
    { name: 'A browser', command: node, args: ['test/tools/browsers.mjs', 'chromium'] },
    {
      name: 'Ceph',
      command: node,
      args: ['--import', 'tsx', '--eval', "import('./test/servers/ceph/ceph.ts').then(({ ensureCeph }) => ensureCeph())"],
    },
  ],
  suites: [
    nodeTests("The demo's store and Ceph, asked the same questions", ['conformance.node.test.ts', '.ceph.test.ts'], { CEPH: '1' }),
    nodeTests('Stores and servers, with Ceph', inNode, { S3_STORE: 'ceph' }),
    browserTests('In the browser, with Ceph', { BROWSERS: 'chromium', S3_STORE: 'ceph' }, inBrowser),
  ],
});
