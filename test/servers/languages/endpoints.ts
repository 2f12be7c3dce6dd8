/** Every traditional endpoint of demo/servers whose language can be had here is started from a copy, and held to the endpoint suite. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { describeTraditionalProtocol, ENDPOINT_RULES } from '../../contract/endpoint-suite.js';
import { startCopy } from './copied-server.js';
import type { CopiedServer } from './copied-server.js';
import { traditionalEndpoints } from './traditional-endpoints.js';

/** ONLY=Python,Go runs those. */
const only = process.env['ONLY']?.split(',');
for (const server of traditionalEndpoints.filter(({ name }) => !only || only.includes(name))) {
  describe(`${server.name} (demo/servers/${server.file})`, () => {
    let running: CopiedServer;
    let folder: string;
    let settings: Record<string, string>;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'traditional-endpoint-'));
      settings = {
        FOLDER: folder,
        MAX_SIZE: String(ENDPOINT_RULES.maxSize),
        STALL_SECONDS: String(ENDPOINT_RULES.stallSeconds),
        ALLOWED_ORIGINS: ENDPOINT_RULES.allowedOrigin,
      };
      running = await startCopy(server, settings);
    });
    after(async () => {
      await running?.close();
      await rm(folder, { recursive: true, force: true });
    });
    describeTraditionalProtocol(server.name, () => ({
      uploads: running.origin + server.path,
      done: running.origin + server.path + server.done,
      folder,
      ...(server.cutsOff && { stallSeconds: ENDPOINT_RULES.stallSeconds }),
      async restart() {
        await running.stop();
        // PHP purges once an hour: that hour has passed.
        await rm(join(folder, 'purged'), { force: true });
        await running.start();
      },
    }));

    it('does not start with a limit that is no number of bytes', async () => {
      for (const size of ['10MB', '-5', '0']) {
        const start = (): Promise<CopiedServer> => startCopy(server, { ...settings, MAX_SIZE: size });
        if (!server.startsAnyway) {
          // Closed where it does start: a server that is left over would keep the tests from ending.
          await assert.rejects(async () => (await start()).close(), /MAX_SIZE/, size);
          continue;
        }
        const started = await start();
        try {
          assert.equal((await fetch(started.origin + server.path, { headers: { Cookie: 'session=alice' } })).status, 500, size);
          await started.logs(/MAX_SIZE/);
        } finally {
          await started.close();
        }
      }
    });

    if (server.careless) {
      it('takes nothing for a user that is no id, for all users would be the same one', async () => {
        const careless = await startCopy(server, settings, 'careless');
        try {
          assert.equal((await fetch(careless.origin + server.path)).status, 500);
          await careless.logs(/must return the id of the user/);
        } finally {
          await careless.close();
        }
      });
    }

    it('does not serve without `authorize`, and says what to write', async () => {
      if (!server.startsAnyway) {
        await assert.rejects(startCopy(server, settings, 'unwritten'), /Say who may upload: (write|pass) /);
        return;
      }
      const unwritten = await startCopy(server, settings, 'unwritten');
      try {
        assert.equal((await fetch(unwritten.origin + server.path)).status, 500);
        await unwritten.logs(/Say who may upload: write /);
      } finally {
        await unwritten.close();
      }
    });

    it('writes lines of visible characters into its log', () => {
      assert.doesNotMatch(running.log(), /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/);
    });
  });
}
