/** File list, totals, announcements and dialogs. Loaded after the first paint of an uploader, or with its first file or dialog. */
import { enFiles } from '../messages/en-files.js';
import { addMessages } from '../messages/messages.js';

export { FilesView } from './files-view.js';
export { prerender } from './prerender.js';

addMessages('en', enFiles);
