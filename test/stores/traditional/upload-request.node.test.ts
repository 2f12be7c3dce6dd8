/** Upload requests of files and chunks, compared with Fine Uploader's. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { fileOf } from '../../contract/checks.js';
import { RecordingServer } from './recording-server.js';
import { ajaxHeaders, assertHeaders, contextFor, photo, photoBytes, photoUuid, storeAt, upload } from './test-store.js';

const server = await RecordingServer.start();
after(() => server.close());
beforeEach(() => server.script());

const endpoint = `${server.origin}/uploads`;

describe('requestUpload of a file', () => {
  it('sends the fields of Fine Uploader in its order, the file last', async () => {
    await upload(storeAt(endpoint), photo());
    const { method, path, query, fields, files } = server.last;
    assert.deepEqual([method, path, query], ['POST', '/uploads', []]);
    assert.deepEqual(fields, [
      ['qquuid', photoUuid],
      ['qqfilename', 'photo.jpg'],
      ['qqtotalfilesize', '10'],
      ['qqfile', 'file'],
    ]);
    assert.deepEqual(files, [{ field: 'qqfile', filename: 'photo.jpg', type: 'image/jpeg', bytes: Buffer.from(photoBytes) }]);
    assertHeaders(server.last, ajaxHeaders);
  });

  it('sends params first, with functions called, objects in brackets, null as a word, and arrays with commas', async () => {
    const params = {
      album: 'été',
      count: () => 7,
      a: { b: 1, c: { d: true, e: () => 'late' } },
      nothing: null,
      list: [1, 'two'],
    };
    await upload(storeAt(endpoint, { params }), photo());
    assert.deepEqual(server.last.fields.slice(0, -4), [
      ['album', 'été'],
      ['count', '7'],
      ['a[b]', '1'],
      ['a[c][d]', 'true'],
      ['a[c][e]', 'late'],
      ['nothing', 'null'],
      ['list', '1,two'],
    ]);
  });

  it('calls functions for each request', async () => {
    let token = 0;
    const store = storeAt(endpoint, { params: { token: () => ++token }, customHeaders: async () => ({ 'X-Csrf': `csrf ${token}` }) });
    await upload(store, photo());
    await upload(store, photo());
    assert.deepEqual(
      server.requests.map((request) => [request.field('token'), request.headers['x-csrf']]),
      [
        ['1', 'csrf 0'],
        ['2', 'csrf 1'],
      ],
    );
  });

  it('sends the new name of a renamed file, and keeps the original as the filename of the form field', async () => {
    await upload(storeAt(endpoint), photo({ name: 'Sommer "1".jpg' }));
    assert.equal(server.last.field('qqfilename'), 'Sommer "1".jpg');
    assert.equal(server.last.files[0]?.filename, 'photo.jpg');
  });

  it('sends a Blob as "blob" without a type', async () => {
    await upload(storeAt(endpoint), fileOf(new Blob([photoBytes]), { name: 'drawing.png' }));
    assert.deepEqual([server.last.files[0]?.filename, server.last.files[0]?.type], ['blob', 'application/octet-stream']);
  });

  it('sends the folder of a file and the original of a scaled image', async () => {
    await upload(storeAt(endpoint, { params: { own: 1 } }), photo({ path: 'photos/2026/photo.jpg', parent: { uuid: 'parent', size: 99 } }));
    assert.deepEqual(server.last.fields.slice(0, 5), [
      ['own', '1'],
      ['qqpath', 'photos/2026/'],
      ['qqparentuuid', 'parent'],
      ['qqparentsize', '99'],
      ['qquuid', photoUuid],
    ]);
  });

  it('sends custom names, method and headers', async () => {
    const names = { inputName: 'upload', uuidName: 'id', filenameParam: 'filename', totalFileSizeName: 'size' };
    await upload(storeAt(endpoint, { ...names, method: 'PUT', customHeaders: { 'X-Token': 'secret', Accept: 'text/plain' } }), photo());
    assert.deepEqual(server.last.fields, [
      ['id', photoUuid],
      ['filename', 'photo.jpg'],
      ['size', '10'],
      ['upload', 'file'],
    ]);
    assert.equal(server.last.method, 'PUT');
    assertHeaders(server.last, { ...ajaxHeaders, 'x-token': 'secret', accept: 'text/plain' });
  });

  it('omits the default params on request', async () => {
    const file = photo({ path: 'a/photo.jpg', parent: { uuid: 'parent', size: 99 } });
    await upload(storeAt(endpoint, { omitDefaultParams: true, params: { mine: 'x' } }), file);
    assert.deepEqual(server.last.fields, [
      ['mine', 'x'],
      ['qqfile', 'file'],
    ]);
  });

  it('appends the params to the query of the endpoint', async () => {
    await upload(storeAt(`${endpoint}?a=1#top`, { paramsInBody: false, params: { 'b c': 'd&e', f: ['g', 'h'] } }), photo());
    assert.deepEqual(server.last.query, [
      ['a', '1'],
      ['b c', 'd&e'],
      ['f[0]', 'g'],
      ['f[1]', 'h'],
      ['qquuid', photoUuid],
      ['qqfilename', 'photo.jpg'],
      ['qqtotalfilesize', '10'],
    ]);
    assert.deepEqual(server.last.fields, [['qqfile', 'file']]);
  });
});

describe('requestUpload with the file as the body', () => {
  const raw = { paramsInBody: false, forceMultipart: false };

  it('sends the params in the query, and the type in a header', async () => {
    await upload(storeAt(endpoint, { ...raw, params: { own: 'a b' } }), photo());
    assert.deepEqual(server.last.query, [
      ['own', 'a b'],
      ['qquuid', photoUuid],
      ['qqfilename', 'photo.jpg'],
      ['qqfile', 'photo.jpg'],
    ]);
    assert.deepEqual(server.last.body, Buffer.from(photoBytes));
    assertHeaders(server.last, { ...ajaxHeaders, 'content-type': 'application/octet-stream', 'x-mime-type': 'image/jpeg' });
  });

  it('sends a form if params are in the body', async () => {
    await upload(storeAt(endpoint, { forceMultipart: false }), photo());
    assert.equal(server.last.files.length, 1);
  });

  it('sends a chunk as the body', async () => {
    await upload(storeAt(endpoint, { ...raw, chunking: true, partSize: 6 }), photo());
    assert.deepEqual(server.last.query, [
      ['qqpartindex', '1'],
      ['qqpartbyteoffset', '6'],
      ['qqchunksize', '4'],
      ['qqtotalparts', '2'],
      ['qqtotalfilesize', '10'],
      ['qquuid', photoUuid],
      ['qqfilename', 'photo.jpg'],
      ['qqfile', 'photo.jpg'],
    ]);
    assert.deepEqual(server.last.body, Buffer.from(photoBytes.slice(6)));
  });
});

describe('requestUpload of chunks', () => {
  const chunking = { chunking: true, partSize: 4 };

  it('sends the fields of Fine Uploader in its order, and no type', async () => {
    await upload(storeAt(endpoint, { ...chunking, params: { own: 'x' } }), photo());
    assert.equal(server.requests.length, 3);
    const chunk = (index: number, offset: number, size: number) => [
      ['own', 'x'],
      ['qqpartindex', String(index)],
      ['qqpartbyteoffset', String(offset)],
      ['qqchunksize', String(size)],
      ['qqtotalparts', '3'],
      ['qqtotalfilesize', '10'],
      ['qqfilename', 'photo.jpg'],
      ['qquuid', photoUuid],
      ['qqfile', 'file'],
    ];
    assert.deepEqual(
      server.requests.map(({ fields }) => fields),
      [chunk(0, 0, 4), chunk(1, 4, 4), chunk(2, 8, 2)],
    );
    for (const { files } of server.requests) assert.deepEqual([files[0]?.filename, files[0]?.type], ['blob', 'application/octet-stream']);
    assert.deepEqual(Buffer.concat(server.requests.map(({ files }) => files[0]?.bytes ?? Buffer.of())), Buffer.from(photoBytes));
    for (const request of server.requests) assertHeaders(request, ajaxHeaders);
  });

  it('sends chunks only of files larger than a part, unless chunking is mandatory', async () => {
    assert.equal((await upload(storeAt(endpoint, { chunking: true, partSize: 10 }), photo())).opened.chunked, false);
    assert.equal(
      (await upload(storeAt(endpoint, { chunking: false, partSize: 4, chunkingMandatory: true }), photo())).opened.chunked,
      false,
    );
    server.script();
    const { opened } = await upload(storeAt(endpoint, { chunking: true, partSize: 10, chunkingMandatory: true }), photo());
    assert.equal(opened.chunked, true);
    assert.equal(server.last.field('qqtotalparts'), '1');
    const empty = await upload(storeAt(endpoint, { ...chunking, chunkingMandatory: true }), fileOf(new Blob([])));
    assert.equal(empty.opened.totalParts, 1);
    assert.deepEqual([server.last.field('qqtotalparts'), server.last.field('qqchunksize')], ['1', '0']);
  });

  it('calls a function for the part size once', async () => {
    const calls: number[][] = [];
    const file = photo();
    await upload(
      storeAt(endpoint, {
        chunking: true,
        partSize: (id, size) => {
          calls.push([id, size]);
          return 5.9;
        },
      }),
      file,
    );
    assert.deepEqual(calls, [[file.id, 10]]);
    assert.deepEqual(
      server.requests.map((request) => request.field('qqchunksize')),
      ['5', '5'],
    );
  });

  it('rejects an invalid part size', async () => {
    for (const partSize of [0, -1, NaN, '2 MB' as unknown as number])
      await assert.rejects(upload(storeAt(endpoint, { chunking: true, partSize }), photo()), { name: 'UploadError', retry: 'never' });
    assert.equal(server.requests.length, 0);
  });

  it('sends one chunk at a time, or as many as there are connections', async () => {
    assert.equal((await upload(storeAt(endpoint, chunking), photo())).opened.parallel, 1);
    assert.equal((await upload(storeAt(endpoint, { ...chunking, concurrentChunks: true }), photo())).opened.parallel, Infinity);
  });

  it('sends custom names of the chunk params', async () => {
    const chunkingParamNames = { partIndex: 'index', partByteOffset: 'offset', chunkSize: 'length', totalParts: 'parts' };
    await upload(storeAt(endpoint, { ...chunking, chunkingParamNames, totalFileSizeName: 'size', uuidName: 'id' }), photo());
    assert.deepEqual(
      server.last.fields.map(([name]) => name),
      ['index', 'offset', 'length', 'parts', 'size', 'qqfilename', 'id', 'qqfile'],
    );
  });

  it('uses the page’s endpoint, method, headers and params, which cannot replace the default params', async () => {
    const overrides = {
      endpoint: `${server.origin}/overridden`,
      method: 'PUT',
      headers: { 'X-Only': 'this' },
      params: { md5: 'abc', own: 'replaced', qquuid: 'forged' },
    };
    await upload(storeAt(endpoint, { ...chunking, params: { own: 'x' }, customHeaders: { 'X-Custom': 'replaced' } }), photo(), {
      overrides,
    });
    const { method, path, headers } = server.last;
    assert.deepEqual([method, path, headers['x-only']], ['PUT', '/overridden', 'this']);
    assert.deepEqual([headers['x-custom'], headers['x-requested-with']], [undefined, undefined]);
    assert.deepEqual([server.last.field('md5'), server.last.field('own'), server.last.field('qquuid')], ['abc', 'replaced', photoUuid]);
  });

  it('keeps the uuid of the session, even if the file gets another', async () => {
    const store = storeAt(endpoint, chunking);
    const { session, parts } = await store.open(undefined, contextFor(photo()));
    for (const part of parts) await store.send(part, session, contextFor(photo({ uuid: 'another' })));
    assert.deepEqual(
      server.requests.map((request) => request.field('qquuid')),
      [photoUuid, photoUuid, photoUuid],
    );
  });
});
