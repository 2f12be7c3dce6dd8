/** The promise of demo/docs/no-server.md and its module: each provider's dialect, tried against an OpenID provider and a token service as far as they speak it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { amazon, begin, cognito, facebook, google, openId, takeToken, temporaryCredentials } from '../../demo/docs/no-server.mjs';
import type { Dialect } from '../../demo/docs/no-server.mjs';
import { readText } from '../../demo/servers/http.js';
import { createIdentityProvider } from '../../demo/servers/identity-provider.js';
import { ROLE_PREFIX, signInAt } from '../servers/identity.js';
import type { Identity } from '../servers/identity.js';
import { startLocalServer } from '../servers/local-server.js';
import type { LocalServer } from '../servers/local-server.js';
import { BUCKET, startS3Target } from '../servers/s3-target.js';
import type { S3Target } from '../servers/s3-target.js';
import { root } from '../tools/root.mjs';

const PAGE = 'https://page.example/app';
const CLIENT = 'my-page';

let folder: string;
let provider: LocalServer;
let target: S3Target;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'no-server-docs-'));
  let issuer = '';
  provider = await startLocalServer(async () => {
    if (issuer === '') return () => Promise.resolve(false);
    const client = { id: CLIENT, redirectUris: [PAGE], implicit: true };
    return (await createIdentityProvider({ issuer, client, style: () => Promise.resolve('') })).handler;
  });
  issuer = provider.origin;
  await provider.stop();
  await provider.start();
  const identity: Pick<Identity, 'issuer' | 'clientId'> = { issuer, clientId: CLIENT };
  target = await startS3Target(join(folder, 's3'), identity as Identity);
});
after(async () => {
  await provider?.stop();
  await target?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A dialect as the embedded provider has it: its own addresses, all else the same. */
const here = (dialect: Dialect): Dialect => ({ ...dialect, authorize: `${provider.origin}/auth`, tokens: `${provider.origin}/token` });

describe('demo/docs/no-server.mjs', () => {
  it('asks every provider in its own words', async () => {
    const cases: readonly [Dialect, string, Record<string, string>][] = [
      [google('g'), 'https://accounts.google.com/o/oauth2/v2/auth', { response_type: 'id_token', client_id: 'g', scope: 'openid' }],
      [facebook('f'), 'https://www.facebook.com/dialog/oauth', { response_type: 'token', client_id: 'f', scope: 'public_profile' }],
      [amazon('a'), 'https://www.amazon.com/ap/oa', { response_type: 'token', client_id: 'a', scope: 'profile' }],
      [
        cognito('c', 'https://pool.auth.eu-west-1.amazoncognito.com'),
        'https://pool.auth.eu-west-1.amazoncognito.com/oauth2/authorize',
        { response_type: 'code', client_id: 'c', scope: 'openid', code_challenge_method: 'S256' },
      ],
    ];
    for (const [dialect, address, expected] of cases) {
      const { url, state, nonce, verifier } = await begin(dialect, PAGE);
      const { origin, pathname, searchParams } = new URL(url);
      assert.equal(origin + pathname, address);
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      assert.deepEqual(Object.fromEntries(searchParams), {
        ...expected,
        redirect_uri: PAGE,
        state,
        ...(expected['response_type'] === 'token' ? {} : { nonce }),
        ...(expected['response_type'] === 'code' ? { code_challenge: challenge } : {}),
      });
    }
  });

  for (const [name, dialect] of Object.entries({
    'an id_token, as Google': () => Promise.resolve(here(google(CLIENT))),
    'a code, as Cognito': () => Promise.resolve(here(cognito(CLIENT, 'https://unused.example'))),
    'a code, found by discovery': () => openId(CLIENT, provider.origin),
  })) {
    it(`signs in with ${name}, and gets credentials that upload below the role's prefix and nowhere else`, async () => {
      const spoken = await dialect();
      const journey = await begin(spoken, PAGE);
      const back = await signInAt(provider.origin, journey.url, 'Zoë', PAGE);
      const token = await takeToken(spoken, back, journey);
      assert.ok(token);
      const credentials = await temporaryCredentials({ ...token, role: target.roleArn, seconds: 900, tokenService: `${target.url}/` });
      assert.ok(new Date(credentials.expiration).getTime() > Date.now());
      const { presign } = await import('../../demo/servers/node/signing-server.mjs');
      const put = async (key: string): Promise<number> => {
        const account = { bucketUrl: `${target.url}/${BUCKET}`, region: target.region, ...credentials };
        const url = presign(account, 'PUT', key, { query: { 'X-Amz-Security-Token': credentials.sessionToken } });
        return (await fetch(url, { method: 'PUT', body: 'hello' })).status;
      };
      assert.deepEqual([await put(`${ROLE_PREFIX}a.txt`), await put('elsewhere.txt')], [200, 403]);
    });
  }

  it('takes no token that it did not ask for, and none that is meant for another page', async () => {
    const spoken = here(google(CLIENT));
    const journey = await begin(spoken, PAGE);
    const back = await signInAt(provider.origin, journey.url, 'Zoë', PAGE);
    await assert.rejects(takeToken(spoken, back, { ...journey, state: 'another' }), /did not begin here/);
    await assert.rejects(takeToken(spoken, back, { ...journey, nonce: 'another' }), /not meant for this page/);
    await assert.rejects(takeToken(spoken, `${PAGE}#error=access_denied`, journey), /access_denied/);
    assert.equal(await takeToken(spoken, PAGE, journey), undefined);
  });

  it('hands access tokens on under the name that AWS has for their provider', async () => {
    const asked: URLSearchParams[] = [];
    const service = await startLocalServer(() => async (request, response) => {
      asked.push(new URLSearchParams(await readText(request, 10_000)));
      response.end('<Error><Code>InvalidIdentityToken</Code><Message>No such token.</Message></Error>');
      return true;
    });
    try {
      for (const [dialect, providerId] of [
        [facebook('f'), 'graph.facebook.com'],
        [amazon('a'), 'www.amazon.com'],
      ] as const) {
        const journey = await begin(dialect, PAGE);
        const token = await takeToken(dialect, `${PAGE}#state=${journey.state}&access_token=Atza%7Cx&token_type=bearer`, journey);
        assert.deepEqual(token, { token: 'Atza|x', providerId });
        const exchange = temporaryCredentials({ role: 'arn:aws:iam::1:role/WebUpload', ...token, tokenService: `${service.origin}/` });
        await assert.rejects(exchange, /No such token\./);
        assert.deepEqual(Object.fromEntries(asked.at(-1) ?? []), {
          Action: 'AssumeRoleWithWebIdentity',
          Version: '2011-06-15',
          RoleArn: 'arn:aws:iam::1:role/WebUpload',
          RoleSessionName: 'page',
          DurationSeconds: '3600',
          WebIdentityToken: 'Atza|x',
          ProviderId: providerId,
        });
      }
    } finally {
      await service.stop();
    }
  });

  it('is explained with policies that are JSON, each with a condition on the audience', async () => {
    const text = await readFile(join(root, 'demo/docs/no-server.md'), 'utf8');
    const policies = [...text.matchAll(/```json\n(.*?)```/gs)].map(
      ([, json = '']) => JSON.parse(json) as { Statement: { Action: unknown; Condition?: object }[] },
    );
    const trust = policies.filter(({ Statement }) => Statement[0]?.Action === 'sts:AssumeRoleWithWebIdentity');
    assert.equal(trust.length, 4);
    for (const { Statement } of trust) assert.match(JSON.stringify(Statement[0]?.Condition), /:(aud|app_id)":"/);
  });
});
