/**
 * What every server that speaks Fine Uploader's traditional protocol must do, asked over HTTP, in whatever language it is written: take files
 * whole and in chunks, over restarts; keep what belongs to one user from all others; and leave nothing behind of what nobody finished.
 */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir, utimes } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

/** An endpoint to be asked. */
export interface EndpointUnderTest {
  /** The address files are posted to; a file is `/{uuid}` below it. */
  readonly uploads: string;
  /** The address of the chunking success request. */
  readonly done: string;
  /** The folder of its files. The paths of everything that belongs to an upload have its uuid in them. */
  readonly folder: string;
  /** Seconds after which it cuts off a request that stalls; undefined where that is the business of the web server in front. */
  readonly stallSeconds?: number;
  /** As a process that is killed and started again. */
  restart(): Promise<void>;
}

/** What the server under test must be set to. It takes the user from the cookie `session`; without one it refuses. */
export const ENDPOINT_RULES = { maxSize: 200_000, stallSeconds: 2, allowedOrigin: 'https://www.example.com' };

/** A JSON answer. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Headers of a user's requests. */
export function as(user: string): Record<string, string> {
  return { Cookie: `session=${user}` };
}

/** Sends a form as Fine Uploader does, fields first, the file last. */
export async function postForm(
  url: string,
  fields: Readonly<Record<string, string>>,
  file?: Blob,
  fileName = 'blob',
  headers: Readonly<Record<string, string>> = as('alice'),
): Promise<Answer> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (file) form.append('qqfile', file, fileName);
  const sent = { 'X-Requested-With': 'XMLHttpRequest', Accept: 'application/json', ...headers };
  return answerOf(await fetch(url, { method: 'POST', body: form, headers: sent }));
}

/** Reads an answer. */
export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  try {
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  } catch {
    throw new Error(`The answer (${response.status}) is no JSON: ${text.slice(0, 500)}`);
  }
}

/** The fields of one whole file. */
export function fileFields(uuid: string, name: string, size: number): Record<string, string> {
  return { qquuid: uuid, qqfilename: name, qqtotalfilesize: String(size) };
}

/** One chunk of a file, with its fields. */
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

/** Everything below a folder whose path has a text in it. */
async function traces(folder: string, text: string): Promise<readonly string[]> {
  const all = await readdir(folder, { recursive: true }).catch(() => []);
  return all.filter((path) => path.includes(text));
}

/** Everything below a folder, but for what keeps the house: locks, and when it was last tidied. */
async function everything(folder: string): Promise<readonly string[]> {
  const all = await readdir(folder, { recursive: true }).catch(() => []);
  return all.filter((path) => !/^(\.?locks\b|purged$|\.incoming$)/.test(path)).sort();
}

