/** Promises of Fine Uploader's callbacks, `options.callbacks`, with real servers. */
import { expect, waitUntil } from '@open-wc/testing';
import { commandTestServers } from '../tools/test-servers.js';
import { attach, chunked, hold, picture, put, sent, status, statusOf } from './callbacks.js';
import { cleanUp, makeFile, next, putS3, upload } from './page.js';

describe('options.callbacks', () => {
  afterEach(cleanUp);

  describe('that return a promise', () => {
    /** A promise for each call, settled by the test. */
    function pending() {
      const waiting: { resolve: (value?: unknown) => void; reject: (reason: unknown) => void }[] = [];
      const answer = () => new Promise((resolve, reject) => waiting.push({ resolve, reject }));
      const called = () =>
        waitUntil(() => waiting.length > 0, 'it is called', { timeout: 8000 }).then(() => waiting.shift() ?? expect.fail());
      return { answer, called };
    }

    for (const [name, before] of [
      ['onValidateBatch', 'submitting'],
      ['onValidate', 'submitting'],
      ['onSubmit', 'submitting'],
      ['onUpload', 'uploading'],
      ['onUploadChunk', 'uploading'],
    ] as const) {
      it(`hold the file until it resolves, whatever the value: ${name}`, async () => {
        const element = put({ ...chunked });
        const { answer, called } = pending();
        const calls = attach(element, { [name]: answer });
        const completed = next(element, 'complete');
        element.addFiles(makeFile('a.bin', 40_001));
        const { resolve } = await called();
        // Long enough for a request, if there were one.
        await new Promise((done) => setTimeout(done, 150));
        expect([statusOf(element), await sent()]).to.deep.equal([before, []]);
        resolve(false);
        if (name === 'onUploadChunk') (await called()).resolve();
        expect((await completed).success).to.equal(true);
        expect(calls.of('onComplete')).to.have.length(1);
      });
    }

    for (const name of ['onValidateBatch', 'onValidate', 'onSubmit']) {
      it(`reject the file when it rejects: ${name}`, async () => {
        const element = put();
        const { answer, called } = pending();
        const calls = attach(element, { [name]: answer });
        element.addFiles(makeFile('a.bin', 10));
        (await called()).reject(undefined);
        await status(element, 'rejected');
        expect([calls.of('onUpload'), calls.of('onError')]).to.deep.equal([[], []]);
      });
    }

    for (const name of ['onUpload', 'onUploadChunk']) {
      it(`fail the file with the reason when it rejects: ${name}`, async () => {
        const element = put({ ...chunked });
        const { answer, called } = pending();
        const calls = attach(element, { [name]: answer });
        element.addFiles(makeFile('a.bin', 50_000));
        (await called()).reject({ responseJSON: { error: 'No token', code: 7 } });
        await status(element, 'upload failed');
        expect(calls.of('onError')).to.deep.equal([[0, 'a.bin', 'No token', null]]);
        expect(calls.of('onComplete')).to.deep.equal([[0, 'a.bin', { error: 'No token', code: 7, success: false }, null]]);
        expect(await sent()).to.deep.equal([]);
      });
    }

    it('decide on cancelling and deleting: onCancel, onSubmitDelete', async () => {
      const element = put();
      const cancel = pending();
      const remove = pending();
      const calls = attach(element, { onCancel: cancel.answer, onSubmitDelete: remove.answer });
      await upload(element, makeFile('a.bin', 10));
      element.deleteFile(0);
      (await remove.called()).reject(new Error('No.'));
      await hold();
      element.addFiles(makeFile('b.bin', 10));
      await status(element, 'uploading', 1);
      element.cancel(1);
      (await cancel.called()).reject(new Error('No.'));
      element.deleteFile(0);
      const { resolve } = await remove.called();
      expect(element.getUploads().map((file) => file.status)).to.deep.equal(['upload successful', 'uploading']);
      expect(calls.of('onDelete')).to.deep.equal([]);
      resolve();
      await status(element, 'deleted');
      element.cancel(1);
      (await cancel.called()).resolve();
      await status(element, 'canceled', 1);
    });

    it('name or refuse a pasted image: onPasteReceived', async () => {
      const element = put();
      const { answer, called } = pending();
      attach(element, { onPasteReceived: answer });
      element.pasteTarget = document;
      await element.updateComplete;
      document.dispatchEvent(picture());
      document.dispatchEvent(picture());
      (await called()).reject(new Error('No.'));
      const completed = next(element, 'complete');
      (await called()).resolve('screenshot');
      expect((await completed).name).to.equal('screenshot.png');
      expect(element.getUploads()).to.have.length(1);
    });

    it('fail the file when it rejects: onCredentialsExpired', async () => {
      const element = putS3({ 'signature-endpoint': '', 'success-endpoint': '', 'access-key': '' });
      const calls = attach(element, { onCredentialsExpired: () => Promise.reject(new Error('Sign in again.')) });
      element.credentials = { ...(await commandTestServers('temporaryCredentials')), expiration: new Date(0).toISOString() };
      expect((await upload(element, makeFile('a.bin', 10))).success).to.equal(false);
      expect(calls.of('onError')).to.deep.equal([[0, 'a.bin', 'Sign in again.', null]]);
    });
  });

  describe('onUpload that resolves to {pause: true}', () => {
    for (const attributes of [{}, chunked]) {
      it(`pauses the file, and leaves its place to the next one (${'chunking' in attributes ? 'in chunks' : 'whole'})`, async () => {
        const element = put({ ...attributes, 'max-connections': 1 });
        let pause = true;
        const calls = attach(element, { onUpload: (id) => Promise.resolve({ pause: id === 0 && pause }) });
        const second = next(element, 'complete');
        element.addFiles([makeFile('a.bin', 50_000), makeFile('b.bin', 50_000)]);
        expect(await second).to.include({ id: 1, success: true });
        expect(statusOf(element)).to.equal('paused');
        expect([calls.of('onError'), calls.of('onAllComplete')]).to.deep.equal([[], []]);
        pause = false;
        const first = next(element, 'complete');
        expect(element.continueUpload(0)).to.equal(true);
        expect(await first).to.include({ id: 0, success: true });
        expect(calls.of('onUpload')).to.deep.equal([
          [0, 'a.bin'],
          [1, 'b.bin'],
          [0, 'a.bin'],
        ]);
        expect(
          calls
            .of('onStatusChange')
            .filter(([id]) => id === 0)
            .map(([, , now]) => now),
        ).to.include.members(['paused']);
      });
    }
  });
});
