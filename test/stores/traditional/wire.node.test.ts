/** What goes over the wire, byte by byte as Fine Uploader's servers know it. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, beforeEach, describe, it } from 'node:test';
import { asUploadError } from '../../../src/core/errors.js';
import type { Send, SendRequest } from '../../../src/core/types.js';
import type { TraditionalOptions } from '../../../src/stores/traditional/options.js';
import { bytesOf, fileOf, patienceOf, rejection } from '../../contract/checks.js';
import { nodeSend } from '../../contract/node-send.js';
import { RecordingServer } from './recording-server.js';
import type { Recorded } from './recording-server.js';
import { contextFor, storeAt, upload } from './upload.js';

const server = await RecordingServer.start();
after(() => server.close());
beforeEach(() => server.script());

const endpoint = `${server.origin}/uploads`;
const uuid = 'b6ad2b7c-6a4c-4a3d-9f6f-0d1c6d7e8f90';
const bytes = bytesOf(10);
const photo = (details = {}) => fileOf(new File([bytes], 'photo.jpg', { type: 'image/jpeg' }), { uuid, name: 'photo.jpg', ...details });

const standardHeaders = { accept: 'application/json', 'x-requested-with': 'XMLHttpRequest', 'cache-control': 'no-cache' };

function assertHeaders(request: Recorded, expected: Readonly<Record<string, string>>): void {
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, request.headers[name]])), expected);
}

describe('a file in one form', () => {
  it('has the fields of Fine Uploader in its order, the file last', async () => {
    await upload(storeAt(endpoint), photo());
    const { method, path, query, fields, files } = server.last;
    assert.deepEqual([method, path, query], ['POST', '/uploads', []]);
    assert.deepEqual(fields, [
      ['qquuid', uuid],
      ['qqfilename', 'photo.jpg'],
      ['qqtotalfilesize', '10'],
      ['qqfile', 'file'],
    ]);
    assert.deepEqual(files, [{ field: 'qqfile', filename: 'photo.jpg', type: 'image/jpeg', bytes: Buffer.from(bytes) }]);
    assertHeaders(server.last, standardHeaders);
  });

  it('has params first: functions called, objects in brackets, null as a word, lists with commas', async () => {
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

  it('asks functions anew for every request', async () => {
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

  it('says the new name of a renamed file, and keeps the old one on the part', async () => {
    await upload(storeAt(endpoint), photo({ name: 'Sommer "1".jpg' }));
    assert.equal(server.last.field('qqfilename'), 'Sommer "1".jpg');
    assert.equal(server.last.files[0]?.filename, 'photo.jpg');
  });

  it('calls a Blob "blob", of no type in particular', async () => {
    await upload(storeAt(endpoint), fileOf(new Blob([bytes]), { name: 'drawing.png' }));
    assert.deepEqual([server.last.files[0]?.filename, server.last.files[0]?.type], ['blob', 'application/octet-stream']);
  });

  it('says where in a folder a file was, and what a scaled image was made from', async () => {
    await upload(storeAt(endpoint, { params: { own: 1 } }), photo({ path: 'photos/2026/photo.jpg', parent: { uuid: 'parent', size: 99 } }));
    assert.deepEqual(server.last.fields.slice(0, 5), [
      ['own', '1'],
      ['qqpath', 'photos/2026/'],
      ['qqparentuuid', 'parent'],
      ['qqparentsize', '99'],
      ['qquuid', uuid],
    ]);
  });

  it('can have other names for all fields, another method and more headers', async () => {
    const names = { inputName: 'upload', uuidName: 'id', filenameParam: 'filename', totalFileSizeName: 'size' };
    await upload(storeAt(endpoint, { ...names, method: 'PUT', customHeaders: { 'X-Token': 'secret', Accept: 'text/plain' } }), photo());
    assert.deepEqual(server.last.fields, [
      ['id', uuid],
      ['filename', 'photo.jpg'],
      ['size', '10'],
      ['upload', 'file'],
    ]);
    assert.equal(server.last.method, 'PUT');
    assertHeaders(server.last, { ...standardHeaders, 'x-token': 'secret', accept: 'text/plain' });
  });

  it('can do without any field of its own', async () => {
    const file = photo({ path: 'a/photo.jpg', parent: { uuid: 'parent', size: 99 } });
    await upload(storeAt(endpoint, { omitDefaultParams: true, params: { mine: 'x' } }), file);
    assert.deepEqual(server.last.fields, [
      ['mine', 'x'],
      ['qqfile', 'file'],
    ]);
  });

  it('can have its fields in the address, which may have some already', async () => {
    await upload(storeAt(`${endpoint}?a=1#top`, { paramsInBody: false, params: { 'b c': 'd&e', f: ['g', 'h'] } }), photo());
    assert.deepEqual(server.last.query, [
      ['a', '1'],
      ['b c', 'd&e'],
      ['f[0]', 'g'],
      ['f[1]', 'h'],
      ['qquuid', uuid],
      ['qqfilename', 'photo.jpg'],
      ['qqtotalfilesize', '10'],
    ]);
    assert.deepEqual(server.last.fields, [['qqfile', 'file']]);
  });
});

describe('a file as the body itself', () => {
  const raw = { paramsInBody: false, forceMultipart: false };

  it('has everything else in the address, and its type in a header', async () => {
    await upload(storeAt(endpoint, { ...raw, params: { own: 'a b' } }), photo());
    assert.deepEqual(server.last.query, [
      ['own', 'a b'],
      ['qquuid', uuid],
      ['qqfilename', 'photo.jpg'],
      ['qqfile', 'photo.jpg'],
    ]);
    assert.deepEqual(server.last.body, Buffer.from(bytes));
    assertHeaders(server.last, { ...standardHeaders, 'content-type': 'application/octet-stream', 'x-mime-type': 'image/jpeg' });
  });

  it('is a form all the same where params belong into the body', async () => {
    await upload(storeAt(endpoint, { forceMultipart: false }), photo());
    assert.equal(server.last.files.length, 1);
  });

  it('can be a chunk', async () => {
    await upload(storeAt(endpoint, { ...raw, chunking: true, partSize: 6 }), photo());
    assert.deepEqual(server.last.query, [
      ['qqpartindex', '1'],
      ['qqpartbyteoffset', '6'],
      ['qqchunksize', '4'],
      ['qqtotalparts', '2'],
      ['qqtotalfilesize', '10'],
      ['qquuid', uuid],
      ['qqfilename', 'photo.jpg'],
      ['qqfile', 'photo.jpg'],
    ]);
    assert.deepEqual(server.last.body, Buffer.from(bytes.slice(6)));
  });
});

describe('a chunk', () => {
  const chunking = { chunking: true, partSize: 4 };

  it('has the fields of Fine Uploader in its order, and no type', async () => {
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
      ['qquuid', uuid],
      ['qqfile', 'file'],
    ];
    assert.deepEqual(
      server.requests.map(({ fields }) => fields),
      [chunk(0, 0, 4), chunk(1, 4, 4), chunk(2, 8, 2)],
    );
    for (const { files } of server.requests) assert.deepEqual([files[0]?.filename, files[0]?.type], ['blob', 'application/octet-stream']);
    assert.deepEqual(Buffer.concat(server.requests.map(({ files }) => files[0]?.bytes ?? Buffer.of())), Buffer.from(bytes));
    for (const request of server.requests) assertHeaders(request, standardHeaders);
  });

  it('is made only of files larger than a part, unless chunks are mandatory', async () => {
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

  it('is as large as a function says, which is asked once', async () => {
    const asked: number[][] = [];
    const file = photo();
    await upload(
      storeAt(endpoint, {
        chunking: true,
        partSize: (id, size) => {
          asked.push([id, size]);
          return 5.9;
        },
      }),
      file,
    );
    assert.deepEqual(asked, [[file.id, 10]]);
    assert.deepEqual(
      server.requests.map((request) => request.field('qqchunksize')),
      ['5', '5'],
    );
  });

  it('must be of a size that is one', async () => {
    for (const partSize of [0, -1, NaN, '2 MB' as unknown as number])
      await assert.rejects(upload(storeAt(endpoint, { chunking: true, partSize }), photo()), { name: 'UploadError', retry: 'never' });
    assert.equal(server.requests.length, 0);
  });

  it('travels alone, or with as many as there are connections', async () => {
    assert.equal((await upload(storeAt(endpoint, chunking), photo())).opened.parallel, 1);
    assert.equal((await upload(storeAt(endpoint, { ...chunking, concurrentChunks: true }), photo())).opened.parallel, Infinity);
  });

  it('can have other names for its fields', async () => {
    const chunkingParamNames = { partIndex: 'index', partByteOffset: 'offset', chunkSize: 'length', totalParts: 'parts' };
    await upload(storeAt(endpoint, { ...chunking, chunkingParamNames, totalFileSizeName: 'size', uuidName: 'id' }), photo());
    assert.deepEqual(
      server.last.fields.map(([name]) => name),
      ['index', 'offset', 'length', 'parts', 'size', 'qqfilename', 'id', 'qqfile'],
    );
  });

  it('obeys the page: endpoint, method, all headers, and params that do not touch the fields of the uploader', async () => {
    const overrides = {
      endpoint: `${server.origin}/elsewhere`,
      method: 'PUT',
      headers: { 'X-Only': 'this' },
      params: { md5: 'abc', own: 'replaced', qquuid: 'forged' },
    };
    await upload(storeAt(endpoint, { ...chunking, params: { own: 'x' }, customHeaders: { 'X-Custom': 'gone' } }), photo(), { overrides });
    const { method, path, headers } = server.last;
    assert.deepEqual([method, path, headers['x-only']], ['PUT', '/elsewhere', 'this']);
    assert.deepEqual([headers['x-custom'], headers['x-requested-with']], [undefined, undefined]);
    assert.deepEqual([server.last.field('md5'), server.last.field('own'), server.last.field('qquuid')], ['abc', 'replaced', uuid]);
  });

  it('keeps the uuid that its upload began with, whatever the page calls the file meanwhile', async () => {
    const store = storeAt(endpoint, chunking);
    const { session, parts } = await store.open(undefined, contextFor(photo()));
    for (const part of parts) await store.send(part, session, contextFor(photo({ uuid: 'another' })));
    assert.deepEqual(
      server.requests.map((request) => request.field('qquuid')),
      [uuid, uuid, uuid],
    );
  });
});

describe('an upload that is gone on with', () => {
  const store = storeAt(endpoint, { chunking: true, partSize: 4, params: {} });

  /** What is left after the first part, as it would come back from the disk. */
  async function begun() {
    const context = contextFor(photo());
    const { session, parts } = await store.open(undefined, context);
    const [first] = parts;
    assert.ok(first);
    return { session, receipts: [await store.send(first, session, context)] };
  }

  it('marks its first chunk after a reload, until it has arrived', async () => {
    const saved = structuredClone(await begun());
    server.script(() => ({ status: 500 }));
    const context = contextFor(photo());
    const { session, parts, resumed } = await store.open(saved, context);
    assert.equal(resumed, true);
    for (const part of [parts[0], parts[0], parts[1]]) await assert.rejects(store.send(part!, session, context));
    assert.deepEqual(
      server.requests.map((request) => [request.field('qqpartindex'), request.field('qqresume')]),
      [
        ['1', 'true'],
        ['1', 'true'],
        ['2', undefined],
      ],
    );
    assert.deepEqual(
      server.last.fields.map(([name]) => name),
      ['qqpartindex', 'qqpartbyteoffset', 'qqchunksize', 'qqtotalparts', 'qqtotalfilesize', 'qqfilename', 'qquuid', 'qqfile'],
    );
  });

  it('puts the mark before the uuid, by the name it is given', async () => {
    const saved = structuredClone(await begun());
    server.script();
    await upload(storeAt(endpoint, { chunking: true, partSize: 4, resumingParam: 'again' }), photo(), { saved });
    assert.deepEqual(
      server.requests[0]?.fields.slice(-4).map(([name]) => name),
      ['qqfilename', 'again', 'qquuid', 'qqfile'],
    );
  });

  it('marks nothing after a pause: for the server it is the same upload', async () => {
    const saved = await begun();
    server.script();
    const { opened } = await upload(store, photo(), { saved });
    assert.equal(opened.resumed, true);
    assert.deepEqual(
      server.requests.map((request) => request.field('qqresume')),
      [undefined, undefined],
    );
  });

  it('keeps its part size, also where the page has changed its mind', async () => {
    const saved = structuredClone(await begun());
    const { opened } = await upload(storeAt(endpoint, { chunking: true, partSize: 7 }), photo(), { saved });
    assert.deepEqual(
      opened.parts.map(({ start, end }) => [start, end]),
      [
        [4, 8],
        [8, 10],
      ],
    );
  });

  it('goes by its old uuid, unless nothing has arrived and the page has given it another', async () => {
    const { session, receipts } = structuredClone(await begun());
    assert.equal((await upload(store, photo({ uuid: 'other' }), { saved: { session, receipts } })).opened.session.uuid, uuid);
    assert.equal((await upload(store, photo({ uuid: 'other' }), { saved: { session, receipts: [] } })).opened.session.uuid, 'other');
  });

  it('follows the page where nothing has arrived yet', async () => {
    const { session } = structuredClone(await begun());
    const { opened } = await upload(storeAt(endpoint, { chunking: true, partSize: 7 }), photo(), { saved: { session, receipts: [] } });
    assert.deepEqual([opened.parts.length, opened.resumed], [2, false]);
  });
});

