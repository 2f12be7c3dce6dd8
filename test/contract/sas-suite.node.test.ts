/** The SAS server in Node is held to the SAS suite; and so is one that is naive on purpose. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createSasServer } from '../../demo/servers/node/azure-sas-server.mjs';
import { startLocalServer } from '../servers/local-server.js';
import type { LocalServer } from '../servers/local-server.js';
import { createNaiveSasServer } from '../servers/naive-sas.js';
import { describeSasServer, SAS_COOKIE, SAS_RULES, SasSuite } from './sas-suite.js';

let server: LocalServer;
let naive: LocalServer;
const log: string[] = [];
before(async () => {
  const { allowedOrigin, ...rules } = SAS_RULES;
  server = await startLocalServer(() =>
    createSasServer({
      ...rules,
      allowedOrigins: [allowedOrigin],
      authorize: ({ headers }) => new RegExp(SAS_COOKIE).exec(headers.cookie ?? '')?.[1],
      log: (line) => log.push(line),
    }),
  );
  naive = await startLocalServer(() => createNaiveSasServer(rules));
});
after(async () => {
  await Promise.all([server?.stop(), naive?.stop()]);
});

describeSasServer('The SAS server in Node', () => ({ url: `${server.origin}/azure`, log: () => log.join('\n') }));

describe('A SAS server that permits whatever it is asked', { timeout: 120_000 }, () => {
  it('fails by hundreds', async () => {
    const suite = new SasSuite({ url: `${naive.origin}/azure` });
    await suite.hostileNames();
    const names = suite.failures.length;
    assert.ok(names >= 250, `${names} hostile queries and forms were accepted`);
    await suite.hostileRequests();
    const requests = suite.failures.length - names;
    assert.ok(requests >= 80, `${requests} hostile requests were accepted`);
    assert.ok(suite.failures.every(({ problem }) => problem !== ''));
  });

  it('does not even give what is honest', async () => {
    const suite = new SasSuite({ url: `${naive.origin}/azure` });
    await suite.honest();
    assert.ok(suite.failures.length >= 20, `${suite.failures.length} of ${suite.outcomes.length} honest requests`);
  });
});
