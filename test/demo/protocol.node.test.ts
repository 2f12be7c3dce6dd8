/** The promise of demo/docs/protocol.md: every request in it is answered as it says there, by the servers that people copy. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createSigningServer, presign, signV4 } from '../../demo/servers/node/signing-server.mjs';
import { createTraditionalEndpoint } from '../../demo/servers/node/traditional-endpoint.mjs';
import { amzDate, sha256 } from '../contract/signing-requests.js';
import { sendRaw } from '../contract/signing-suite.js';
import { startIdentity } from '../servers/identity.js';
import type { Identity } from '../servers/identity.js';
import { startLocalServer } from '../servers/local-server.js';
import type { LocalServer } from '../servers/local-server.js';
import { account, BUCKET, startS3Target } from '../servers/s3-target.js';
import type { S3Target } from '../servers/s3-target.js';
import { root } from '../tools/root.mjs';

/** The secret key that the page's signatures were made with: the one of AWS's own documentation. */
const SECRET_KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const SCOPE = '20261122/us-east-1/s3/aws4_request';

const text = await readFile(join(root, 'demo/docs/protocol.md'), 'utf8');
const blocks = [...text.matchAll(/^```http\n(.*?)^```/gms)].map(([, block = '']) => block.replace(/\n$/, ''));
const exchanges = blocks.flatMap((block, index) => (block.startsWith('HTTP/') ? [[blocks[index - 1] ?? '', block] as const] : []));

let folder: string;
let identity: Identity;
let target: S3Target;
let server: LocalServer;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'protocol-'));
  identity = await startIdentity();
  target = await startS3Target(join(folder, 's3'), identity);
  const options = { ...account(target, BUCKET, target.credentials), bucket: BUCKET, authorize: () => 'somebody', log: () => undefined };
  const sign = createSigningServer(options);
  const uploads = await createTraditionalEndpoint({ folder: join(folder, 'uploads'), authorize: () => 'somebody' });
  server = await startLocalServer(() => async (request, response) => (await sign(request, response)) || uploads(request, response));
});
after(async () => {
  await Promise.all([server?.stop(), identity?.close()]);
  await target?.close();
  await rm(folder, { recursive: true, force: true });
});

/** The page's example in the place and at the time of this test. */
function here(example: string): string {
  return example
    .replaceAll('2026-11-22T21:35:00.000Z', new Date(Date.now() + 300_000).toISOString())
    .replaceAll('20261122T213000Z', amzDate())
    .replaceAll('20261122', amzDate().slice(0, 8))
    .replaceAll('s3.example.com', new URL(target.url).host)
    .replaceAll('AKIAIOSFODNN7EXAMPLE', target.credentials.accessKey);
}

function parts(block: string): { first: string; headers: Record<string, string>; body: string } {
  const [head = '', ...body] = block.split('\n\n');
  const [first = '', ...lines] = head.split('\n');
  return { first, headers: Object.fromEntries(lines.map((line) => line.split(': ', 2) as [string, string])), body: body.join('\n\n') };
}

describe('demo/docs/protocol.md', () => {
  it('has an answer to each of its requests', () => {
    assert.ok(exchanges.length >= 12);
    assert.equal(blocks.length, exchanges.length * 2);
  });

  it('has the signatures that its own key chain makes', () => {
    const bodies = exchanges.map(([request, answer]) => [parts(request).body, parts(answer).body] as const);
    const [policy = '', signed = ''] = bodies.find(([request]) => request.startsWith('{"expiration":"2026')) ?? [];
    const answer = JSON.parse(signed) as { policy: string; signature: string };
    assert.deepEqual(JSON.parse(Buffer.from(answer.policy, 'base64').toString('utf8')), JSON.parse(policy));
    assert.equal(answer.signature, signV4(SECRET_KEY, SCOPE, answer.policy));
    const [request = '', requestSigned = ''] = bodies.find(([body]) => body.startsWith('{"headers"')) ?? [];
    const lines = (JSON.parse(request) as { headers: string }).headers.split('\n');
    const stringToSign = [...lines.slice(0, 3), sha256(lines.slice(3).join('\n'))].join('\n');
    assert.deepEqual(JSON.parse(requestSigned), { signature: signV4(SECRET_KEY, SCOPE, stringToSign) });
  });

  it('is answered by the servers as it says', async () => {
    const key = '5ffe0ee5-1b93-42f4-8b97-695b28092af5.jpg';
    await sendRaw(presign(account(target, BUCKET, target.credentials), 'PUT', key), 'PUT', {}, 'a picture');
    for (const [request, answer] of exchanges) {
      const { first, headers, body } = parts(here(request));
      const [method = '', path = ''] = first.split(' ');
      const isForm = headers['Content-Type']?.startsWith('multipart/');
      const sent = await sendRaw(server.origin + path, method, headers, isForm ? `${body}\n`.replaceAll('\n', '\r\n') : body);
      const expected = parts(answer);
      assert.equal(String(sent.status), expected.first.split(' ')[1], `${first}: ${sent.text}`);
      if (expected.headers['Content-Type']) assert.equal(sent.headers['content-type'], expected.headers['Content-Type'], first);
      if (expected.body === '') {
        assert.equal(sent.text, '');
        continue;
      }
      const wanted = JSON.parse(expected.body) as Record<string, unknown>;
      const got = JSON.parse(sent.text) as Record<string, unknown>;
      // What depends on the time and the key of this test is of the same kind.
      const variable = ['policy', 'signature', ...(wanted['tempLink'] === '…' ? ['tempLink'] : [])];
      for (const name of variable) {
        if (!(name in wanted)) continue;
        assert.equal(typeof got[name], 'string', `${first}: ${name}`);
        got[name] = wanted[name];
      }
      const byUuid = (value: unknown): unknown =>
        Array.isArray(value) ? value.sort((one: { uuid: string }, other: { uuid: string }) => (one.uuid < other.uuid ? -1 : 1)) : value;
      assert.deepEqual(byUuid(got), byUuid(wanted), first);
    }
  });
});
