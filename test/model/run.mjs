/**
 * `npm run model -- --seed N --steps M`: runs random steps against both elements (model.test.ts). Default: another seed each time, 100,000 steps. A failure prints the
 * shortest scenario, and the seed that repeats it.
 */
import { runRandomTests } from '../tools/run-random-tests.mjs';

runRandomTests(['wtr', '--files', 'test/model/model.test.ts'], { count: 100_000, countName: 'steps' });
