/** The events of the elements. */
import { expect } from '@open-wc/testing';
import { CancelableUploaderEvent } from '../../src/elements/events.js';
import { cleanUp, collect, makeFile, next, putTraditional, upload } from './page.js';

describe('events', () => {
  afterEach(cleanUp);

  it('do not bubble and do not leave a shadow root', async () => {
    const around = document.createElement('div');
    document.body.append(around);
    const element = putTraditional({}, around);
    const heard: string[] = [];
    for (const name of ['submit', 'error', 'progress', 'complete', 'statusChange']) around.addEventListener(name, () => heard.push(name));
    const completed = next(element, 'complete');
    element.addEventListener('complete', (event) => expect(event.bubbles || event.composed).to.equal(false));
    element.addFiles([makeFile('a.bin', 10), makeFile('empty.bin', 0)]);
    await completed;
    expect(heard).to.deep.equal([]);
    around.remove();
  });

  it('come in Fine Uploader’s order', async () => {
    const element = putTraditional();
    const story: string[] = [];
    const names = ['statusChange', 'validateBatch', 'validate', 'submit', 'submitted', 'upload', 'complete', 'allComplete'] as const;
    for (const name of names)
      element.addEventListener(name, (event) =>
        story.push(event.type === 'statusChange' ? (event.detail as { newStatus: string }).newStatus : event.type),
      );
    await Promise.all([next(element, 'allComplete'), upload(element, makeFile('a.bin', 10))]);
    expect(story).to.deep.equal([
      'submitting',
      'validateBatch',
      'validate',
      'submit',
      'submitted',
      'submitted',
      'uploading',
      'upload',
      'upload successful',
      'complete',
      'allComplete',
    ]);
  });

  it('of more than a thousand files are all dispatched, with and without a listener', async () => {
    const element = putTraditional({ manualUpload: true });
    const dispatched = new Map<string, number>();
    const dispatch = element.dispatchEvent.bind(element);
    element.dispatchEvent = (event) => {
      dispatched.set(event.type, (dispatched.get(event.type) ?? 0) + 1);
      return dispatch(event);
    };
    let submitted = 0;
    const all = new Promise<void>((resolve) => {
      element.addEventListener('submitted', () => {
        if (++submitted === 1001) resolve();
      });
    });
    element.addEventListener('validate', (event) => {
      if (event.detail.id === 500) event.preventDefault();
    });
    element.addFiles(Array.from({ length: 1002 }, (_, index) => makeFile(`${index}.bin`, 1)));
    await all;
    expect(Object.fromEntries(dispatched)).to.include({ validate: 1002, submit: 1001, submitted: 1001 });
    // Each file is submitting first; one is rejected, the others are submitted. Some are uploading already.
    expect(dispatched.get('statusChange')).to.be.at.least(1002 + 1 + 1001);
    expect(element.getUploads({ status: 'rejected' })).to.have.length(1);
  });

  for (const name of ['validateBatch', 'validate', 'submit'] as const) {
    it(`${name} can be refused at once`, async () => {
      const element = putTraditional();
      element.addEventListener(name, (event) => event.preventDefault());
      const rejected = next(element, 'statusChange', ({ newStatus }) => newStatus === 'rejected');
      element.addFiles(makeFile('a.bin', 10));
      await rejected;
    });

    it(`${name} can be refused later, with a reason`, async () => {
      const element = putTraditional();
      element.addEventListener(name, (event) => event.waitUntil(Promise.reject(new Error('The scanner found something.'))));
      const error = next(element, 'error');
      element.addFiles(makeFile('a.bin', 10));
      expect((await error).reason).to.equal('The scanner found something.');
    });
  }

  const rejections: [rejection: unknown, reason: string][] = [
    ['A sentence.', 'A sentence.'],
    [new Error('An error.'), 'An error.'],
    [{ error: 'Of an object.' }, 'Of an object.'],
    [{ responseJSON: { error: 'Of a response.', code: 7 }, status: 500 }, 'Of a response.'],
  ];
  for (const [rejection, reason] of rejections) {
    it(`upload can be refused with ${rejection instanceof Error ? 'an Error' : JSON.stringify(rejection)}, whose reason complete repeats`, async () => {
      const element = putTraditional();
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- pages reject with anything
      element.addEventListener('upload', (event) => event.waitUntil(Promise.reject(rejection)));
      const [error, complete] = [next(element, 'error'), next(element, 'complete')];
      element.addFiles(makeFile('a.bin', 10));
      expect((await error).reason).to.equal(reason);
      const { responseJSON = {} } = rejection as { responseJSON?: object };
      expect((await complete).response).to.deep.equal({ ...responseJSON, error: reason, success: false });
    });
  }

  it('upload can be refused with nothing', async () => {
    const element = putTraditional();
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- pages reject with anything
    element.addEventListener('upload', (event) => event.waitUntil(Promise.reject(null)));
    const complete = next(element, 'complete');
    element.addFiles(makeFile('a.bin', 10));
    expect((await complete).response).to.deep.equal({ success: false });
  });

  it('carries the reason that a promise is rejected with, in each of the forms that pages use', async () => {
    const reasons: [thrown: unknown, reason: string][] = [
      [new Error('No.'), 'No.'],
      ['No.', 'No.'],
      [{ error: 'No.' }, 'No.'],
      [{ error: new Error('No.') }, 'No.'],
      [{ responseJSON: { error: 'No.' } }, 'No.'],
      [{ responseJSON: null, status: 500 }, 'The page did not let this file be uploaded.'],
      [new Error(''), 'The page did not let this file be uploaded.'],
      [undefined, 'The page did not let this file be uploaded.'],
      [null, 'The page did not let this file be uploaded.'],
      [7, 'The page did not let this file be uploaded.'],
    ];
    for (const [thrown, reason] of reasons) {
      const element = putTraditional();
      element.addEventListener('upload', (event) => event.waitUntil(Promise.reject(thrown as Error)));
      const error = next(element, 'error');
      element.addFiles(makeFile('a.bin', 10));
      expect((await error).reason).to.equal(reason);
      await element.updateComplete;
    }
  });

  it('upload can be held, and the others go on meanwhile', async () => {
    const element = putTraditional();
    let letGo = () => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    element.addEventListener('upload', (event) => {
      if (event.detail.id === 0) event.waitUntil(held);
    });
    const order = collect(element, 'complete');
    element.addFiles([makeFile('a.bin', 10), makeFile('b.bin', 10)]);
    await next(element, 'complete', ({ id }) => id === 1);
    letGo();
    await next(element, 'complete', ({ id }) => id === 0);
    expect(order.map(({ id }) => id)).to.deep.equal([1, 0]);
  });

  it('cancel can be refused', async () => {
    const element = putTraditional({ 'manual-upload': true });
    element.addFiles(makeFile('a.bin', 10));
    await next(element, 'submitted');
    element.addEventListener('cancel', (event) => event.preventDefault(), { once: true });
    element.cancel(0);
    expect(element.getUploads({ id: 0 })?.status).to.equal('submitted');
    element.cancel(0);
    expect(element.getUploads({ id: 0 })?.status).to.equal('canceled');
  });

  it('a listener that throws stops nothing', async () => {
    const element = putTraditional();
    const before = window.onerror;
    let thrown = 0;
    window.onerror = () => {
      thrown++;
      return true;
    };
    for (const name of ['validate', 'submit', 'upload', 'progress'] as const) {
      element.addEventListener(name, () => {
        throw new Error(`${name} listener broke`);
      });
    }
    const complete = await upload(element, makeFile('a.bin', 10));
    window.onerror = before;
    expect(complete.success).to.equal(true);
    expect(thrown).to.be.greaterThan(3);
  });

  it('waitUntil comes too late once the event has been dispatched', () => {
    const question = new CancelableUploaderEvent('upload', { id: 0, name: 'a' });
    void question.outcome();
    expect(() => question.waitUntil(Promise.resolve())).to.throw('while the upload event is being dispatched');
  });
});
