import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { createTraditionalEndpoint } from '../../demo/servers/node/traditional-endpoint.mjs';
import { answerOf, as, chunkOf, describeTraditionalProtocol, ENDPOINT_RULES, fileFields, postForm } from '../contract/endpoint-suite.js';
import { keepThreadsBusy } from '../servers/busy-threads.js';
import { startLocalServer } from '../servers/local-server.js';
import type { LocalServer } from '../servers/local-server.js';

let folder: string;
let server: LocalServer;
const log: string[] = [];
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'endpoint-'));
  const { maxSize, stallSeconds, allowedOrigin } = ENDPOINT_RULES;
  const options = {
    folder,
    maxSize,
    stallSeconds,
    allowedOrigins: [allowedOrigin],
    requestsPerMinute: 100_000,
    log: (line: string) => void log.push(line),
  };
  const limits = { headersTimeout: stallSeconds * 1000, connectionsCheckingInterval: 500 };
  server = await startLocalServer(() => createTraditionalEndpoint({ ...options, authorize: userOf }), limits);
});
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
  assert.deepEqual(log, [], 'nothing that a client did is a failure of the server');
});

const userOf = (request: IncomingMessage): string | undefined => /(?:^|; )session=([a-z]+)(?:;|$)/.exec(request.headers.cookie ?? '')?.[1];
/** A request of Alice's. */
const ask = (url: string | URL, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { ...init, headers: { ...as('alice'), ...(init.headers as Record<string, string>) } });
const uploads = () => `${server.origin}/uploads`;
const read = (uuid: string) => readFile(join(folder, uuid, 'content')).catch(() => undefined);

describeTraditionalProtocol('the traditional endpoint in Node', () => ({
  uploads: uploads(),
  done: `${uploads()}/done`,
  folder,
  stallSeconds: ENDPOINT_RULES.stallSeconds,
  async restart() {
    await server.stop();
    await server.start();
  },
}));

