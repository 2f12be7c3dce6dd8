/**
 * `npm run soak [-- --seed N --minutes M --rounds N --first N --only MODE,MODE]`: uploads with both elements in nine modes, through proxies that inject every kind
 * of fault, while files are paused, continued, cancelled and retried and the page is reloaded and offline. Then checks that nothing is lost, stored twice,
 * hanging or leaked.
 *
 * `--seed`: repeats a run, as nearly as concurrency allows. `--minutes`: default 10. `--rounds`: ends after so many rounds. `--first`: number of the first round,
 * to repeat one that has failed. `--only`: names of modes. Each round begins with an empty page and empty servers.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { launchBrowser, servePages } from '../tools/playwright.js';
import { root } from '../tools/root.mjs';
import { Figures } from './figures.js';
import { modes } from './modes.js';
import { planRound } from './plan.js';
import { partOf, stepOf, uuidOf } from './requests.js';
import { runRound } from './round.js';
import { startSoakServers } from './soak-servers.js';
import { Trace } from './trace.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    minutes: { type: 'string', default: '10' },
    rounds: { type: 'string', default: 'Infinity' },
    first: { type: 'string', default: '0' },
    only: { type: 'string', default: '' },
  },
});
const seed = Number(values.seed);
const first = Number(values.first);
const only = values.only.split(',').filter(Boolean);
const [minutes, maxRounds] = [Number(values.minutes), Number(values.rounds)];
if (![seed, first, minutes, maxRounds].every((number) => number >= 0)) throw new RangeError('The options are numbers.');

const page = await buildPage();
const pages = await servePages({ '/': page });
const trace = new Trace();
const servers = await startSoakServers(
  modes.map(({ name }) => name),
  (request) => {
    const { method, status, fault, requestBytes, bodyStart, startedAt, endedAt } = request;
    const uuid = uuidOf(request, bodyStart);
    const part = partOf(request, bodyStart);
    const line = `${method} ${stepOf(request)} ${part} ${requestBytes} bytes -> ${status} ${fault ?? ''} (${endedAt - startedAt} ms)`;
    if (uuid) trace.add(uuid, 'request', line);
  },
);
const browser = await launchBrowser();
const figures = new Figures();
const end = Date.now() + minutes * 60_000;
let offences = 0;
console.log(`seed ${seed}`);
try {
  for (let round = first; round < first + maxRounds && (Date.now() < end || figures.rounds < 3); round++) {
    const plan = planRound(seed, round, only);
    const names = plan.modes.map(({ mode }) => mode.name).join(', ');
    const found = await runRound(plan, { browser, origin: pages.origin, servers, trace, figures });
    console.log(`round ${round} (${names}${plan.patient ? ', patient' : ''}): ${found.length ? `${found.length} offences` : 'fine'}`);
    for (const { file, text } of found) console.log(`\n${file || names} ${text}\n${file && trace.of(file)}`);
    offences += found.length;
  }
} finally {
  await browser.close();
  await pages.close();
  await servers.close();
}
console.log(`\nseed:       ${seed}\n${figures.toString()}\nlost:       ${offences}`);
if (offences) console.log(`Repeat a round: npm run soak -- --seed ${seed} --first ROUND --rounds 1`);
process.exitCode = offences ? 1 : 0;

/** The HTML of the page. Its instruments are installed before the elements are loaded. */
async function buildPage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(root, 'test/soak/page/soak-page.ts')],
    bundle: true,
    write: false,
    format: 'iife',
  });
  const script = outputFiles[0]?.text ?? '';
  return `<!doctype html><title>Soak</title>
    <script>window.soakSeed = new URLSearchParams(location.search).get('seed')</script>
    <script>${script.replaceAll('</script', '<\\/script')}</script>
    <script src="/dist/cdn/fine-uploader.min.js"></script>`;
}
