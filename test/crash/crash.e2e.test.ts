/** `npm run crash` with a small file and few kills. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { maxResentBytesPerKill, prepareCrashes } from './crash-rig.js';
import type { CrashRig } from './crash-rig.js';

const kills = 5;
let rig: CrashRig;
before(async () => {
  rig = await prepareCrashes(120_000_000);
});
after(() => rig?.close());

test(
  'an upload is whole although the renderer, the browser, the store and the signing server are killed',
  { timeout: 180_000 },
  async (context) => {
    const seed = String(Date.now() % 1_000_000);
    context.diagnostic(`seed ${seed}`);
    const { problems, resentBytes, trace } = await rig.upload(seed, kills);
    assert.deepEqual(problems, [], `seed ${seed}\n${trace.join('\n')}`);
    assert.ok(resentBytes < kills * maxResentBytesPerKill, `seed ${seed}: ${resentBytes} bytes were sent again\n${trace.join('\n')}`);
  },
);
