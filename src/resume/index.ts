/** Records of unfinished uploads. Loaded where an element has `resume`. */

export { resumeKey } from './resume-key.js';
export { WebResumeStore } from './web-resume-store.js';
