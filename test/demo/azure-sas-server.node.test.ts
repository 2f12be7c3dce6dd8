/** The options of the SAS server in Node. Which permissions it gives and what it refuses, test/contract/sas-suite.ts judges. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSasServer, settingsFrom } from '../../demo/servers/node/azure-sas-server.mjs';
import type { Settings } from '../../demo/servers/node/azure-sas-server.mjs';
import { blobUri, sasQuery } from '../contract/sas-requests.js';
import { sasProblem, SAS_RULES } from '../contract/sas-suite.js';
import { sendRaw } from '../contract/signing-suite.js';
import type { RawAnswer } from '../contract/signing-suite.js';
import { startLocalServer } from '../servers/local-server.js';

const { account, accountKey, containerUrl } = SAS_RULES;
const environment = { AZURE_ACCOUNT: account, AZURE_ACCOUNT_KEY: accountKey, AZURE_CONTAINER_URL: containerUrl };

/** Asks a server with these options for a SAS. */
async function ask(
  options: Partial<Settings>,
  name: string,
  method = 'PUT',
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  const settings = { ...settingsFrom(environment), authorize: () => 'alice', ...options };
  const server = await startLocalServer(() => createSasServer(settings));
  try {
    return await sendRaw(`${server.origin}/azure/sas?${sasQuery(blobUri(containerUrl, name), method)}`, 'GET', headers);
  } finally {
    await server.stop();
  }
}

describe('the SAS server in Node', () => {
  it('logs what it refuses in one printable line', async () => {
    const log: string[] = [];
    await ask({ blobPrefix: 'users/{user}/', log: (line) => log.push(line) }, 'users/alice/a\r\nforged\u001b[31m');
    assert.equal(log.length, 1);
    assert.match(log[0] ?? '', /^[\x20-\x7e]+$/);
  });

  it('gives any name of the container without a prefix, and none outside', async () => {
    assert.equal(sasProblem(await ask({}, 'a.txt'), SAS_RULES, 'a.txt', 'PUT'), undefined);
    for (const name of ['', '../other/a.txt', '/a.txt']) assert.equal((await ask({ log: () => undefined }, name)).status, 403);
  });

  it('gives no SAS to delete where that is not allowed', async () => {
    const rules = { allowDelete: false, log: () => undefined };
    assert.equal((await ask(rules, 'a.txt', 'DELETE')).status, 403);
    assert.equal((await ask(rules, 'a.txt')).status, 200);
  });

  it('lets pages of any origin in for tests, without their cookies', async () => {
    const { headers } = await ask({ allowedOrigins: ['*'] }, 'a.txt', 'PUT', { Origin: 'https://any.example' });
    assert.deepEqual([headers['access-control-allow-origin'], headers['access-control-allow-credentials']], ['*', undefined]);
  });

  it('takes nothing for a user that is no id, for all users would be the same one', async () => {
    const log: string[] = [];
    const authorize = () => ({ id: 7 }) as unknown as string;
    assert.equal((await ask({ authorize, log: (line) => log.push(line) }, 'a.txt')).status, 500);
    assert.match(log.join(), /authorize must return the id of the user/);
  });

  it('does not start without `authorize`, or without its settings', () => {
    assert.throws(() => createSasServer({ ...settingsFrom(environment), authorize: undefined }), /Say who may upload: pass /);
    assert.throws(() => settingsFrom({}), /Set AZURE_ACCOUNT in the environment/);
    for (const size of ['10MB', '-5', '0', '1e6'])
      assert.throws(() => settingsFrom({ ...environment, AZURE_MAX_SIZE: size }), /AZURE_MAX_SIZE/, size);
    for (const url of ['photos', 'https://account.blob.core.windows.net', 'https://a.example/photos?sig=x', 'ftp://a.example/photos'])
      assert.throws(() => settingsFrom({ ...environment, AZURE_CONTAINER_URL: url }), /AZURE_CONTAINER_URL/, url);
  });
});