describe('the request that says that all chunks have been sent', () => {
  const done = `${server.origin}/done`;
  const chunking = { chunking: true, partSize: 4, params: { own: 'x' } };

  it('is a form with the params, the uuid, name, size and number of parts, and the headers of the upload', async () => {
    await upload(storeAt(endpoint, { ...chunking, customHeaders: { 'X-Token': 't' }, chunkingSuccess: { endpoint: done } }), photo());
    const { method, path, fields, headers } = server.last;
    assert.deepEqual([method, path], ['POST', '/done']);
    assert.deepEqual(fields, [
      ['own', 'x'],
      ['qquuid', uuid],
      ['qqfilename', 'photo.jpg'],
      ['qqtotalfilesize', '10'],
      ['qqtotalparts', '3'],
    ]);
    assertHeaders(server.last, { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded', 'x-token': 't' });
    assert.equal(headers['x-requested-with'], undefined);
  });

  it('can be JSON, with functions called', async () => {
    const params = { own: () => 'called', deep: { list: [1, null] } };
    await upload(storeAt(endpoint, { ...chunking, params, chunkingSuccess: { endpoint: done, jsonPayload: true } }), photo());
    assertHeaders(server.last, { 'content-type': 'application/json' });
    assert.deepEqual(JSON.parse(server.last.body.toString()), {
      own: 'called',
      deep: { list: [1, null] },
      qquuid: uuid,
      qqfilename: 'photo.jpg',
      qqtotalfilesize: 10,
      qqtotalparts: 3,
    });
  });

  it('can be made by functions of the file', async () => {
    const chunkingSuccess = {
      endpoint: (id: number) => `${done}/${id}`,
      method: 'PUT',
      headers: (id: number) => ({ 'X-Id': String(id) }),
      params: async (id: number) => ({ only: id }),
    };
    const file = photo();
    await upload(storeAt(endpoint, { ...chunking, customHeaders: { 'X-Token': 't' }, chunkingSuccess }), file);
    const { method, path, fields, headers } = server.last;
    assert.deepEqual([method, path, fields], ['PUT', `/done/${file.id}`, [['only', String(file.id)]]]);
    assert.deepEqual([headers['x-id'], headers['x-token']], [String(file.id), undefined]);
  });

  it('is as ever where these functions have nothing to say, and is not sent where there is no endpoint', async () => {
    const nothing = () => null;
    await upload(storeAt(endpoint, { ...chunking, chunkingSuccess: { endpoint: done, headers: nothing, params: nothing } }), photo());
    assert.deepEqual([server.last.field('qquuid'), server.last.field('own')], [uuid, 'x']);
    server.script();
    await upload(storeAt(endpoint, { ...chunking, chunkingSuccess: { endpoint: nothing } }), photo());
    assert.equal(server.requests.length, 3);
  });

  it('has no body where its method has none', async () => {
    await upload(storeAt(endpoint, { ...chunking, chunkingSuccess: { endpoint: `${done}?all=1`, method: 'GET' } }), photo());
    assert.deepEqual(server.last.query.slice(0, 2), [
      ['all', '1'],
      ['own', 'x'],
    ]);
  });

  it('is not sent for a file in one form', async () => {
    await upload(storeAt(endpoint, { chunking: true, partSize: 10, chunkingSuccess: { endpoint: done } }), photo());
    assert.deepEqual(
      server.requests.map(({ path }) => path),
      ['/uploads'],
    );
  });

  it('is sent again alone where it has failed, in this attempt and in another', async () => {
    const options = { ...chunking, chunkingSuccess: { endpoint: done } };
    server.script(({ path }) => (path === '/done' ? { status: 500 } : { body: { success: true } }));
    const store = storeAt(endpoint, options);
    const context = contextFor(photo());
    const { session, parts } = await store.open(undefined, context);
    const receipts = [];
    for (const part of parts) receipts.push(await store.send(part, session, context));
    const kept: unknown[] = [];
    await assert.rejects(store.close(session, receipts, { ...context, saveSession: (value) => kept.push(value) }), {
      status: 500,
      retry: 'auto',
    });
    assert.deepEqual(kept, [session], 'that all parts are there is kept before the request');

    server.script();
    await store.close(session, receipts, context);
    await upload(storeAt(endpoint, options), photo(), { saved: structuredClone({ session, receipts }) });
    assert.deepEqual(
      server.requests.map(({ path }) => path),
      ['/done', '/done'],
    );
  });
});

describe("the page's own functions", () => {
  const page = new EventEmitter();
  const never = () => {
    page.emit('asked');
    return new Promise<never>(() => {});
  };
  const chunking = { chunking: true, partSize: 4 };
  for (const [title, options, requests] of [
    ['part size', { chunking: true, partSize: never }, 0],
    ['headers', { customHeaders: never }, 0],
    ['endpoint of the last request', { ...chunking, chunkingSuccess: { endpoint: never } }, 3],
    ['params of the last request', { ...chunking, chunkingSuccess: { endpoint, params: never } }, 3],
    ['headers of the last request', { ...chunking, chunkingSuccess: { endpoint, headers: never } }, 3],
  ] as const) {
    it(`may never answer, and yet the upload can be ended: ${title}`, async () => {
      const controller = new AbortController();
      const reason = new Error('enough');
      const file = photo();
      const context = contextFor(file, { signal: controller.signal });
      const store = storeAt(endpoint, options);
      const attempt = async () => {
        const { session, parts } = await store.open(undefined, context);
        const receipts = [];
        for (const part of parts) receipts.push(await store.send(part, session, context));
        await store.close(session, receipts, context);
      };
      const asked = once(page, 'asked');
      const ended = rejection(attempt());
      await asked;
      controller.abort(reason);
      assert.equal(await ended, reason);
      assert.equal(server.requests.length, requests);
    });

    it(`may fail, which fails the file and is not tried again by itself: ${title}`, async () => {
      const broken = Object.fromEntries(
        Object.entries(options).map(([name, value]) => [name, broke(value)]),
      ) as Partial<TraditionalOptions>;
      const error = asUploadError(await rejection(upload(storeAt(endpoint, broken), photo())));
      assert.deepEqual([error.reason, error.retry], ['The page is broken.', 'manual']);
    });
  }

  /** The same option, but its functions throw. */
  function broke(value: unknown): unknown {
    if (value === never) return () => Promise.reject(new Error('The page is broken.'));
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, broke(inner)]))
      : value;
  }
});

