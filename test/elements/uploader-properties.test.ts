/** The attributes of every element. */
import { expect } from '@open-wc/testing';
import { cleanUp, makeFile, next, putS3, putTraditional, upload } from './page.js';

describe('attributes', () => {
  afterEach(cleanUp);

  async function warnings(act: () => unknown): Promise<string[]> {
    const { warn } = console;
    const said: string[] = [];
    console.warn = (...words: unknown[]) => said.push(words.join(' '));
    try {
      await act();
    } finally {
      console.warn = warn;
    }
    return said;
  }

  it('that cannot be understood are a warning, once, and the default holds', async () => {
    const said = await warnings(async () => {
      const element = putTraditional({ 'size-limit': 'much', 'max-connections': 'many', params: '{oops', 'part-size': '0' });
      await element.updateComplete;
      element.setAttribute('label', 'x');
      element.requestUpdate();
      await element.updateComplete;
      expect((await upload(element, makeFile('a.bin', 10))).success).to.equal(true);
    });
    expect(said.sort()).to.deep.equal([
      '<fine-uploader>: max-connections="many" is not a whole number, 1 or more, or auto; the default is used.',
      '<fine-uploader>: params="{oops" is not an object (JSON in the attribute); the default is used.',
      '<fine-uploader>: part-size="0" is not a size in bytes, or with a unit as in 20MB or 5MiB; the default is used.',
      '<fine-uploader>: size-limit="much" is not a size in bytes, or with a unit as in 20MB or 5MiB; the default is used.',
    ]);
  });

  it('hold for the files that are added right after they change', async () => {
    const element = putTraditional();
    await element.updateComplete;
    element.sizeLimit = '1kB';
    const refused = next(element, 'statusChange', ({ newStatus }) => newStatus === 'rejected');
    element.addFiles(makeFile('a.bin', 1001));
    await refused;
    element.removeAttribute('size-limit');
    element.sizeLimit = undefined;
    expect((await upload(element, makeFile('b.bin', 1001))).success).to.equal(true);
  });

  it('that limit files never accept more because some of their value cannot be read', async () => {
    const cases: [property: 'allowedExtensions' | 'accept', value: unknown, accepted: string[]][] = [
      ['allowedExtensions', ['png', 7, undefined, {}], ['a.png']],
      ['allowedExtensions', [7, ''], []],
      ['allowedExtensions', 7, []],
      ['allowedExtensions', {}, []],
      ['accept', ['image/png', 7], ['a.png']],
      ['accept', '.png, exe', ['a.png']],
      ['accept', 'exe', []],
      ['accept', 7, []],
      ['accept', '*/*', ['a.png', 'b.exe']],
    ];
    for (const [property, value, accepted] of cases) {
      let element = putTraditional();
      const said = await warnings(async () => {
        element = putTraditional({ 'manual-upload': true });
        Reflect.set(element, property, value);
        element.addFiles([makeFile('a.png', 1, { type: 'image/png' }), makeFile('b.exe', 1)]);
        await next(element, 'statusChange', () => element.getUploads({ status: 'submitting' }).length === 0);
        await element.updateComplete;
      });
      expect(
        element.getUploads({ status: 'submitted' }).map(({ name }) => name),
        `${property}=${JSON.stringify(value)}`,
      ).to.deep.equal(accepted);
      expect(new Set(said).size, said.join()).to.equal(said.length);
      expect(said.length > 0).to.equal(value !== '*/*');
    }
  });

  it('that limit the size of images hold when another one cannot be read', async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 30, height: 30 });
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
    await warnings(async () => {
      const element = putTraditional({ 'manual-upload': true, 'image-min-width': 'wide', 'image-max-width': 20 });
      const error = next(element, 'error');
      element.addFiles(new File([blob ?? ''], 'a.png', { type: 'image/png' }));
      expect(await error).to.include({ code: 'maxWidthImageError' });
    });
  });

  it('refuse a file that does not fit, with its reason on the row and in error', async () => {
    const cases: [attributes: Record<string, string | boolean>, file: File, reason: string][] = [
      [{ accept: 'image/*' }, makeFile('a.txt', 1, { type: 'text/plain' }), 'a.txt has an unsupported file type.'],
      [{ 'allowed-extensions': 'jpg png' }, makeFile('a.txt', 1), 'a.txt has an unsupported file type. Allowed types: jpg or png.'],
      [{ 'size-limit': '10' }, makeFile('a.txt', 11), 'a.txt is too large. The maximum file size is 10 bytes.'],
      [{ 'min-size-limit': '10' }, makeFile('a.txt', 9), 'a.txt is too small. The minimum file size is 10 bytes.'],
      [{}, makeFile('a.txt', 0), 'a.txt is empty.'],
      [{ 'total-size-limit': '10' }, makeFile('a.txt', 11), 'Files together may not exceed 10 bytes.'],
    ];
    for (const [attributes, file, expectedReason] of cases) {
      const element = putTraditional(attributes);
      const error = next(element, 'error');
      element.addFiles(file);
      const { reason, name } = await error;
      expect(name).to.equal('a.txt');
      expect(reason).to.equal(expectedReason);
      await new Promise(requestAnimationFrame);
      await element.updateComplete;
      expect(element.shadowRoot?.querySelector('[role=listitem]')?.textContent).to.contain(reason);
      await cleanUp();
    }
  });

  it('say where files go: without an endpoint a file fails with the fix in its reason', async () => {
    const said = await warnings(async () => {
      const element = putTraditional({ endpoint: '' });
      const error = next(element, 'error');
      expect((await upload(element, makeFile('a.bin', 10))).success).to.equal(false);
      expect((await error).reason).to.contain('endpoint');
    });
    expect(said.join()).to.contain('endpoint');
  });

  it('each is a property in camelCase', () => {
    for (const element of [putTraditional(), putS3()]) {
      const names = (element.constructor as unknown as { observedAttributes: string[] }).observedAttributes;
      for (const name of names) {
        const property = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
        expect(property in element, name).to.equal(true);
      }
      expect(names).to.include.members([
        'endpoint',
        'max-connections',
        'part-size',
        'resume',
        'upload-on-submit',
        'paste',
        'capture',
        'directory',
      ]);
    }
  });
});
