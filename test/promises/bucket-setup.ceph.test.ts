/** Promise: the rules and policies in README.md under "Setting up a bucket" are sufficient for uploads and grant nothing else. The tests apply each JSON block to a real Ceph. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { createSigningServer, presign } from '../../demo/servers/node/signing-server.mjs';
import { createBucket, ensureCeph, startCeph } from '../servers/ceph/ceph.js';
import type { AccessKeys, Ceph, CorsRule } from '../servers/ceph/ceph.js';
import { assumeRole, callIam, registerProvider, startIdentity } from '../servers/identity.js';
import type { Identity } from '../servers/identity.js';
import { startLocalServer } from '../servers/local-server.js';
import type { LocalServer } from '../servers/local-server.js';
import { waitForResumeRecord } from '../e2e/resume-record.js';
import { launchBrowser } from '../tools/playwright.js';
import { root } from '../tools/root.mjs';

const MEBIBYTE = 2 ** 20;
const BUCKET = 'photos';
const REGION = 'us-east-1';
const ROLE = 'Visitor';

const readme = await readFile(join(root, 'README.md'), 'utf8');
const section = /\n## Setting up a bucket\n(.*?)\n## /s.exec(readme)?.[1] ?? '';
const [simpleCors = '', partsCors = '', signerPolicy = '', trustPolicy = '', rolePolicy = '', ...others] = [
  ...section.matchAll(/```json\n(.*?)```/gs),
].map(([, json = '']) => json);

let ceph: Ceph;
let signer: AccessKeys;
let identity: Identity;
let site: LocalServer;
let otherSite: LocalServer;
let browser: Browser;
let page: Page;

const admin = async (...words: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)('radosgw-admin', ['-c', join(ceph.folder, 'ceph.conf'), '-n', 'client.rgw', ...words]);
  return stdout;
};

/** Sets the CORS rules of a JSON block, with the origin of this test's page. */
async function setCors(json: string): Promise<void> {
  const rules = JSON.parse(json.replaceAll('https://www.example.com', site.origin)) as Readonly<Record<string, string[] & number>>[];
  const lowerCase = rules.map((rule) =>
    Object.fromEntries(Object.entries(rule).map(([name, value]) => [`${name.charAt(0).toLowerCase()}${name.slice(1)}`, value])),
  );
  await createBucket(ceph, BUCKET, lowerCase as unknown as CorsRule[]);
}

const allow = (json: string, ...actions: string[]): Promise<void> => {
  const policy = JSON.parse(json) as { Statement: { Action: string[] }[] };
  policy.Statement[0]?.Action.push(...actions);
  return callIam(ceph, 'PutUserPolicy', { UserName: 'signer', PolicyName: 'uploads', PolicyDocument: JSON.stringify(policy) });
};

/** Sets the signer's policy as the bucket policy: for form posts Ceph 16 checks only the bucket policy. */
async function allowForms(json: string): Promise<void> {
  const policy = JSON.parse(json) as { Statement: object[] };
  const Principal = { AWS: ['arn:aws:iam:::user/signer'] };
  const Statement = policy.Statement.map((statement) => ({ ...statement, Principal }));
  assert.equal(await ask(ceph.credentials, 'PUT', `${BUCKET}/`, { policy: '' }, JSON.stringify({ ...policy, Statement })), 204);
}

/** Sends a presigned request and returns its status. */
async function ask(
  keys: AccessKeys & { sessionToken?: string },
  method: string,
  path: string,
  query: Record<string, string> = {},
  body = 'other content',
): Promise<number> {
  const [bucket = '', ...key] = path.split('/');
  const account = { bucketUrl: `${ceph.url}/${bucket}`, region: REGION, ...keys };
  const token = keys.sessionToken === undefined ? {} : { 'X-Amz-Security-Token': keys.sessionToken };
  const url = presign(account, method, key.join('/'), { query: { ...query, ...token } });
  const response = await fetch(url, { method, ...(method === 'PUT' ? { body } : {}) });
  await response.arrayBuffer();
  return response.status;
}

/** The outcome of an upload. */
interface Outcome {
  readonly success: boolean;
  readonly key: string;
  readonly sha256: string;
  readonly reason: string;
}

type Attributes = Readonly<Record<string, string>>;

