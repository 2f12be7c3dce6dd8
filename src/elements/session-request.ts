/** What asks a server for the files that are there already. */

export { send } from '../http/xhr.js';
export { requestSession } from '../session/session.js';
