import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { readText } from '../../demo/servers/http.js';
import { startFaultProxy } from './fault-proxy.js';
import type { FaultProxy } from './fault-proxy.js';
import { errorResponses } from './faults.js';
import type { Fault } from './faults.js';
import { startLocalServer } from './local-server.js';
import type { LocalServer } from './local-server.js';

let server: LocalServer;
let proxy: FaultProxy;
/** The requests that the server behind the proxy received. */
let received: { url: string; host: string; bytes: number }[] = [];

before(async () => {
  // An echo server.
  server = await startLocalServer(() => async (request, response) => {
    const text = await readText(request, 100_000_000).catch(() => 'cut');
    received.push({ url: request.url ?? '', host: request.headers.host ?? '', bytes: text.length });
    response.writeHead(200, {
      ETag: '"tag"',
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Expose-Headers': 'ETag',
      'X-Odd': 'kept',
    });
    response.end(text);
    return true;
  });
  proxy = await startFaultProxy(() => server.origin);
});
afterEach(async () => {
  await proxy.reset();
  await server.start();
  received = [];
});
after(async () => {
  await proxy.close();
  await server.stop();
});

const script = (...faults: Fault[]) => proxy.setFaults(faults);
const post = (path: string, body = 'hello', init: RequestInit = {}) =>
  fetch(`${proxy.origin}${path}`, { method: 'POST', body, headers: { Origin: 'http://page.example' }, ...init });
const text = async (response: Promise<Response>) => (await response).text();

