/** What holds of all servers in demo/servers that people copy, whether or not somebody runs them. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../tools/root.mjs';
import { sasServers } from '../servers/languages/sas-servers.js';
import { signingServers } from '../servers/languages/signing-servers.js';
import { traditionalEndpoints } from '../servers/languages/traditional-endpoints.js';

const folder = join(root, 'demo/servers');
const read = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');
const allServers = [...signingServers, ...traditionalEndpoints, ...sasServers];
const files = (await readdir(folder, { recursive: true })).map((file) => file.replaceAll('\\', '/'));
const copyable = files.filter((file) => /^[a-z]+\/.*\.(mjs|js|py|php|go|rb|java|cs)$/.test(file));

describe('the servers that people copy', () => {
  it('are run by the tests, or say on their first line that nobody ran them', async () => {
    const run = allServers.map(({ file }) => file);
    assert.deepEqual(
      run.filter((file) => !copyable.includes(file)),
      [],
    );
    for (const file of copyable.filter((one) => !run.includes(one))) {
      assert.match((await read(file)).split('\n', 1)[0] ?? '', /nobody has run this file/i, file);
    }
  });

  it('have one text of the protocol and its checks in all JavaScript signing servers', async () => {
    const shared = async (file: string, from: string, to: string): Promise<string> => {
      const text = await read(file);
      assert.ok(text.includes(from), `${file} has no part "${from}"`);
      return text.slice(text.indexOf(from), to === '' ? undefined : text.indexOf(to)).trim();
    };
    const checks = await shared('node/signing-server.mjs', '// ─── The protocol and the checks', '// ─── Signature Version 4');
    const crypto = await shared('node/signing-server.mjs', '// ─── Signature Version 4', '// ─── `node');
    for (const file of ['express/signing-server.mjs', 'next/route.js', 'hono/signing-server.mjs']) {
      assert.equal(await shared(file, '// ─── The protocol and the checks', '// ─── Signature Version 4'), checks, file);
    }
    assert.equal(await shared('express/signing-server.mjs', '// ─── Signature Version 4', '// ─── `node'), crypto);
    assert.equal(await shared('next/route.js', '// ─── Signature Version 4', ''), crypto.replaceAll('export function', 'function'));
  });

  it('have one line that their copier writes, and refuse to serve without it', async () => {
    for (const { file, unwritten } of allServers) {
      const text = await read(file);
      assert.equal(text.split(unwritten).length, 2, file);
      assert.match(text, /WRITE THIS: who sends the request\?/, file);
      assert.match(text, /Say who may upload: /, file);
    }
  });

  it('name no file of this project', async () => {
    for (const file of copyable) assert.doesNotMatch(await read(file), /from '\.|require_relative '\.\.|\.\.\/\.\./, file);
  });
});
