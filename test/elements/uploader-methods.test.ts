/** Fine Uploader's methods. */
import { expect } from '@open-wc/testing';
import { ThumbnailError } from '../../src/index.js';
import { corners, encode, fourCorners, canvasCorners, orientedJpeg } from '../images/pictures.js';
import { testServers } from '../tools/test-servers.js';
import { cleanUp, collect, makeFile, next, putTraditional, upload } from './page.js';

const photo = async (name = 'photo.jpg', width = 600, height = 400, type = 'image/jpeg') =>
  new File([await encode(fourCorners(width, height), type)], name, { type });

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
    expect(element.getNetUploads()).to.equal(0);
    expect(element.getRemainingAllowedItems()).to.equal(2);
    expect(element.getInProgress()).to.equal(0);
    expect(element.getParentId(0)).to.equal(null);
    expect(element.getUploads({ status: 'submitted' })).to.have.length(3);
    expect(element.getUploads(null as never)).to.have.length(3);
    // An id that has no text.
    element.setCustomHeaders(0 as never, Object.create(null) as never);
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
    expect(element.getUploads().map(({ name }) => name)).to.deep.equal(['misc_data.png', 'c.jpg']);
    expect((element.getFile(1) as Blob).type).to.equal('image/jpeg');
    expect(() => element.addFiles(42 as unknown as File)).to.throw(TypeError, 'addFiles takes');
    const error = next(element, 'error');
    element.addFiles(Object.assign(document.createElement('canvas'), { width: 0, height: 0 }));
    expect((await error).reason).to.contain('canvas');
    element.options = { blobs: { defaultName: 'scan' } };
    const named = next(element, 'submitted', ({ name }) => name === 'scan.jpeg');
    element.addFiles([Object.assign(document.createElement('canvas'), { width: 0, height: 0 }), { canvas, type: 'image/jpeg' }]);
    await named;
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

  it('upload what waits, files included that are still read or validated', async () => {
    const element = putTraditional({ 'manual-upload': true });
    const canvas = Object.assign(document.createElement('canvas'), { width: 20, height: 10 });
    const completed = [
      next(element, 'complete', ({ name }) => name === 'a.bin'),
      next(element, 'complete', ({ name }) => name !== 'a.bin'),
    ];
    element.addFiles(canvas);
    element.addFiles(makeFile('a.bin', 10));
    element.uploadStoredFiles();
    const later = next(element, 'submitted', ({ name }) => name === 'later.bin');
    element.addFiles(makeFile('later.bin', 10));
    await later;
    await Promise.all(completed);
    expect(element.getUploads({ status: 'submitted' }).map(({ name }) => name)).to.deep.equal(['later.bin']);
  });

  it('forget with reset() what is still read', async () => {
    const element = putTraditional();
    element.addFiles(Object.assign(document.createElement('canvas'), { width: 20, height: 10 }));
    element.reset();
    expect((await upload(element, makeFile('a.bin', 10))).id).to.equal(0);
    expect(element.getUploads()).to.have.length(1);
  });

  it('say that there is nothing to upload, in the page’s words', async () => {
    const element = putTraditional({ 'manual-upload': true });
    const shown: string[] = [];
    const message = new Promise<void>((resolve) => {
      element.showMessage = (text: string) => {
        shown.push(text);
        resolve();
      };
    });
    element.options = {
      autoUpload: false,
      messages: { noFilesError: 'Choose first!' },
    };
    const errors = collect(element, 'error');
    element.uploadStoredFiles();
    expect(errors).to.deep.equal([{ id: null, name: '', reason: 'Choose first!', code: 'noFilesError' }]);
    element.addFiles(makeFile('a.bin', 10));
    const completed = next(element, 'complete');
    element.uploadStoredFiles();
    await completed;
    await message;
    expect(errors).to.have.length(1);
    expect(shown).to.deep.equal(['Choose first!']);
  });

  it('count the files that are uploaded, and tell which were added together', async () => {
    const element = putTraditional({ 'manual-upload': true, 'delete-endpoint': testServers.endpoint.uploads });
    element.addInitialFiles([{ name: 'there.bin', uuid: 'u' }]);
    element.addFiles([makeFile('a.bin', 10), makeFile('b.bin', 10)]);
    element.addFiles(makeFile('c.bin', 10));
    expect(element.getNetUploads()).to.equal(1);
    const done = next(element, 'allComplete', ({ succeeded }) => succeeded.includes(3));
    element.uploadStoredFiles();
    await done;
    expect(element.getNetUploads()).to.equal(4);
    const deleted = next(element, 'deleteComplete');
    element.deleteFile(1);
    await deleted;
    expect(element.getNetUploads()).to.equal(3);
    const [initial, first, second, third] = element.getUploads().map(({ batchId }) => batchId);
    expect(initial).to.equal(undefined);
    expect(first).to.match(/^[0-9a-f-]{36}$/);
    expect(second).to.equal(first);
    expect(third)
      .to.match(/^[0-9a-f-]{36}$/)
      .and.not.equal(first);
    expect(element.getUploads({ id: 1 })?.batchId).to.equal(first);
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

  for (const [editExtension, expected] of [
    [false, 'holiday.jpg'],
    [true, 'holiday'],
  ] as const) {
    it(`a person ${editExtension ? 'changes' : 'keeps'} the extension ${editExtension ? 'with' : 'without'} edit-extension`, async () => {
      const element = putTraditional({ 'manual-upload': true, 'edit-filename': true, 'edit-extension': editExtension });
      element.addFiles(makeFile('photo.jpg', 10));
      await next(element, 'submitted');
      await new Promise(requestAnimationFrame);
      await element.updateComplete;
      element.shadowRoot?.querySelector<HTMLElement>('[data-action=rename]')?.click();
      await element.updateComplete;
      const input = element.shadowRoot?.querySelector<HTMLInputElement>('[data-action=edit]');
      expect(input).to.not.equal(null);
      input!.value = 'holiday';
      input!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
      expect(element.getName(0)).to.equal(expected);
    });
  }

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
});

