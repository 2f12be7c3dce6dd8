import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import type { UploadFile } from '../../../src/core/types.js';
import { traditionalDefaults } from '../../../src/stores/traditional/options.js';
import type { TraditionalOptions } from '../../../src/stores/traditional/options.js';
import { chunkingSuccessParams, defaultParams, pageParams } from '../../../src/stores/traditional/params.js';
import type { TraditionalSession } from '../../../src/stores/traditional/session.js';
import { nodeSend } from '../../contract/node-send.js';

const options = (given: Partial<TraditionalOptions> = {}): TraditionalOptions => ({
  ...traditionalDefaults,
  send: nodeSend,
  endpoint: '/upload',
  ...given,
});
const file: UploadFile = { id: 0, uuid: 'u', name: 'a.txt', size: 5, type: '', blob: new Blob(['12345']), path: '' };
const session: TraditionalSession = { uuid: 'u', size: 5, chunked: true, partSize: 2 };
const part = { index: 1, start: 2, end: 4 };

describe('defaultParams', () => {
  it('describes a chunk in Fine Uploader’s order', () => {
    assert.deepEqual(Object.entries(defaultParams(options(), part, session, file, true)), [
      ...[['qqpartindex', 1] as const, ['qqpartbyteoffset', 2] as const, ['qqchunksize', 2] as const, ['qqtotalparts', 3] as const],
      // The size comes once, where a chunk has it.
      ...[['qqtotalfilesize', 5] as const, ['qqfilename', 'a.txt'] as const, ['qquuid', 'u'] as const],
    ]);
  });

  it('describes a whole file by its uuid, name and size', () => {
    const whole = { ...session, chunked: false, partSize: 5 };
    assert.deepEqual(defaultParams(options(), { index: 0, start: 0, end: 5 }, whole, file, true), {
      qquuid: 'u',
      qqfilename: 'a.txt',
      qqtotalfilesize: 5,
    });
  });

  it('names the file where the body is the file itself', () => {
    const params = defaultParams(
      options({ inputName: 'theFile' }),
      { index: 0, start: 0, end: 5 },
      { ...session, chunked: false },
      file,
      false,
    );
    assert.deepEqual(params, { qquuid: 'u', qqfilename: 'a.txt', theFile: 'a.txt' });
  });

  it('marks the first chunk after a reload only', () => {
    const resumed = { ...session, resumedAt: 1 };
    assert.equal(defaultParams(options(), part, resumed, file, true)['qqresume'], true);
    assert.equal('qqresume' in defaultParams(options(), { index: 2, start: 4, end: 5 }, resumed, file, true), false);
  });

  it('uses the names that the page chose', () => {
    const chunkingParamNames = { partIndex: 'i', partByteOffset: 'o', chunkSize: 's', totalParts: 't' };
    const names = { chunkingParamNames, uuidName: 'id', filenameParam: 'n', totalFileSizeName: 'z', resumingParam: 'r' };
    assert.deepEqual(Object.keys(defaultParams(options(names), part, { ...session, resumedAt: 1 }, file, true)).sort(), [
      ...['i', 'id', 'n', 'o', 'r', 's', 't', 'z'],
    ]);
  });
});

describe('pageParams', () => {
  it('adds the folder of the file and the original of a scaled image', () => {
    const scaled = { ...file, path: 'trip/day 1/a.txt', parent: { uuid: 'p', size: 9 } };
    assert.deepEqual(pageParams(options({ params: { a: 1 } }), scaled), {
      a: 1,
      qqpath: 'trip/day 1/',
      qqparentuuid: 'p',
      qqparentsize: 9,
    });
    assert.deepEqual(pageParams(options({ params: { a: 1 } }), file), { a: 1 });
  });

  it('has only the page’s params where the default params are omitted', () => {
    assert.deepEqual(pageParams(options({ params: { a: 1 }, omitDefaultParams: true }), { ...file, path: 'x/a.txt' }), { a: 1 });
  });
});

describe('chunkingSuccessParams', () => {
  it('has the params, the uuid, the name, the size and the number of chunks', () => {
    assert.deepEqual(chunkingSuccessParams(options({ params: { a: 1 } }), session, file), {
      ...{ a: 1, qquuid: 'u', qqfilename: 'a.txt', qqtotalfilesize: 5, qqtotalparts: 3 },
    });
  });
});
