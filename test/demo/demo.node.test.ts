import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startDemo } from '../../demo/demo.js';
import type { Demo } from '../../demo/demo.js';
import { answerOf, chunkOf, fileFields, postForm } from '../contract/endpoint-suite.js';
import { completion, step, uploadForm, uploadIdIn } from '../servers/s3-steps.js';
import type { SignedBucket } from '../servers/s3-steps.js';

const MAIN = fileURLToPath(new URL('../../demo/main.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-'));
});
after(() => rm(folder, { recursive: true }));

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** What the demo's page tells its element: all there is to know for an upload. */
async function bucketOf(origin: string): Promise<SignedBucket> {
  const html = await (await fetch(`${origin}/`)).text();
  const value = (name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(html)?.[1] ?? '';
  const endpoint = value('endpoint');
  return {
    endpoint,
    bucket: endpoint.slice(endpoint.lastIndexOf('/') + 1),
    region: value('region'),
    accessKey: value('access-key'),
    signature: `${origin}${value('signature-endpoint')}`,
  };
}

describe('the demo', () => {
  let demo: Demo;
  let origin: string;
  const failures: string[] = [];
  before(async () => {
    const distFolder = join(folder, 'dist');
    await mkdir(join(distFolder, 'cdn'), { recursive: true });
    await writeFile(join(distFolder, 'cdn', 'script.js'), 'export {};');
    await writeFile(join(folder, 'secret.js'), 'not for the web');
    const log = (line: string) => failures.push(line);
    demo = await startDemo({
      port: 0,
      s3Port: 0,
      identityPort: 0,
      folder: join(folder, 'data'),
      distFolder,
      log,
      origins: ['https://test.example'],
    });
    origin = `http://127.0.0.1:${demo.port}`;
  });
  after(async () => {
    await demo.close();
    assert.deepEqual(failures, []);
  });

  it('serves its pages under a policy that allows nothing but itself and the store', async () => {
    for (const path of ['/', '/traditional', '/no-server']) {
      const response = await fetch(`${origin}${path}`);
      const policy = response.headers.get('content-security-policy') ?? '';
      const storeOrigin = new URL(demo.bucketUrl).origin;
      assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; /);
      assert.match(policy, new RegExp(`connect-src 'self' ${storeOrigin} http://localhost:\\d+;`));
      assert.ok(policy.includes("require-trusted-types-for 'script'"));
      assert.doesNotMatch(policy, /unsafe|\*/);
      const html = await response.text();
      assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/, 'no script or style but from files');
      assert.doesNotMatch(html, /\{\{/, 'every value is filled in');
    }
  });

  it('shows the HTML that it uses, and never a secret', async () => {
    const html = await (await fetch(`${origin}/`)).text();
    const shown = /<code id="snippet">(.*?)<\/code>/s.exec(html)?.[1] ?? '';
    const text = shown.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    assert.match(
      text,
      /^<script type="module" src="\/dist\/cdn\/fine-uploader.esm.min.js"><\/script>\n\n<fine-uploader-s3\n {2}endpoint="http/,
    );
    for (const line of text.split('\n').slice(2)) assert.ok(html.includes(line.trim()), line);
    assert.doesNotMatch(html, /only-for-the-demo/);
  });

  it('serves scripts without their types, the style, and what was built', async () => {
    const script = await fetch(`${origin}/pages/page.js`);
    assert.equal(script.headers.get('content-type'), 'text/javascript; charset=utf-8');
    assert.doesNotMatch(await script.text(), /import type|: EventName/);
    assert.equal((await fetch(`${origin}/style.css`)).headers.get('content-type'), 'text/css; charset=utf-8');
    assert.equal(await (await fetch(`${origin}/dist/cdn/script.js`)).text(), 'export {};');
  });

  it('serves nothing else', async () => {
    for (const path of [
      '/nothing',
      '/dist/',
      '/dist/cdn',
      '/dist/missing.js',
      '/pages/page.ts',
      '/demo/main.ts',
      '/package.json',
      '/.data',
    ]) {
      assert.equal((await fetch(`${origin}${path}`)).status, 404, path);
    }
    for (const path of ['/dist/../secret.js', '/dist/cdn/../../secret.js', '/dist/%2e%2e/secret.js', '//etc/passwd']) {
      assert.equal(await statusOf(demo.port, path, 'localhost'), 404, path);
    }
  });

  it('is for localhost only, whatever name leads here', async () => {
    assert.equal(await statusOf(demo.port, '/', `localhost:${demo.port}`), 200);
    assert.equal(await statusOf(demo.port, '/', '[::1]:1234'), 200);
    assert.equal(await statusOf(demo.port, '/', 'rebound.example'), 421);
    assert.equal(await statusOf(demo.port, '/', 'localhost.rebound.example'), 421);
  });

  it('takes a file for the bucket that its own signing server has signed, and links to it', async () => {
    const to = await bucketOf(origin);
    const key = `${randomUUID()}.txt`;
    const bytes = randomBytes(10_000);
    const response = await uploadForm(to, key, bytes, `http://localhost:${demo.port}`);
    assert.equal(response.status, 200, await response.text());
    assert.equal(response.headers.get('access-control-allow-origin'), `http://localhost:${demo.port}`);
    const form = new URLSearchParams({ key, bucket: to.bucket });
    const { body } = await answerOf(await fetch(`${origin}/s3/success`, { method: 'POST', body: form }));
    const linked = Buffer.from(await (await fetch(String(body['tempLink']))).arrayBuffer());
    assert.equal(sha256(linked), sha256(bytes));
  });

  it('lets pages of its own origins and of the given ones use the bucket, and no other', async () => {
    const preflight = async (page: string) => {
      const headers = { Origin: page, 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'authorization' };
      const response = await fetch(`${demo.bucketUrl}/key`, { method: 'OPTIONS', headers });
      return response.headers.get('access-control-allow-origin');
    };
    for (const page of [`http://localhost:${demo.port}`, `http://127.0.0.1:${demo.port}`, 'https://test.example']) {
      assert.equal(await preflight(page), page);
    }
    assert.equal(await preflight('https://evil.example'), null);
  });

  it('takes files on its own origin, and not from foreign pages', async () => {
    const uuid = randomUUID();
    const { body } = await postForm(`${origin}/uploads`, fileFields(uuid, 'a.txt', 5), new Blob(['hello']));
    assert.equal(body['tempLink'], `/uploads/${uuid}`);
    const foreign = { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
    assert.equal((await fetch(`${origin}/uploads/${uuid}`, { method: 'DELETE', headers: foreign })).status, 403);
    assert.equal((await fetch(`${origin}/s3/signature?v4=true`, { method: 'POST', body: '{}', headers: foreign })).status, 403);
    assert.equal((await fetch(`${origin}/uploads/${uuid}`)).status, 200);
  });
});

describe('npm start', () => {
  /** Starts the demo's process; resolves to what it said first. */
  async function start(environment: Record<string, string>): Promise<{ process: ChildProcess; url: string }> {
    const child = run(environment);
    for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
      const url = /http:\/\/localhost:\d+/.exec(line)?.[0];
      if (url) return { process: child, url: url.replace('localhost', '127.0.0.1') };
    }
    throw new Error('The demo ended without saying where it is.');
  }

  function run(environment: Record<string, string>): ChildProcess {
    const env = { ...process.env, DATA: join(folder, 'process'), ...environment };
    return spawn(process.execPath, ['--import', 'tsx', MAIN], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async function endOf(child: ChildProcess): Promise<{ code: number | null; said: string }> {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, said };
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`ends with code 0 on ${signal}, even in the middle of a request`, async () => {
      const { process: child, url } = await start({ PORT: '0' });
      const open = httpRequest(`${url}/uploads`, { method: 'POST', headers: { 'Content-Type': 'multipart/form-data; boundary=x' } });
      open.on('error', () => undefined);
      open.write('--x\r\nContent-Disposition: form-data; name="qqfile"; filename="a"\r\n\r\nhalf');
      await once(open, 'socket');
      await fetch(url);
      const ended = endOf(child);
      child.kill(signal);
      assert.deepEqual(await ended, { code: 0, said: '' });
    });
  }

  it('says in one sentence which port is taken, and what to do', async () => {
    const blocker = createServer();
    blocker.listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    try {
      for (const [variable, environment] of [
        ['PORT', { PORT: String(port), S3_PORT: '0' }],
        ['S3_PORT', { PORT: '0', S3_PORT: String(port) }],
      ] as const) {
        const { code, said } = await endOf(run(environment));
        assert.equal(code, 1);
        assert.equal(said, `Port ${port} is in use by another program. Choose another one: ${variable}=${port + 10} npm start\n`);
      }
    } finally {
      blocker.close();
    }
  });

  it('says what a port is', async () => {
    assert.deepEqual(await endOf(run({ PORT: 'eighty' })), { code: 2, said: 'PORT must be a port from 0 to 65535, not "eighty".\n' });
  });

  it('goes on where it was after it has been killed in the middle of uploads', async () => {
    const first = await start({ PORT: '0' });
    const part = randomBytes(5 * 1024 * 1024);
    const rest = randomBytes(1000);
    const whole = Buffer.concat([part, rest]);
    const uuid = randomUUID();
    const sendChunk = (origin: string, index: number, more = {}) => {
      const { fields, blob } = chunkOf(whole, part.length, index, uuid, 'film.bin');
      return postForm(`${origin}/uploads`, { ...fields, ...more }, blob);
    };

    let to = await bucketOf(first.url);
    const uploadId = encodeURIComponent(uploadIdIn(await (await step(to, 'POST', 'film.bin', 'uploads=')).text()));
    const etag = (await step(to, 'PUT', 'film.bin', `partNumber=1&uploadId=${uploadId}`, part)).headers.get('etag');
    await sendChunk(first.url, 0);
    const killed = once(first.process, 'exit');
    first.process.kill('SIGKILL');
    await killed;

    const second = await start({ PORT: '0' });
    try {
      to = await bucketOf(second.url);
      const last = (await step(to, 'PUT', 'film.bin', `partNumber=2&uploadId=${uploadId}`, rest)).headers.get('etag');
      const response = await step(to, 'POST', 'film.bin', `uploadId=${uploadId}`, completion([etag, last]));
      assert.equal(response.status, 200, await response.text());
      assert.equal((await sendChunk(second.url, 1, { qqresume: 'true' })).body['success'], true);

      const form = new URLSearchParams({ key: 'film.bin', bucket: to.bucket });
      const { body } = await answerOf(await fetch(`${second.url}/s3/success`, { method: 'POST', body: form }));
      for (const link of [String(body['tempLink']), `${second.url}/uploads/${uuid}`]) {
        assert.equal(sha256(Buffer.from(await (await fetch(link)).arrayBuffer())), sha256(whole));
      }
    } finally {
      const ended = once(second.process, 'exit');
      second.process.kill('SIGTERM');
      await ended;
    }
  });
});

/** Asks with a path that is sent as it is, and a Host header of choice. */
async function statusOf(port: number, path: string, host: string): Promise<number> {
  const request = httpRequest({ port, host: '127.0.0.1', path, headers: { Host: host } });
  request.end();
  const [response] = (await once(request, 'response')) as [{ statusCode: number; resume(): void }];
  response.resume();
  return response.statusCode;
}
