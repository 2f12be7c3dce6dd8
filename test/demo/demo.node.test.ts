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

/** Reads the bucket's parameters from the attributes of the page's element. */
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
      azurite: false,
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

  it('serves its pages with a policy that allows its own origin, the store and the identity provider only', async () => {
    for (const path of ['/', '/traditional', '/azure', '/no-server']) {
      const response = await fetch(`${origin}${path}`);
      const policy = response.headers.get('content-security-policy') ?? '';
      const storeOrigin = new URL(demo.bucketUrl).origin;
      assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; /);
      assert.match(policy, new RegExp(`connect-src 'self' ${storeOrigin} http://localhost:\\d+;`));
      assert.ok(policy.includes("require-trusted-types-for 'script'"));
      assert.doesNotMatch(policy, /unsafe|\*/);
      const html = await response.text();
      assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/, 'scripts and styles are external files');
      assert.doesNotMatch(html, /\{\{/, 'every placeholder is replaced');
    }
  });

  it('shows the HTML of its element and no secret', async () => {
    const html = await (await fetch(`${origin}/`)).text();
    const snippet = /<code id="snippet">(.*?)<\/code>/s.exec(html)?.[1] ?? '';
    const text = snippet.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    assert.match(
      text,
      /^<script type="module" src="\/dist\/cdn\/fine-uploader.esm.min.js"><\/script>\n\n<fine-uploader-s3\n {2}endpoint="http/,
    );
    for (const line of text.split('\n').slice(2)) assert.ok(html.includes(line.trim()), line);
    assert.doesNotMatch(html, /only-for-the-demo/);
  });

  it('says on the page for Azure what to install, where Azurite is not', async () => {
    const html = await (await fetch(`${origin}/azure`)).text();
    assert.match(html, /npm ci --prefix test\/servers\/azurite --ignore-scripts/);
    assert.doesNotMatch(html, /<fine-uploader-azure|workbench\.js|\{\{/);
    assert.equal((await fetch(`${origin}/azure/sas?bloburi=x&_method=PUT`)).status, 404);
  });

  it('serves compiled scripts, the style sheet and the built files', async () => {
    const script = await fetch(`${origin}/pages/workbench.js`);
    assert.equal(script.headers.get('content-type'), 'text/javascript; charset=utf-8');
    assert.doesNotMatch(await script.text(), /import type|: EventName/);
    assert.equal((await fetch(`${origin}/style.css`)).headers.get('content-type'), 'text/css; charset=utf-8');
    assert.equal(await (await fetch(`${origin}/dist/cdn/script.js`)).text(), 'export {};');
  });

  it('answers 404 for every other path', async () => {
    for (const path of [
      '/nothing',
      '/dist/',
      '/dist/cdn',
      '/dist/missing.js',
      '/pages/workbench.ts',
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

  it('rejects requests with a foreign host name', async () => {
    assert.equal(await statusOf(demo.port, '/', `localhost:${demo.port}`), 200);
    assert.equal(await statusOf(demo.port, '/', '[::1]:1234'), 200);
    assert.equal(await statusOf(demo.port, '/', 'rebound.example'), 421);
    assert.equal(await statusOf(demo.port, '/', 'localhost.rebound.example'), 421);
  });

  it('accepts a form post that its signing server signed, and links to the object', async () => {
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

  it('allows CORS requests to the bucket from its own and the configured origins only', async () => {
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

  it('accepts uploads from its own origin and rejects those from other origins', async () => {
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
  /** Starts the demo's process. Resolves with its URL when it is ready. */
  async function start(environment: Record<string, string>): Promise<{ process: ChildProcess; url: string }> {
    const child = run(environment);
    for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
      const url = /http:\/\/localhost:\d+/.exec(line)?.[0];
      if (url) return { process: child, url: url.replace('localhost', '127.0.0.1') };
    }
    throw new Error('The demo ended before it printed its URL.');
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
    it(`exits with code 0 on ${signal} during a request`, async () => {
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

  it('exits with code 1 and a sentence that names the port in use', async () => {
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

  it('exits with code 2 for an invalid port', async () => {
    assert.deepEqual(await endOf(run({ PORT: 'eighty' })), { code: 2, said: 'PORT must be a port from 0 to 65535, not "eighty".\n' });
  });

  it('resumes interrupted uploads after it was killed', async () => {
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

/** Requests a path without normalization, with the given Host header, and returns the status. */
async function statusOf(port: number, path: string, host: string): Promise<number> {
  const request = httpRequest({ port, host: '127.0.0.1', path, headers: { Host: host } });
  request.end();
  const [response] = (await once(request, 'response')) as [{ statusCode: number; resume(): void }];
  response.resume();
  return response.statusCode;
}
