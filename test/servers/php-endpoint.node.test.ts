import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { describeTraditionalProtocol } from '../contract/endpoint-suite.js';
import { ensurePhp, startPhpEndpoint } from './php-endpoint.js';
import type { PhpEndpoint } from './php-endpoint.js';

let folder: string;
let php: PhpEndpoint;
before(async () => {
  await ensurePhp();
  folder = await mkdtemp(join(tmpdir(), 'php-endpoint-'));
  php = await startPhpEndpoint(folder);
});
after(async () => {
  await php.stop();
  await rm(folder, { recursive: true });
});

describeTraditionalProtocol('the PHP endpoint', () => ({
  uploads: `${php.origin}/endpoint.php`,
  done: `${php.origin}/endpoint.php?done`,
  read: (uuid) => readFile(php.contentPath(uuid)).catch(() => undefined),
  async restart() {
    await php.stop();
    await php.start();
  },
}));
