import { expect } from '@open-wc/testing';
import { collect, makeFile, next, upload } from '../elements/page.js';
import { commandTestServers } from '../tools/test-servers.js';
import { describeOnEachServer, fieldsOf, putFor, seen, statusOf, stored, whole } from './traditional-endpoint.js';

const oddNames = [
  'naïve & "quoted" (1).txt',
  '../../etc/passwd',
  '<img src=x onerror=alert(1)>.png',
  "'; DROP TABLE files; --.txt",
  '日本語 😀 e\u0301.txt',
  '%2e%2e%2f100%.txt',
  'a\\b;c=d.txt',
  '.hidden',
  'no extension',
  `${'long '.repeat(40)}.txt`,
];

describeOnEachServer('A file in one form', (server) => {
  it('arrives byte for byte, and its progress ends with its size', async () => {
    const element = putFor(server);
    const progress = collect(element, 'progress');
    const file = makeFile('photo.jpg', 300_001, { type: 'image/jpeg' });
    const complete = await upload(element, file);
    expect(complete).to.include({ id: 0, name: 'photo.jpg', success: true, uuid: element.getUuid(0) });
    expect(complete.response['success']).to.equal(true);
    expect(complete.response['tempLink']).to.be.a('string');
    expect(await stored(server, complete.uuid)).to.deep.equal(await whole(file));
    expect(progress.at(-1)).to.include({ uploadedBytes: file.size, totalBytes: file.size });
  });

  it('may be empty, where that is allowed', async () => {
    const element = putFor(server, { 'allow-empty': true });
    const file = makeFile('empty.txt', 0);
    const { uuid } = await upload(element, file);
    expect(await stored(server, uuid)).to.deep.equal(await whole(file));

    const strict = putFor(server);
    const refused = next(strict, 'error');
    strict.addFiles(file);
    expect((await refused).reason).to.contain('empty.txt');
    expect(statusOf(strict, 0)).to.equal('rejected');
  });

  it('keeps its name, whatever that is', async () => {
    const element = putFor(server);
    for (const name of oddNames) {
      const { uuid } = await upload(element, makeFile(name, 3));
      expect((await stored(server, uuid))?.name).to.equal(name);
    }
  });

  it('goes by the name that it was given', async () => {
    const element = putFor(server, { 'manual-upload': true });
    const submitted = next(element, 'submitted');
    element.addFiles(makeFile('old.txt', 5));
    await submitted;
    element.setName(0, 'new.txt');
    const completed = next(element, 'complete');
    element.uploadStoredFiles();
    const { uuid } = await completed;
    expect((await stored(server, uuid))?.name).to.equal('new.txt');
  });

  it('can be many: all arrive, and all are complete once', async () => {
    const element = putFor(server);
    const files = Array.from({ length: 12 }, (_, index) => makeFile(`${index}.bin`, index * 1000 + 1, { seed: index + 1 }));
    const ends = collect(element, 'allComplete');
    const ended = next(element, 'allComplete');
    element.addFiles(files);
    await ended;
    for (const [id, file] of files.entries()) expect(await stored(server, element.getUuid(id) ?? '')).to.deep.equal(await whole(file));
    expect(ends).to.have.length(1);
    expect([...(ends[0]?.succeeded ?? [])].sort((one, other) => one - other)).to.deep.equal(files.map((_, id) => id));
  });

  it('takes params along: nested ones, lists, and what functions answer', async () => {
    const element = putFor(server);
    let calls = 0;
    element.params = { album: { name: 'Été', year: 2026 }, tags: ['a', 'b'], none: null, call: () => `called ${++calls}` };
    await upload(element, makeFile('a.txt', 5));
    await upload(element, makeFile('b.txt', 5));
    const requests = await seen(server);
    expect(requests.map(fieldsOf).map(({ call }) => call)).to.deep.equal(['called 1', 'called 2']);
    expect(fieldsOf(requests[0]!)).to.include({
      'album[name]': 'Été',
      'album[year]': '2026',
      tags: 'a,b',
      none: 'null',
      qqfilename: 'a.txt',
    });
  });

  it('has its own params and endpoint, in place of those of all', async () => {
    const element = putFor(server, { 'manual-upload': true, params: '{"all":"yes"}' });
    const own = `${server.minimal.uploads}?own`;
    const submitted = next(element, 'submitted', ({ id }) => id === 2);
    element.addFiles([makeFile('0.txt', 5), makeFile('1.txt', 5)]);
    element.addFiles(makeFile('2.txt', 5), { third: 'yes' }, own);
    await submitted;
    element.setParams({ mine: 'yes' }, 1);
    element.setEndpoint(own, 1);
    expect([0, 1, 2].map((id) => element.getEndpoint(id))).to.deep.equal([server.minimal.uploads, own, own]);
    const ended = next(element, 'allComplete');
    element.uploadStoredFiles();
    expect((await ended).failed).to.deep.equal([]);
    const requests = (await seen(server)).map((request) => ({ own: request.path.endsWith('?own'), ...fieldsOf(request) }));
    const sent = ['0.txt', '1.txt', '2.txt'].map((name) =>
      requests.find((request) => (request as Record<string, unknown>)['qqfilename'] === name),
    );
    expect(sent[0]).to.include({ own: false, all: 'yes' }).and.not.have.any.keys('mine', 'third');
    expect(sent[1]).to.include({ own: true, mine: 'yes' }).and.not.have.any.keys('all', 'third');
    expect(sent[2]).to.include({ own: true, third: 'yes' }).and.not.have.any.keys('all', 'mine');
  });

  it('takes headers along: those of all, or its own', async () => {
    const element = putFor(server, { endpoint: server.cookies.uploads, 'custom-headers': '{"X-Token":"all"}', 'manual-upload': true });
    const submitted = next(element, 'submitted', ({ id }) => id === 1);
    element.addFiles([makeFile('0.txt', 5), makeFile('1.txt', 5)]);
    await submitted;
    element.setCustomHeaders({ 'X-Other': 'one' }, 1);
    const ended = next(element, 'allComplete');
    element.uploadStoredFiles();
    expect((await ended).failed).to.deep.equal([]);
    const requests = await seen(server, 'cookies');
    const headersOf = (name: string) => requests.find((request) => fieldsOf(request)['qqfilename'] === name)?.headers;
    expect(headersOf('0.txt')).to.include({ 'x-token': 'all', 'x-requested-with': 'XMLHttpRequest', accept: 'application/json' });
    expect(headersOf('1.txt')).to.include({ 'x-other': 'one' }).and.not.have.property('x-token');
  });

  it('can be the body itself, with everything else in the address', async () => {
    const element = putFor(server, { endpoint: server.cookies.uploads, params: '{"album":"one & two"}' });
    element.options = { request: { forceMultipart: false, paramsInBody: false } };
    const file = makeFile('räw & file.txt', 70_000, { type: 'text/plain' });
    const { uuid } = await upload(element, file);
    expect(await stored(server, uuid)).to.deep.equal(await whole(file));
    const [request] = await seen(server, 'cookies');
    expect(request?.headers).to.include({ 'content-type': 'application/octet-stream', 'x-mime-type': 'text/plain' });
    expect(request?.requestBytes).to.equal(file.size);
    expect(request?.path).to.contain('album=one+%26+two');
  });

  it('brings cookies where that is wished, and only there', async () => {
    document.cookie = 'visitor=me; SameSite=Lax; path=/';
    try {
      for (const wished of [true, false]) {
        const element = putFor(server, {
          endpoint: server.cookies.uploads,
          'with-credentials': wished,
          'delete-endpoint': server.cookies.uploads,
        });
        expect((await upload(element, makeFile('a.txt', 5))).success).to.equal(true);
        const deleted = next(element, 'deleteComplete');
        element.deleteFile(0);
        expect((await deleted).success).to.equal(true);
        const requests = (await seen(server, 'cookies')).slice(-2);
        expect(requests.map(({ headers }) => headers['cookie']?.includes('visitor=me') ?? false)).to.deep.equal([wished, wished]);
      }
    } finally {
      document.cookie = 'visitor=; max-age=0; path=/';
    }
  });

  it('has failed where the server takes no cookies, and the page sends some', async () => {
    const element = putFor(server, { 'with-credentials': true, 'max-auto-attempts': 0 });
    const errors = collect(element, 'error');
    expect((await upload(element, makeFile('a.txt', 5))).success).to.equal(false);
    expect(errors.map(({ status }) => status)).to.deep.equal([0]);
    expect(errors[0]?.reason).to.match(/connection/);
  });

  it('goes by another uuid from then on, where the server says so', async () => {
    const answer = { kind: 'answer', status: 200, body: '{"success":true,"newUuid":"server-side-17"}' } as const;
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [answer] });
    const element = putFor(server, { 'delete-endpoint': server.minimal.uploads });
    expect((await upload(element, makeFile('a.txt', 5))).uuid).to.equal('server-side-17');
    expect(element.getUuid(0)).to.equal('server-side-17');
    const deleted = next(element, 'deleteComplete');
    element.deleteFile(0);
    await deleted;
    expect((await seen(server)).at(-1)).to.include({ method: 'DELETE', status: 404 });
    expect((await seen(server)).at(-1)?.path).to.match(/\/server-side-17$/);
  });

  it('is not tried again where the server forbids it', async () => {
    const answer = { kind: 'answer', status: 500, body: '{"error":"A virus.","preventRetry":true}', times: 9 } as const;
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [answer] });
    const element = putFor(server);
    const errors = collect(element, 'error');
    expect((await upload(element, makeFile('a.txt', 5))).success).to.equal(false);
    expect(errors.map(({ reason }) => reason)).to.deep.equal(['A virus.']);
    expect(element.retry(0)).to.equal(false);
    expect(await seen(server)).to.have.length(1);
  });

  it('is sent again after a refusal, by itself and by hand', async () => {
    const refusal = { kind: 'answer', status: 503, times: 2 } as const;
    await commandTestServers('faults', { proxy: server.minimalProxy, faults: [refusal] });
    const element = putFor(server, { 'max-auto-attempts': 1 });
    const retries = collect(element, 'autoRetry');
    const file = makeFile('a.bin', 1000);
    expect((await upload(element, file)).success).to.equal(false);
    expect(retries.map(({ attempt }) => attempt)).to.deep.equal([1]);
    const completed = next(element, 'complete');
    expect(element.retry(0)).to.equal(true);
    expect((await completed).success).to.equal(true);
    expect(await stored(server, element.getUuid(0) ?? '')).to.deep.equal(await whole(file));
  });
});
