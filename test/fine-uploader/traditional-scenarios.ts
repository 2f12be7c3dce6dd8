/** Uploads to a page's own server: the wire in all its variants, deleting, sessions. */
import type { Scenario } from './scenario.js';

const ok = { success: true };

export const traditionalScenarios: readonly Scenario[] = [
  {
    name: 't01-simple',
    async run({ start, file }) {
      const params = { foo: 'bar', nested: { a: 1, b: [1, 2] }, fn: () => 'called', nul: null, uni: 'é☃' };
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up', params, customHeaders: { 'X-Test': 'h' } },
      });
      element.addFiles([file('héllo wörld.txt', 10, 'text/plain')]);
      await finished;
      return { st: status() };
    },
  },
  {
    name: 't02-chunked-seq',
    async run({ start, file }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up', params: { foo: 'bar' } },
        chunking: { enabled: true, partSize: 4 },
      });
      element.addFiles([file('a.bin', 10, '')]);
      await finished;
      return { st: status() };
    },
  },
  {
    name: 't03-chunked-concurrent-success',
    async run({ start, file }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up', params: { foo: 'bar' }, customHeaders: { 'X-Test': 'h' } },
        chunking: { enabled: true, partSize: 4, concurrent: { enabled: true }, success: { endpoint: '/done' } },
      });
      element.addFiles([file('a.bin', 10, '')]);
      await finished;
      return { st: status() };
    },
  },
  {
    name: 't04-chunk-success-json',
    async run({ start, file }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up', params: { foo: 'bar', o: { x: 1 } } },
        chunking: { enabled: true, mandatory: true, success: { endpoint: '/done', jsonPayload: true, method: 'PUT' } },
      });
      element.addFiles([file('a.bin', 10, '')]);
      await finished;
      return { st: status() };
    },
  },
  {
    name: 't05-delete',
    async run({ start, file, happens, wait }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up' },
        deleteFile: { enabled: true, endpoint: '/del', params: { p: 'q r' }, customHeaders: { 'X-Test': 'd' } },
      });
      element.addFiles([file('a.txt', 3, 'text/plain')]);
      await finished;
      element.deleteFile(0);
      await happens('deleteComplete');
      await wait(50);
      return { st: status(), net: element.getNetUploads() };
    },
  },
  {
    name: 't06-delete-post',
    async run({ start, file, happens, wait }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up' },
        deleteFile: { enabled: true, endpoint: '/del', method: 'POST', params: { p: 'q r' } },
      });
      element.addFiles([file('a.txt', 3, 'text/plain')]);
      await finished;
      element.deleteFile(0);
      await happens('deleteComplete');
      await wait(50);
      return { st: status() };
    },
  },
  {
    name: 't07-delete-fails',
    answers: () => ({ app: ({ method }) => (method === 'DELETE' ? { status: 500, body: 'no' } : { body: ok }) }),
    async run({ start, file, happens, wait }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up' },
        deleteFile: { enabled: true, endpoint: '/del' },
      });
      element.addFiles([file('a.txt', 3, 'text/plain')]);
      await finished;
      element.deleteFile(0);
      await happens('deleteComplete');
      await wait(50);
      return { st: status() };
    },
  },
  {
    name: 't08-session',
    answers: () => ({
      app: ({ url }) =>
        url.pathname === '/session'
          ? {
              body: [
                { name: 'one.jpg', uuid: 'u1', size: 5, thumbnailUrl: '/t', deleteFileEndpoint: '/d2', deleteFileParams: { z: 1 } },
                { name: 'nouuid' },
                { name: 'three', uuid: 'u3' },
              ],
            }
          : { body: ok },
    }),
    async run({ start, happens, wait }) {
      const { element, status } = start('fine-uploader', {
        request: { endpoint: '/up' },
        deleteFile: { enabled: true },
        session: { endpoint: '/session', params: { u: 'me' }, customHeaders: { 'X-Test': 's' } },
      });
      await happens('sessionRequestComplete');
      await wait(200);
      element.deleteFile(0);
      await happens('deleteComplete');
      await wait(50);
      return { st: status() };
    },
  },
  {
    name: 't09-nonmultipart',
    async run({ start, file }) {
      const { element, finished, status } = start('fine-uploader', {
        request: { endpoint: '/up?x=1', params: { foo: 'b r', nested: { a: 1 } }, forceMultipart: false, paramsInBody: false },
      });
      element.addFiles([file('a b.txt', 10, 'text/plain')]);
      await finished;
      return { st: status() };
    },
  },
  {
    name: 't10-params-query-multipart',
    async run({ start, file }) {
      const { element, finished } = start('fine-uploader', {
        request: { endpoint: '/up', params: { foo: 'bar' }, paramsInBody: false },
      });
      element.addFiles([file('a.txt', 10, 'text/plain')]);
      await finished;
      return {};
    },
  },
  {
    name: 't11-cors',
    async run({ start, file, store, happens, wait }) {
      const { element, status } = start('fine-uploader', {
        request: { endpoint: `${store}/up` },
        cors: { expected: true, sendCredentials: true },
      });
      element.addFiles([file('a.txt', 3, 'text/plain')]);
      await happens('complete');
      await wait(400);
      return { st: status() };
    },
  },
  {
    name: 't12-omit-default',
    async run({ start, file }) {
      const { element, finished } = start('fine-uploader', {
        request: { endpoint: '/up', params: { foo: 'bar' }, omitDefaultParams: true },
      });
      element.addFiles([file('a.txt', 3, 'text/plain')]);
      await finished;
      return {};
    },
  },
  {
    name: 't13-blob-and-canvas',
    async run({ start }) {
      const { element, finished, status } = start('fine-uploader', { request: { endpoint: '/up' } });
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 4;
      element.addFiles([
        new Blob(['xyz'], { type: 'text/plain' }),
        { blob: new Blob(['xy']), name: 'named.bin' },
        canvas,
        { canvas, name: 'pic.jpg', type: 'image/jpeg', quality: 50 },
      ]);
      await finished;
      return { st: status() };
    },
  },
];
