/** What carries a file to a server of one's own. */

export { send } from '../http/xhr.js';
export { TraditionalStore } from '../stores/traditional/traditional-store.js';
