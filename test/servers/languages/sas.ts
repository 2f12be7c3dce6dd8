/** Every SAS server of demo/servers is started from a copy, and held to the SAS suite. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sasQuery } from '../../contract/sas-requests.js';
import { describeSasServer, SAS_RULES } from '../../contract/sas-suite.js';
import { startCopy } from './copied-server.js';
import type { CopiedServer } from './copied-server.js';
import { sasServers } from './sas-servers.js';

const settings = {
  AZURE_ACCOUNT: SAS_RULES.account,
  AZURE_ACCOUNT_KEY: SAS_RULES.accountKey,
  AZURE_CONTAINER_URL: SAS_RULES.containerUrl,
  AZURE_BLOB_PREFIX: SAS_RULES.blobPrefix,
  AZURE_MAX_SIZE: String(SAS_RULES.maxSize),
  ALLOWED_ORIGINS: SAS_RULES.allowedOrigin,
};
const query = sasQuery(`${SAS_RULES.containerUrl}/users/alice/a`);

/** ONLY=Python,PHP runs those. */
const only = process.env['ONLY']?.split(',');
for (const server of sasServers.filter(({ name }) => !only || only.includes(name))) {
  describe(`${server.name} (demo/servers/${server.file})`, () => {
    let running: CopiedServer;
    before(async () => {
      running = await startCopy(server, settings);
    });
    after(() => running?.close());
    describeSasServer(server.name, () => ({
      url: running.origin + server.path,
      ...(server.cutsOff && { cutsOff: true }),
      log: () => running.log(),
    }));

    /** Where PHP answers its first request, it is refused as the failure that it is, and the log has the sentence. */
    const doesNotServe = async (sentence: RegExp, start: () => Promise<CopiedServer>): Promise<void> => {
      if (!server.startsAnyway) {
        // Closed where it does start: a server that is left over would keep the tests from ending.
        await assert.rejects(async () => (await start()).close(), sentence);
        return;
      }
      const started = await start();
      try {
        await refusesEverybody(started, sentence);
      } finally {
        await started.close();
      }
    };
    const refusesEverybody = async (started: CopiedServer, sentence: RegExp): Promise<void> => {
      const headers = { Cookie: 'session=alice' };
      const response = await fetch(`${started.origin + server.path}/sas?${query}`, { headers });
      assert.deepEqual([response.status, /sig=/.test(await response.text())], [500, false]);
      await started.logs(sentence);
    };

    it('does not start with a limit that is no number of bytes', async () => {
      for (const size of ['10MB', '-5', '0'])
        await doesNotServe(/AZURE_MAX_SIZE must be a number of bytes/, () => startCopy(server, { ...settings, AZURE_MAX_SIZE: size }));
    });

    it('does not start with an address that is no container’s, or without one', async () => {
      for (const url of ['photos', 'https://account.blob.core.windows.net/', `${SAS_RULES.containerUrl}?sig=x`])
        await doesNotServe(/AZURE_CONTAINER_URL must be/, () => startCopy(server, { ...settings, AZURE_CONTAINER_URL: url }));
      await doesNotServe(/Set AZURE_CONTAINER_URL/, () => startCopy(server, { ...settings, AZURE_CONTAINER_URL: '' }));
    });

    it('does not serve without `authorize`, and says what to write', () =>
      doesNotServe(/Say who may upload: (write|pass) /, () => startCopy(server, settings, 'unwritten')));

    if (server.careless) {
      it('takes nothing for a user that is no id, for all users would be the same one', async () => {
        const careless = await startCopy(server, settings, 'careless');
        try {
          await refusesEverybody(careless, /must return the id of the user/);
        } finally {
          await careless.close();
        }
      });
    }
  });
}