describe('the fault proxy', () => {
  it('forwards requests and responses unchanged, including the Host header', async () => {
    const body = randomBytes(2_000_000).toString('hex');
    const response = await post('/a%20b/%C3%BC?x=1&y', body);
    assert.equal(response.headers.get('x-odd'), 'kept');
    assert.equal(await response.text(), body);
    assert.deepEqual([received[0]?.url, received[0]?.host], ['/a%20b/%C3%BC?x=1&y', new URL(proxy.origin).host]);
  });

  it('records requests', async () => {
    await text(post('/one', 'first'));
    await text(fetch(`${proxy.origin}/two`));
    const { requests, maxParallel } = proxy.log();
    assert.deepEqual(
      requests.map(({ method, path, status, requestBytes, responseBytes, bodyStart, answerStart }) => ({
        method,
        path,
        status,
        requestBytes,
        responseBytes,
        bodyStart,
        answerStart,
      })),
      [
        { method: 'POST', path: '/one', status: 200, requestBytes: 5, responseBytes: 5, bodyStart: 'first', answerStart: 'first' },
        { method: 'GET', path: '/two', status: 200, requestBytes: 0, responseBytes: 0, bodyStart: '', answerStart: '' },
      ],
    );
    assert.equal(requests[0]?.headers['origin'], 'http://page.example');
    assert.equal(maxParallel, 1);
  });

  it('counts concurrent requests', async () => {
    script({ kind: 'delay', ms: 400, times: 4 });
    await Promise.all([1, 2, 3, 4].map((index) => text(post(`/${index}`))));
    assert.equal(proxy.log().maxParallel, 4);
  });

  it('answers instead of the server, with CORS headers, for the given number of requests', async () => {
    script({ ...errorResponses.slowDown(2), times: 2 });
    for (let again = 0; again < 2; again++) {
      const response = await post('/busy', 'x'.repeat(500_000));
      assert.equal(response.status, 503);
      assert.equal(response.headers.get('retry-after'), '2');
      assert.equal(response.headers.get('access-control-allow-origin'), 'http://page.example');
      assert.match(await response.text(), /<Code>SlowDown<\/Code>/);
    }
    assert.equal(received.length, 0);
    assert.equal((await post('/busy')).status, 200);
    assert.deepEqual(
      proxy.log().requests.map(({ fault }) => fault),
      ['answer', 'answer', undefined],
    );
  });

  it('selects requests by method, path and body, skips the first ones and ignores preflights', async () => {
    script({ kind: 'answer', status: 500, match: { method: 'POST', path: 'partNumber=[23]$', body: 'poli.y' }, skip: 1, times: Infinity });
    const statuses = [];
    for (const [path, body, method] of [
      ['/?partNumber=2', 'a policy', 'POST'], // skipped
      ['/?partNumber=2', 'a policy', 'POST'],
      ['/?partNumber=2', 'other', 'POST'],
      ['/?partNumber=1', 'a policy', 'POST'],
      ['/?partNumber=3', 'a policy', 'PUT'],
      ['/?partNumber=3', 'a policy', 'POST'],
      ['/?partNumber=3', 'a policy', 'OPTIONS'],
    ] as const) {
      statuses.push((await post(path, body, { method })).status);
    }
    assert.deepEqual(statuses, [200, 500, 200, 200, 200, 500, 200]);
    assert.equal(received[0]?.bytes, 'a policy'.length, 'the inspected beginning of the body is still forwarded');
  });

  it('closes the connection after a number of bytes of the request', async () => {
    script({ kind: 'cutRequest', afterBytes: 100_000 });
    await assert.rejects(post('/', 'x'.repeat(5_000_000)));
    assert.equal(proxy.log().requests[0]?.requestBytes, 100_000);
    assert.equal(proxy.log().requests[0]?.status, 0);
    assert.equal((await post('/')).status, 200);
  });

  it('closes the connection after a number of bytes of the response', async () => {
    script({ kind: 'cutResponse', afterBytes: 2 });
    await assert.rejects(text(post('/')));
    assert.equal(received.length, 1);
    script({ kind: 'cutResponse', afterBytes: -1 });
    await assert.rejects(post('/'));
    assert.equal(received.length, 2);
  });

  it('never answers a request', async () => {
    script({ kind: 'silent' }, { kind: 'silent', forward: true });
    for (const reached of [0, 1]) {
      const abort = new AbortController();
      const waiting = post('/', 'hello', { signal: abort.signal });
      waiting.catch(() => undefined);
      while (proxy.log().requests.at(reached)?.requestBytes !== 5 || received.length < reached) await new Promise(setImmediate);
      assert.equal(proxy.log().requests.at(reached)?.endedAt, 0);
      abort.abort();
      await assert.rejects(waiting);
      assert.equal(received.length, reached);
    }
  });

  it('delays a response', async () => {
    script({ kind: 'delay', ms: 150 });
    const start = performance.now();
    await text(post('/'));
    assert.ok(performance.now() - start >= 149);
  });

  it('removes headers of the response', async () => {
    script({ kind: 'dropHeaders', headers: ['etag'] }, { kind: 'dropHeaders', headers: ['access-control-*'] });
    const noTag = await post('/');
    assert.deepEqual([noTag.headers.get('etag'), noTag.headers.get('access-control-allow-origin')], [null, '*']);
    const noCors = await post('/');
    assert.deepEqual([noCors.headers.get('etag'), noCors.headers.get('access-control-allow-origin')], ['"tag"', null]);
  });

  it('limits the bandwidth', async () => {
    script({ kind: 'slow', bytesPerSecond: 1_000_000 });
    const start = performance.now();
    await Promise.all([text(post('/', 'x'.repeat(100_000))), text(post('/', 'x'.repeat(100_000)))]);
    const seconds = (performance.now() - start) / 1000;
    // 200 kB in each direction over the shared bandwidth.
    assert.ok(seconds > 0.35 && seconds < 20, `${seconds} s`);
  });

  it('refuses connections for a while', async () => {
    script({ kind: 'gone', ms: 600 });
    const start = performance.now();
    await assert.rejects(post('/'));
    let refused = 0;
    for (;;) {
      try {
        await text(post('/'));
        break;
      } catch {
        refused++;
      }
    }
    assert.ok(refused > 0);
    assert.ok(performance.now() - start >= 599);
  });

  it('closes a connection before the server receives the request', async () => {
    script({ kind: 'reset' });
    await assert.rejects(post('/'));
    assert.deepEqual(received, []);
    assert.equal((await post('/')).status, 200);
  });

  it('stops reading a request and keeps the connection open', async () => {
    script({ kind: 'stallRequest', afterBytes: 100_000 });
    const controller = new AbortController();
    const posting = post('/', 'x'.repeat(20_000_000), { signal: controller.signal });
    const ended = posting.then(
      () => 'answered',
      () => 'aborted',
    );
    while (proxy.log().requests[0]?.requestBytes !== 100_000) await setTimeout(10);
    assert.equal(await Promise.race([ended, setTimeout(300, 'stalled')]), 'stalled');
    assert.equal(proxy.log().requests[0]?.requestBytes, 100_000);
    controller.abort();
    assert.equal(await ended, 'aborted');
  });

  it('asks a function for a fault, and tells another one of the end of each request', async () => {
    const seen: string[] = [];
    const hooked = await startFaultProxy(() => server.origin, {
      chooseFault: ({ path }, bodyStart) => (path === '/bad' && bodyStart === 'hello' ? { kind: 'answer', status: 500 } : undefined),
      ended: ({ path, status, fault }) => seen.push(`${path} ${status} ${fault}`),
    });
    try {
      for (const path of ['/good', '/bad']) await text(fetch(`${hooked.origin}${path}`, { method: 'POST', body: 'hello' }));
      while (seen.length < 2) await setTimeout(5);
      assert.deepEqual(seen, ['/good 200 undefined', '/bad 500 answer']);
    } finally {
      await hooked.close();
    }
  });

  it('ends a fault after its duration', async () => {
    script({ kind: 'answer', status: 500, forMs: 150 });
    assert.equal((await post('/')).status, 500);
    assert.equal((await post('/')).status, 500);
    const start = performance.now();
    while ((await post('/')).status === 500) assert.ok(performance.now() - start < 5000);
  });

  it('closes the client’s connection if the server is stopped, and reconnects after its restart', async () => {
    await server.stop();
    await assert.rejects(post('/'));
    await server.start();
    assert.equal((await post('/')).status, 200);
  });

  it('refuses connections until accept is called', async () => {
    await proxy.refuse();
    await assert.rejects(post('/'));
    await proxy.accept();
    assert.equal((await post('/')).status, 200);
  });

  it('forwards a response that is sent before the whole request is read', async () => {
    const early = await startLocalServer(() => (request, response) => {
      response.writeHead(413).end('too large');
      request.resume();
      return Promise.resolve(true);
    });
    const before = await startFaultProxy(() => early.origin);
    try {
      const response = await fetch(before.origin, { method: 'POST', body: 'x'.repeat(5_000_000) });
      assert.deepEqual([response.status, await response.text()], [413, 'too large']);
    } finally {
      await before.close();
      await early.stop();
    }
  });
});
