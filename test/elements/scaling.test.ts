/** Images that are uploaded in several sizes. */
import { expect } from '@open-wc/testing';
import { encode, fourCorners } from '../images/pictures.js';
import { testServers, commandTestServers } from '../tools/test-servers.js';
import { cleanUp, collect, makeFile, next, putS3, putTraditional, sha256 } from './page.js';
import type { FineUploaderElement } from '../../src/fine-uploader.js';

const photo = async (name = 'photo.jpg', width = 600, height = 400, type = 'image/jpeg') =>
  new File([await encode(fourCorners(width, height), type)], name, { type });

/** Everything that was sent, by name. */
async function arrived(element: FineUploaderElement) {
  const names: Record<string, number[]> = {};
  for (const { name, uuid, file, status } of element.getUploads()) {
    if (status !== 'upload successful' || !file) continue;
    expect(await commandTestServers('sha256', { uuid }), name).to.include({ sha256: await sha256(file), name });
    const bitmap = await createImageBitmap(file);
    names[name] = [bitmap.width, bitmap.height];
  }
  return names;
}

const sizes = [
  { name: 'medium', maxSize: 300 },
  { name: 'small', maxSize: 60 },
];

describe('scaling', () => {
  afterEach(cleanUp);

  it('sends each size as a file of its own, the smallest first, the image itself last', async () => {
    const element = putTraditional({ 'max-connections': 1 });
    element.scaling = { sizes };
    const submitted = collect(element, 'submitted');
    const done = next(element, 'allComplete');
    element.addFiles([await photo(), makeFile('notes.txt', 10, { type: 'text/plain' }), await photo('other.png', 90, 90, 'image/png')]);
    expect(element.getSize(0)).to.equal(-1);
    expect((await done).failed).to.deep.equal([]);
    expect(submitted.map(({ name }) => name)).to.deep.equal([
      'photo (small).jpg',
      'photo (medium).jpg',
      'photo.jpg',
      'notes.txt',
      'other (small).png',
      'other (medium).png',
      'other.png',
    ]);
    expect(element.getUploads().map(({ id }) => element.getParentId(id))).to.deep.equal([2, 2, null, null, 6, 6, null]);
    expect(element.getSize(0)).to.equal(element.getFile(0)?.size);
    const { requests } = await commandTestServers('requests', { proxy: 'endpoint' });
    const bodies = requests.filter(({ method }) => method === 'POST').map(({ bodyStart }) => bodyStart);
    const original = element.getUuid(2) ?? '';
    expect(bodies[0])
      .to.contain(`name="qqparentuuid"\r\n\r\n${original}`)
      .and.contain(`name="qqparentsize"\r\n\r\n${element.getSize(2)}`);
    expect(bodies[2]).to.contain(original).and.not.contain('qqparent');
  });

  it('sends what it says', async () => {
    const element = putTraditional();
    element.options = { scaling: { sizes: [...sizes, { name: 'p', maxSize: 100, type: 'image/png' }], sendOriginal: false } };
    const done = next(element, 'allComplete');
    element.addFiles(await photo());
    await done;
    const names: Record<string, number[]> = {};
    for (const { name, file, status } of element.getUploads()) {
      if (status !== 'upload successful' || !file) continue;
      const bitmap = await createImageBitmap(file);
      names[`${name} ${file.type}`] = [bitmap.width, bitmap.height];
    }
    expect(names).to.deep.equal({
      'photo (small).jpg image/jpeg': [60, 40],
      'photo (p).png image/png': [100, 67],
      'photo (medium).jpg image/jpeg': [300, 200],
    });
    expect(element.shadowRoot?.querySelectorAll('[part=file]')).to.have.length(3);
  });

  it('arrives byte for byte at a server of one’s own', async () => {
    const element = putTraditional({ chunking: true, 'part-size': 500 });
    element.scaling = { sizes };
    const done = next(element, 'allComplete');
    element.addFiles(await photo());
    await done;
    expect(await arrived(element)).to.deep.equal({
      'photo (small).jpg': [60, 40],
      'photo (medium).jpg': [300, 200],
      'photo.jpg': [600, 400],
    });
  });

  it('arrives byte for byte in a bucket', async () => {
    const element = putS3();
    element.scaling = { sizes: [{ name: 'small', maxSize: 60 }] };
    const done = next(element, 'allComplete');
    element.addFiles(await photo());
    await done;
    for (const id of [0, 1]) {
      const file = element.getFile(id)!;
      expect(await commandTestServers('sha256', { key: element.getKey(id) ?? '' })).to.include({
        sha256: await sha256(file),
        size: file.size,
      });
    }
    expect(testServers.store.bucket).to.equal(element.getBucket(0));
  });

  it('may keep the smaller ones out of the list', async () => {
    const element = putTraditional();
    element.scaling = { sizes, hideScaled: true };
    const done = next(element, 'allComplete');
    element.addFiles(await photo());
    expect((await done).succeeded).to.have.length(3);
    await element.updateComplete;
    expect(
      [...(element.shadowRoot?.querySelectorAll('[part=file] [part=name]') ?? [])].map((name) => name.textContent?.trim()),
    ).to.deep.equal(['photo.jpg']);
  });

  it('counts an image as one where only one file is let in', async () => {
    const element = putTraditional({ multiple: false });
    element.scaling = { sizes };
    const done = next(element, 'allComplete');
    element.addFiles(await photo());
    expect((await done).succeeded).to.have.members([0, 1, 2]);
  });

  it('sends nothing of an image that is refused', async () => {
    for (const sendOriginal of [true, false]) {
      const element = putTraditional({ 'image-min-width': 500 });
      element.scaling = { sizes, sendOriginal };
      const errors = collect(element, 'error');
      const done = next(element, 'allComplete');
      element.addFiles([await photo('narrow.jpg', 400, 400), await photo('wide.jpg')]);
      const { succeeded } = await done;
      expect([...succeeded].sort()).to.deep.equal(sendOriginal ? [3, 4, 5] : [3, 4]);
      expect(errors.map(({ name }) => name)).to.deep.equal(['narrow.jpg']);
    }
  });

  it('fails only what cannot be scaled, with the page’s words', async () => {
    const element = putTraditional();
    element.scaling = { sizes: [{ name: 'small', maxSize: 60 }], failureText: 'That is no picture.' };
    const errors = collect(element, 'error');
    const done = next(element, 'allComplete');
    element.addFiles(new File(['no picture'], 'a.jpg', { type: 'image/jpeg' }));
    expect(await done).to.deep.equal({ succeeded: [1], failed: [0] });
    expect(errors).to.have.length(1);
    expect(errors[0]).to.include({ reason: 'That is no picture.', code: 'NotScaled', name: 'a (small).jpg' });
  });

  it('says what is wrong with a size, and sends the image all the same', async () => {
    const element = putTraditional();
    const { warn } = console;
    const warnings: unknown[] = [];
    console.warn = (text: unknown) => warnings.push(text);
    try {
      element.scaling = { sizes: [{ name: 'x' } as unknown as { maxSize: number }] };
      const done = next(element, 'allComplete');
      element.addFiles(await photo());
      expect((await done).succeeded).to.deep.equal([0]);
    } finally {
      console.warn = warn;
    }
    expect(warnings[0]).to.match(/maxSize/);
  });
});

