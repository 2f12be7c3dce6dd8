/**
 * Tests of Fine Uploader's traditional protocol with plain requests. The demo's endpoint and the PHP endpoint, which share no code, pass them.
 */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';

/** The endpoint under test. */
export interface EndpointUnderTest {
  /** URL that receives files. */
  readonly uploads: string;
  /** URL of the chunking success request. */
  readonly done: string;
  /** Returns the content of a stored file, or undefined if it does not exist. */
  read(uuid: string): Promise<Buffer | undefined>;
  /** Restarts the server, as after a crash. */
  restart(): Promise<void>;
}

/** A JSON response. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends a form as Fine Uploader does: fields first, the file last. */
export async function postForm(url: string, fields: Readonly<Record<string, string>>, file?: Blob, fileName = 'blob'): Promise<Answer> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (file) form.append('qqfile', file, fileName);
  return answerOf(
    await fetch(url, { method: 'POST', body: form, headers: { 'X-Requested-With': 'XMLHttpRequest', Accept: 'application/json' } }),
  );
}

/** Reads a JSON response. */
export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
}

/** Returns the fields for a file without chunks. */
export function fileFields(uuid: string, name: string, size: number): Record<string, string> {
  return { qquuid: uuid, qqfilename: name, qqtotalfilesize: String(size) };
}

/** Returns a chunk of a file and its fields. */
export function chunkOf(
  bytes: Buffer,
  partSize: number,
  index: number,
  uuid: string,
  name: string,
): { fields: Record<string, string>; blob: Blob } {
  const start = index * partSize;
  const slice = bytes.subarray(start, Math.min(start + partSize, bytes.length));
  const fields = {
    qqpartindex: String(index),
    qqpartbyteoffset: String(start),
    qqchunksize: String(slice.length),
    qqtotalparts: String(Math.max(1, Math.ceil(bytes.length / partSize))),
    qqtotalfilesize: String(bytes.length),
    qqfilename: name,
    qquuid: uuid,
  };
  return { fields, blob: new Blob([new Uint8Array(slice)]) };
}

