/**
 * `npm run fuzz -- --seed N --cases M`: gives random input to every parser. Default: another seed each time, a million cases. A failure prints the shortest input, and the
 * seed that repeats it.
 */
import { runRandomTests } from '../tools/run-random-tests.mjs';

runRandomTests(['wtr', '--files', 'test/fuzz/*.test.ts'], { count: 1_000_000, countName: 'cases' });
