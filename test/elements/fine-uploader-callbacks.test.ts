/** Fine Uploader's 23 callbacks, `options.callbacks`: their arguments, what `false` does, and what an error does, with real servers. */
import { expect, waitUntil } from '@open-wc/testing';
import { clearStorage } from '../resume/storage.js';
import { commandTestServers, testServers } from '../tools/test-servers.js';
import { attach, chunked, hold, names, picture, put, refuse, status, statusOf, unfinished, withoutLinks } from './callbacks.js';
import type { Callback } from './callbacks.js';
import { cleanUp, makeFile, next, putS3, upload } from './page.js';

describe('options.callbacks', () => {
  afterEach(async () => {
    await cleanUp();
    await clearStorage();
  });

  describe('get Fine Uploader’s arguments', () => {
    it('for a file in chunks that is uploaded, then deleted', async () => {
      const element = put({ ...chunked, 'max-connections': 1 });
      const calls = attach(element);
      const uploaded = next(element, 'allComplete');
      element.addFiles(makeFile('a.bin', 100_000));
      await uploaded;
      const deleted = next(element, 'deleteComplete');
      expect(element.deleteFile(0)).to.equal(true);
      await deleted;
      const exact = {
        onValidateBatch: [[[{ name: 'a.bin', size: 100_000 }]]],
        onValidate: [[{ name: 'a.bin', size: 100_000 }]],
        onSubmit: [[0, 'a.bin']],
        onSubmitted: [[0, 'a.bin']],
        onUpload: [[0, 'a.bin']],
        onUploadChunk: [
          [0, 'a.bin', { partIndex: 0, startByte: 1, endByte: 40_000, totalParts: 3 }],
          [0, 'a.bin', { partIndex: 1, startByte: 40_001, endByte: 80_000, totalParts: 3 }],
          [0, 'a.bin', { partIndex: 2, startByte: 80_001, endByte: 100_000, totalParts: 3 }],
        ],
        onUploadChunkSuccess: [
          [0, { partIndex: 0, startByte: 1, endByte: 40_000, totalParts: 3 }, { success: true }, null],
          [0, { partIndex: 1, startByte: 40_001, endByte: 80_000, totalParts: 3 }, { success: true }, null],
          [0, { partIndex: 2, startByte: 80_001, endByte: 100_000, totalParts: 3 }, { success: true }, null],
        ],
        onComplete: [[0, 'a.bin', { success: true }, null]],
        onAllComplete: [[[0], []]],
        onSubmitDelete: [[0]],
        onDelete: [[0]],
        onDeleteComplete: [[0, null, false]],
        onStatusChange: [
          [0, null, 'submitting'],
          [0, 'submitting', 'submitted'],
          [0, 'submitted', 'uploading'],
          [0, 'uploading', 'upload finalizing'],
          [0, 'upload finalizing', 'upload successful'],
          [0, 'upload successful', 'deleting'],
          [0, 'deleting', 'deleted'],
        ],
      };
      for (const [name, args] of Object.entries(exact)) expect(calls.of(name).map(withoutLinks), name).to.deep.equal(args);
      for (const [id, name, , total] of calls.of('onProgress')) expect([id, name, total]).to.deep.equal([0, 'a.bin', 100_000]);
      expect(calls.of('onProgress').at(-1)).to.deep.equal([0, 'a.bin', 100_000, 100_000]);
      expect(calls.of('onTotalProgress').at(-1)).to.deep.equal([100_000, 100_000]);
      const once = calls.order().filter((name) => name in exact && name !== 'onStatusChange' && !name.startsWith('onUploadChunk'));
      expect(once).to.deep.equal([
        ...['onValidateBatch', 'onValidate', 'onSubmit', 'onSubmitted', 'onUpload', 'onComplete', 'onAllComplete'],
        ...['onSubmitDelete', 'onDelete', 'onDeleteComplete'],
      ]);
    });

    it('for a file that is retried, fails, is retried by hand, fails again, and cannot be deleted', async () => {
      await refuse(500, 3);
      const element = put();
      const calls = attach(element, {}, { retry: { enableAuto: true, maxAutoAttempts: 1 } });
      await upload(element, makeFile('a.bin', 10));
      const again = next(element, 'complete');
      element.maxAutoAttempts = 0;
      expect(element.retry(0)).to.equal(true);
      await again;
      const failure = [0, 'a.bin', 'Disk full', null];
      expect(calls.of('onError')).to.deep.equal([failure, failure, failure]);
      expect(calls.of('onAutoRetry')).to.deep.equal([[0, 'a.bin', 1]]);
      expect(calls.of('onManualRetry')).to.deep.equal([[0, 'a.bin']]);
      const complete = [0, 'a.bin', { error: 'Disk full', success: false }, null];
      expect(calls.of('onComplete')).to.deep.equal([complete, complete]);
      await waitUntil(() => calls.of('onAllComplete').length > 0);
      expect(calls.of('onAllComplete').at(-1)).to.deep.equal([[], [0]]);

      await commandTestServers('faults', { proxy: 'endpoint', faults: [{ kind: 'answer', status: 403, match: { method: 'DELETE' } }] });
      const deleted = next(element, 'deleteComplete');
      element.deleteFile(0);
      await deleted;
      expect(calls.of('onDeleteComplete')).to.deep.equal([[0, null, true]]);
      const [id, name, reason, xhr] = calls.of('onError').at(-1) ?? [];
      expect([id, name, typeof reason, xhr]).to.deep.equal([0, 'a.bin', 'string', null]);
    });

    it('for a cancelled file, a session and a pasted image', async () => {
      await hold();
      const element = put();
      const calls = attach(element, {}, { session: { endpoint: testServers.endpoint.uploads } });
      await next(element, 'sessionRequestComplete');
      const [response, ...rest] = calls.of('onSessionRequestComplete')[0] ?? [];
      expect(response).to.be.an('array');
      expect(rest).to.deep.equal([true, null]);
      const id = element.getUploads().length;
      element.addFiles(makeFile('a.bin', 10));
      await status(element, 'uploading', id);
      element.cancel(id);
      expect(calls.of('onCancel')).to.deep.equal([[id, 'a.bin']]);
      element.pasteTarget = document;
      await element.updateComplete;
      document.dispatchEvent(picture());
      await waitUntil(() => calls.of('onSubmit').length === 2);
      const [[blob, ...others] = []] = calls.of('onPasteReceived');
      expect(blob).to.be.instanceOf(Blob).with.property('type', 'image/png');
      expect(others).to.deep.equal([]);
      expect(calls.of('onSubmit')[1]).to.deep.equal([id + 1, 'pasted_image.png']);
    });

    it('for an error about no file', async () => {
      const element = put({ 'manual-upload': true });
      const calls = attach(element);
      element.uploadStoredFiles();
      expect(calls.of('onError')).to.deep.equal([[null, null, 'No files to upload.', null]]);
    });

    it('for an upload that is resumed', async () => {
      const { file, attributes } = await unfinished();
      const element = put(attributes);
      const calls = attach(element);
      expect((await upload(element, file)).success).to.equal(true);
      const [[id, name, chunk, data] = []] = calls.of('onResume');
      expect([id, name, data]).to.deep.equal([0, 'again.bin', { note: 1 }]);
      const { partIndex } = chunk as { partIndex: number };
      const startByte = partIndex * 40_000 + 1;
      expect(chunk).to.deep.equal({ partIndex, startByte, endByte: startByte + 39_999, totalParts: 5 });
      expect(partIndex).to.be.greaterThan(0);
      expect(calls.chunks()).to.not.include(0);
    });

    it('for credentials that have expired', async () => {
      const element = putS3({ 'signature-endpoint': '', 'success-endpoint': '', 'access-key': '' });
      const credentials = () => commandTestServers('temporaryCredentials');
      element.key = (id) => `${testServers.store.temporaryPrefix}${element.getUuid(id)}`;
      const calls = attach(element, { onCredentialsExpired: credentials }, { signature: { version: 4 } });
      element.credentials = { ...(await credentials()), expiration: new Date(Date.now() - 1000).toISOString() };
      expect((await upload(element, makeFile('a.bin', 10))).success).to.equal(true);
      expect(calls.of('onCredentialsExpired')).to.deep.equal([[]]);
    });
  });

  describe('that return false', () => {
    for (const name of ['onValidateBatch', 'onValidate', 'onSubmit']) {
      it(`reject the file: ${name}`, async () => {
        const element = put();
        const calls = attach(element, { [name]: () => false });
        element.addFiles(makeFile('a.bin', 10));
        await status(element, 'rejected');
        expect(calls.of('onUpload')).to.deep.equal([]);
        expect(calls.of('onError')).to.deep.equal([]);
      });
    }

    it('keep a file: onCancel, onManualRetry, onSubmitDelete', async () => {
      const element = put();
      const answers = { onCancel: () => false, onSubmitDelete: () => false, onManualRetry: () => false };
      const calls = attach(element, answers);
      await hold();
      element.addFiles(makeFile('a.bin', 10));
      await status(element, 'uploading');
      element.cancel(0);
      expect([statusOf(element), calls.of('onCancel')]).to.deep.equal(['uploading', [[0, 'a.bin']]]);
      await upload(element, makeFile('b.bin', 10));
      expect(element.deleteFile(1)).to.equal(true);
      expect([statusOf(element, 1), calls.of('onSubmitDelete'), calls.of('onDelete')]).to.deep.equal(['upload successful', [[1]], []]);
      await refuse(500, 1);
      await upload(element, makeFile('c.bin', 10));
      expect(element.retry(2)).to.equal(false);
      expect([statusOf(element, 2), calls.of('onManualRetry')]).to.deep.equal(['upload failed', [[2, 'c.bin']]]);
    });

    it('leave a pasted image out: onPasteReceived', async () => {
      const element = put();
      const calls = attach(element, { onPasteReceived: () => false });
      element.pasteTarget = document;
      await element.updateComplete;
      document.dispatchEvent(picture());
      await upload(element, makeFile('later.bin', 10));
      expect(calls.of('onPasteReceived')).to.have.length(1);
      expect(element.getUploads().map(({ name }) => name)).to.deep.equal(['later.bin']);
    });

    it('begin a resumed upload at its first part: onResume', async () => {
      const { file, attributes } = await unfinished();
      const element = put({ ...attributes, 'max-connections': 1 });
      const calls = attach(element, { onResume: () => false });
      expect((await upload(element, file)).success).to.equal(true);
      expect(calls.of('onResume')).to.have.length(1);
      expect(calls.chunks()).to.deep.equal([0, 1, 2, 3, 4]);
    });

    it('change nothing otherwise', async () => {
      await refuse(500, 1);
      const element = put({ ...chunked });
      const refusing = /^on(Validate|ValidateBatch|Submit|Cancel|ManualRetry|SubmitDelete|PasteReceived|Resume)$/;
      const others = names.filter((name) => !refusing.test(name));
      const calls = attach(element, Object.fromEntries(others.map((name) => [name, () => false])), {
        retry: { enableAuto: true },
        session: { endpoint: testServers.endpoint.uploads },
      });
      const listed = next(element, 'sessionRequestComplete');
      await listed;
      const { id, success } = await upload(element, makeFile('a.bin', 100_000));
      expect(success).to.equal(true);
      const deleted = next(element, 'deleteComplete');
      element.deleteFile(id);
      expect((await deleted).success).to.equal(true);
      expect(others.filter((name) => calls.of(name).length === 0)).to.deep.equal(['onCredentialsExpired']);
    });
  });

  it('that throw are reported to the page, and refuse nothing', async () => {
    const { onerror } = window;
    const { error: logError } = console;
    const thrown: unknown[] = [];
    // Mocha would take the errors for failures, and the test runner would log them.
    console.error = () => {};
    window.onerror = (_message, _source, _line, _column, error) => {
      thrown.push(error?.message);
      return true;
    };
    try {
      await refuse(500, 1);
      const element = put({ ...chunked, 'max-connections': 1 });
      const mistakes = names.map((name): [string, Callback] => [
        name,
        () => {
          throw new Error(name);
        },
      ]);
      attach(element, Object.fromEntries(mistakes), { retry: { enableAuto: true }, session: { endpoint: testServers.endpoint.uploads } });
      await next(element, 'sessionRequestComplete');
      const { id, success } = await upload(element, makeFile('a.bin', 50_000));
      expect(success).to.equal(true);
      const deleted = next(element, 'deleteComplete');
      element.deleteFile(id);
      expect((await deleted).success).to.equal(true);
      await hold();
      element.addFiles(makeFile('b.bin', 10));
      await status(element, 'uploading', id + 1);
      element.cancel(id + 1);
      expect(statusOf(element, id + 1)).to.equal('canceled');
      element.pasteTarget = document;
      await element.updateComplete;
      document.dispatchEvent(picture());
      await status(element, 'upload successful', id + 2);
      expect(names.filter((name) => !thrown.includes(name))).to.deep.equal(['onCredentialsExpired', 'onManualRetry', 'onResume']);
    } finally {
      window.onerror = onerror;
      console.error = logError;
    }
  });
});
