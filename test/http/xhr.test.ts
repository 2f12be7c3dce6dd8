/** One request to a real server. */
import { expect, waitUntil } from '@open-wc/testing';
import { UploadError } from '../../src/core/errors.js';
import type { BodyProgress, SendRequest } from '../../src/core/types.js';
import { send } from '../../src/http/xhr.js';
import type { Fault } from '../servers/faults.js';
import { bytesOf } from '../contract/checks.js';
import { testServers, commandTestServers } from '../tools/test-servers.js';

const { signal } = new AbortController();
/** The store refuses unsigned requests; faults of its proxy replace the response. */
const url = `${testServers.store.endpoint}/at-all`;
const respond = (response: Partial<Extract<Fault, { kind: 'answer' }>> = {}): Fault => ({
  kind: 'answer',
  status: 200,
  body: 'yes',
  ...response,
});
const script = (...faults: Fault[]) => commandTestServers('faults', { proxy: 'store', faults });
const requests = async () => (await commandTestServers('requests', { proxy: 'store' })).requests;
const post = (request: Partial<SendRequest> = {}) => send({ method: 'POST', url, signal, ...request });
const rejection = (sending: Promise<unknown>) =>
  sending.then(
    () => expect.fail('the request did not fail'),
    (error: unknown) => error as UploadError,
  );

/** Counts the timers that a request does not clear, and the listeners on its signal that it does not remove. */
async function countLeaks(watched: AbortSignal, work: () => Promise<unknown>): Promise<{ timers: number; listeners: number }> {
  const { setTimeout: set, clearTimeout: clear } = window;
  const timers = new Set<unknown>();
  let listeners = 0;
  const isFromXhr = () => /xhr\.ts/.test(new Error().stack ?? '');
  window.setTimeout = ((handler: () => void, ms?: number) => {
    const fromXhr = isFromXhr();
    const id = set(() => {
      timers.delete(id);
      handler();
    }, ms);
    if (fromXhr) timers.add(id);
    return id;
  }) as typeof setTimeout;
  window.clearTimeout = ((id: number) => {
    timers.delete(id);
    clear(id);
  }) as typeof clearTimeout;
  const { addEventListener, removeEventListener } = watched;
  watched.addEventListener = (...args: [string, EventListener]) => {
    listeners++;
    addEventListener.apply(watched, args);
  };
  watched.removeEventListener = (...args: [string, EventListener]) => {
    listeners--;
    removeEventListener.apply(watched, args);
  };
  try {
    await work().catch(() => {});
    return { timers: timers.size, listeners };
  } finally {
    Object.assign(window, { setTimeout: set, clearTimeout: clear });
    Object.assign(watched, { addEventListener, removeEventListener });
  }
}

