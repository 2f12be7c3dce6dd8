/** Records of unfinished uploads. Loaded where an element has `resume`. */

export { resumableFiles } from './resumable-files.js';
export { resumeKey } from './resume-key.js';
export { WebResumeStore } from './web-resume-store.js';
