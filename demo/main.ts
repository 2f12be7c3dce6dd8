/**
 * `npm start`: the demo as a process.
 *
 * Environment variables: PORT (default 8080), S3_PORT (PORT + 1), AZURE_PORT (PORT + 2) and IDENTITY_PORT (0), where 0 picks a free port; DATA (demo/.data), the folder for
 * uploads; ORIGINS (none), other origins whose pages may use the servers. Prints the URL when the demo is ready. SIGTERM and SIGINT stop it.
 */
import { fileURLToPath } from 'node:url';
import { PortInUseError, startDemo } from './demo.js';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Reads a port from an environment variable. */
function readPort(name: string, defaultPort: number): number {
  const text = process.env[name] ?? '';
  if (text === '') return defaultPort;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) {
    console.error(`${name} must be a port from 0 to 65535, not "${text}".`);
    process.exit(2);
  }
  return port;
}

const port = readPort('PORT', 8080);
const s3Port = readPort('S3_PORT', port === 0 || port === 65535 ? 0 : port + 1);
const azurePort = readPort('AZURE_PORT', port === 0 || port > 65533 ? 0 : port + 2);
const identityPort = readPort('IDENTITY_PORT', 0);
const origins = (process.env['ORIGINS'] ?? '').split(/[\s,]+/).filter((origin) => origin !== '');

try {
  const demo = await startDemo({
    port,
    s3Port,
    azurePort,
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
  if (!(error instanceof PortInUseError)) throw error;
  console.error(error.message);
  process.exit(1);
}
