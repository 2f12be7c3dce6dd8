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
      'queued',
      'uploading',
      'upload',
      'upload successful',
      'complete',
      'allComplete',
    ]);
  });

  it('of more than a thousand files are made only where somebody listens', async () => {
    const element = putTraditional({ manualUpload: true });
    const made = new Map<string, number>();
    const dispatch = element.dispatchEvent.bind(element);
    element.dispatchEvent = (event) => {
      made.set(event.type, (made.get(event.type) ?? 0) + 1);
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
    expect(Object.fromEntries(made)).to.include({ validate: 1002, submitted: 1001 }).and.not.have.any.keys('statusChange', 'submit');
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

describe('methods', () => {
  afterEach(cleanUp);

  it('tell about files by Fine Uploader’s names', async () => {
    const element = putTraditional({ 'item-limit': 5, 'manual-upload': true });
    element.addFiles([makeFile('a.bin', 10), { blob: new Blob(['xyz']), name: 'b.txt' }, new Blob(['q'])], { album: 1 }, '/elsewhere');
    await next(element, 'submitted', ({ id }) => id === 2);
    expect(element.getName(1)).to.equal('b.txt');
    expect(element.getName(2)).to.equal('misc_data');
    expect(element.getSize(1)).to.equal(3);
    expect(element.getFile(1)).to.be.instanceOf(Blob);
    expect(element.getFile(9)).to.equal(null);
    expect(element.getUuid(0)).to.match(/^[0-9a-f-]{36}$/);
    expect(element.getEndpoint(0)).to.equal('/elsewhere');
    expect(element.getEndpoint()).to.contain('/uploads');
    expect(element.getNetUploads()).to.equal(3);
    expect(element.getRemainingAllowedItems()).to.equal(2);
    expect(element.getInProgress()).to.equal(0);
    expect(element.getParentId(0)).to.equal(null);
    expect(element.getUploads({ status: 'submitted' })).to.have.length(3);
    expect(element.getUploads({ id: [0, 2] }).map(({ id }) => id)).to.deep.equal([0, 2]);
    expect(element.getUploads({ uuid: element.getUuid(1) ?? '' })).to.include({ id: 1 });
    expect(element.getUploads({ uuid: [element.getUuid(1) ?? ''] })).to.have.length(1);
    element.setName(0, 'renamed.bin');
    element.setUuid(0, 'own');
    expect(element.getUploads({ id: 0 })).to.include({ name: 'renamed.bin', originalName: 'a.bin', uuid: 'own' });
    element.setItemLimit(0);
    expect(element.getRemainingAllowedItems()).to.equal(null);
    expect(() => element.setStatus(0, 'uploading')).to.throw(TypeError);
    element.clearStoredFiles();
    expect(element.getUploads({ status: 'canceled' })).to.have.length(3);
    expect(element.getNetUploads()).to.equal(0);
  });

  it('take canvases, and refuse what is none of it with a clear sentence', async () => {
    const element = putTraditional();
    const canvas = Object.assign(document.createElement('canvas'), { width: 20, height: 10 });
    element.addFiles([canvas, { canvas, name: 'c.jpg', type: 'image/jpeg', quality: 50 }]);
    const done = await next(element, 'allComplete');
    expect(done.succeeded).to.have.length(2);
    expect((element.getFile(1) as Blob).type).to.equal('image/jpeg');
    expect(() => element.addFiles(42 as unknown as File)).to.throw(TypeError, 'addFiles takes');
    const error = next(element, 'error');
    element.addFiles(Object.assign(document.createElement('canvas'), { width: 0, height: 0 }));
    expect((await error).reason).to.contain('canvas');
  });

  it('take what a file input and a DataTransfer hold', async () => {
    const element = putTraditional();
    const data = new DataTransfer();
    data.items.add(makeFile('dropped.bin', 10));
    const input = Object.assign(document.createElement('input'), { type: 'file', files: data.files });
    element.addFiles(input);
    element.addFiles(data);
    element.addFiles(data.files);
    // What reads a DataTransfer is loaded with the first one.
    while (element.getUploads({ status: 'upload successful' }).length < 3) await next(element, 'complete');
    expect(element.getUploads().map(({ name }) => name)).to.deep.equal(['dropped.bin', 'dropped.bin', 'dropped.bin']);
  });

  it('upload what waits, with its own parameters', async () => {
    const element = putTraditional({ 'manual-upload': true });
    element.addFiles(makeFile('a.bin', 10));
    await next(element, 'submitted');
    element.setParams({ one: '1' });
    element.setParams({ two: '2' }, 0);
    element.setCustomHeaders({ 'X-All': 'a' });
    element.setCustomHeaders({ 'X-Own': 'b' }, 0);
    element.setEndpoint(element.getEndpoint(), 0);
    element.setDeleteFileEndpoint('/d', 0);
    element.setDeleteFileParams({ a: 1 });
    element.setDeleteFileCustomHeaders({ b: '2' }, 0);
    element.setCustomResumeData(0, 'note');
    const completed = next(element, 'complete');
    element.uploadStoredFiles();
    expect((await completed).success).to.equal(true);
    element.setStatus(0, 'deleted');
    expect(element.getUploads({ id: 0 })?.status).to.equal('deleted');
  });

  it('pause, go on and retry all', async () => {
    const element = putTraditional({ 'manual-upload': true });
    element.addFiles([makeFile('a.bin', 10), makeFile('b.bin', 10)]);
    await next(element, 'submitted', ({ id }) => id === 1);
    element.pauseAll();
    expect(element.getUploads({ status: 'paused' })).to.have.length(2);
    const done = next(element, 'allComplete');
    element.continueAll();
    expect((await done).succeeded).to.have.length(2);
    element.retryAll();
    element.cancelAll();
    element.removeFileRef(0);
    expect(element.getFile(0)).to.equal(null);
    element.reset();
    expect(element.getUploads()).to.deep.equal([]);
  });

  it('a single uploader keeps only the newest file', async () => {
    const element = putTraditional({ multiple: false });
    await upload(element, makeFile('a.bin', 10));
    await upload(element, makeFile('b.bin', 10));
    await new Promise(requestAnimationFrame);
    await element.updateComplete;
    const rows = [...(element.shadowRoot?.querySelectorAll('[role=listitem]') ?? [])];
    expect(rows).to.have.length(1);
    expect(rows[0]?.textContent).to.contain('b.bin');
  });

  it('stop when the element leaves the page, and go on when it comes back', async () => {
    const element = putTraditional({ 'manual-upload': true, 'max-connections': 1 });
    element.addFiles(makeFile('a.bin', 5_000_000));
    await next(element, 'submitted');
    const begun = next(element, 'statusChange', ({ newStatus }) => newStatus === 'uploading');
    element.uploadStoredFiles();
    await begun;
    const paused = next(element, 'statusChange', ({ newStatus }) => newStatus === 'paused');
    element.remove();
    await paused;
    const completed = next(element, 'complete');
    document.body.append(element);
    expect((await completed).success).to.equal(true);
  });
});