describe('the demo’s traditional endpoint, beyond the protocol', () => {
  it('joins chunks without being told that they are all sent', async () => {
    const uuid = randomUUID();
    const bytes = randomBytes(25_000);
    for (const index of [2, 0, 1]) {
      const { fields, blob } = chunkOf(bytes, 10_000, index, uuid, 'a.bin');
      const { body } = await postForm(uploads(), fields, blob);
      assert.equal('tempLink' in body, index === 1, 'the last one is answered with a link');
    }
    assert.deepEqual(await read(uuid), bytes);
    assert.deepEqual((await readdir(join(folder, uuid))).sort(), ['about.json', 'content']);
  });

  it('passes over chunks of another cut', async () => {
    const uuid = randomUUID();
    const bytes = randomBytes(25_000);
    for (const [size, index] of [
      [7_000, 0],
      [7_000, 1],
      [10_000, 0],
      [10_000, 1],
      [10_000, 2],
    ] as const) {
      const { fields, blob } = chunkOf(bytes, size, index, uuid, 'a.bin');
      await postForm(uploads(), fields, blob);
    }
    assert.deepEqual(await read(uuid), bytes);
  });

  it('links to the file, and shows it without letting it run anything', async () => {
    for (const [name, type, disposition] of [
      ['photo.png', 'image/png', 'inline'],
      ['notes.txt', 'text/plain; charset=utf-8', 'inline'],
      ['page.html', 'application/octet-stream', 'attachment'],
      ['drawing.svg', 'application/octet-stream', 'attachment'],
      ['naïve "x".pdf', 'application/octet-stream', 'attachment'],
    ] as const) {
      const { body } = await postForm(uploads(), fileFields(randomUUID(), name, 5), new Blob(['<b>hi'], { type: 'text/html' }), name);
      const response = await ask(new URL(String(body['tempLink']), server.origin));
      assert.equal(response.status, 200);
      assert.equal(await response.text(), '<b>hi');
      assert.equal(response.headers.get('content-type'), type);
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
      assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'.*sandbox/);
      assert.equal(response.headers.get('content-disposition'), `${disposition}; filename*=UTF-8''${encodeURIComponent(name)}`);
    }
  });

  it('serves ranges, so that films can be wound forward', async () => {
    const uuid = randomUUID();
    await postForm(uploads(), fileFields(uuid, 'film.mp4', 10), new Blob(['0123456789']));
    const range = (wanted: string) => ask(`${uploads()}/${uuid}`, { headers: { Range: wanted } });
    const cases = [
      ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
      ['bytes=7-', 206, '789', 'bytes 7-9/10'],
      ['bytes=-3', 206, '789', 'bytes 7-9/10'],
      ['bytes=5-100', 206, '56789', 'bytes 5-9/10'],
      ['bytes=10-', 416, '', 'bytes */10'],
      ['bytes=-', 200, '0123456789', null],
      ['lines=1-2', 200, '0123456789', null],
    ] as const;
    for (const [wanted, status, text, contentRange] of cases) {
      const response = await range(wanted);
      assert.deepEqual(
        [response.status, await response.text(), response.headers.get('content-range')],
        [status, text, contentRange],
        wanted,
      );
    }
    const head = await ask(`${uploads()}/${uuid}`, { method: 'HEAD' });
    assert.equal(head.headers.get('content-length'), '10');
  });

  it('refuses what is too large, for good, and keeps nothing of it', async () => {
    const uuid = randomUUID();
    const large = randomBytes(200_001);
    const whole = await postForm(uploads(), fileFields(uuid, 'a.bin', large.length), new Blob([large]));
    const { fields, blob } = chunkOf(large, 10_000, 0, uuid, 'a.bin');
    const chunk = await postForm(uploads(), fields, blob);
    const raw = await answerOf(
      await ask(`${uploads()}?qquuid=${uuid}`, { method: 'POST', body: large, headers: { 'Content-Type': 'application/octet-stream' } }),
    );
    for (const { status, body } of [whole, chunk, raw]) {
      assert.equal(status, 413);
      assert.deepEqual([body['success'], body['preventRetry']], [false, true]);
      assert.match(String(body['error']), /larger than this server allows/);
    }
    const exact = await postForm(uploads(), fileFields(uuid, 'a.bin', 200_000), new Blob([large.subarray(1)]));
    assert.equal(exact.body['success'], true);
    assert.deepEqual(await readdir(join(folder, '.incoming')), []);
  });

  it('notices a file that is shorter than announced', async () => {
    const { status, body } = await postForm(uploads(), fileFields(randomUUID(), 'a.bin', 10), new Blob(['short']));
    assert.deepEqual([status, body['error']], [400, '5 of 10 bytes arrived.']);
  });

  it('leaves nothing behind where a client goes away in the middle', async () => {
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
    await once(socket, 'connect');
    const body = `--x\r\nContent-Disposition: form-data; name="qquuid"\r\n\r\n${randomUUID()}\r\n--x\r\nContent-Disposition: form-data; name="qqfile"; filename="a"\r\n\r\nhalf of it`;
    socket.write(
      `POST /uploads HTTP/1.1\r\nHost: x\r\nCookie: session=alice\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n${body}`,
    );
    // The half must have arrived before it can be left behind.
    const incoming = join(folder, '.incoming');
    while ((await readdir(incoming)).length === 0) await new Promise(setImmediate);
    socket.destroy();
    while ((await readdir(incoming)).length > 0) await new Promise(setImmediate);
  });

  it('leaves nothing behind where a client goes away after the last byte, while the disk is slow', async () => {
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
    await once(socket, 'connect');
    const slowDisk = keepThreadsBusy();
    const head = `--x\r\nContent-Disposition: form-data; name="qquuid"\r\n\r\n${randomUUID()}\r\n--x\r\nContent-Disposition: form-data; name="qqfile"; filename="a"\r\n\r\n`;
    // More than is read before the file is open, and no more than is received.
    const body = `${head}${'y'.repeat(100_000)}\r\n--x--\r\n`;
    const headers = `Host: x\r\nCookie: session=alice\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: ${body.length}`;
    socket.write(`POST /uploads HTTP/1.1\r\n${headers}\r\n\r\n${body}`);
    await setTimeout(50);
    socket.destroy();
    await slowDisk;
    const incoming = join(folder, '.incoming');
    for (const end = Date.now() + 5000; (await readdir(incoming)).length > 0; await setTimeout(20))
      assert.ok(Date.now() < end, 'the file is left');
  });

  it('answers malformed forms with a sentence', async () => {
    const cases = [
      ['multipart/form-data', 'no boundary'],
      ['multipart/form-data; boundary=x', 'no parts at all'],
      ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="qqfile"; filename="a"\r\n\r\nnever ends'],
      ['multipart/form-data; boundary=x', `--x\r\n${'A'.repeat(100_000)}: b\r\n\r\n--x--`],
      ['application/x-www-form-urlencoded', 'qquuid=1'],
      ['application/x-www-form-urlencoded', '%%%=%%%'],
    ] as const;
    for (const [type, body] of cases) {
      const answer = await answerOf(await ask(uploads(), { method: 'POST', body, headers: { 'Content-Type': type } }));
      assert.equal(answer.status, 400, body.slice(0, 40));
      assert.equal(typeof answer.body['error'], 'string');
    }
    const json = await ask(`${uploads()}/done`, { method: 'POST', body: '{', headers: { 'Content-Type': 'application/json' } });
    assert.equal(json.status, 400);
    for (const body of ['null', '7', '[]', '"text"']) {
      const answer = await ask(`${uploads()}/done`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
      assert.equal(answer.status, 400);
    }
  });

  it('answers paths that climb with 404', async () => {
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
    socket.end('GET /uploads/../../../../etc/passwd HTTP/1.1\r\nHost: x\r\nCookie: session=alice\r\nConnection: close\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    assert.match(text, /^HTTP\/1\.1 404/);
    for (const path of ['%2e%2e%2f%2e%2e%2fetc%2fpasswd', '.incoming', '%', `${randomUUID()}/content`]) {
      assert.equal((await ask(`${uploads()}/${path}`)).status, 404);
    }
  });

  it('drops, when it starts, uploads that nobody finished for a week, and nothing else', async () => {
    const old = randomUUID();
    const young = randomUUID();
    for (const uuid of [old, young]) {
      const { fields, blob } = chunkOf(randomBytes(20), 10, 0, uuid, 'a');
      await postForm(uploads(), fields, blob);
    }
    const weekAgo = new Date(Date.now() - 7.1 * 86_400_000);
    await utimes(join(folder, old, 'chunks'), weekAgo, weekAgo);
    await server.stop();
    await mkdir(join(folder, '.incoming'), { recursive: true });
    await writeFile(join(folder, '.incoming', 'left over'), 'x');
    await server.start();
    const left = await readdir(folder);
    assert.deepEqual([left.includes(old), left.includes(young)], [false, true]);
    assert.deepEqual(await readdir(join(folder, '.incoming')), []);
  });

  it('tells its page about failures in its own code without their text', async () => {
    const failures: string[] = [];
    const failing = await startLocalServer(() =>
      createTraditionalEndpoint({
        folder: join(folder, 'other'),
        authorize: userOf,
        stored: () => Promise.reject(new Error('secret: the database is down')),
        log: (line) => void failures.push(line),
      }),
    );
    try {
      const { status, body } = await postForm(`${failing.origin}/uploads`, fileFields(randomUUID(), 'a', 2), new Blob(['hi']));
      assert.deepEqual([status, body], [500, { success: false, error: 'The server failed.' }]);
      assert.match(failures.join('\n'), /the database is down/);
    } finally {
      await failing.stop();
    }
  });

  it('answers 429 to whoever asks too often, or begins too many uploads, and to nobody else', async () => {
    const options = { folder: join(folder, 'limited'), authorize: userOf, requestsPerMinute: 5, maxUnfinished: 2 };
    const limited = await startLocalServer(() => createTraditionalEndpoint(options));
    try {
      const begin = (user: string) => {
        const { fields, blob } = chunkOf(randomBytes(20), 10, 0, randomUUID(), 'a');
        return postForm(`${limited.origin}/uploads`, fields, blob, 'blob', as(user));
      };
      const begun = [await begin('alice'), await begin('alice'), await begin('alice')].map(({ status }) => status);
      assert.deepEqual(begun, [200, 200, 429]);
      for (let left = 2; left > 0; left--) assert.equal((await ask(`${limited.origin}/uploads`)).status, 200);
      const tooMany = await ask(`${limited.origin}/uploads`);
      assert.deepEqual([tooMany.status, tooMany.headers.get('retry-after')], [429, '10']);
      assert.equal((await begin('bob')).status, 200);
    } finally {
      await limited.stop();
    }
  });

  it('does not start without `authorize`, and says what to write', async () => {
    await assert.rejects(createTraditionalEndpoint({ folder, authorize: undefined }), /Say who may upload: pass `authorize: /);
  });
});
