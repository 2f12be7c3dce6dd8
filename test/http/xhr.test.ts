/** One request over a real wire. */
import { expect } from '@open-wc/testing';
import { UploadError } from '../../src/core/errors.js';
import type { BodyProgress, SendRequest } from '../../src/core/types.js';
import { send } from '../../src/http/xhr.js';
import type { Fault } from '../servers/faults.js';
import { bytesOf } from '../contract/checks.js';
import { testServers, commandTestServers } from '../tools/test-servers.js';

const { signal } = new AbortController();
/** What is not signed is refused there; the faults of its proxy give other answers. */
const url = `${testServers.store.endpoint}/at-all`;
const answers = (answer: Partial<Extract<Fault, { kind: 'answer' }>> = {}): Fault => ({
  kind: 'answer',
  status: 200,
  body: 'yes',
  ...answer,
});
const script = (...faults: Fault[]) => commandTestServers('faults', { proxy: 'store', faults });
const seen = async () => (await commandTestServers('requests', { proxy: 'store' })).requests;
const post = (request: Partial<SendRequest> = {}) => send({ method: 'POST', url, signal, ...request });
const failure = (sending: Promise<unknown>) =>
  sending.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error as UploadError,
  );

/** What a request leaves behind: timers that were not cleared, listeners on the signal that were not removed. */
async function leftovers(watched: AbortSignal, work: () => Promise<unknown>): Promise<{ timers: number; listeners: number }> {
  const { setTimeout: set, clearTimeout: clear } = window;
  const timers = new Set<unknown>();
  let listeners = 0;
  const ours = () => /xhr\.ts/.test(new Error().stack ?? '');
  window.setTimeout = ((handler: () => void, ms?: number) => {
    const mine = ours();
    const id = set(() => {
      timers.delete(id);
      handler();
    }, ms);
    if (mine) timers.add(id);
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

  it('resolves for any status, with the text and the address', async () => {
    for (const status of [200, 204, 400, 404, 500, 503]) {
      await script(answers({ status, body: status === 204 ? '' : `says ${status}` }));
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
      await script(answers());
      await post({ method: 'PUT', headers: { 'X-One': '1', 'Content-Type': 'application/x-test' }, body });
      const [put] = (await seen()).filter(({ method }) => method === 'PUT');
      expect(put).to.include({ method: 'PUT', bodyStart: start });
      expect(put?.headers).to.include({ 'x-one': '1', 'content-type': 'application/x-test' });
    }
  });

  it('reads headers by any case, without asking for one that CORS may hide', async () => {
    const { getResponseHeader } = XMLHttpRequest.prototype;
    let asked = 0;
    XMLHttpRequest.prototype.getResponseHeader = function (name) {
      asked++;
      return getResponseHeader.call(this, name);
    };
    try {
      const own = await send({ method: 'GET', url: '/', signal });
      expect(own.header('Content-Type')).to.match(/^text\/html/);
      expect(own.header('x-none')).to.equal(null);
      await script(
        answers({
          headers: { 'Content-Type': 'text/plain', 'X-Shown': 'a: b, c' },
        }),
      );
      const other = await post();
      expect(other.header('x-shown')).to.equal('a: b, c');
      expect(other.header('CONTENT-TYPE')).to.equal('text/plain');
    } finally {
      XMLHttpRequest.prototype.getResponseHeader = getResponseHeader;
    }
    expect(asked).to.equal(0);
  });

  it('needs no preflight for a form without a progress listener, and has one with it', async () => {
    const form = new FormData();
    form.append('file', new Blob(['x']));
    await script({ ...answers(), times: 9 });
    const fresh = `${url}?${crypto.randomUUID()}`; // no preflight of it is remembered
    await post({ url: fresh, body: form, stallTimeout: 5000 });
    expect((await seen()).map(({ method }) => method)).to.deep.equal(['POST']);
    await post({ url: fresh, body: form, onProgress: () => {} });
    expect((await seen()).map(({ method }) => method)).to.deep.equal(['POST', 'OPTIONS', 'POST']);
  });

  it('tells how much of the body has been taken', async () => {
    const size = 3_000_000;
    const told: number[] = [];
    await script(answers());
    await post({
      body: new Blob([bytesOf(size)]),
      onProgress: (loaded, total) => {
        expect(total).to.equal(size);
        told.push(loaded);
      },
    });
    expect(told.at(-1)).to.equal(size);
    expect(told).to.deep.equal([...told].sort((one, other) => one - other));
  });

  it('fails with status 0 where the connection breaks, whenever that is', async () => {
    const body = new Blob([bytesOf(300_000)]);
    for (const fault of [
      { kind: 'cutRequest', afterBytes: 100_000 },
      { kind: 'cutResponse', afterBytes: -1 },
    ] as const) {
      // Browsers repeat a request by themselves where a connection that was kept breaks before an answer.
      await script({ ...fault, times: 99 });
      const error = await failure(post({ body, onProgress: () => {} }));
      expect(error).to.be.instanceOf(UploadError).and.include({ status: 0, code: 'NetworkError', retry: 'auto' });
      expect(error.reason).to.equal('The connection to the server failed.');
    }
  });

  it('fails with status 0 where CORS hides the answer', async () => {
    await script(answers({ status: 403, cors: false }));
    expect(await failure(post())).to.include({ status: 0, code: 'NetworkError' });
  });

  it('gives up a server that takes the request and never answers', async () => {
    await script({ kind: 'silent' });
    const error = await failure(post({ body: 'x', stallTimeout: 300 }));
    expect(error)
      .to.be.instanceOf(UploadError)
      .and.include({ status: 0, code: 'Stalled', retry: 'auto', reason: 'The server stopped answering.' });
  });

  it('asks again how long it may be silent, with what was taken and until nothing is answered', async () => {
    await script({ kind: 'silent' });
    const size = 70_000;
    const asked: BodyProgress[] = [];
    const stallTimeout = (carried: BodyProgress) => (asked.push(carried) > 3 ? 0 : 200);
    const error = await failure(post({ body: new Blob([bytesOf(size)]), stallTimeout, onProgress: () => {} }));
    expect(error).to.include({ code: 'Stalled' });
    expect(asked[0]).to.deep.equal({ taken: 0, time: 0 });
    expect(asked.at(-1)?.bytes).to.equal(size);
    expect(asked.at(-1)?.elapsed).to.be.within(0, 5000);
  });

  it('does not give up a slow line that moves', async () => {
    // Half of it may wait in the sockets' buffers when the last of it has been taken.
    const size = 16_000_000;
    const stallTimeout = 3500;
    await script({ kind: 'slow', bytesPerSecond: 4_000_000 });
    const began = performance.now();
    let last = 0;
    const response = await post({ body: new Blob([bytesOf(size)]), stallTimeout, onProgress: (loaded) => (last = loaded) });
    expect(response.status).to.equal(405);
    expect(last).to.equal(size);
    expect(performance.now() - began).to.be.greaterThan(stallTimeout);
  }).timeout(30_000);

  it('does not take a page that slept for a server that stopped', async () => {
    await script({ kind: 'delay', ms: 1500 });
    const real = Date.now;
    let slept = 0;
    const { setTimeout: set } = window;
    // The timer of the request comes an hour late, as after the lid was closed.
    window.setTimeout = ((handler: () => void, ms?: number) => {
      const late = ms === 777 && slept === 0;
      return set(() => {
        if (late) slept = 3_600_000;
        handler();
      }, ms);
    }) as typeof setTimeout;
    Date.now = () => real() + slept;
    try {
      expect((await post({ stallTimeout: 777 })).status).to.be.greaterThan(399);
      expect(slept).to.equal(3_600_000);
    } finally {
      window.setTimeout = set;
      Date.now = real;
    }
  });

  it('gives up also in a hidden page, where every timer comes late', async () => {
    await script({ kind: 'silent' });
    const real = Date.now;
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
    Date.now = () => real() + passed;
    try {
      expect(await failure(post({ body: 'x', stallTimeout: 777 }))).to.include({ code: 'Stalled' });
      expect(passed).to.equal(120_000);
    } finally {
      window.setTimeout = set;
      Date.now = real;
    }
  });

  it('ends at once when it is aborted, with the signal’s reason', async () => {
    await script({ kind: 'silent' });
    const controller = new AbortController();
    const reason = new Error('enough');
    const sending = failure(
      post({ signal: controller.signal, body: new Blob([bytesOf(1000)]), onProgress: () => controller.abort(reason) }),
    );
    expect(await sending).to.equal(reason);
    expect(await failure(post({ signal: controller.signal }))).to.equal(reason);
  });

  it('rejects for what is no request', async () => {
    for (const wrong of [{ url: 'https://' }, { method: 'TWO WORDS' }, { headers: { 'two words': 'x' } }, { headers: { a: 'ü文' } }]) {
      expect(await failure(post(wrong)))
        .to.be.instanceOf(Error)
        .and.not.be.instanceOf(UploadError);
    }
  });

  it('leaves no timer and no listener behind', async () => {
    const ends: readonly (readonly [what: string, fault: Fault, request: (controller: AbortController) => Partial<SendRequest>])[] = [
      ['answered', answers(), () => ({ stallTimeout: 60_000, onProgress: () => {} })],
      ['cut', { kind: 'cutResponse', afterBytes: -1, times: 99 }, () => ({ stallTimeout: 60_000 })],
      ['stalled', { kind: 'silent' }, () => ({ stallTimeout: 50 })],
      ['aborted', { kind: 'silent' }, (controller) => ({ stallTimeout: 60_000, body: 'x', onProgress: () => controller.abort() })],
      ['no request', answers(), () => ({ url: 'https://', stallTimeout: 60_000 })],
    ];
    for (const [what, fault, request] of ends) {
      await script(fault);
      const controller = new AbortController();
      expect(await leftovers(controller.signal, () => post({ signal: controller.signal, ...request(controller) })), what).to.deep.equal({
        timers: 0,
        listeners: 0,
      });
    }
  });

  it('works in a worker', async () => {
    await script(answers({ body: 'from a worker' }));
    const worker = new Worker(new URL('./xhr-worker.ts', import.meta.url), { type: 'module' });
    try {
      const said = await new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage(url);
      });
      expect(said).to.deep.equal({ status: 200, text: 'from a worker', told: 5 });
    } finally {
      worker.terminate();
    }
  });
});