describe('scaleImage', () => {
  afterEach(cleanUp);

  it('makes a smaller image of a file', async () => {
    const element = putTraditional({ 'manual-upload': true });
    element.addFiles(await photo());
    const blob = await element.scaleImage(0, { maxSize: 30, type: 'image/png' });
    const { width, height } = await createImageBitmap(blob);
    expect([blob.type, width, height]).to.deep.equal(['image/png', 30, 20]);
  });

  it('says why it cannot', async () => {
    const element = putTraditional({ 'manual-upload': true });
    element.addFiles(makeFile('notes.txt', 10));
    const failure = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error: Error) => error.message,
      );
    expect(await failure(element.scaleImage(0, { maxSize: 30 }))).to.equal('This file cannot be read as an image.');
    expect(await failure(element.scaleImage(7, { maxSize: 30 }))).to.match(/no file 7/);
    expect(await failure(element.scaleImage(0, {} as { maxSize: number }))).to.match(/maxSize/);
  });
});

describe('drawThumbnail', () => {
  afterEach(cleanUp);

  async function withPhoto() {
    const element = putTraditional({ 'manual-upload': true });
    element.addFiles(new File([await orientedJpeg(6, 300, 200)], 'turned.jpg', { type: 'image/jpeg' }));
    return element;
  }

  it('draws on a canvas, upright and in its proportions', async () => {
    const element = await withPhoto();
    const canvas = document.createElement('canvas');
    expect(await element.drawThumbnail(0, canvas, 90)).to.equal(canvas);
    expect(canvas.width).to.equal(90);
    expect(canvas.height).to.be.within(59, 61);
    expect(canvasCorners(canvas)).to.deep.equal(corners);
  });

  it('draws on an <img>, and keeps no URL', async () => {
    const element = await withPhoto();
    for (const [maxSize, width] of [
      [90, 90],
      [undefined, 300],
    ] as const) {
      const image = await element.drawThumbnail(0, new Image(), maxSize);
      expect(image.naturalWidth).to.equal(width);
      expect(
        await fetch(image.src).then(
          () => 'still there',
          () => 'gone',
        ),
      ).to.equal('gone');
    }
  });

  it('is never larger than the picture', async () => {
    const element = putTraditional({ 'manual-upload': true });
    element.addFiles(await photo('small.png', 30, 20, 'image/png'));
    for (const maxSize of [90, undefined]) {
      const canvas = await element.drawThumbnail(0, document.createElement('canvas'), maxSize);
      expect([canvas.width, canvas.height]).to.deep.equal([30, 20]);
      const image = await element.drawThumbnail(0, new Image(), maxSize);
      expect([image.naturalWidth, image.naturalHeight]).to.deep.equal([30, 20]);
    }
  });

  it('is drawn from the camera’s own small picture only where that has enough pixels', async () => {
    const element = putTraditional({ 'manual-upload': true });
    element.addFiles(new File([await orientedJpeg(1, 600, 450, await encode(fourCorners(160, 120)))], 'photo.jpg', { type: 'image/jpeg' }));
    for (const maxSize of [80, 120, 150, 300]) {
      const canvas = await element.drawThumbnail(0, document.createElement('canvas'), maxSize);
      expect([canvas.width, canvas.height]).to.deep.equal([maxSize, Math.round(maxSize * 0.75)]);
      expect(canvasCorners(canvas)).to.deep.equal(corners);
    }
  });

  it('draws what the server has', async () => {
    const element = putTraditional();
    element.addInitialFiles([{ name: 'a.png', uuid: 'a', thumbnailUrl: fourCorners(40, 20).toDataURL() }]);
    const canvas = await element.drawThumbnail(0, document.createElement('canvas'), 20, true);
    expect([canvas.width, canvas.height]).to.deep.equal([20, 10]);
    expect(canvasCorners(canvas)).to.deep.equal(corners);
    expect((await element.drawThumbnail(0, new Image())).naturalWidth).to.equal(40);
    const image = await element.drawThumbnail(0, new Image(), 20, true);
    document.body.append(image);
    expect([image.offsetWidth, image.offsetHeight]).to.deep.equal([20, 10]);
    image.remove();
  });

  it('rejects with Fine Uploader’s two names where there is nothing to draw', async () => {
    const element = putTraditional({ 'manual-upload': true });
    element.addFiles(makeFile('notes.txt', 10));
    const canvas = document.createElement('canvas');
    for (const id of [0, 7]) {
      const error: unknown = await element.drawThumbnail(id, canvas).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(ThumbnailError).and.include({ container: canvas });
      expect((error as ThumbnailError).error).to.be.instanceOf(Error);
    }
  });
});
