/**
 * `npm start`: the demo as a process.
 *
 * PORT (8080), S3_PORT (PORT + 1) and IDENTITY_PORT (0) say where; 0 takes a free one. DATA (demo/.data) says where uploads are kept, ORIGINS
 * (none) which further origins' pages may use the servers. Prints the address when ready; SIGTERM and SIGINT end it.
 */
import { fileURLToPath } from 'node:url';
import { PortTaken, startDemo } from './demo.js';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The port in a variable of the environment. */
function portIn(name: string, otherwise: number): number {
  const text = process.env[name] ?? '';
  if (text === '') return otherwise;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) {
    console.error(`${name} must be a port from 0 to 65535, not "${text}".`);
    process.exit(2);
  }
  return port;
}

const port = portIn('PORT', 8080);
const s3Port = portIn('S3_PORT', port === 0 || port === 65535 ? 0 : port + 1);
const identityPort = portIn('IDENTITY_PORT', 0);
const origins = (process.env['ORIGINS'] ?? '').split(/[\s,]+/).filter((origin) => origin !== '');

try {
  const demo = await startDemo({
    port,
    s3Port,
    identityPort,
    folder: process.env['DATA'] || fromHere('.data'),
    distFolder: fromHere('../dist'),
    origins,
  });
  console.log(`The demo is ready: ${demo.url}`);
  console.log(`  its S3 store:    ${demo.bucketUrl}`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void demo.close().then(() => process.exit(0)));
  }
} catch (error) {
  if (!(error instanceof PortTaken)) throw error;
  console.error(error.message);
  process.exit(1);
}