/** Uploads a file of `size` bytes with an uploader on the page. */
async function upload(size: number, attributes: Attributes, credentials?: object, prefix = ''): Promise<Outcome> {
  const all: Attributes = { endpoint: `${ceph.url}/${BUCKET}`, 'auto-attempt-delay': '0.1', ...attributes };
  return page.evaluate(
    async ({ size, all, credentials, prefix }) => {
      const uploader = document.createElement('fine-uploader-s3') as HTMLElement & Record<'key' | 'credentials', unknown>;
      for (const [name, value] of Object.entries(all)) uploader.setAttribute(name, value);
      if (credentials) uploader.credentials = credentials;
      uploader.key = () => `${prefix}${crypto.randomUUID()} ü.bin`;
      document.body.replaceChildren(uploader);
      const bytes = new Uint8Array(size);
      for (let start = 0; start < size; start += 65_536) crypto.getRandomValues(bytes.subarray(start, start + 65_536));
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      let reason = '';
      uploader.addEventListener('error', (event) => (reason = (event as unknown as CustomEvent<{ reason: string }>).detail.reason));
      const completed = new Promise<{ success: boolean; key?: string }>((resolve) =>
        uploader.addEventListener('complete', (event) => resolve((event as CustomEvent<{ success: boolean }>).detail)),
      );
      (uploader as unknown as { addFiles(file: File): void }).addFiles(new File([bytes], 'a.bin'));
      const { success, key = '' } = await completed;
      return { success, key, reason, sha256: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('') };
    },
    { size, all, credentials, prefix },
  );
}

async function assertStored({ success, key, sha256, reason }: Outcome): Promise<void> {
  assert.ok(success, reason);
  const response = await fetch(presign({ bucketUrl: `${ceph.url}/${BUCKET}`, region: REGION, ...ceph.system }, 'GET', key));
  assert.equal(response.status, 200);
  assert.equal(
    createHash('sha256')
      .update(Buffer.from(await response.arrayBuffer()))
      .digest('hex'),
    sha256,
  );
}

async function unfinished(): Promise<number> {
  const account = { bucketUrl: `${ceph.url}/${BUCKET}`, region: REGION, ...ceph.credentials };
  const xml = await (await fetch(presign(account, 'GET', '', { query: { uploads: '' } }))).text();
  assert.match(xml, /<ListMultipartUploadsResult/);
  return xml.match(/<Upload>/g)?.length ?? 0;
}

const bySigner = (): Attributes => ({
  'access-key': signer.accessKey,
  'signature-endpoint': '/s3/signature',
  'delete-endpoint': '/s3/files',
});
const inParts = { chunking: '' };

before(async () => {
  assert.equal(others.length, 0, 'a JSON block of the section is not tested');
  await ensureCeph();
  [ceph, identity, browser] = await Promise.all([startCeph(), startIdentity(), launchBrowser()]);
  await admin('caps', 'add', '--uid', 'demo', '--caps', 'user-policy=*');
  const user = JSON.parse(await admin('user', 'create', '--uid', 'signer', '--display-name', 'signer', '--max-buckets', '-1')) as {
    keys: [{ access_key: string; secret_key: string }];
  };
  signer = { accessKey: user.keys[0].access_key, secretKey: user.keys[0].secret_key };
  await createBucket(ceph, BUCKET);
  await createBucket(ceph, 'other');
  assert.equal(await ask(ceph.credentials, 'PUT', `${BUCKET}/another user’s`), 200);

  await registerProvider(ceph, identity);
  // The provider's names, and no account id, which Ceph does not have.
  const trust = trustPolicy.replaceAll('login.example.com', new URL(identity.issuer).host).replaceAll('123456789012', '');
  for (const [name, document] of [
    [ROLE, trust.replaceAll('my-page', identity.clientId)],
    ['OfAnotherClient', trust],
  ] as const) {
    await callIam(ceph, 'CreateRole', { RoleName: name, Path: '/', AssumeRolePolicyDocument: document });
    await callIam(ceph, 'PutRolePolicy', { RoleName: name, PolicyName: 'uploads', PolicyDocument: rolePolicy });
  }

  const bundle = await build({ entryPoints: [join(root, 'src/index.ts')], bundle: true, format: 'esm', write: false });
  const script = bundle.outputFiles[0]?.text ?? '';
  const signing = createSigningServer({
    bucket: BUCKET,
    bucketUrl: `${ceph.url}/${BUCKET}`,
    region: REGION,
    ...signer,
    version2: true,
    authorize: () => 'tester',
    log: () => undefined,
  });
  const open = () =>
    startLocalServer(() => async (request, response) => {
      if (request.url === '/elements.js') response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script);
      else if (request.url === '/')
        response.writeHead(200, { 'Content-Type': 'text/html' }).end('<script type="module" src="/elements.js"></script>');
      else return signing(request, response);
      return true;
    });
  [site, otherSite] = await Promise.all([open(), open()]);
  page = await browser.newPage();
});
after(async () => {
  await Promise.all([browser?.close(), identity?.close(), site?.stop(), otherSite?.stop()]);
  await ceph?.stop();
});
// A new context has no cached preflights.
beforeEach(async () => {
  await page.close();
  page = await (await browser.newContext()).newPage();
  await page.goto(site.origin);
});

