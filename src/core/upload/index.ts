/** All that carries a file across. Loaded with the first one: a page without files does not wait for it. */
export { abandonUpload } from './abandon.js';
export { attempt } from './attempt.js';
export { ConnectionTuner } from './connection-tuner.js';
export { ResumeRecorder } from './resume-recorder.js';
export { StallTimeout } from './stall-timeout.js';