/** Describes the suite. `endpoint` is asked inside the tests, once the server runs. */
export function describeTraditionalProtocol(title: string, endpoint: () => EndpointUnderTest): void {
  let requests = 0;
  const post = (
    fields: Readonly<Record<string, string>>,
    file?: Blob,
    fileName?: string,
    headers?: Record<string, string>,
  ): Promise<Answer> => {
    requests++;
    return postForm(endpoint().uploads, fields, file, fileName, headers);
  };
  const ask = (url: string, init: RequestInit = {}, user = 'alice'): Promise<Response> => {
    requests++;
    return fetch(url, { redirect: 'manual', ...init, headers: { ...as(user), ...(init.headers as Record<string, string>) } });
  };
  const read = async (uuid: string, user = 'alice'): Promise<Buffer | undefined> => {
    const response = await ask(`${endpoint().uploads}/${uuid}`, {}, user);
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.ok([200, 404].includes(response.status), `GET of the file: ${response.status} ${bytes.subarray(0, 200).toString()}`);
    return response.status === 200 ? bytes : undefined;
  };
  const list = async (user = 'alice'): Promise<{ uuid: string; name: string; size: number }[]> =>
    (await (await ask(endpoint().uploads, {}, user)).json()) as { uuid: string; name: string; size: number }[];
  const sendChunk = (
    bytes: Buffer,
    partSize: number,
    index: number,
    uuid: string,
    more: Record<string, string> = {},
    user = 'alice',
  ): Promise<Answer> => {
    const { fields, blob } = chunkOf(bytes, partSize, index, uuid, 'video.bin');
    return post({ ...fields, ...more }, blob, 'blob', as(user));
  };
  const sendDone = async (uuid: string, size: number, parts: number, json = false, user = 'alice'): Promise<Answer> => {
    const fields = { ...fileFields(uuid, 'video.bin', size), qqtotalparts: String(parts) };
    const headers = json ? { 'Content-Type': 'application/json' } : {};
    const body = json ? JSON.stringify(fields) : new URLSearchParams(fields);
    return answerOf(await ask(endpoint().done, { method: 'POST', body, headers: headers as Record<string, string> }, user));
  };
  const leavesNothing = async (uuid: string): Promise<void> =>
    assert.deepEqual(await traces(endpoint().folder, uuid), [], 'nothing is left of it');
  /** Compares the folder with what was there; what is just being dropped may take a moment. */
  const nothingNew = async (before: readonly string[]): Promise<void> => {
    const added = async (): Promise<readonly string[]> => (await everything(endpoint().folder)).filter((path) => !before.includes(path));
    for (let tries = 0; tries < 100 && (await added()).length > 0; tries++) await sleep(20);
    assert.deepEqual(await added(), [], 'nothing new is left');
  };
  const refused = ({ status, body }: Answer, ...statuses: number[]): void => {
    assert.ok(statuses.length > 0 ? statuses.includes(status) : status >= 400 && status < 500, `${status} ${JSON.stringify(body)}`);
    assert.equal(body['success'], false);
    assert.equal(typeof body['error'], 'string');
  };

  describe(title, { timeout: 120_000 }, () => {
    after(() => console.log(`${title}: ${requests} requests`));

    it('stores one file of a form, byte for byte', async () => {
      const uuid = randomUUID();
      const bytes = randomBytes(70_000);
      const { status, body } = await post(fileFields(uuid, 'photo.jpg', bytes.length), new Blob([bytes]), 'photo.jpg');
      assert.equal(status, 200, JSON.stringify(body));
      assert.equal(body['success'], true);
      assert.deepEqual(await read(uuid), bytes);
    });

    it('stores an empty file', async () => {
      const uuid = randomUUID();
      const { body } = await post(fileFields(uuid, 'empty.txt', 0), new Blob([]), 'empty.txt');
      assert.equal(body['success'], true, JSON.stringify(body));
      assert.deepEqual(await read(uuid), Buffer.alloc(0));
    });

    it('lists a file under the name that the page gave it, whatever that is', async () => {
      for (const name of [
        'naïve & "quoted" (1).txt',
        '<img src=x onerror=alert(1)>.png',
        '../../etc/passwd',
        '日本語.txt',
        "'; DROP TABLE files; --.txt",
      ]) {
        const uuid = randomUUID();
        await post(fileFields(uuid, name, 2), new Blob(['hi']), 'old name.txt');
        const item = (await list()).find((file) => file.uuid === uuid);
        assert.deepEqual({ name: item?.name, size: item?.size }, { name, size: 2 });
        assert.equal((await read(uuid))?.toString(), 'hi');
      }
    });

    it('joins chunks that come in order', async () => {
      const uuid = randomUUID();
      const bytes = randomBytes(25_000);
      for (const index of [0, 1, 2]) assert.equal((await sendChunk(bytes, 10_000, index, uuid)).body['success'], true);
      const { status, body } = await sendDone(uuid, bytes.length, 3);
      assert.deepEqual([status, body['success']], [200, true]);
      assert.deepEqual(await read(uuid), bytes);
    });

    it('joins chunks that come all at once and in any order, told in JSON that they are all sent', async () => {
      const uuid = randomUUID();
      const bytes = randomBytes(120_000);
      const indexes = [11, 3, 7, 0, 9, 1, 10, 4, 2, 8, 6, 5];
      await Promise.all(indexes.map((index) => sendChunk(bytes, 10_000, index, uuid)));
      const { body } = await sendDone(uuid, bytes.length, 12, true);
      assert.equal(body['success'], true, JSON.stringify(body));
      assert.deepEqual(await read(uuid), bytes);
    });

    it('takes a chunk twice, and "done" twice', async () => {
      const uuid = randomUUID();
      const bytes = randomBytes(15_000);
      for (const index of [0, 1, 0, 1]) assert.equal((await sendChunk(bytes, 10_000, index, uuid)).body['success'], true);
      for (let again = 0; again < 2; again++) assert.equal((await sendDone(uuid, bytes.length, 2)).body['success'], true);
      assert.deepEqual(await read(uuid), bytes);
    });

    it('takes a last chunk again whose answer got lost, and leaves nothing of it', async () => {
      const uuid = randomUUID();
      const bytes = randomBytes(15_000);
      for (const index of [0, 1]) await sendChunk(bytes, 10_000, index, uuid);
      await sendDone(uuid, bytes.length, 2);
      const before = await traces(endpoint().folder, uuid);
      assert.equal((await sendChunk(bytes, 10_000, 1, uuid)).body['success'], true);
      assert.equal((await sendDone(uuid, bytes.length, 2)).body['success'], true);
      assert.deepEqual(await traces(endpoint().folder, uuid), before);
      assert.deepEqual(await read(uuid), bytes);
    });

    it('goes on after a restart in the middle of a file', async () => {
      const uuid = randomUUID();
      const bytes = randomBytes(25_000);
      await sendChunk(bytes, 10_000, 0, uuid);
      await endpoint().restart();
      assert.equal((await sendChunk(bytes, 10_000, 1, uuid, { qqresume: 'true' })).body['success'], true);
      await sendChunk(bytes, 10_000, 2, uuid);
      assert.equal((await sendDone(uuid, bytes.length, 3)).body['success'], true);
      assert.deepEqual(await read(uuid), bytes);
    });

    it('asks for a new start where the chunks before a resumed one are gone', async () => {
      const uuid = randomUUID();
      const { body } = await sendChunk(randomBytes(25_000), 10_000, 1, uuid, { qqresume: 'true' });
      assert.deepEqual([body['success'], body['reset']], [false, true]);
      assert.equal(typeof body['error'], 'string');
      await leavesNothing(uuid);
    });

    it('asks for a new start where chunks are missing at the end, leaves nothing, and takes the new one', async () => {
      const uuid = randomUUID();
      const bytes = randomBytes(25_000);
      await sendChunk(bytes, 10_000, 0, uuid);
      await sendChunk(bytes, 10_000, 2, uuid);
      const { status, body } = await sendDone(uuid, bytes.length, 3);
      assert.ok(status >= 400);
      assert.deepEqual([body['success'], body['reset']], [false, true]);
      assert.equal(await read(uuid), undefined);
      await leavesNothing(uuid);
      for (const index of [0, 1, 2]) await sendChunk(bytes, 10_000, index, uuid);
      assert.equal((await sendDone(uuid, bytes.length, 3)).body['success'], true);
      assert.deepEqual(await read(uuid), bytes);
    });

    it('asks for a new start where "done" is for what never began', async () => {
      const uuid = randomUUID();
      const { body } = await sendDone(uuid, 25_000, 3);
      assert.deepEqual([body['success'], body['reset']], [false, true]);
      await leavesNothing(uuid);
    });

    it('joins chunks of a single part', async () => {
      const uuid = randomUUID();
      await sendChunk(Buffer.from('small'), 10_000, 0, uuid);
      assert.equal((await sendDone(uuid, 5, 1)).body['success'], true);
      assert.equal((await read(uuid))?.toString(), 'small');
    });

    it('takes the bytes as the body, and everything else from the query', async () => {
      const uuid = randomUUID();
      const query = new URLSearchParams({ qquuid: uuid, qqfile: 'raw file.bin' });
      const headers = { 'Content-Type': 'application/octet-stream', 'X-Mime-Type': 'text/plain' };
      const { body } = await answerOf(await ask(`${endpoint().uploads}?${query}`, { method: 'POST', body: 'raw bytes', headers }));
      assert.equal(body['success'], true, JSON.stringify(body));
      assert.equal((await read(uuid))?.toString(), 'raw bytes');
    });

    it('refuses a chunk that is shorter than it says, and leaves nothing of it', async () => {
      const uuid = randomUUID();
      const { fields } = chunkOf(randomBytes(25_000), 10_000, 0, uuid, 'video.bin');
      refused(await post(fields, new Blob(['short'])));
      await leavesNothing(uuid);
    });

    it('refuses a chunk of nothing, unless the file is empty', async () => {
      const uuid = randomUUID();
      const { fields } = chunkOf(randomBytes(25_000), 10_000, 0, uuid, 'video.bin');
      refused(await post({ ...fields, qqchunksize: '0' }, new Blob([])), 400);
      await leavesNothing(uuid);
      const empty = chunkOf(Buffer.alloc(0), 10_000, 0, uuid, 'video.bin');
      assert.equal((await post(empty.fields, empty.blob)).body['success'], true);
      assert.equal((await sendDone(uuid, 0, 1)).body['success'], true);
      assert.deepEqual(await read(uuid), Buffer.alloc(0));
    });

    it('keeps nothing of a body that ends early', async () => {
      const { uploads, folder } = endpoint();
      const uuid = randomUUID();
      const before = await everything(folder);
      const { hostname, port, pathname } = new URL(uploads);
      const head = (path: string, type: string): string =>
        `POST ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nCookie: session=alice\r\nContent-Type: ${type}\r\nContent-Length: 150000\r\n\r\n`;
      const field = `--x\r\nContent-Disposition: form-data; name="qquuid"\r\n\r\n${uuid}\r\n`;
      const file = '--x\r\nContent-Disposition: form-data; name="qqfile"; filename="a"\r\n\r\n';
      for (const text of [
        head(pathname, 'multipart/form-data; boundary=x') + field + file,
        head(`${pathname}?qquuid=${uuid}`, 'application/octet-stream'),
      ]) {
        requests++;
        const socket = connect(Number(port), hostname);
        socket.on('error', () => undefined).resume();
        await once(socket, 'connect');
        socket.write(text + 'x'.repeat(100_000));
        await sleep(100);
        socket.destroy();
      }
      await nothingNew(before);
      assert.equal(await read(uuid), undefined);
    });

    it('keeps the whole file or nothing where the client goes away after the last byte', async () => {
      const { uploads, folder } = endpoint();
      const before = await everything(folder);
      const { hostname, port, pathname } = new URL(uploads);
      const content = 'y'.repeat(100_000);
      const uuids = Array.from({ length: 40 }, () => randomUUID());
      // Many at once: some are received and not read yet when their connections close.
      await Promise.all(
        uuids.map(async (uuid, index) => {
          requests++;
          const field = `--x\r\nContent-Disposition: form-data; name="qquuid"\r\n\r\n${uuid}\r\n`;
          const size = `--x\r\nContent-Disposition: form-data; name="qqtotalfilesize"\r\n\r\n${content.length}\r\n`;
          const file = '--x\r\nContent-Disposition: form-data; name="qqfile"; filename="a"\r\n\r\n';
          const body = `${field}${size}${file}${content}\r\n--x--\r\n`;
          const socket = connect(Number(port), hostname);
          socket.on('error', () => undefined).resume();
          await once(socket, 'connect');
          socket.write(
            `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nCookie: session=alice\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
          );
          await sleep(10 + index);
          socket.destroy();
        }),
      );
      // Until nothing moves any more: two looks are the same, and nothing is half received.
      const look = async (): Promise<readonly string[]> => (await everything(folder)).filter((path) => !before.includes(path));
      const others = (paths: readonly string[]): readonly string[] => paths.filter((path) => !uuids.some((uuid) => path.includes(uuid)));
      let found = await look();
      for (let tries = 0, last = ''; tries < 30 && (others(found).length > 0 || last !== found.join()); tries++) {
        last = found.join();
        await sleep(200);
        found = await look();
      }
      assert.deepEqual(others(found), [], 'nothing half received is left');
      for (const uuid of uuids) {
        const stored = await read(uuid);
        if (stored) assert.equal(stored.toString(), content);
        else assert.deepEqual(await traces(folder, uuid), []);
        await ask(`${uploads}/${uuid}`, { method: 'DELETE' });
      }
    });

    it('refuses a file that is shorter than it says, and leaves nothing of it', async () => {
      const uuid = randomUUID();
      refused(await post(fileFields(uuid, 'a.bin', 10), new Blob(['short'])));
      await leavesNothing(uuid);
    });

    it('refuses what is larger than it allows, whole, in chunks and raw, for good, and leaves nothing', async () => {
      const { maxSize } = ENDPOINT_RULES;
      const uuid = randomUUID();
      const large = randomBytes(maxSize + 1);
      const whole = await post(fileFields(uuid, 'a.bin', large.length), new Blob([large]));
      const chunk = await sendChunk(large, 10_000, 0, uuid);
      const headers = { 'Content-Type': 'application/octet-stream' };
      const raw = await answerOf(await ask(`${endpoint().uploads}?qquuid=${uuid}`, { method: 'POST', body: large, headers }));
      for (const answer of [whole, chunk, raw]) {
        refused(answer, 413);
        assert.equal(answer.body['preventRetry'], true);
      }
      refused(await sendDone(uuid, maxSize + 1, 3), 413);
      await leavesNothing(uuid);
      const exact = await post(fileFields(uuid, 'a.bin', maxSize), new Blob([large.subarray(1)]));
      assert.equal(exact.body['success'], true, JSON.stringify(exact.body));
    });

    it('asks for a new start where there are more chunks than the file has room for, and leaves nothing', async () => {
      const uuid = randomUUID();
      const bytes = randomBytes(30_000);
      let answer: Answer | undefined;
      for (let start = 0; start < 20 && answer?.body['success'] !== false; start++) {
        const { fields } = chunkOf(bytes, 10_000, 0, uuid, 'video.bin');
        const length = 9_000 + start;
        const changed = { ...fields, qqpartindex: String(start % 3), qqpartbyteoffset: String(start * 100), qqchunksize: String(length) };
        answer = await post(
          { ...changed, qqtotalparts: '40', ...(start >= 3 && { qqpartindex: String(start) }) },
          new Blob([bytes.subarray(0, length)]),
        );
      }
      refused(answer ?? { status: 0, body: {} });
      assert.equal(answer?.body['reset'], true);
      await leavesNothing(uuid);
    });

    it('drops what nobody has finished for more than a week, and nothing else', async () => {
      const [old, young, whole] = [randomUUID(), randomUUID(), randomUUID()];
      for (const uuid of [old, young]) await sendChunk(randomBytes(20), 10, 0, uuid);
      await post(fileFields(whole, 'a.txt', 2), new Blob(['hi']));
      const long = new Date(Date.now() - 7.5 * 86_400_000);
      for (const uuid of [old, whole]) {
        // From the inside out: writing into a folder would make it young again.
        for (const path of [...(await traces(endpoint().folder, uuid))].sort((one, other) => other.length - one.length)) {
          await utimes(join(endpoint().folder, path), long, long);
        }
      }
      await endpoint().restart();
      // Where there is no start, the first request is one.
      assert.equal((await read(whole))?.toString(), 'hi');
      for (let tries = 0; tries < 50 && (await traces(endpoint().folder, old)).length > 0; tries++) await sleep(20);
      await leavesNothing(old);
      assert.notDeepEqual(await traces(endpoint().folder, young), []);
    });

    it('deletes with DELETE', async () => {
      const uuid = randomUUID();
      await post(fileFields(uuid, 'a.txt', 2), new Blob(['hi']));
      const { status } = await ask(`${endpoint().uploads}/${uuid}?`, { method: 'DELETE' });
      assert.ok([200, 202, 204].includes(status), String(status));
      assert.equal(await read(uuid), undefined);
      await leavesNothing(uuid);
    });

    it('deletes with POST and _method', async () => {
      const uuid = randomUUID();
      await post(fileFields(uuid, 'a.txt', 2), new Blob(['hi']));
      const { status } = await ask(endpoint().uploads, { method: 'POST', body: new URLSearchParams({ qquuid: uuid, _method: 'DELETE' }) });
      assert.ok(status >= 200 && status <= 204, String(status));
      assert.equal(await read(uuid), undefined);
    });

    it('deletes what is not whole', async () => {
      const uuid = randomUUID();
      await sendChunk(randomBytes(20), 10, 0, uuid);
      const { status } = await ask(`${endpoint().uploads}/${uuid}`, { method: 'DELETE' });
      assert.ok([200, 202, 204].includes(status), String(status));
      await leavesNothing(uuid);
    });

    it('deletes with a form that has a file as well, and keeps nothing of that', async () => {
      const uuid = randomUUID();
      const before = await everything(endpoint().folder);
      await post(fileFields(uuid, 'a.txt', 2), new Blob(['hi']));
      const { status } = await post({ qquuid: uuid, _method: 'DELETE' }, new Blob(['something']));
      assert.equal(status, 200);
      refused(await post({ qquuid: uuid, _method: 'DELETE' }, new Blob(['something'])), 404);
      await nothingNew(before);
    });

    it('says that there is nothing to delete', async () => {
      assert.equal((await ask(`${endpoint().uploads}/${randomUUID()}`, { method: 'DELETE' })).status, 404);
    });

    it('keeps what belongs to one user from another who knows its uuid', async () => {
      const [whole, begun] = [randomUUID(), randomUUID()];
      const bytes = randomBytes(15_000);
      await post(fileFields(whole, 'secret.txt', 5), new Blob(['Alice']));
      await sendChunk(bytes, 10_000, 0, begun);
      refused(await post(fileFields(whole, 'a.txt', 3), new Blob(['Bob']), 'a.txt', as('bob')), 403, 404, 409);
      refused(await sendChunk(Buffer.from('Bobby'), 10, 0, whole, {}, 'bob'), 403, 404, 409);
      refused(await sendDone(whole, 5, 1, false, 'bob'), 403, 404, 409);
      refused(await sendChunk(bytes, 10_000, 1, begun, {}, 'bob'), 403, 404, 409);
      refused(await sendChunk(bytes, 10_000, 1, begun, { qqresume: 'true' }, 'bob'), 403, 404, 409);
      refused(await sendDone(begun, bytes.length, 2, false, 'bob'), 403, 404, 409);
      for (const uuid of [whole, begun]) {
        assert.equal((await ask(`${endpoint().uploads}/${uuid}`, { method: 'DELETE' }, 'bob')).status, 404);
        const form = new URLSearchParams({ qquuid: uuid, _method: 'DELETE' });
        assert.equal((await ask(endpoint().uploads, { method: 'POST', body: form }, 'bob')).status, 404);
      }
      assert.equal(await read(whole, 'bob'), undefined);
      const listed = (await list('bob')).map(({ uuid }) => uuid);
      assert.ok(!listed.includes(whole) && !listed.includes(begun));
      // And all of it is still there.
      assert.equal((await read(whole))?.toString(), 'Alice');
      await sendChunk(bytes, 10_000, 1, begun);
      assert.equal((await sendDone(begun, bytes.length, 2)).body['success'], true);
      assert.deepEqual(await read(begun), bytes);
    });

    it('lets the same user replace a file', async () => {
      const uuid = randomUUID();
      for (const text of ['first', 'second']) {
        assert.equal((await post(fileFields(uuid, 'a.txt', text.length), new Blob([text]))).body['success'], true);
        assert.equal((await read(uuid))?.toString(), text);
      }
      const bytes = randomBytes(15_000);
      for (const index of [0, 1]) await sendChunk(bytes, 10_000, index, uuid);
      assert.equal((await sendDone(uuid, bytes.length, 2)).body['success'], true);
      assert.deepEqual(await read(uuid), bytes);
    });

    it('answers nobody who is not signed in', async () => {
      const uuid = randomUUID();
      await post(fileFields(uuid, 'a.txt', 2), new Blob(['hi']));
      for (const headers of [{}, { Cookie: 'session=' }, { Cookie: 'other=alice' }, { Cookie: 'xsession=alice' }]) {
        refused(await post(fileFields(randomUUID(), 'a.txt', 2), new Blob(['hi']), 'a.txt', headers), 403);
        for (const [method, url] of [
          ['GET', endpoint().uploads],
          ['GET', `${endpoint().uploads}/${uuid}`],
          ['DELETE', `${endpoint().uploads}/${uuid}`],
          ['POST', endpoint().done],
        ] as const) {
          requests++;
          const { status } = await fetch(url, { method, headers: headers as Record<string, string> });
          assert.equal(status, 403, `${method} ${url}`);
        }
      }
      assert.equal((await read(uuid))?.toString(), 'hi');
    });

    it('refuses pages of other sites, with and without Sec-Fetch-Site, and lets its own and the allowed ones in', async () => {
      const uuid = randomUUID();
      await post(fileFields(uuid, 'a.txt', 2), new Blob(['hi']));
      const own = new URL(endpoint().uploads).origin;
      const form = new URLSearchParams({ qquuid: uuid, _method: 'DELETE' });
      const foreign: Record<string, string>[] = [{ 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }];
      for (const Origin of ['https://evil.example', 'null', `${own}0`, `${ENDPOINT_RULES.allowedOrigin}.evil.example`, 'file://'])
        foreign.push({ Origin });
      for (const headers of foreign) {
        refused(await answerOf(await ask(endpoint().uploads, { method: 'POST', body: form, headers })), 403);
        refused(await answerOf(await ask(`${endpoint().uploads}/${uuid}`, { method: 'DELETE', headers })), 403);
        refused(
          await answerOf(await ask(endpoint().done, { method: 'POST', body: new URLSearchParams(fileFields(uuid, 'a', 2)), headers })),
          403,
        );
        const upload = await post(fileFields(uuid, 'a.txt', 3), new Blob(['bad']), 'a.txt', { ...as('alice'), ...headers });
        refused(upload, 403);
      }
      assert.equal((await read(uuid))?.toString(), 'hi');
      for (const Origin of [own, ENDPOINT_RULES.allowedOrigin]) {
        const response = await ask(endpoint().uploads, {
          method: 'POST',
          headers: { Origin },
          body: new URLSearchParams({ qquuid: randomUUID(), _method: 'DELETE' }),
        });
        assert.equal(response.status, 404, Origin);
      }
      const preflight = (Origin: string): Promise<Response> =>
        ask(endpoint().uploads, {
          method: 'OPTIONS',
          headers: { Origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'cache-control,x-requested-with' },
        });
      const allowed = await preflight(ENDPOINT_RULES.allowedOrigin);
      assert.ok([200, 204].includes(allowed.status));
      assert.equal(allowed.headers.get('access-control-allow-origin'), ENDPOINT_RULES.allowedOrigin);
      assert.match(allowed.headers.get('access-control-allow-headers') ?? '', /x-requested-with/i);
      assert.match(allowed.headers.get('access-control-allow-methods') ?? '', /POST.*DELETE/);
      for (const Origin of ['https://evil.example', 'null']) {
        assert.equal((await preflight(Origin)).headers.get('access-control-allow-origin'), null);
      }
    });

    it('sends what was uploaded so that it cannot run in the page', async () => {
      const uuid = randomUUID();
      await post(fileFields(uuid, 'page.html', 9), new Blob(['<b>hi</b>'], { type: 'text/html' }), 'page.html');
      const { headers, status } = await ask(`${endpoint().uploads}/${uuid}`);
      assert.equal(status, 200);
      assert.equal(headers.get('content-type'), 'application/octet-stream');
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.match(headers.get('content-disposition') ?? '', /^attachment/);
    });

    it('answers what is no upload with an error that says so, and goes on', async () => {
      refused(await post(fileFields(randomUUID(), 'a.txt', 2)));
      const bytes = new Blob(['hi']);
      for (const uuid of [
        '',
        '.',
        '..',
        '../../tmp/x',
        'a/b',
        'a\\b',
        'x'.repeat(300),
        '%2e%2e%2f',
        'uuid\u0000.txt',
        'aaaaaaaa\n',
        'éééééééé',
        '-aaaaaaaa',
        'CON',
      ]) {
        refused(await post(fileFields(uuid, 'a.txt', 2), bytes), 400);
        refused(await sendDone(uuid, 2, 1), 400);
        const { fields, blob } = chunkOf(randomBytes(20), 10, 0, uuid, 'a');
        refused(await post(fields, blob), 400);
      }
      const { fields, blob } = chunkOf(randomBytes(20), 10, 1, randomUUID(), 'a');
      for (const bad of [
        { qqpartindex: '-1' },
        { qqpartindex: '2' },
        { qqpartindex: '1.5' },
        { qqpartbyteoffset: '../0' },
        { qqpartbyteoffset: '1e3' },
        { qqpartbyteoffset: '-1' },
        { qqpartbyteoffset: '99999999999999999999' },
        { qqchunksize: '11' },
        { qqchunksize: '' },
        { qqtotalparts: '0' },
        { qqtotalparts: 'many' },
        { qqtotalfilesize: '' },
        { qqtotalfilesize: '0x10' },
        { qqtotalfilesize: '5' },
      ]) {
        refused(await post({ ...fields, ...bad }, blob));
      }
      for (const body of ['{', 'null', '7', '[]', '"text"', '{"qquuid":{"a":1}}', `${'['.repeat(5000)}`]) {
        refused(await answerOf(await ask(endpoint().done, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })));
      }
      for (const path of ['.incoming', '%2e%2e%2fx', '%2e%2e%2f%2e%2e%2fetc%2fpasswd', `${randomUUID()}/content`]) {
        assert.equal((await ask(`${endpoint().uploads}/${path}`)).status, 404, path);
      }
      const { body } = await post(fileFields(randomUUID(), 'a.txt', 2), bytes);
      assert.equal(body['success'], true);
    });

    it('answers malformed forms with a sentence, and keeps nothing of them', async () => {
      const before = await everything(endpoint().folder);
      const cases = [
        ['multipart/form-data', 'no boundary'],
        ['multipart/form-data; boundary=x', 'no parts at all'],
        ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="qqfile"; filename="a"\r\n\r\nnever ends'],
        ['multipart/form-data; boundary=x', `--x\r\n${'A'.repeat(100_000)}: b\r\n\r\n--x--`],
        ['application/x-www-form-urlencoded', 'qquuid=1'],
        ['application/x-www-form-urlencoded', '%%%=%%%'],
      ] as const;
      for (const [type, body] of cases) {
        const answer = await answerOf(await ask(endpoint().uploads, { method: 'POST', body, headers: { 'Content-Type': type } }));
        assert.equal(answer.status, 400, body.slice(0, 40));
        assert.equal(typeof answer.body['error'], 'string');
      }
      await nothingNew(before);
    });

    it('cuts off a body that stalls or comes byte by byte, and headers that never end; and leaves nothing', async () => {
      const { stallSeconds, uploads } = endpoint();
      if (stallSeconds === undefined) return;
      const uuid = randomUUID();
      const before = await everything(endpoint().folder);
      const { hostname, port, pathname } = new URL(uploads);
      const field = `--x\r\nContent-Disposition: form-data; name="qquuid"\r\n\r\n${uuid}\r\n`;
      const file = '--x\r\nContent-Disposition: form-data; name="qqfile"; filename="a"\r\n\r\nhalf of it';
      const head = `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nCookie: session=alice\r\n`;
      const form = `${head}Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n${field}${file}`;
      // The file is whole, and a field behind it is not.
      const later = `${form}\r\n--x\r\nContent-Disposition: form-data; name="more"\r\n\r\nhalf`;
      await Promise.all(
        [form, later, head, `${form} drop`, `${head}X-Slow: drop`].map(async (text) => {
          requests++;
          const socket = connect(Number(port), hostname);
          socket.on('error', () => undefined);
          await once(socket, 'connect');
          socket.write(text);
          socket.resume();
          const drops = text.endsWith('drop') ? setInterval(() => socket.write('a'), 250) : undefined;
          const closed = once(socket, 'close').then(() => true);
          const ended = await Promise.race([closed, sleep((stallSeconds + 10) * 1000, false)]);
          clearInterval(drops);
          socket.destroy();
          assert.ok(ended, `it is still open: ${text.slice(-20)}`);
        }),
      );
      await nothingNew(before);
      await leavesNothing(uuid);
      assert.equal((await post(fileFields(uuid, 'a.txt', 2), new Blob(['hi']))).body['success'], true);
    });
  });
}
