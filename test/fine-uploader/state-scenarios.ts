/** Retry, pause, cancel and resume. */
import { chunkOf, failing, failingChunk } from './failing-answers.js';
import type { Scenario } from './scenario.js';

const ok = { success: true };

export const stateScenarios: readonly Scenario[] = [
  {
    name: 's01-auto-retry-then-ok',
    answers: () => failing(2, (time) => ({ error: `e${time}` })),
    async run({ start, file }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up' },
        retry: { enableAuto: true, autoAttemptDelay: 0.05 },
      });
      element.addFiles([file('a.txt', 3, 'text/plain')]);
      await finished;
      return { st: status() };
    },
  },
  {
    name: 's02-auto-retry-exhausted-then-manual',
    answers: () => failing(Infinity, () => ({ error: 'e' })),
    async run({ start, file, happens, wait }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up' },
        retry: { enableAuto: true, autoAttemptDelay: 0.05, maxAutoAttempts: 2 },
      });
      element.addFiles([file('a.txt', 3, 'text/plain')]);
      await finished;
      const r = element.retry(0);
      await happens('allComplete', 2);
      await wait(50);
      return { st: status(), r };
    },
  },
  {
    name: 's03-chunk-fail-then-manual-retry',
    answers: () => failingChunk('1', { status: 500, body: { error: 'chunk1' } }),
    async run({ start, file, happens, wait }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up' },
        chunking: { enabled: true, partSize: 4 },
      });
      element.addFiles([file('a.bin', 10, '')]);
      await finished;
      element.retry(0);
      await happens('allComplete', 2);
      await wait(50);
      return { st: status() };
    },
  },
  {
    name: 's04-chunk-reset',
    answers: () => failingChunk('2', { body: { success: false, reset: true, error: 'lost' } }),
    async run({ start, file }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up' },
        chunking: { enabled: true, partSize: 4 },
        retry: { enableAuto: true, autoAttemptDelay: 0.05 },
      });
      element.addFiles([file('a.bin', 10, '')]);
      await finished;
      return { st: status() };
    },
  },
  {
    name: 's05-pause-continue',
    answers: () => failingChunk('1', { body: ok, held: true }),
    async run({ start, file, arrived, wait }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up' },
        chunking: { enabled: true, partSize: 4 },
      });
      element.addFiles([file('a.bin', 10, '')]);
      await arrived(2);
      const p = element.pauseUpload(0);
      await wait(100);
      const c = element.continueUpload(0);
      await finished;
      return { st: status(), p, c, again: element.pauseUpload(0) };
    },
  },
  {
    name: 's06-cancel-inflight',
    answers: () => ({ app: () => ({ body: ok, held: true }) }),
    async run({ start, file, arrived, release }) {
      const { element, finished, status } = start('fine-uploader', { request: { endpoint: '/up' } });
      element.addFiles([file('a.txt', 3, 'text/plain'), file('b.txt', 3, 'text/plain')]);
      await arrived(2);
      element.cancel(0);
      await release();
      await finished;
      return { st: status(), all: element.getInProgress() };
    },
  },
  {
    name: 's07-cancel-all-no-allcomplete',
    answers: () => ({ app: () => ({ body: ok, held: true }) }),
    async run({ start, file, arrived, wait }) {
      const { element, status } = start('fine-uploader', { request: { endpoint: '/up' }, maxConnections: 1 });
      element.addFiles([file('a.txt', 3, 'text/plain'), file('b.txt', 3, 'text/plain'), file('c.txt', 3, '')]);
      await arrived(1);
      element.cancelAll();
      await wait(500);
      return { st: status() };
    },
  },
  {
    name: 's08-cancel-refused',
    answers: () => ({ app: () => ({ body: ok, held: true }) }),
    async run({ start, file, arrived, release }) {
      const { element, finished, status } = start('fine-uploader', { request: { endpoint: '/up' } }, { onCancel: () => false });
      element.addFiles([file('a.txt', 3, 'text/plain')]);
      await arrived(1);
      element.cancel(0);
      await release();
      await finished;
      return { st: status() };
    },
  },
  ...['s09-resume-part1', 's10-resume-part1'].map((name): Scenario => ({
    name,
    withoutEvents: name === 's10-resume-part1',
    answers: () => ({ app: (asked) => (chunkOf(asked) === '2' ? { status: 500, body: {} } : { body: ok }) }),
    async run({ start, file }) {
      const { element, finished } = start('fine-uploader', {
        request: { endpoint: '/up' },
        chunking: { enabled: true, partSize: 4 },
        resume: { enabled: true, customKeys: () => ['k1'] },
      });
      element.addFiles([file('r.bin', 14, '')]);
      element.setCustomResumeData(0, { mine: 1 });
      await finished;
      return {};
    },
  })),
  {
    name: 's10-resume-part2',
    after: 's10-resume-part1',
    answers: () => ({ app: () => ({ body: ok }) }),
    async run({ start, file, wait }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up' },
        chunking: { enabled: true, partSize: 4 },
        resume: { enabled: true, customKeys: () => ['k1'] },
      });
      // The records are read from a database, which takes a moment.
      for (let turn = 0; element.getResumableFilesData().length === 0 && turn < 40; turn++) await wait(50);
      const before = element.getResumableFilesData();
      element.addFiles([file('r.bin', 14, '')]);
      const isR = element.isResumable(0);
      await finished;
      return { before, isR, st: status() };
    },
  },
];
