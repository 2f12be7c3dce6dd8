import { expect } from '@open-wc/testing';
import { takeOptions } from '../../src/elements/fine-uploader-options.js';
import { attributeName, problemSentence, reader } from '../../src/elements/settings.js';
import type { SettingProblem } from '../../src/elements/settings.js';
import {
  jsonConverter,
  numberConverter,
  readCount,
  readList,
  readNumber,
  readObject,
  readSize,
  readText,
  readWord,
} from '../../src/elements/attribute-converters.js';
import { cleanUp, makeFile, next, putS3, putTraditional, upload } from './page.js';

describe('values', () => {
  const sizes: [unknown, number | undefined][] = [
    ['0', 0],
    ['1500', 1500],
    ['20MB', 20_000_000],
    ['20 mb', 20_000_000],
    ['5MiB', 5 * 2 ** 20],
    ['1.5kB', 1500],
    ['2g', 2_000_000_000],
    ['1TiB', 2 ** 40],
    ['12B', 12],
    [4.7, 4],
    ['12iB', undefined],
    ['a lot', undefined],
    ['-1', undefined],
    ['', undefined],
    [NaN, undefined],
    [{}, undefined],
  ];
  for (const [written, bytes] of sizes)
    it(`the size ${JSON.stringify(written)} is ${bytes}`, () => expect(readSize(written)).to.equal(bytes));

  it('numbers, lists, words, objects', () => {
    expect(readNumber('1.5')).to.equal(1.5);
    expect(readNumber(' ')).to.equal(undefined);
    expect(readNumber('-1')).to.equal(undefined);
    expect(readCount('1.5')).to.equal(undefined);
    expect(readCount(3)).to.equal(3);
    expect(readList('jpg, png  gif')).to.deep.equal(['jpg', 'png', 'gif']);
    expect(readList(['a'])).to.deep.equal(['a']);
    expect(readList([1])).to.equal(undefined);
    expect(readWord(' post ', ['DELETE', 'POST'])).to.equal('POST');
    expect(readWord(3, ['a'])).to.equal(undefined);
    expect(readObject([])).to.equal(undefined);
    expect(readObject({ a: 1 })).to.deep.equal({ a: 1 });
    expect(readText('  ')).to.equal(undefined);
    expect(jsonConverter.fromAttribute('{"a":1}')).to.deep.equal({ a: 1 });
    expect(jsonConverter.fromAttribute('{a')).to.equal('{a');
    expect(jsonConverter.fromAttribute(null)).to.equal(undefined);
    expect(jsonConverter.toAttribute({ a: 1 })).to.equal('{"a":1}');
    expect(jsonConverter.toAttribute(undefined)).to.equal(null);
    expect(numberConverter.fromAttribute('6')).to.equal(6);
    expect(numberConverter.fromAttribute('auto')).to.equal('auto');
    expect(numberConverter.fromAttribute(null)).to.equal(undefined);
  });

  it('a problem names the element, the attribute and the value', () => {
    const problems: SettingProblem[] = [];
    expect(reader(problems)('sizeLimit', 'huge', readSize, 0, 'a size')).to.equal(0);
    expect(reader(problems)('sizeLimit', undefined, readSize, 0, 'a size')).to.equal(0);
    expect(problems).to.have.length(1);
    expect(problemSentence('fine-uploader', problems[0]!)).to.equal(
      '<fine-uploader>: size-limit="huge" is not a size; the default is used.',
    );
    expect(problemSentence('fine-uploader', { property: 'params', value: [1], expected: 'an object' })).to.contain('params=[1]');
    expect(attributeName('maxAutoAttempts')).to.equal('max-auto-attempts');
  });
});

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

  it('hold images to their limits', async () => {
    const draw = (width: number, height: number) => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height });
      return new Promise<File>((resolve) =>
        canvas.toBlob((blob) => resolve(new File([blob ?? ''], `${width}x${height}.png`, { type: 'image/png' }))),
      );
    };
    const element = putTraditional({
      'image-min-width': 20,
      'image-max-width': 40,
      'image-min-height': 20,
      'image-max-height': 40,
      'manual-upload': true,
    });
    const sizes = [
      [30, 30],
      [20, 40],
      [19, 30],
      [41, 30],
      [30, 19],
      [30, 41],
    ] as const;
    const files = [
      ...(await Promise.all(sizes.map(([width, height]) => draw(width, height)))),
      makeFile('broken.png', 99, { type: 'image/png' }),
      makeFile('a.txt', 9),
    ];
    element.addFiles(files);
    await next(element, 'statusChange', () => element.getUploads({ status: 'submitting' }).length === 0);
    expect(element.getUploads({ status: 'rejected' }).map(({ name }) => name)).to.deep.equal([
      '19x30.png',
      '41x30.png',
      '30x19.png',
      '30x41.png',
    ]);
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

describe('options in Fine Uploader’s shape', () => {
  afterEach(cleanUp);

  it('become properties', async () => {
    const element = putS3();
    element.options = {
      autoUpload: false,
      debug: true,
      request: { accessKey: 'AK', params: { a: 1 } },
      chunking: { enabled: true, partSize: 6_000_000, concurrent: { enabled: true } },
      retry: { enableAuto: false },
      validation: { acceptFiles: ['image/*', '.pdf'], sizeLimit: 77, image: { minWidth: 5 } },
      objectProperties: { key: 'filename', reducedRedundancy: true },
      signature: { endpoint: '/sign', version: 2 },
      uploadSuccess: { endpoint: '/done' },
      cors: { expected: true, sendCredentials: true },
      warnBeforeUnload: false,
      deleteFile: { endpoint: '/delete', params: { x: 1 } },
      messages: { emptyError: '{file} has nothing in it!' },
    };
    expect(element).to.include({
      manualUpload: true,
      accessKey: 'AK',
      chunking: true,
      partSize: 6_000_000,
      concurrentChunks: true,
      maxAutoAttempts: 0,
      accept: 'image/*,.pdf',
      sizeLimit: 77,
      imageMinWidth: 5,
      key: 'filename',
      storageClass: 'REDUCED_REDUNDANCY',
      signatureEndpoint: '/sign',
      signatureVersion: 2,
      successEndpoint: '/done',
      withCredentials: true,
      noUnloadWarning: true,
      deleteEndpoint: '/delete',
    });
    await element.updateComplete;
    const error = next(element, 'error');
    element.addFiles(makeFile('a.pdf', 0));
    expect((await error).reason).to.equal('a.pdf has nothing in it!');
  });

  it('unknown ones are named', () => {
    const into = { element: {}, extras: {} as Record<string, unknown> };
    expect(takeOptions({ request: { inputName: 'f', frobnicate: 1 }, nonsense: { a: 1 } }, into)).to.deep.equal([
      'request.frobnicate',
      'nonsense',
    ]);
    expect(into.extras).to.deep.equal({ 'request.inputName': 'f' });
  });

  it('reach the wire where there is no attribute for them', async () => {
    const element = putTraditional();
    element.options = { request: { inputName: 'upfile', requireSuccessJson: false } };
    const complete = await upload(element, makeFile('a.bin', 10));
    expect(complete.name).to.equal('a.bin');
    expect(element.options).to.deep.equal({ request: { inputName: 'upfile', requireSuccessJson: false } });
  });
});
