/** What callbacks may answer: nothing, `false`, a promise, an error. */
import type { FactScenario } from './fact-scenario.js';
import { failing } from './failing-answers.js';

const ok = { success: true };
const request = { endpoint: '/up' };
const later = <T>(value: T) => new Promise<T>((resolve) => setTimeout(() => resolve(value), 20));
const questions = ['statusChange', 'validateBatch', 'validate', 'submit', 'submitted', 'upload', 'complete', 'error', 'allComplete'];

export const callbackScenarios: readonly FactScenario[] = [
  {
    name: 'promises: the order is the same',
    names: questions,
    async run({ start, file }) {
      const wait = () => later(undefined);
      const callbacks = { onValidateBatch: wait, onValidate: wait, onSubmit: wait, onUpload: wait };
      const { element, finished } = start('fine-uploader', { request }, callbacks);
      element.addFiles(file('a.txt', 3, ''));
      await finished;
      return {};
    },
    fineUploader: {
      story: [
        ...['0 null > submitting', 'validateBatch([{"name":"a.txt","size":3}])', 'validate({"name":"a.txt","size":3})'],
        ...['submit(0,"a.txt")', '0 submitting > submitted', 'submitted(0,"a.txt")', '0 submitted > uploading', 'upload(0,"a.txt")'],
        ...['0 uploading > upload successful', 'complete(0,"a.txt",{"success":true})', 'allComplete([0],[])'],
      ],
    },
  },
  ...(['onValidateBatch', 'onValidate', 'onSubmit'] as const).flatMap((callback) =>
    [() => false, () => Promise.reject(new Error())].map((refuse, index): FactScenario => ({
      name: `${callback}: ${index ? 'a rejected promise' : 'false'} rejects the file without an error`,
      names: ['statusChange', 'error', 'allComplete'],
      async run({ start, file, wait }) {
        const { element } = start('fine-uploader', { request }, { [callback]: refuse });
        element.addFiles(file('a.txt', 3, ''));
        await wait(150);
        return { net: element.getNetUploads() };
      },
      fineUploader: { result: { net: 0 }, story: ['0 null > submitting', '0 submitting > rejected'] },
    })),
  ),
  {
    name: 'onValidate: a mistake in it lets the file through',
    names: ['statusChange'],
    withErrors: true,
    async run({ start, file }) {
      const onValidate = () => {
        throw new Error('mistake');
      };
      const { element, finished } = start('fine-uploader', { request }, { onValidate });
      element.addFiles(file('a.txt', 3, ''));
      await finished;
      return {};
    },
    fineUploader: {
      story: ['0 null > submitting', '0 submitting > submitted', '0 submitted > uploading', '0 uploading > upload successful'],
    },
  },
  {
    name: 'onUpload: {pause: true} pauses the file',
    names: ['statusChange', 'upload'],
    async run({ start, file, happens, wait }) {
      let paused = true;
      const { element, finished } = start(
        'fine-uploader',
        { request, chunking: { enabled: true } },
        { onUpload: () => later({ pause: paused }) },
      );
      element.addFiles(file('a.txt', 3, ''));
      await happens('upload');
      await wait(100);
      paused = false;
      const continued = element.continueUpload(0);
      await finished;
      return { continued };
    },
    fineUploader: {
      result: { continued: true },
      story: [
        ...['0 null > submitting', '0 submitting > submitted', '0 submitted > uploading', 'upload(0,"a.txt")', '0 uploading > paused'],
        ...['0 paused > uploading', 'upload(0,"a.txt")', '0 uploading > upload successful'],
      ],
    },
  },
  {
    name: 'onUpload: a rejected promise fails the file',
    names: ['statusChange', 'complete', 'allComplete'],
    async run({ start, file }) {
      const { element, finished } = start(
        'fine-uploader',
        { request },
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as Fine Uploader's pages do
        { onUpload: () => Promise.reject({ responseJSON: { error: 'no', code: 7 } }) },
      );
      element.addFiles(file('a.txt', 3, ''));
      await finished;
      return {};
    },
    fineUploader: {
      story: [
        ...['0 null > submitting', '0 submitting > submitted', '0 submitted > uploading', '0 uploading > upload failed'],
        ...['complete(0,"a.txt",{"error":"no","code":7,"success":false})', 'allComplete([],[0])'],
      ],
    },
  },
  {
    name: 'onCancel: a promise decides',
    names: ['statusChange', 'cancel'],
    answers: () => ({ app: () => ({ body: ok, held: true }) }),
    async run({ start, file, arrived, wait }) {
      let refuses = true;
      const onCancel = () => later(undefined).then(() => (refuses ? Promise.reject(new Error()) : undefined));
      const { element } = start('fine-uploader', { request }, { onCancel });
      element.addFiles(file('a.txt', 3, ''));
      await arrived(1);
      element.cancel(0);
      await wait(100);
      refuses = false;
      element.cancel(0);
      await wait(100);
      return {};
    },
    fineUploader: {
      story: [
        ...['0 null > submitting', '0 submitting > submitted', '0 submitted > uploading', 'cancel(0,"a.txt")'],
        ...['cancel(0,"a.txt")', '0 uploading > canceled'],
      ],
    },
  },
  {
    name: 'onUploadChunk: changes the request',
    async run({ start, file }) {
      const { element, finished } = start(
        'fine-uploader',
        { request: { ...request, customHeaders: { 'X-Test-All': '1' } }, chunking: { enabled: true, partSize: 4, mandatory: true } },
        { onUploadChunk: () => later({ endpoint: '/chunk', method: 'PUT', headers: { 'X-Test-Own': '2' }, params: { extra: 3 } }) },
      );
      element.addFiles(file('a.bin', 3, ''));
      await finished;
      return {};
    },
    fineUploader: { fields: ['PUT /chunk extra=3 x-test-own:2'] },
  },
  {
    name: 'onAllComplete: which succeeded and which failed, each once',
    names: ['allComplete'],
    answers: () => failing(1, () => ({})),
    async run({ start, file, happens, wait }) {
      const { element } = start('fine-uploader', { request, maxConnections: 1 });
      element.addFiles([file('a.txt', 3, ''), file('b.txt', 3, '')]);
      await happens('allComplete');
      element.addFiles(file('c.txt', 3, ''));
      await happens('allComplete', 2);
      await wait(100);
      return { net: element.getNetUploads() };
    },
    fineUploader: { story: ['allComplete([1],[0])', 'allComplete([2],[])'] },
  },
  {
    name: 'onProgress and onTotalProgress: end with all bytes, and repeat nothing',
    async run({ start, file }) {
      const seen: string[] = [];
      const onProgress = (id: number, _name: string, loaded: number, total: number) => void seen.push(`${id}: ${loaded}/${total}`);
      const totals: string[] = [];
      const onTotalProgress = (loaded: number, total: number) => void totals.push(`${loaded}/${total}`);
      const { element, finished } = start('fine-uploader', { request, maxConnections: 1 }, { onProgress, onTotalProgress });
      element.addFiles([file('a.txt', 3, ''), file('b.txt', 4, '')]);
      await finished;
      const repeated = (lines: readonly string[]) => lines.some((line, index) => line === lines[index - 1]);
      return { last: [seen.at(-1), totals.at(-1)], repeated: repeated(seen) || repeated(totals) };
    },
    fineUploader: { result: { last: ['1: 4/4', '7/7'], repeated: false } },
  },
];
