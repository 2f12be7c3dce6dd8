/** What the methods answer, and the statuses that they lead to. */
import type { FactScenario } from './fact-scenario.js';
import { failing, failingChunk } from './failing-answers.js';

const ok = { success: true };
const request = { endpoint: '/up' };
const held = () => ({ app: () => ({ body: ok, held: true }) });
const begun = (id: number) => [`${id} null > submitting`, `${id} submitting > submitted`, `${id} submitted > uploading`];
const uploaded = (id: number) => [...begun(id), `${id} uploading > upload successful`];
const failed = (id: number) => [...begun(id), `${id} uploading > upload failed`];

export const methodScenarios: readonly FactScenario[] = [
  {
    name: 'cancel: a stored file',
    names: ['statusChange', 'cancel'],
    async run({ start, file, happens, wait }) {
      const { element } = start('fine-uploader', { request, autoUpload: false });
      element.addFiles([file('a.txt', 3, ''), file('b.txt', 3, '')]);
      await happens('submitted', 2);
      element.cancel(0);
      element.clearStoredFiles();
      await wait(50);
      return { left: element.getUploads({ status: 'submitted' }).length };
    },
    fineUploader: {
      result: { left: 0 },
      story: [
        ...['0 null > submitting', '1 null > submitting', '0 submitting > submitted', '1 submitting > submitted'],
        ...['cancel(0,"a.txt")', '0 submitted > canceled', 'cancel(1,"b.txt")', '1 submitted > canceled'],
      ],
    },
  },
  {
    name: 'cancel: a queued file and one under way',
    names: ['statusChange', 'cancel', 'allComplete'],
    answers: held,
    async run({ start, file, arrived, wait }) {
      const { element } = start('fine-uploader', { request, maxConnections: 1 });
      element.addFiles([file('a.txt', 3, ''), file('b.txt', 3, '')]);
      await arrived(1);
      const before = element.getInProgress();
      element.cancel(1);
      element.cancel(0);
      await wait(50);
      return { before, net: element.getNetUploads(), inProgress: element.getInProgress() };
    },
    fineUploader: {
      result: { before: 2, net: 0, inProgress: 0 },
      story: [
        ...['0 null > submitting', '1 null > submitting', '0 submitting > submitted', '0 submitted > uploading'],
        ...['1 submitting > submitted', '1 submitted > queued', 'cancel(1,"b.txt")', '1 queued > canceled'],
        ...['cancel(0,"a.txt")', '0 uploading > canceled'],
      ],
    },
  },
  {
    name: 'cancel: a paused file',
    names: ['statusChange'],
    answers: () => failingChunk('1', { body: ok, held: true }),
    async run({ start, file, arrived }) {
      const { element } = start('fine-uploader', { request, chunking: { enabled: true, partSize: 4 } });
      element.addFiles(file('a.bin', 10, ''));
      await arrived(2);
      const paused = element.pauseUpload(0);
      const inProgress = element.getInProgress();
      element.cancel(0);
      return { paused, inProgress, continued: element.continueUpload(0) };
    },
    fineUploader: {
      result: { paused: true, inProgress: 0, continued: false },
      story: [...begun(0), '0 uploading > paused', '0 paused > canceled'],
    },
  },
  {
    name: 'cancel: a failed and an uploaded file',
    names: ['statusChange'],
    answers: () => failing(1, () => ({})),
    async run({ start, file, happens }) {
      const { element } = start('fine-uploader', { request, maxConnections: 1 });
      element.addFiles(file('failed.txt', 3, ''));
      await happens('allComplete');
      element.addFiles(file('uploaded.txt', 3, ''));
      await happens('allComplete', 2);
      element.cancel(0);
      element.cancel(1);
      return { net: element.getNetUploads() };
    },
    fineUploader: {
      result: { net: 1 },
      story: [...failed(0), ...uploaded(1), '0 upload failed > canceled', '1 upload successful > canceled'],
    },
    here: {
      reason: '`cancel(id)` does nothing with an uploaded file; in Fine Uploader it hid the file and left it on the server.',
      story: [...failed(0), ...uploaded(1), '0 upload failed > canceled'],
    },
  },
  {
    name: 'retry: what it answers',
    names: ['statusChange', 'manualRetry'],
    answers: () => failing(1, () => ({ error: 'e' })),
    async run({ start, file, happens }) {
      let allowed = false;
      const { element } = start('fine-uploader', { request }, { onManualRetry: () => allowed });
      element.addFiles(file('a.txt', 3, ''));
      await happens('allComplete');
      const refused = Boolean(element.retry(0));
      allowed = true;
      const retried = element.retry(0);
      await happens('allComplete', 2);
      return { refused, retried };
    },
    fineUploader: {
      result: { refused: false, retried: true },
      story: [
        ...[...failed(0), 'manualRetry(0,"a.txt")', 'manualRetry(0,"a.txt")'],
        ...['0 upload failed > retrying upload', '0 retrying upload > uploading', '0 uploading > upload successful'],
      ],
    },
  },
  {
    name: 'retry: waits as "retrying upload" where no connection is free',
    names: ['statusChange'],
    answers: () => {
      let time = 0;
      return { app: () => (++time === 1 ? { status: 500, body: {} } : { body: ok, held: true }) };
    },
    async run({ start, file, happens, arrived, wait }) {
      const { element } = start('fine-uploader', { request, maxConnections: 1 });
      element.addFiles(file('a.txt', 3, ''));
      await happens('allComplete');
      element.addFiles(file('b.txt', 3, ''));
      await arrived(2);
      element.retry(0);
      await wait(50);
      return {};
    },
    fineUploader: { story: [...failed(0), ...begun(1), '0 upload failed > retrying upload'] },
  },
  {
    name: 'pauseUpload and continueUpload: what they answer',
    names: ['statusChange', 'upload'],
    answers: () => failingChunk('1', { body: ok, held: true }),
    async run({ start, file, arrived, happens, wait }) {
      const { element, finished } = start('fine-uploader', { request, maxConnections: 1, chunking: { enabled: true, partSize: 4 } });
      element.addFiles(file('a.bin', 10, ''));
      await arrived(2);
      const continuedEarly = element.continueUpload(0);
      const paused = element.pauseUpload(0);
      await wait(50);
      element.addFiles(file('b.bin', 3, ''));
      await happens('upload', 2);
      const continued = element.continueUpload(0);
      await finished;
      await wait(50);
      return { continuedEarly, paused, continued, pausedLate: element.pauseUpload(0), continuedLate: element.continueUpload(0) };
    },
    fineUploader: {
      result: { continuedEarly: false, paused: true, continued: true, pausedLate: false, continuedLate: false },
      story: [
        ...[...begun(0), 'upload(0,"a.bin")', '0 uploading > paused', ...begun(1), 'upload(1,"b.bin")', '0 paused > queued'],
        ...['1 uploading > upload successful', '0 queued > uploading', 'upload(0,"a.bin")'],
        ...['0 uploading > upload finalizing', '0 upload finalizing > upload successful'],
      ],
    },
  },
  {
    name: 'deleteFile: refused, done, and where it is not possible',
    names: ['statusChange', 'submitDelete', 'delete', 'deleteComplete', 'error'],
    async run({ start, file, happens }) {
      let allowed = false;
      const { element } = start(
        'fine-uploader',
        { request, deleteFile: { enabled: true, endpoint: '/del' } },
        { onSubmitDelete: () => (allowed ? Promise.resolve() : Promise.reject(new Error('no'))) },
      );
      element.addFiles(file('a.txt', 3, ''));
      await happens('allComplete');
      element.deleteFile(0);
      await happens('submitDelete');
      allowed = true;
      element.deleteFile(0);
      await happens('deleteComplete');
      return { net: element.getNetUploads() };
    },
    fineUploader: {
      result: { net: 0 },
      story: [
        ...[...uploaded(0), 'submitDelete(0)', 'submitDelete(0)', '0 upload successful > deleting', 'delete(0)', '0 deleting > deleted'],
        'deleteComplete(0,false)',
      ],
    },
  },
  {
    name: 'deleteFile: the server answers 410',
    names: ['statusChange', 'error'],
    answers: () => ({ app: ({ method }) => (method === 'DELETE' ? { status: 410 } : { body: ok }) }),
    async run({ start, file, happens }) {
      const { element } = start('fine-uploader', { request, deleteFile: { enabled: true, endpoint: '/del' } });
      element.addFiles(file('a.txt', 3, ''));
      await happens('allComplete');
      element.deleteFile(0);
      await happens('deleteComplete');
      return {};
    },
    fineUploader: {
      story: [
        ...[...uploaded(0), '0 upload successful > deleting', '0 deleting > delete failed'],
        'error(0,"a.txt","Delete request failed with response code 410")',
      ],
    },
    here: {
      reason: 'A delete that the server answers with 410, or with 404 but not a web page, succeeds: the file is already gone.',
      story: [...uploaded(0), '0 upload successful > deleting', '0 deleting > deleted'],
    },
  },
  {
    name: 'setStatus: takes two statuses',
    names: ['statusChange'],
    async run({ start, file, happens }) {
      const { element } = start('fine-uploader', { request });
      element.addFiles([file('a.txt', 3, '')]);
      await happens('allComplete');
      element.setStatus(0, 'delete failed');
      element.setStatus(0, 'deleted');
      let threw = false;
      try {
        element.setStatus(0, 'paused');
      } catch {
        threw = true;
      }
      return { threw };
    },
    fineUploader: { result: { threw: true }, story: [...uploaded(0), '0 upload successful > delete failed', '0 delete failed > deleted'] },
  },
  {
    name: 'getUploads: its filters',
    answers: () => failing(1, () => ({})),
    async run({ start, file, happens }) {
      const { element } = start('fine-uploader', { request, maxConnections: 1 });
      element.addFiles([file('a.txt', 3, ''), file('b.txt', 4, '')]);
      await happens('allComplete');
      element.setUuid(1, 'mine');
      element.setName(1, 'renamed.txt');
      const ids = (uploads: readonly { id: number }[]) => uploads.map(({ id }) => id);
      const { name, originalName, uuid, size } = element.getUploads({ id: 1 }) ?? {};
      return {
        ...{
          name,
          originalName,
          uuid,
          size,
          byUuid: element.getUploads({ uuid: 'mine' })?.id,
          none: element.getUploads({ id: 7 }) === undefined,
        },
        ...{ byIds: ids(element.getUploads({ id: [1, 0] })).sort(), byStatus: ids(element.getUploads({ status: 'upload failed' })) },
        byStatuses: ids(element.getUploads({ status: ['upload failed', 'upload successful'] })),
        unknown: [element.getName(7) ?? null, element.getSize(7) ?? null, element.getUuid(7) ?? null, element.getParentId(0)],
      };
    },
    fineUploader: {
      result: {
        ...{ name: 'renamed.txt', originalName: 'b.txt', uuid: 'mine', size: 4, byUuid: 1, none: true, byIds: [0, 1] },
        ...{ byStatus: [0], byStatuses: [0, 1], unknown: [null, null, null, null] },
      },
    },
  },
  {
    name: 'setParams and setEndpoint of one file: they replace those of all',
    async run({ start, file, happens, wait }) {
      const { element, finished } = start('fine-uploader', { request: { ...request, params: { all: 1 } }, autoUpload: false });
      element.addFiles([file('a.txt', 3, ''), file('b.txt', 3, '')], { added: 2 }, '/added');
      await happens('submitted', 2);
      element.setParams({ own: 3 }, 1);
      element.setEndpoint('/own', 1);
      await wait(0);
      element.uploadStoredFiles();
      await finished;
      return { endpoints: [element.getEndpoint(0), element.getEndpoint(1), element.getEndpoint()] };
    },
    fineUploader: {
      result: { endpoints: ['/added', '/own', '/up'] },
      fields: ['/added added=2', '/own own=3'],
    },
  },
  {
    name: 'addInitialFiles: statuses and limits',
    names: ['statusChange', 'allComplete'],
    async run({ start, happens, wait }) {
      const { element } = start('fine-uploader', { request, validation: { itemLimit: 3 } });
      element.addInitialFiles([
        { name: 'a', uuid: 'u1', size: 5 },
        { name: 'b', uuid: 'u2' },
      ]);
      await happens('allComplete');
      await wait(50);
      const { status, size } = element.getUploads({ uuid: 'u1' }) ?? {};
      return {
        status,
        sizes: [size, element.getSize(1)],
        net: element.getNetUploads(),
        left: element.getRemainingAllowedItems(),
        retried: Boolean(element.getFile(0)),
      };
    },
    fineUploader: {
      result: { status: 'upload successful', sizes: [5, -1], net: 2, left: 1, retried: false },
      story: ['0 null > upload successful', '1 null > upload successful', 'allComplete([0,1],[])'],
    },
  },
  {
    name: 'reset: ids begin at 0 again',
    names: ['statusChange', 'allComplete'],
    async run({ start, file, happens, wait }) {
      const { element } = start('fine-uploader', { request, validation: { itemLimit: 2 } });
      element.addFiles([file('a.txt', 3, '')]);
      await happens('allComplete');
      element.reset();
      const empty = [element.getUploads().length, element.getNetUploads(), element.getInProgress(), element.getRemainingAllowedItems()];
      element.addFiles([file('b.txt', 3, '')]);
      await happens('allComplete', 2);
      await wait(50);
      return { empty, name: element.getName(0) };
    },
    fineUploader: {
      result: { empty: [0, 0, 0, 2], name: 'b.txt' },
      story: [...uploaded(0), 'allComplete([0],[])', ...uploaded(0), 'allComplete([0],[])'],
    },
  },
];
