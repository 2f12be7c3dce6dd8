/**
 * The signing servers of demo/servers, each in its language, give the same answer to any request: one that signs what the others refuse has a hole.
 * `npm run fuzz:servers -- --seed N --cases M` sends more requests.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { SIGNER_RULES } from '../../contract/signing-suite.js';
import { startCopy } from './copied-server.js';
import type { CopiedServer } from './copied-server.js';
import { atNow, signatureRequest } from './signature-requests.js';
import { signingServers } from './signing-servers.js';

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const cases = Number(process.env['COUNT'] ?? 500);
const languages = ['Node', 'Python', 'PHP', 'Go', 'Ruby', 'Java'];
const host = '127.0.0.1:9';
const accessKey = 'AKIATEST';
const settings = {
  S3_BUCKET: 'photos',
  S3_BUCKET_URL: `http://${host}/photos`,
  S3_REGION: 'us-east-1',
  S3_ACCESS_KEY: accessKey,
  S3_SECRET_KEY: 'secret',
  S3_KEY_PREFIX: SIGNER_RULES.keyPrefix,
  S3_MAX_SIZE: '1000000',
  ALLOWED_ORIGINS: SIGNER_RULES.allowedOrigin,
};

interface Answer {
  readonly status: number;
  readonly signature: string;
}

async function ask(url: string, body: string): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body, headers: { cookie: 'session=ann', 'content-type': 'application/json' } });
  const text = await response.text();
  const signature = response.status === 200 ? (JSON.parse(text) as { signature?: string }).signature : undefined;
  return { status: response.status, signature: signature ?? '' };
}

describe('the signing servers', () => {
  const running: { readonly language: string; readonly url: string; readonly server: CopiedServer }[] = [];

  before(async () => {
    for (const language of languages) {
      const copyable = signingServers.find(({ name }) => name === language);
      assert.ok(copyable, `There is no server in ${language}.`);
      const server = await startCopy(copyable, settings);
      running.push({ language, url: `${server.origin}${copyable.path}/signature?v4=true`, server });
    }
  });
  after(async () => {
    await Promise.all(running.map(({ server }) => server.close()));
  });

  it(`agree on ${cases} changed requests, seed ${seed}`, async () => {
    let signed = 0;
    const property = fc.asyncProperty(signatureRequest(accessKey, host), async (request) => {
      const body = atNow(request);
      const answers = await Promise.all(running.map(({ url }) => ask(url, body)));
      const [first] = answers;
      const table = running.map(({ language }, index) => `${language} ${answers[index]?.status} ${answers[index]?.signature}`).join('\n');
      assert.ok(first && (first.status === 200 || first.status === 400), `neither signed nor refused:\n${table}`);
      assert.ok(
        answers.every(({ status }) => status === first.status),
        `different answers:\n${table}`,
      );
      // Each language writes the JSON of a policy in its own way, and signs that.
      const isPolicy = !request.startsWith('{"headers"');
      assert.ok(isPolicy || answers.every(({ signature }) => signature === first.signature), `different signatures:\n${table}`);
      if (first.status === 200) signed++;
    });
    const { failed, counterexample, errorInstance } = await fc.check(property, { seed, numRuns: cases });
    const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
    assert.ok(!failed, `npm run fuzz:servers -- --seed ${seed}\n${JSON.stringify(counterexample?.[0])}\n${reason}`);
    // Changes that make every request invalid would find nothing.
    assert.ok(signed > cases / 50, `only ${signed} of ${cases} requests were signed`);
    console.log(`${signed} of ${cases} requests were signed`);
  });
});
