/** Validation, files that wait, the request that says that all chunks are sent, scaled images, forms. */
import { failingChunk, failingSuccess } from './failing-answers.js';
import type { Scenario } from './scenario.js';

const ok = { success: true };

export const choiceScenarios: readonly Scenario[] = [
  {
    name: 's11-validation',
    async run({ start, file }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up' },
        validation: { allowedExtensions: ['txt'], sizeLimit: 10, minSizeLimit: 2, stopOnFirstInvalidFile: false },
      });
      const files: [string, number][] = [
        ['a.exe', 3],
        ['b.txt', 0],
        ['c.txt', 11],
        ['d.txt', 1],
        ['OK.TXT', 5],
        ['noext', 5],
      ];
      element.addFiles(files.map(([name, size]) => file(name, size, '')));
      await finished;
      return { st: status() };
    },
  },
  {
    name: 's12-stop-on-first',
    async run({ start, file }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up' },
        validation: { allowedExtensions: ['txt'] },
      });
      element.addFiles([file('ok.txt', 3, ''), file('b.exe', 3, ''), file('c.txt', 3, '')]);
      await finished;
      return { st: status() };
    },
  },
  {
    name: 's13-itemlimit',
    async run({ start, file, wait }) {
      const { element, finished, status } = start('fine-uploader', { request: { endpoint: '/up' }, validation: { itemLimit: 2 } });
      element.addFiles([file('1.txt', 3, ''), file('2.txt', 3, ''), file('3.txt', 3, '')]);
      await wait(300);
      const r1 = element.getRemainingAllowedItems();
      element.addFiles([file('1.txt', 3, '')]);
      await finished;
      const r2 = element.getRemainingAllowedItems();
      element.addFiles([file('1.txt', 3, ''), file('2.txt', 3, '')]);
      await wait(300);
      return { st: status(), r1, r2 };
    },
  },
  {
    name: 's14-manual-upload-stored',
    async run({ start, file, happens, wait }) {
      const { element, finished, status } = start('fine-uploader', { request: { endpoint: '/up' }, autoUpload: false });
      element.uploadStoredFiles();
      element.addFiles([file('1.txt', 3, ''), file('2.txt', 3, '')]);
      await happens('submitted', 2);
      await wait(50);
      element.setName(0, 'renamed.txt');
      element.setParams({ only: 'zero' }, 0);
      element.setEndpoint('/other', 1);
      element.uploadStoredFiles();
      await finished;
      const full = element.getUploads().map((upload) => ({ ...upload, file: {} }));
      return { st: status(), full };
    },
  },
  {
    name: 's17-finalize-fails',
    answers: () => failingSuccess({ status: 500, body: { error: 'join failed' } }),
    async run({ start, file, happens, wait }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up' },
        chunking: { enabled: true, partSize: 4, success: { endpoint: '/done' } },
      });
      element.addFiles([file('a.bin', 6, '')]);
      await finished;
      element.retry(0);
      await happens('allComplete', 2);
      await wait(50);
      return { st: status() };
    },
  },
  {
    name: 's18-finalize-resetOnStatus',
    answers: () => failingSuccess({ status: 409, body: '' }),
    async run({ start, file }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up' },
        retry: { enableAuto: true, autoAttemptDelay: 0.05 },
        chunking: { enabled: true, partSize: 4, success: { endpoint: '/done', resetOnStatus: [409] } },
      });
      element.addFiles([file('a.bin', 6, '')]);
      await finished;
      return { st: status() };
    },
  },
  {
    name: 's19-finalize-200-error-prop',
    answers: () => ({ app: ({ url }) => (url.pathname === '/done' ? { body: { error: 'x', success: false } } : { body: ok }) }),
    async run({ start, file }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up' },
        chunking: { enabled: true, partSize: 4, success: { endpoint: '/done' } },
      });
      element.addFiles([file('a.bin', 6, '')]);
      await finished;
      return { st: status() };
    },
  },
  {
    name: 's20-concurrent-chunk-failure',
    answers: () => failingChunk('1', { status: 500, body: {} }, { body: ok, held: true }),
    async run({ start, file, happens, release }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up' },
        retry: { enableAuto: true, autoAttemptDelay: 0.05 },
        chunking: { enabled: true, partSize: 4, concurrent: { enabled: true }, success: { endpoint: '/done' } },
      });
      element.addFiles([file('a.bin', 18, '')]);
      // The others arrive after the chunk that failed has begun again.
      void happens('upload', 2).then(release);
      await finished;
      return { st: status() };
    },
  },
  {
    name: 's21-network-down',
    async run({ start, file }) {
      const { element, finished, status } = start('fine-uploader', {
        // A port that no browser sends to.
        request: { endpoint: 'http://127.0.0.1:9/up' },
        cors: { expected: true },
      });
      element.addFiles([file('a.bin', 3, '')]);
      await finished;
      return { st: status() };
    },
  },
  {
    name: 's22-scaled',
    async run({ start }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up', params: { p: 1 } },
        scaling: {
          sizes: [
            { name: 'medium', maxSize: 20 },
            { name: 'small', maxSize: 10 },
          ],
        },
      });
      const canvas = document.createElement('canvas');
      canvas.width = 40;
      canvas.height = 30;
      canvas.getContext('2d')?.fillRect(0, 0, 40, 30);
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
      element.addFiles([new File([blob ?? ''], 'pic.png', { type: 'image/png' })]);
      await finished;
      return { st: status(), par: [0, 1, 2].map((id) => element.getParentId(id)) };
    },
  },
  {
    name: 's23-form',
    withoutEvents: true,
    async run({ start, file, happens }) {
      const form = document.createElement('form');
      form.id = 'qq-form';
      form.action = '/formaction';
      form.innerHTML =
        '<input name="t" value="v"><input type="checkbox" name="cb" checked><input type="checkbox" name="cb2"><select name="s"><option value="1"><option value="2" selected></select><textarea name="ta">x</textarea><input type="hidden" disabled name="hd" value="h"><input disabled name="dis" value="d"><input type="submit" name="sub" value="s">';
      document.body.append(form);
      const { element, finished, status } = start('fine-uploader', { request: { endpoint: '/up', params: { p: 1 } } }, {}, form);
      // Fine Uploader finds the form by its id. Here, the element is put into it, and told what to do with it.
      element.formParams = element.uploadOnSubmit = element.manualUpload = true;
      await element.updateComplete;
      element.addFiles([file('a.bin', 3, '')]);
      await happens('submitted');
      const before = element.getUploads()[0]?.status;
      let sent = false;
      form.addEventListener('submit', (event) => {
        // The element lets the form go when the files have arrived; this page stays.
        sent ||= !event.defaultPrevented;
        event.preventDefault();
      });
      form.requestSubmit();
      await finished;
      return { before, st: status(), url: location.href, sent };
    },
  },
];
