/** The list of previously uploaded files. Loaded where an element has a `session-endpoint`. */

export { send } from '../http/xhr.js';
export { requestSession } from './session-request.js';
