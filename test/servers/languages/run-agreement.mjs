/** `npm run fuzz:servers -- --seed N --cases M`: sends changed signature requests to the signing servers of all languages (agreement.ts). Default: 20,000 of them. */
import { runRandomTests } from '../../tools/run-random-tests.mjs';

const file = 'test/servers/languages/agreement.ts';
runRandomTests(['node', '--import', 'tsx', '--test', '--test-reporter=spec', file], { count: 20_000, countName: 'cases' });
