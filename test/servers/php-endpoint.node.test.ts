import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileFields, postForm } from '../contract/endpoint-suite.js';
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
  await php?.stop();
  await rm(folder, { recursive: true });
});

// What it must do besides, the endpoint suite asks it in `npm run test:servers`.
describe('the PHP endpoint of the tests', () => {
  it('takes a file, over a restart, and says where its bytes are', async () => {
    const uuid = randomUUID();
    const { body } = await postForm(`${php.origin}/endpoint.php`, fileFields(uuid, 'naïve.txt', 2), new Blob(['hi']));
    assert.equal(body['success'], true);
    await php.stop();
    await php.start();
    assert.deepEqual(await php.find(uuid), { name: 'naïve.txt', size: 2 });
    assert.equal((await fetch(new URL(String(body['tempLink']), php.origin))).status, 200);
  });

  it('answers preflights of any page as the old PHP example did', async () => {
    const headers = { Origin: 'http://page.example', 'Access-Control-Request-Method': 'POST' };
    const response = await fetch(`${php.origin}/endpoint.php`, { method: 'OPTIONS', headers });
    assert.equal(response.headers.get('access-control-allow-headers'), 'Content-Type, X-Requested-With, Cache-Control');
  });
});
