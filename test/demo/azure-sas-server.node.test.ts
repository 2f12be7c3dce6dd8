/** The SAS server of demo/servers: which permissions it gives, and which requests it refuses. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { createSasServer, settingsFrom } from '../../demo/servers/node/azure-sas-server.mjs';
import { startLocalServer } from '../servers/local-server.js';
import type { LocalServer } from '../servers/local-server.js';

const container = 'https://account.blob.core.windows.net/photos';
const settings = { account: 'account', accountKey: Buffer.from('a key').toString('base64'), containerUrl: container };
const log: string[] = [];
let server: LocalServer;

before(async () => {
  server = await startLocalServer(() =>
    createSasServer({
      ...settings,
      blobPrefix: 'users/{user}/',
      allowedOrigins: ['https://app.example'],
      authorize: (request) => /(?:^|; )session=([a-z/]+)(?:;|$)/.exec(request.headers.cookie ?? '')?.[1],
      log: (line) => log.push(line),
    }),
  );
});
after(() => server?.stop());

/** Asks for a SAS as the page of a signed-in user. */
function ask(query: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.origin}/azure/sas?${query}`, { headers: { Cookie: 'session=alice', ...headers } });
}
const queryFor = (blobUri: string, method = 'PUT') =>
  new URLSearchParams({ bloburi: blobUri, _method: method, qqtimestamp: '1' }).toString();

describe('the SAS server', () => {
  for (const [method, permissions] of [
    ['PUT', 'rcw'],
    ['DELETE', 'd'],
  ] as const)
    it(`permits ${permissions} for ${method}, of one blob, for 15 minutes`, async () => {
      const response = await ask(queryFor(`${container}/users/alice/a b#ü.txt`.replace('#', '%23'), method));
      assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'text/plain; charset=utf-8']);
      const url = new URL(await response.text());
      assert.equal(url.origin + url.pathname, `${container}/users/alice/a%20b%23%C3%BC.txt`);
      const { sv, spr, se = '', sr, sp, sig } = Object.fromEntries(url.searchParams);
      assert.deepEqual([sr, sp, spr, sv], ['b', permissions, 'https', '2020-12-06']);
      assert.ok(Math.abs(Date.parse(se) - Date.now() - 15 * 60_000) < 5000);
      // https://learn.microsoft.com/rest/api/storageservices/create-service-sas
      const text = [
        permissions,
        '',
        se,
        '/blob/account/photos/users/alice/a b#ü.txt',
        '',
        '',
        'https',
        sv,
        'b',
        '',
        '',
        '',
        '',
        '',
        '',
        '',
      ];
      assert.equal(sig, createHmac('sha256', 'a key').update(text.join('\n'), 'utf8').digest('base64'));
    });

  const hostile: Readonly<Record<string, string>> = {
    'no blob': '_method=PUT',
    'no method': `bloburi=${encodeURIComponent(`${container}/users/alice/a`)}`,
    'another method': queryFor(`${container}/users/alice/a`, 'GET'),
    'a method in small letters': queryFor(`${container}/users/alice/a`, 'put'),
    'a permission as the method': queryFor(`${container}/users/alice/a`, 'rcwdl'),
    'the blob of another user': queryFor(`${container}/users/bob/a`),
    'a user whose name begins alike': queryFor(`${container}/users/alice2/a`),
    'the prefix alone': queryFor(`${container}/users/alice/`),
    'the container': queryFor(container),
    'the container with a slash': queryFor(`${container}/`),
    'another container': queryFor('https://account.blob.core.windows.net/other/users/alice/a'),
    'a container whose name begins alike': queryFor(`${container}2/users/alice/a`),
    'another account': queryFor('https://evil.blob.core.windows.net/photos/users/alice/a'),
    http: queryFor(`${container.replace('https', 'http')}/users/alice/a`),
    'a path that climbs': queryFor(`${container}/users/alice/../bob/a`),
    'a path that climbs, escaped': queryFor(`${container}/users/alice/%2e%2e/bob/a`),
    'a path that climbs by backslashes': queryFor(`${container}/users/alice/..\\bob\\a`),
    'an escaped backslash': queryFor(`${container}/users/alice/..%5cbob%5ca`),
    'a segment of one dot': queryFor(`${container}/users/alice/./a`),
    'a dot at the end': queryFor(`${container}/users/alice/a.`),
    'a slash at the end': queryFor(`${container}/users/alice/a/`),
    'an empty segment': queryFor(`${container}/users/alice//a`),
    'a query behind the blob': queryFor(`${container}/users/alice/a?comp=list`),
    'an escaped query': queryFor(`${container}/users/alice/a`) + '&bloburi=x',
    'a fragment': queryFor(`${container}/users/alice/a#b`),
    'a line break': queryFor(`${container}/users/alice/a%0ab`),
    'a NUL': queryFor(`${container}/users/alice/a%00b`),
    'half an escape': queryFor(`${container}/users/alice/a%`),
    'no UTF-8': queryFor(`${container}/users/alice/%ff`),
    'half a surrogate pair': queryFor(`${container}/users/alice/%ed%a0%80`),
    'a name of 1,025 characters': queryFor(`${container}/users/alice/${'x'.repeat(1025)}`),
    'two methods': `${queryFor(`${container}/users/alice/a`)}&_method=DELETE`,
  };
  for (const [what, query] of Object.entries(hostile))
    it(`refuses ${what}`, async () => {
      const response = await ask(query);
      const text = await response.text();
      assert.ok(response.status === 403 || response.status === 400, `${response.status} ${text}`);
      assert.doesNotMatch(text, /sig=/);
    });

  it('refuses who is not signed in, and pages of other sites', async () => {
    const query = queryFor(`${container}/users/alice/a`);
    for (const headers of [
      { Cookie: '' },
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: 'https://app.example.evil.example' },
      { Origin: 'http://app.example' },
      { 'Sec-Fetch-Site': 'cross-site' },
    ]) {
      const response = await ask(query, headers);
      assert.equal(response.status, 403, JSON.stringify(headers));
      assert.equal(response.headers.get('access-control-allow-origin'), null);
    }
    const allowed = await ask(query, { Origin: 'https://app.example' });
    assert.deepEqual([allowed.status, allowed.headers.get('access-control-allow-origin')], [200, 'https://app.example']);
  });

  it('gives a user whose id looks like a path no part in the files of others', async () => {
    const response = await ask(queryFor(`${container}/users/alice/bob/a`), { Cookie: 'session=alice/bob' });
    assert.equal(response.status, 403);
  });

  it('logs what it refuses in one printable line', async () => {
    log.length = 0;
    await ask(queryFor(`${container}/users/alice/a%0d%0aforged%1b[31m`));
    assert.equal(log.length, 1);
    assert.match(log[0] ?? '', /^[\x20-\x7e]+$/);
  });

  it('does not believe that a blob of somebody else is stored', async () => {
    for (const fields of [
      { blob: 'users/bob/a', container },
      { blob: 'users/alice/a', container: 'https://evil.example/photos' },
      { blob: '', container },
    ]) {
      const response = await fetch(`${server.origin}/azure/success`, {
        method: 'POST',
        headers: { Cookie: 'session=alice' },
        body: new URLSearchParams(fields),
      });
      assert.equal(response.status, 403, JSON.stringify(fields));
    }
  });

  it('does not start without `authorize`, or without its settings', () => {
    assert.throws(() => createSasServer({ ...settings, authorize: undefined }), /Say who may upload: pass /);
    assert.throws(() => settingsFrom({}), /Set AZURE_ACCOUNT in the environment/);
    assert.throws(
      () => settingsFrom({ AZURE_ACCOUNT: 'a', AZURE_ACCOUNT_KEY: 'b', AZURE_CONTAINER_URL: 'c', AZURE_MAX_SIZE: '10MB' }),
      /AZURE_MAX_SIZE/,
    );
  });
});