describe('the CORS rules for files in one request and the policy of the signing server', { timeout: 60_000 }, () => {
  before(async () => {
    await setCors(simpleCors);
    await allowForms(signerPolicy);
  });
  after(async () => {
    // Amazon answers 204, Ceph 200.
    assert.equal(await ask(ceph.credentials, 'DELETE', `${BUCKET}/`, { policy: '' }), 200);
    await allow(signerPolicy);
  });

  it('are sufficient for small files and for files with progress', async () => {
    await assertStored(await upload(1000, bySigner()));
    await assertStored(await upload(6 * MEBIBYTE, bySigner()));
    await assertStored(await upload(6 * MEBIBYTE, { ...bySigner(), 'signature-version': '2' }));
  });

  it('allow only the signing server to write, and nothing else', async () => {
    assert.equal(await ask(signer, 'PUT', `${BUCKET}/written`), 200);
    for (const [method, path] of [
      ['DELETE', `${BUCKET}/written`],
      ['GET', `${BUCKET}/another user’s`],
      ['GET', `${BUCKET}/`],
      ['PUT', 'other/written'],
    ] as const) {
      assert.equal(await ask(signer, method, path), 403, `${method} ${path}`);
    }
    assert.equal((await fetch(`${ceph.url}/${BUCKET}/anybody`, { method: 'PUT', body: 'x' })).status, 403);
  });

  it('allow neither other pages nor files in parts', async () => {
    assert.equal((await upload(6 * MEBIBYTE, { ...bySigner(), ...inParts })).success, false);
    await page.goto(otherSite.origin);
    assert.equal((await upload(6 * MEBIBYTE, bySigner())).success, false);
  });
});

describe('the CORS rules for files in parts and the policy of the signing server', { timeout: 60_000 }, () => {
  before(() => setCors(partsCors));

  it('are sufficient with signature versions 4 and 2', async () => {
    await assertStored(await upload(11 * MEBIBYTE, { ...bySigner(), ...inParts }));
    await assertStored(await upload(11 * MEBIBYTE, { ...bySigner(), ...inParts, 'signature-version': '2' }));
  });

  it('expose the ETag of parts, so that no list of parts is requested', async () => {
    const methods: string[] = [];
    page.on('request', (request) => {
      if (request.url().startsWith(ceph.url)) methods.push(request.method());
    });
    await assertStored(await upload(11 * MEBIBYTE, { ...bySigner(), ...inParts }));
    assert.deepEqual(methods, ['POST', 'PUT', 'PUT', 'PUT', 'POST']);
  });

  it('allow an upload to be resumed after a reload with the bucket’s list of parts', async () => {
    const left = await unfinished();
    const begin = (name: 'uploadChunkSuccess' | 'complete') =>
      page.evaluate(
        async ({ name, all }) => {
          const uploader = document.createElement('fine-uploader-s3');
          for (const [attribute, value] of Object.entries(all)) uploader.setAttribute(attribute, value);
          document.body.replaceChildren(uploader);
          let resumed = 0;
          uploader.addEventListener('resume', () => resumed++);
          // The first visit stops here.
          if (name === 'uploadChunkSuccess') {
            uploader.addEventListener('uploadChunk', (event) => {
              const { detail, waitUntil } = event as CustomEvent<{ partIndex: number }> & { waitUntil(promise: Promise<never>): void };
              if (detail.partIndex === 2) waitUntil.call(event, new Promise<never>(() => {}));
            });
          }
          const happened = new Promise<object>((resolve) =>
            uploader.addEventListener(name, (event) => resolve((event as CustomEvent<object>).detail), { once: true }),
          );
          const bytes = new Uint8Array(21 * 2 ** 20).map((_byte, index) => index % 251);
          (uploader as unknown as { addFiles(file: File): void }).addFiles(new File([bytes], 'resumed.bin', { lastModified: 1 }));
          return { ...((await happened) as { success?: boolean }), resumed };
        },
        { name, all: { endpoint: `${ceph.url}/${BUCKET}`, ...bySigner(), ...inParts, resume: '', 'max-connections': '1' } },
      );
    await begin('uploadChunkSuccess');
    await waitForResumeRecord(page);
    page.on('dialog', (dialog) => void dialog.accept());
    await page.reload();
    const listed = page.waitForResponse((response) => response.request().method() === 'GET' && response.url().includes('uploadId='));
    const { success, resumed } = await begin('complete');
    assert.equal((await listed).status(), 200);
    assert.deepEqual([success, resumed], [true, 1]);
    assert.equal(await unfinished(), left);
  });

  it('allow a cancelled upload to be aborted', async () => {
    const left = await unfinished();
    const aborted = page.waitForResponse((response) => response.request().method() === 'DELETE');
    await page.evaluate(
      (all) => {
        const uploader = document.createElement('fine-uploader-s3');
        for (const [name, value] of Object.entries(all)) uploader.setAttribute(name, value);
        document.body.replaceChildren(uploader);
        const methods = uploader as unknown as { addFiles(file: File): void; cancel(id: number): void };
        uploader.addEventListener('uploadChunkSuccess', () => methods.cancel(0), { once: true });
        methods.addFiles(new File([new Uint8Array(26 * 2 ** 20)], 'cancelled.bin'));
      },
      { endpoint: `${ceph.url}/${BUCKET}`, ...bySigner(), ...inParts, 'max-connections': '1' },
    );
    assert.equal((await aborted).status(), 204);
    assert.equal(await unfinished(), left);
  });

  it('grant nothing else', async () => {
    assert.equal(await ask(signer, 'PUT', `${BUCKET}/mine`), 200);
    for (const [method, path, query] of [
      ['DELETE', `${BUCKET}/mine`],
      ['GET', `${BUCKET}/another user’s`],
      ['GET', `${BUCKET}/`],
      ['GET', `${BUCKET}/`, { uploads: '' }],
      ['GET', `${BUCKET}/`, { cors: '' }],
      ['PUT', `${BUCKET}/`, { policy: '' }],
      ['DELETE', `${BUCKET}/`],
      ['PUT', 'other/mine'],
    ] as const) {
      assert.equal(await ask(signer, method, path, query), 403, `${method} ${path} ${JSON.stringify(query ?? {})}`);
    }
  });

  it('allow deleting and reading with the additional actions', async () => {
    const actions = [...section.matchAll(/`(s3:\w+)`/g)].map(([, action = '']) => action);
    assert.deepEqual(actions, ['s3:DeleteObject', 's3:GetObject', 's3:PutObjectAcl']);
    try {
      assert.equal(await ask(signer, 'PUT', `${BUCKET}/deleted`), 200);
      await allow(signerPolicy, 's3:DeleteObject');
      assert.equal(await ask(signer, 'DELETE', `${BUCKET}/deleted`), 204);
      assert.equal(await ask(signer, 'GET', `${BUCKET}/another user’s`), 403);
      await allow(signerPolicy, 's3:GetObject');
      assert.equal(await ask(signer, 'GET', `${BUCKET}/another user’s`), 200);
    } finally {
      await allow(signerPolicy);
    }
  });
});