describe('every request', () => {
  /** What an upload and a deletion ask of the wire. */
  async function requestsOf(size: number, options: Partial<TraditionalOptions>): Promise<SendRequest[]> {
    const requests: SendRequest[] = [];
    const send: Send = (request) => {
      requests.push(request);
      return nodeSend(request);
    };
    const store = storeAt(endpoint, { chunking: true, partSize: 1_000_000, deleteEndpoint: endpoint, ...options, send });
    const file = fileOf(new Blob([bytesOf(size)]));
    await upload(store, file);
    await store.remove(file, new AbortController());
    return requests;
  }

  it('takes cookies along to another origin only where that is wished', async () => {
    for (const withCredentials of [true, false]) {
      const requests = await requestsOf(1_500_000, { withCredentials, chunkingSuccess: { endpoint: `${server.origin}/done` } });
      assert.deepEqual(
        requests.map((request) => request.withCredentials),
        [withCredentials, withCredentials, withCredentials, withCredentials],
      );
    }
  });

  it('leaves a server time to join the chunks: after the request that says so, or else after the last chunk', async () => {
    const patient = async (options: Partial<TraditionalOptions>) =>
      (await requestsOf(4_000_000, options)).slice(0, -1).map(({ stallTimeout }) => patienceOf(stallTimeout) - 5000);
    assert.deepEqual(await patient({ chunkingSuccess: { endpoint: `${server.origin}/done` } }), [0, 0, 0, 0, 200]);
    assert.deepEqual(await patient({}), [0, 0, 0, 200]);
    assert.deepEqual(await patient({ chunking: false }), [0]);
  });
});