describe('many images that are scaled', () => {
  afterEach(cleanUp);

  it('are scaled two at a time, each when its turn comes', async () => {
    const element = putTraditional({ 'max-connections': 5 });
    let [now, most, begun] = [0, 0, 0];
    element.scaling = {
      sizes: [{ name: 'small', maxSize: 60 }],
      sendOriginal: false,
      customResizer: async ({ sourceCanvas, targetCanvas, width, height }) => {
        begun++;
        most = Math.max(most, ++now);
        // Lets everybody else begin who can.
        await new Promise((resolve) => requestAnimationFrame(resolve));
        targetCanvas.getContext('2d')?.drawImage(sourceCanvas, 0, 0, width, height);
        now--;
      },
    };
    const image = await photo();
    const ahead: number[] = [];
    let finished = 0;
    element.addEventListener('complete', () => ahead.push(begun - ++finished));
    const done = next(element, 'allComplete');
    element.addFiles(Array.from({ length: 30 }, (_, index) => new File([image], `${index}.jpg`, { type: 'image/jpeg' })));
    expect((await done).succeeded).to.have.length(30);
    expect(begun).to.equal(30);
    expect(most).to.equal(2);
    expect(Math.max(...ahead)).to.be.at.most(5);
  });

  it('are given up while they are scaled, and the others go on', async () => {
    const element = putTraditional({ 'max-connections': 1 });
    const resizers: (() => void)[] = [];
    let began: (() => void) | undefined;
    const begins = new Promise<void>((resolve) => (began = resolve));
    element.scaling = {
      sizes: [{ name: 'small', maxSize: 60 }],
      customResizer: () => {
        began?.();
        return new Promise<void>((resolve) => resizers.push(resolve));
      },
    };
    const done = next(element, 'allComplete');
    element.addFiles(await photo());
    await begins;
    element.cancel(0);
    expect((await done).succeeded).to.deep.equal([1]);
    for (const end of resizers) end();
    expect(element.getUploads().map(({ status }) => status)).to.deep.equal(['canceled', 'upload successful']);
    const { requests } = await commandTestServers('requests', { proxy: 'endpoint' });
    expect(requests.filter(({ method }) => method === 'POST')).to.have.length(1);
  });

  it('are scaled again where they failed and are tried again', async () => {
    const element = putTraditional();
    let broken = true;
    element.scaling = {
      sizes: [{ name: 'small', maxSize: 60 }],
      failureText: 'Not this time.',
      customResizer: ({ sourceCanvas, targetCanvas, width, height }) => {
        if (broken) throw new Error('broken');
        targetCanvas.getContext('2d')?.drawImage(sourceCanvas, 0, 0, width, height);
      },
    };
    const done = next(element, 'allComplete');
    element.addFiles(await photo());
    expect(await done).to.deep.equal({ succeeded: [1], failed: [0] });
    broken = false;
    const again = next(element, 'complete', ({ id }) => id === 0);
    element.retry(0);
    await again;
    expect(await arrived(element)).to.deep.equal({ 'photo (small).jpg': [60, 40], 'photo.jpg': [600, 400] });
  });
});