describe('send', () => {
  beforeEach(() => commandTestServers('reset'));

  it('resolves for any status, with the text and the URL', async () => {
    for (const status of [200, 204, 400, 404, 500, 503]) {
      await script(respond({ status, body: status === 204 ? '' : `says ${status}` }));
      const response = await post();
      expect(response).to.include({ status, url, text: status === 204 ? '' : `says ${status}` });
    }
  });

  it('sends method, headers and body', async () => {
    for (const [body, start] of [
      ['text', 'text'],
      [new Blob(['blob']), 'blob'],
      [new URLSearchParams({ a: '1 2' }), 'a=1+2'],
      [null, ''],
    ] as const) {
      await commandTestServers('reset');
      await script(respond());
      await post({ method: 'PUT', headers: { 'X-One': '1', 'Content-Type': 'application/x-test' }, body });
      const [put] = (await requests()).filter(({ method }) => method === 'PUT');
      expect(put).to.include({ method: 'PUT', bodyStart: start });
      expect(put?.headers).to.include({ 'x-one': '1', 'content-type': 'application/x-test' });
    }
  });

  it('reads headers case-insensitively, without a call that logs an error for a header that CORS hides', async () => {
    const { getResponseHeader } = XMLHttpRequest.prototype;
    let calls = 0;
    XMLHttpRequest.prototype.getResponseHeader = function (name) {
      calls++;
      return getResponseHeader.call(this, name);
    };
    try {
      const own = await send({ method: 'GET', url: '/', signal });
      expect(own.header('Content-Type')).to.match(/^text\/html/);
      expect(own.header('x-none')).to.equal(null);
      await script(
        respond({
          headers: { 'Content-Type': 'text/plain', 'X-Shown': 'a: b, c' },
        }),
      );
      const other = await post();
      expect(other.header('x-shown')).to.equal('a: b, c');
      expect(other.header('CONTENT-TYPE')).to.equal('text/plain');
    } finally {
      XMLHttpRequest.prototype.getResponseHeader = getResponseHeader;
    }
    expect(calls).to.equal(0);
  });

  it('sends a form without a preflight, unless there is a progress listener', async () => {
    const form = new FormData();
    form.append('file', new Blob(['x']));
    await script({ ...respond(), times: 9 });
    const fresh = `${url}?${crypto.randomUUID()}`; // no cached preflight
    await post({ url: fresh, body: form, stallTimeout: 5000 });
    expect((await requests()).map(({ method }) => method)).to.deep.equal(['POST']);
    await post({ url: fresh, body: form, onProgress: () => {} });
    expect((await requests()).map(({ method }) => method)).to.deep.equal(['POST', 'OPTIONS', 'POST']);
  });

  it('reports upload progress', async () => {
    const size = 3_000_000;
    const loadedBytes: number[] = [];
    await script(respond());
    await post({
      body: new Blob([bytesOf(size)]),
      onProgress: (loaded, total) => {
        expect(total).to.equal(size);
        loadedBytes.push(loaded);
      },
    });
    expect(loadedBytes.at(-1)).to.equal(size);
    expect(loadedBytes).to.deep.equal([...loadedBytes].sort((one, other) => one - other));
  });

  it('rejects with status 0 when the connection breaks during the request or the response', async () => {
    const body = new Blob([bytesOf(300_000)]);
    for (const fault of [
      { kind: 'cutRequest', afterBytes: 100_000 },
      { kind: 'cutResponse', afterBytes: -1 },
    ] as const) {
      // Browsers repeat a request when a kept-alive connection breaks before the response.
      await script({ ...fault, times: 99 });
      const error = await rejection(post({ body, onProgress: () => {} }));
      expect(error).to.be.instanceOf(UploadError).and.include({ status: 0, code: 'NetworkError', retry: 'auto' });
      expect(error.reason).to.equal('The connection to the server failed.');
    }
  });

  it('rejects with status 0 when CORS hides the response', async () => {
    await script(respond({ status: 403, cors: false }));
    expect(await rejection(post())).to.include({ status: 0, code: 'NetworkError' });
  });

  it('rejects with status 0 when the page stops loading', async () => {
    await script({ kind: 'silent' });
    // A page of its own: in Firefox, window.stop() closes the WebSocket of the test runner too.
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const page = frame.contentWindow as Window & typeof globalThis & { request?: typeof send };
    try {
      const code = page.document.createElement('script');
      code.type = 'module';
      code.textContent = `import { send } from '${new URL('../../src/http/xhr.ts', import.meta.url).href}'; window.request = send;`;
      page.document.body.append(code);
      await waitUntil(() => page.request);
      const body = new Blob([bytesOf(1000)]);
      const sending = rejection(page.request!({ method: 'POST', url, signal, body, onProgress: (loaded) => loaded > 0 && page.stop() }));
      expect(await sending).to.include({ status: 0, code: 'NetworkError', retry: 'auto' });
    } finally {
      frame.remove();
    }
  });

  for (const wait of ['abort', 'time limit'] as const)
    it(`waits for a file that cannot be read after a failure until the ${wait}`, async () => {
      await script({ kind: 'cutResponse', afterBytes: -1, times: 99 });
      const body = new Blob(['x']);
      const { slice } = Blob.prototype;
      const controller = new AbortController();
      const reason = new Error('enough');
      const reading = new Promise<void>((resolve) => {
        body.slice = (...range) => {
          const start = slice.apply(body, range);
          start.arrayBuffer = () => {
            resolve();
            return new Promise(() => {});
          };
          return start;
        };
      });
      const sending = rejection(post({ body, signal: controller.signal }));
      await reading;
      if (wait === 'abort') {
        controller.abort(reason);
        expect(await sending).to.equal(reason);
      } else expect(await sending).to.include({ status: 0, code: 'NetworkError', retry: 'auto' });
    }).timeout(20_000);

  it('rejects when the server does not respond within the stall timeout', async () => {
    await script({ kind: 'silent' });
    const error = await rejection(post({ body: 'x', stallTimeout: 300 }));
    expect(error)
      .to.be.instanceOf(UploadError)
      .and.include({ status: 0, code: 'Stalled', retry: 'auto', reason: 'The server stopped responding.' });
  });

  it('waits for the response until the answer timeout, once the whole body is sent', async () => {
    await script({ kind: 'delay', ms: 1500 }, { kind: 'delay', ms: 1500 });
    const body = new Blob([bytesOf(1000)]);
    expect((await post({ body, stallTimeout: 300, answerTimeout: 9000 })).status).to.equal(405);
    expect((await post({ body, stallTimeout: 300, answerTimeout: Infinity, onProgress: () => {} })).status).to.equal(405);
    await script({ kind: 'silent' });
    expect(await rejection(post({ body, stallTimeout: 300, answerTimeout: 600 }))).to.include({ code: 'Stalled' });
  });

  it('rejects while the body stalls, whatever the answer timeout is', async () => {
    await script({ kind: 'slow', bytesPerSecond: 1 });
    const body = new Blob([bytesOf(60_000_000)]);
    const error = await rejection(post({ body, stallTimeout: 1000, answerTimeout: 600_000, onProgress: () => {} }));
    expect(error).to.include({ code: 'Stalled' });
  }).timeout(30_000);

  it('calls stallTimeout again while the request waits, with the bytes sent so far', async () => {
    await script({ kind: 'silent' });
    const size = 70_000;
    const progress: BodyProgress[] = [];
    const stallTimeout = (body: BodyProgress) => (progress.push(body) > 3 ? 0 : 200);
    const error = await rejection(post({ body: new Blob([bytesOf(size)]), stallTimeout, onProgress: () => {} }));
    expect(error).to.include({ code: 'Stalled' });
    expect(progress[0]).to.deep.equal({ bytes: 0, elapsed: 0, isSent: false });
    expect(progress.at(-1)?.bytes).to.equal(size);
    expect(progress.at(-1)?.elapsed).to.be.within(0, 5000);
  });

  it('does not reject while a slow connection moves bytes', async () => {
    // Socket buffers may hold half of the body when the browser has sent the last byte.
    const size = 16_000_000;
    const stallTimeout = 3500;
    await script({ kind: 'slow', bytesPerSecond: 4_000_000 });
    const startTime = performance.now();
    let last = 0;
    const response = await post({ body: new Blob([bytesOf(size)]), stallTimeout, onProgress: (loaded) => (last = loaded) });
    expect(response.status).to.equal(405);
    expect(last).to.equal(size);
    expect(performance.now() - startTime).to.be.greaterThan(stallTimeout);
  }).timeout(30_000);

  it('does not reject after the page was suspended', async () => {
    // Between one and two stall timeouts.
    await script({ kind: 'delay', ms: 1100 });
    const real = performance.now.bind(performance);
    let suspendedFor = 0;
    const { setTimeout: set } = window;
    // The timer of the request fires an hour late, as on a laptop that slept.
    window.setTimeout = ((handler: () => void, ms?: number) => {
      const late = ms === 777 && suspendedFor === 0;
      return set(() => {
        if (late) suspendedFor = 3_600_000;
        handler();
      }, ms);
    }) as typeof setTimeout;
    performance.now = () => real() + suspendedFor;
    try {
      expect((await post({ stallTimeout: 777 })).status).to.be.greaterThan(399);
      expect(suspendedFor).to.equal(3_600_000);
    } finally {
      window.setTimeout = set;
      Reflect.deleteProperty(performance, 'now');
    }
  });

  it('rejects in a hidden page too, where every timer is late', async () => {
    await script({ kind: 'silent' });
    const real = performance.now.bind(performance);
    let passed = 0;
    const { setTimeout: set } = window;
    window.setTimeout = ((handler: () => void, ms?: number) =>
      set(
        () => {
          if (ms === 777) passed += 60_000;
          handler();
        },
        ms === 777 ? 50 : ms,
      )) as typeof setTimeout;
    performance.now = () => real() + passed;
    try {
      expect(await rejection(post({ body: 'x', stallTimeout: 777 }))).to.include({ code: 'Stalled' });
      expect(passed).to.equal(120_000);
    } finally {
      window.setTimeout = set;
      Reflect.deleteProperty(performance, 'now');
    }
  });

  it('rejects with the reason of the signal when it is aborted', async () => {
    await script({ kind: 'silent' });
    const controller = new AbortController();
    const reason = new Error('enough');
    const sending = rejection(
      post({ signal: controller.signal, body: new Blob([bytesOf(1000)]), onProgress: () => controller.abort(reason) }),
    );
    expect(await sending).to.equal(reason);
    expect(await rejection(post({ signal: controller.signal }))).to.equal(reason);
  });

  it('rejects with a DOMException for an invalid URL, method or header', async () => {
    for (const invalid of [{ url: 'https://' }, { method: 'TWO WORDS' }, { headers: { 'two words': 'x' } }, { headers: { a: 'ü文' } }]) {
      expect(await rejection(post(invalid)))
        .to.be.instanceOf(Error)
        .and.not.be.instanceOf(UploadError);
    }
  });

  it('leaves no timer and no listener', async () => {
    const cases: readonly (readonly [title: string, fault: Fault, request: (controller: AbortController) => Partial<SendRequest>])[] = [
      ['response', respond(), () => ({ stallTimeout: 60_000, onProgress: () => {} })],
      ['closed connection', { kind: 'cutResponse', afterBytes: -1, times: 99 }, () => ({ stallTimeout: 60_000 })],
      ['stalled', { kind: 'silent' }, () => ({ stallTimeout: 50 })],
      ['aborted', { kind: 'silent' }, (controller) => ({ stallTimeout: 60_000, body: 'x', onProgress: () => controller.abort() })],
      ['invalid URL', respond(), () => ({ url: 'https://', stallTimeout: 60_000 })],
    ];
    for (const [title, fault, request] of cases) {
      await script(fault);
      const controller = new AbortController();
      expect(await countLeaks(controller.signal, () => post({ signal: controller.signal, ...request(controller) })), title).to.deep.equal({
        timers: 0,
        listeners: 0,
      });
    }
  });

  it('works in a worker', async () => {
    await script(respond({ body: 'from a worker' }));
    const worker = new Worker(new URL('./xhr-worker.ts', import.meta.url), { type: 'module' });
    try {
      const message = await new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage(url);
      });
      expect(message).to.deep.equal({ status: 200, text: 'from a worker', loadedBytes: 5 });
    } finally {
      worker.terminate();
    }
  });
});