/** Defines the tests. `endpoint` is called inside the tests, when the server is running. */
export function describeTraditionalProtocol(title: string, endpoint: () => EndpointUnderTest): void {
  const sendChunk = (bytes: Buffer, partSize: number, index: number, uuid: string, more: Record<string, string> = {}) => {
    const { fields, blob } = chunkOf(bytes, partSize, index, uuid, 'video.bin');
    return postForm(endpoint().uploads, { ...fields, ...more }, blob);
  };
  const sendDone = async (uuid: string, size: number, parts: number, json = false): Promise<Answer> => {
    const fields = { ...fileFields(uuid, 'video.bin', size), qqtotalparts: String(parts) };
    const headers = json ? { 'Content-Type': 'application/json' } : {};
    const body = json ? JSON.stringify(fields) : new URLSearchParams(fields);
    return answerOf(await fetch(endpoint().done, { method: 'POST', body, headers }));
  };

  describe(title, () => {
    it('stores a file of a form unchanged', async () => {
      const uuid = randomUUID();
      const bytes = randomBytes(70_000);
      const { status, body } = await postForm(
        endpoint().uploads,
        fileFields(uuid, 'photo.jpg', bytes.length),
        new Blob([bytes]),
        'photo.jpg',
      );
      assert.equal(status, 200);
      assert.equal(body['success'], true);
      assert.deepEqual(await endpoint().read(uuid), bytes);
    });

    it('stores an empty file', async () => {
      const uuid = randomUUID();
      const { body } = await postForm(endpoint().uploads, fileFields(uuid, 'empty.txt', 0), new Blob([]), 'empty.txt');
      assert.equal(body['success'], true);
      assert.deepEqual(await endpoint().read(uuid), Buffer.alloc(0));
    });

    it('lists a file under any name that the page sends', async () => {
      for (const name of [
        'naïve & "quoted" (1).txt',
        '<img src=x onerror=alert(1)>.png',
        '../../etc/passwd',
        '日本語.txt',
        "'; DROP TABLE files; --.txt",
      ]) {
        const uuid = randomUUID();
        await postForm(endpoint().uploads, fileFields(uuid, name, 2), new Blob(['hi']), 'old name.txt');
        const list = (await (await fetch(endpoint().uploads)).json()) as { uuid: string; name: string; size: number }[];
        const item = list.find((file) => file.uuid === uuid);
        assert.deepEqual({ name: item?.name, size: item?.size }, { name, size: 2 });
        assert.equal((await endpoint().read(uuid))?.toString(), 'hi');
      }
    });

    it('joins chunks that arrive in order', async () => {
      const uuid = randomUUID();
      const bytes = randomBytes(25_000);
      for (const index of [0, 1, 2]) assert.equal((await sendChunk(bytes, 10_000, index, uuid)).body['success'], true);
      const { status, body } = await sendDone(uuid, bytes.length, 3);
      assert.deepEqual([status, body['success']], [200, true]);
      assert.deepEqual(await endpoint().read(uuid), bytes);
    });

    it('joins chunks that arrive concurrently and in any order, with a success request in JSON', async () => {
      const uuid = randomUUID();
      const bytes = randomBytes(120_000);
      const indexes = [11, 3, 7, 0, 9, 1, 10, 4, 2, 8, 6, 5];
      await Promise.all(indexes.map((index) => sendChunk(bytes, 10_000, index, uuid)));
      assert.equal((await sendDone(uuid, bytes.length, 12, true)).body['success'], true);
      assert.deepEqual(await endpoint().read(uuid), bytes);
    });

    it('accepts repeated chunks and a repeated success request', async () => {
      const uuid = randomUUID();
      const bytes = randomBytes(15_000);
      for (const index of [0, 1, 0, 1]) assert.equal((await sendChunk(bytes, 10_000, index, uuid)).body['success'], true);
      for (let again = 0; again < 2; again++) assert.equal((await sendDone(uuid, bytes.length, 2)).body['success'], true);
      assert.deepEqual(await endpoint().read(uuid), bytes);
    });

    it('resumes a file after a restart', async () => {
      const uuid = randomUUID();
      const bytes = randomBytes(25_000);
      await sendChunk(bytes, 10_000, 0, uuid);
      await endpoint().restart();
      assert.equal((await sendChunk(bytes, 10_000, 1, uuid, { qqresume: 'true' })).body['success'], true);
      await sendChunk(bytes, 10_000, 2, uuid);
      assert.equal((await sendDone(uuid, bytes.length, 3)).body['success'], true);
      assert.deepEqual(await endpoint().read(uuid), bytes);
    });

    it('answers reset if the chunks before a resumed one are missing', async () => {
      const { body } = await sendChunk(randomBytes(25_000), 10_000, 1, randomUUID(), { qqresume: 'true' });
      assert.deepEqual([body['success'], body['reset']], [false, true]);
      assert.equal(typeof body['error'], 'string');
    });

    it('answers reset if chunks are missing at the end, and accepts the file from the beginning', async () => {
      const uuid = randomUUID();
      const bytes = randomBytes(25_000);
      await sendChunk(bytes, 10_000, 0, uuid);
      await sendChunk(bytes, 10_000, 2, uuid);
      const { status, body } = await sendDone(uuid, bytes.length, 3);
      assert.ok(status >= 400);
      assert.deepEqual([body['success'], body['reset']], [false, true]);
      assert.equal(await endpoint().read(uuid), undefined);
      for (const index of [0, 1, 2]) await sendChunk(bytes, 10_000, index, uuid);
      assert.equal((await sendDone(uuid, bytes.length, 3)).body['success'], true);
      assert.deepEqual(await endpoint().read(uuid), bytes);
    });

    it('stores a file of a single chunk', async () => {
      const uuid = randomUUID();
      await sendChunk(Buffer.from('small'), 10_000, 0, uuid);
      assert.equal((await sendDone(uuid, 5, 1)).body['success'], true);
      assert.equal((await endpoint().read(uuid))?.toString(), 'small');
    });

    it('accepts the content as the body and the fields in the query', async () => {
      const uuid = randomUUID();
      const query = new URLSearchParams({ qquuid: uuid, qqfile: 'raw file.bin' });
      const headers = { 'Content-Type': 'application/octet-stream', 'X-Mime-Type': 'text/plain' };
      const response = await fetch(`${endpoint().uploads}?${query}`, { method: 'POST', body: 'raw bytes', headers });
      assert.equal((await answerOf(response)).body['success'], true);
      assert.equal((await endpoint().read(uuid))?.toString(), 'raw bytes');
    });

    it('rejects a chunk that is shorter than qqchunksize', async () => {
      const uuid = randomUUID();
      const { fields } = chunkOf(randomBytes(25_000), 10_000, 0, uuid, 'video.bin');
      const { status, body } = await postForm(endpoint().uploads, fields, new Blob(['short']));
      assert.ok(status >= 400);
      assert.equal(typeof body['error'], 'string');
    });

    it('deletes with DELETE', async () => {
      const uuid = randomUUID();
      await postForm(endpoint().uploads, fileFields(uuid, 'a.txt', 2), new Blob(['hi']));
      const { status } = await fetch(`${endpoint().uploads}/${uuid}?`, { method: 'DELETE' });
      assert.ok([200, 202, 204].includes(status));
      assert.equal(await endpoint().read(uuid), undefined);
    });

    it('deletes with POST and _method', async () => {
      const uuid = randomUUID();
      await postForm(endpoint().uploads, fileFields(uuid, 'a.txt', 2), new Blob(['hi']));
      const { status } = await fetch(endpoint().uploads, {
        method: 'POST',
        body: new URLSearchParams({ qquuid: uuid, _method: 'DELETE' }),
      });
      assert.ok(status >= 200 && status <= 204);
      assert.equal(await endpoint().read(uuid), undefined);
    });

    it('answers 404 to the deletion of an unknown file', async () => {
      assert.equal((await fetch(`${endpoint().uploads}/${randomUUID()}`, { method: 'DELETE' })).status, 404);
    });

    it('answers invalid uploads with an error and keeps working', async () => {
      const noFile = await postForm(endpoint().uploads, fileFields(randomUUID(), 'a.txt', 2));
      assert.ok(noFile.status >= 400);
      assert.equal(typeof noFile.body['error'], 'string');
      const bytes = new Blob(['hi']);
      const badUuids = ['', '.', '..', '../../tmp/x', 'a/b', 'a\\b', 'x'.repeat(300), '%2e%2e%2f', 'uuid\u0000.txt'];
      for (const uuid of badUuids) {
        const { status, body } = await postForm(endpoint().uploads, fileFields(uuid, 'a.txt', 2), bytes);
        assert.equal(status, 400, JSON.stringify(uuid));
        assert.equal(typeof body['error'], 'string');
      }
      const { fields, blob } = chunkOf(randomBytes(20), 10, 1, randomUUID(), 'a');
      for (const bad of [
        { qqpartindex: '-1' },
        { qqpartindex: '2' },
        { qqpartbyteoffset: '../0' },
        { qqpartbyteoffset: '1e3' },
        { qqtotalfilesize: '' },
      ]) {
        const { status, body } = await postForm(endpoint().uploads, { ...fields, ...bad }, blob);
        assert.ok(status >= 400, JSON.stringify(bad));
        assert.equal(typeof body['error'], 'string');
      }
      const { body } = await postForm(endpoint().uploads, fileFields(randomUUID(), 'a.txt', 2), bytes);
      assert.equal(body['success'], true);
    });
  });
}