describe('the role for uploads without a server', { timeout: 60_000 }, () => {
  before(() => setCors(partsCors));
  const assume = async (role = ROLE) => assumeRole(ceph.url, `arn:aws:iam:::role/${role}`, await identity.idToken('Zoë'));
  const visitors = 'visitors/';

  it('allows uploads below its prefix, in one request and in parts', async () => {
    const left = await unfinished();
    const credentials = await assume();
    await assertStored(await upload(1000, {}, credentials, visitors));
    await assertStored(await upload(11 * MEBIBYTE, inParts, credentials, visitors));
    await assertStored(await upload(11 * MEBIBYTE, { ...inParts, 'signature-version': '2' }, credentials, visitors));
    assert.equal(await unfinished(), left);
  });

  it('allows nothing else', async () => {
    const credentials = await assume();
    const { accessKey, secretKey, sessionToken } = credentials;
    const keys = { accessKey, secretKey, sessionToken };
    for (const attributes of [{}, inParts]) {
      const outcome = await upload(6 * MEBIBYTE, attributes, credentials, 'elsewhere/');
      assert.equal(outcome.success, false);
      assert.notEqual(outcome.reason, '');
    }
    assert.equal(await ask(keys, 'PUT', `${BUCKET}/visitors/mine`), 200);
    for (const [method, path] of [
      ['PUT', `${BUCKET}/elsewhere`],
      ['DELETE', `${BUCKET}/visitors/mine`],
      ['GET', `${BUCKET}/another user’s`],
      ['GET', `${BUCKET}/`],
      ['PUT', 'other/visitors/mine'],
    ] as const) {
      assert.equal(await ask(keys, method, path), 403, `${method} ${path}`);
    }
  });

  it('rejects tokens for other clients and changed tokens', async () => {
    await assert.rejects(assume('OfAnotherClient'), /answered 403/);
    const token = await identity.idToken('Zoë');
    const changed = `${token.slice(0, -6)}AAAAAA`;
    await assert.rejects(assumeRole(ceph.url, `arn:aws:iam:::role/${ROLE}`, changed), /answered 403/);
  });
});
