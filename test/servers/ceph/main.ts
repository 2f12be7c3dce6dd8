/**
 * Starts Ceph and prints `{"url", "port", "dnsName", "credentials", "system", "folder"}` on one line when it responds. SIGTERM and SIGINT stop it and
 * remove its data.
 *
 *     node --import tsx test/servers/ceph/main.ts [--port=7480] [--folder=/tmp/some-folder] [--store=bluestore]
 */
import { parseArgs } from 'node:util';
import { ensureCeph, startCeph } from './ceph.js';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string' }, folder: { type: 'string' }, store: { type: 'string' } } });
  const { port, folder, store } = values;
  if (store !== undefined && store !== 'memstore' && store !== 'bluestore')
    throw new Error(`--store is memstore or bluestore, not ${store}.`);
  await ensureCeph();
  const ceph = await startCeph({
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(folder === undefined ? {} : { folder }),
    ...(store === undefined ? {} : { store }),
  });
  const { stop, ...cluster } = ceph;
  const end = () => void stop().then(() => process.exit(0));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  console.log(JSON.stringify(cluster));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
