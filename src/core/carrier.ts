/** All that carries a file across. Loaded with the first one: a page without files does not wait for it. */
export { abandon } from './abandon.js';
export { attempt } from './attempt.js';
export { ConnectionCount } from './connection-count.js';
export { Memory } from './memory.js';
export { Patience } from './patience.js';
