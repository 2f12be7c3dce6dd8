/**
 * `npm run crash [-- --seed N --kills 100 --size BYTES]`: uploads a file of 1 GiB to the demo's store again and again while the renderer, the browser, the store
 * and the signing server are killed at random moments. Then compares the object, and counts what was sent again.
 */
import { parseArgs } from 'node:util';
import { maxResentBytesPerKill, prepareCrashes } from './crash-rig.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    kills: { type: 'string', default: '100' },
    size: { type: 'string', default: String(2 ** 30) },
  },
});
const [seed, kills, size] = [Number(values.seed), Number(values.kills), Number(values.size)];
if (![seed, kills, size].every((number) => number >= 0)) throw new RangeError('The options are numbers.');
const killsPerUpload = 10;

const rig = await prepareCrashes(size);
let done = 0;
let uploads = 0;
let resent = 0;
let lost = 0;
console.log(`seed ${seed}`);
try {
  while (done < kills) {
    const count = Math.min(killsPerUpload, kills - done);
    const { resentBytes, problems, time, trace, kills: victims } = await rig.upload(`${seed}/${uploads}`, count);
    const limit = count * maxResentBytesPerKill;
    const all = resentBytes < limit ? problems : [...problems, `${resentBytes} bytes were sent again, the limit is ${limit}.`];
    console.log(`upload ${uploads}: ${(time / 1000).toFixed(1)} s, ${resentBytes} bytes sent again, killed: ${victims.join(', ')}`);
    if (all.length) console.log(`${all.join('\n')}\n${trace.join('\n')}`);
    if (all.length) lost++;
    done += count;
    uploads++;
    resent += resentBytes;
  }
} finally {
  await rig.close();
}
console.log(`
seed:     ${seed}
uploads:  ${uploads} of ${size} bytes
kills:    ${done}
re-sent:  ${resent} bytes, ${Math.round(resent / Math.max(1, done))} for each kill; the limit is ${maxResentBytesPerKill}
lost:     ${lost}`);
process.exitCode = lost ? 1 : 0;
