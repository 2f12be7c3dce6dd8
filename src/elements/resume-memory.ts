/** What remembers unfinished uploads. */

export { resumeKey } from '../resume/resume-key.js';
export { WebResumeStore } from '../resume/web-resume-store.js';
