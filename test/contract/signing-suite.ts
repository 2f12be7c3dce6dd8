/**
 * What every signing server must do, asked over HTTP, in whatever language it is written: sign what an honest page needs, refuse several
 * hundred requests that are not honest, and say so without falling over. What it signs is really sent to the store, the honest and the
 * hostile, and the objects are looked at afterwards.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { after, before, describe, it } from 'node:test';
import { presign, signV4 } from '../../demo/servers/node/signing-server.mjs';
import { account, BUCKET, describeObject, HIDDEN_ETAG_BUCKET, listUploads } from '../servers/s3-target.js';
import type { S3Target, StoredObject } from '../servers/s3-target.js';
import { amzDate, canonicalText, escapeKey, honestPolicy, honestStep, hostileBodies, sha256, stringV2 } from './signing-requests.js';
import type { Policy, SigningSubject } from './signing-requests.js';

/** What the suite needs to know of a server. It must have been started with {@link SIGNER_RULES}, for the target's {@link BUCKET}. */
export interface SigningServerUnderTest {
  /** Where `/signature`, `/success` and `/files` are, such as `http://127.0.0.1:3000/s3`. */
  readonly url: string;
  /** Whether it speaks Signature Version 2 as well. */
  readonly version2: boolean;
  /** What it has logged. Undefined where that cannot be seen. */
  log?(): string;
}

/** What the server under test must be set to. It takes the user from the cookie `session`; without one it refuses. */
export const SIGNER_RULES = { keyPrefix: 'people/{user}/', maxSize: 1_000_000, allowedOrigin: 'https://www.example.com' };

/** One request and what came of it. */
interface Outcome {
  readonly name: string;
  /** Undefined where it was as it should be. */
  readonly problem: string | undefined;
}

/** What a run of the suite found. */
export interface SuiteReport {
  /** Requests to the signing server. */
  requests: number;
  readonly outcomes: Outcome[];
}

/** An answer. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });

/** One request, sent as it stands: no path is tidied and no header added. Rejects where there is no answer. */
export function sendRaw(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = '',
  path?: string,
): Promise<RawAnswer> {
  const { hostname, port, pathname, search } = new URL(url);
  const bytes = Buffer.from(body);
  return new Promise((resolve, reject) => {
    const length = bytes.length > 0 || /^(POST|PUT)$/.test(method) ? { 'Content-Length': String(bytes.length) } : {};
    const options = { hostname, port, method, path: path ?? pathname + search, headers: { ...length, ...headers }, agent };
    const request = http.request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed(text) });
      });
    });
    request.setTimeout(30_000, () => request.destroy(new Error('No answer in 30 seconds.')));
    request.on('error', reject);
    request.end(bytes);
  });
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** The suite for one server and one store. */
export class SigningSuite {
  readonly report: SuiteReport = { requests: 0, outcomes: [] };
  readonly subject: SigningSubject;
  readonly #server: SigningServerUnderTest;
  readonly #target: S3Target;
  /** Objects that nobody may touch: bucket, key, bytes. */
  readonly #victims: readonly (readonly [bucket: string, key: string, text: string])[];

  constructor(server: SigningServerUnderTest, target: S3Target) {
    this.#server = server;
    this.#target = target;
    this.subject = {
      bucket: BUCKET,
      otherBucket: HIDDEN_ETAG_BUCKET,
      host: new URL(target.url).host,
      region: target.region,
      accessKey: target.credentials.accessKey,
      prefix: 'people/alice/',
      victim: 'people/bob/victim.txt',
      maxSize: SIGNER_RULES.maxSize,
    };
    this.#victims = [
      [BUCKET, 'people/bob/victim.txt', 'what Bob has stored'],
      [BUCKET, 'people/alice/own.txt', 'what Alice has stored'],
      [BUCKET, 'people/alicex/a.txt', 'what somebody of a longer name has stored'],
      [BUCKET, 'anything.txt', 'what belongs to no user'],
      [HIDDEN_ETAG_BUCKET, 'people/alice/a', 'what is in another bucket'],
    ];
  }

  /** Asks the server, as Alice. */
  async ask(method: string, path: string, body: string | Buffer = '', headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> {
    this.report.requests++;
    return sendRaw(this.#server.url + path, method, { Cookie: 'session=alice', ...headers }, body);
  }

  /** Has a body signed. */
  sign(body: unknown, version: 2 | 4 = 4): Promise<RawAnswer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.ask('POST', version === 4 ? '/signature?v4=true' : '/signature', text, {
      'Content-Type': 'application/json; charset=utf-8',
    });
  }

  #note(name: string, problem: string | undefined): void {
    this.report.outcomes.push({ name, problem });
  }

  /** What went wrong, each with its reason. */
  get failures(): readonly Outcome[] {
    return this.report.outcomes.filter(({ problem }) => problem !== undefined);
  }

  /** Puts down the objects that nobody may touch. */
  async prepare(): Promise<void> {
    for (const [bucket, key, text] of this.#victims) {
      const url = presign(account(this.#target, bucket, this.#target.credentials), 'PUT', key);
      const { status } = await sendRaw(url, 'PUT', {}, text);
      assert.equal(status, 200, `the store did not take ${key}`);
    }
  }

  /** Looks at them again. */
  async untouched(): Promise<void> {
    for (const [bucket, key, text] of this.#victims) {
      const found = await describeObject(this.#target, bucket, key);
      const problem = !found ? 'it is gone' : found.sha256 !== sha256(text) ? 'it is another one' : undefined;
      this.#note(`the object ${key} of ${bucket} is untouched`, problem);
    }
    const uploads = await listUploads(this.#target, BUCKET);
    this.#note('no multipart upload is left open', uploads.length > 0 ? `there are ${uploads.length}` : undefined);
  }

  /** Sends everything hostile that is to be signed; and what the server signs all the same, on to the store. */
  async hostileBodies(): Promise<void> {
    const attacks: Promise<void>[] = [];
    for (const { reason, version, body } of hostileBodies(this.subject)) {
      const answer = await this.sign(body, version).catch((error: unknown) => String(error));
      this.#note(reason, refusal(answer, true));
      if (typeof answer !== 'string' && typeof answer.body['signature'] === 'string') attacks.push(this.#attack(body, version, answer));
    }
    await Promise.all(attacks);
  }

  /** Uses what has been signed. What comes of it, the objects show. */
  async #attack(body: string, version: 2 | 4, answer: RawAnswer): Promise<void> {
    const { headers } = parsed(body);
    const signature = String(answer.body['signature']);
    // Only what names an object of somebody else can harm it. Of the rest, radosgw 16 crashes on some (its JSON parser, on nested lists and lone surrogates).
    if (!body.includes('victim')) return;
    try {
      if (typeof headers !== 'string') await this.#attackByForm(parsed(body) as unknown as Policy, version, answer);
      else if (version === 4) await this.#attackV4(headers, signature);
      else await this.#attackV2(headers, signature);
    } catch {
      // Not every string that can be signed is a request that can be sent.
    }
  }

  async #attackV4(text: string, signature: string): Promise<void> {
    const [, , scope = '', method = '', path = '', query = '', ...lines] = text.split('\n');
    const names = lines.at(-2) ?? '';
    const headers = Object.fromEntries(
      lines.slice(0, lines.indexOf('')).map((line) => line.split(/:(.*)/s).slice(0, 2) as [string, string]),
    );
    const authorization = `AWS4-HMAC-SHA256 Credential=${this.subject.accessKey}/${scope},SignedHeaders=${names},Signature=${signature}`;
    await sendRaw(this.#target.url, method, { ...headers, authorization }, '', query === '' ? path : `${path}?${query}`);
  }

  async #attackV2(text: string, signature: string): Promise<void> {
    const lines = text.split('\n');
    const [method = '', , , date = ''] = lines;
    const resource = lines.at(-1) ?? '';
    const { accessKey } = this.subject;
    if (/^\d+$/.test(date)) {
      const query = new URLSearchParams({ AWSAccessKeyId: accessKey, Expires: date, Signature: signature });
      await sendRaw(this.#target.url, method, {}, 'an attack', `${resource}${resource.includes('?') ? '&' : '?'}${query}`);
      return;
    }
    const headers = Object.fromEntries(lines.slice(4, -1).map((line) => line.split(/:(.*)/s).slice(0, 2) as [string, string]));
    const dated = date === '' ? headers : { ...headers, date };
    await sendRaw(this.#target.url, method, { ...dated, authorization: `AWS ${accessKey}:${signature}` }, '', resource);
  }

  async #attackByForm(policy: Policy, version: 2 | 4, { body }: RawAnswer): Promise<void> {
    const fields: Record<string, string> = {};
    for (const condition of policy.conditions) {
      if (!Array.isArray(condition)) Object.assign(fields, condition);
      else if (condition[0] === 'eq') fields[String(condition[1]).slice(1)] = String(condition[2]);
      else if (condition[0] === 'starts-with')
        fields[String(condition[1]).slice(1)] = condition[1] === '$key' ? this.subject.victim : `${String(condition[2])}x`;
    }
    // A policy that names no key, to the store, is for any.
    await this.#postForm(
      { key: this.subject.victim, ...fields },
      version,
      String(body['policy']),
      String(body['signature']),
      Buffer.from('an attack'),
    );
  }

  #postForm(fields: Readonly<Record<string, string>>, version: 2 | 4, policy: string, signature: string, file: Buffer): Promise<RawAnswer> {
    const { bucket: _bucket, ...sent } = fields;
    const signed = version === 4 ? { policy, 'x-amz-signature': signature } : { AWSAccessKeyId: this.subject.accessKey, policy, signature };
    const boundary = `form-${randomBytes(12).toString('hex')}`;
    const parts = Object.entries({ ...sent, ...signed }).map(
      ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const head = `${parts.join('')}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n`;
    const body = Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)]);
    return sendRaw(`${this.#target.url}/${BUCKET}`, 'POST', { 'Content-Type': `multipart/form-data; boundary=${boundary}` }, body);
  }

  /** The other two addresses, other sites, and HTTP itself. */
  async hostileRequests(): Promise<void> {
    const { bucket, otherBucket, prefix, victim } = this.subject;
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const honest = JSON.stringify(honestPolicy(this.subject, `${prefix}a.txt`));
    const refuse = async (
      reason: string,
      method: string,
      path: string,
      body: string | Buffer = '',
      headers: Record<string, string> = {},
    ): Promise<void> => {
      const answer = await this.ask(method, path, body, headers).catch((error: unknown) => String(error));
      this.#note(reason, refusal(answer, false));
    };
    const encode = (fields: Readonly<Record<string, string>> | readonly (readonly [string, string])[]): string =>
      new URLSearchParams(fields as Record<string, string>).toString();
    const own = `${prefix}own.txt`;
    const forms: Readonly<Record<string, string>> = {
      'of another bucket': encode({ key: own, bucket: otherBucket }),
      'of no bucket': encode({ key: own }),
      'of another user': encode({ key: victim, bucket }),
      'outside of every prefix': encode({ key: 'anything.txt', bucket }),
      'that begins almost like ours': encode({ key: 'people/alicex/a.txt', bucket }),
      'that climbs': encode({ key: `${prefix}../bob/victim.txt`, bucket }),
      'that climbs from its beginning': encode({ key: '../anything.txt', bucket }),
      'that climbs with backslashes': encode({ key: `${prefix}..\\bob\\victim.txt`, bucket }),
      'of the prefix alone': encode({ key: prefix, bucket }),
      'that is empty': encode({ key: '', bucket }),
      'that is not there': encode({ bucket }),
      'with a line break': encode({ key: `${prefix}a\nFORGED line`, bucket }),
      'with an escape for the terminal': encode({ key: `${prefix}\u001b[2J`, bucket }),
      'with a zero byte': encode({ key: `${prefix}a\u0000`, bucket }),
      'longer than a key may be': encode({ key: `${prefix}${'x'.repeat(1024)}`, bucket }),
      'that is no UTF-8': `key=${encodeURIComponent(prefix)}..%2F%FF%FE&bucket=${otherBucket}`,
      'that is there twice, the good one first': encode([
        ['key', own],
        ['key', victim],
        ['bucket', bucket],
      ]),
      'that is there twice, the good one last': encode([
        ['key', victim],
        ['key', own],
        ['bucket', bucket],
      ]),
      'of two buckets': encode([
        ['key', own],
        ['bucket', otherBucket],
        ['bucket', bucket],
      ]),
      'that is a list': encode({ 'key[]': own, bucket }),
      'that is an object': encode({ 'key[a]': own, bucket }),
      'in a form that is none': '%%%=%%%',
      'in JSON': JSON.stringify({ key: own, bucket }),
    };
    for (const [what, fields] of Object.entries(forms)) {
      await refuse(`success for a key ${what}`, 'POST', '/success', fields, form);
      // What cannot stand in a URL some HTTP servers refuse before ours is asked.
      if (!/[{%]%|["{]/.test(fields)) await refuse(`DELETE of a key ${what}`, 'DELETE', `/files/some-uuid?${fields}`);
      await refuse(`POST and _method for a key ${what}`, 'POST', '/files', `${fields}&_method=DELETE`, form);
    }
    await refuse('success for an object that is not there', 'POST', '/success', encode({ key: `${prefix}nothing.txt`, bucket }), form);
    for (const method of ['', 'GET', 'delete ', 'PUT', 'DELETE\n']) {
      await refuse(
        `POST with the _method ${JSON.stringify(method)}`,
        'POST',
        '/files',
        encode({ key: own, bucket, _method: method }),
        form,
      );
    }
    await refuse('POST with two _methods', 'POST', '/files', `${encode({ key: own, bucket })}&_method=PUT&_method=DELETE`, form);

    const origins = [
      'https://evil.example',
      'null',
      'http://www.example.com',
      'https://www.example.com.evil.example',
      'https://evil-www.example.com',
    ];
    origins.push('https://www.example.com:444', 'file://', '', 'www.example.com', new URL(this.#server.url).origin.replace(/\d$/, ''));
    for (const origin of origins) {
      const other = { Origin: origin };
      await refuse(`a signature for a page of ${origin}`, 'POST', '/signature?v4=true', honest, other);
      await refuse(`a deletion for a page of ${origin}`, 'DELETE', `/files/some-uuid?${encode({ key: own, bucket })}`, '', other);
      await refuse(`a form that deletes, in a page of ${origin}`, 'POST', '/files', encode({ key: own, bucket, _method: 'DELETE' }), {
        ...form,
        ...other,
      });
      await refuse(`success for a page of ${origin}`, 'POST', '/success', encode({ key: own, bucket }), { ...form, ...other });
      const preflight = { ...other, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' };
      const answer = await this.ask('OPTIONS', '/signature', '', preflight);
      this.#note(`a preflight of ${origin}`, answer.headers['access-control-allow-origin'] === undefined ? undefined : 'it is let in');
    }
    for (const site of ['cross-site', 'same-site']) {
      await refuse(`a request that Sec-Fetch-Site calls ${site}`, 'POST', '/signature?v4=true', honest, { 'Sec-Fetch-Site': site });
    }

    for (const cookie of ['', 'session=', 'other=alice', 'session=Alice%20', 'session=a"b', 'xsession=alice']) {
      const headers = { Cookie: cookie };
      await refuse(`a signature for nobody (${cookie})`, 'POST', '/signature?v4=true', honest, headers);
      await refuse(`a deletion for nobody (${cookie})`, 'DELETE', `/files/some-uuid?${encode({ key: own, bucket })}`, '', headers);
      await refuse(`success for nobody (${cookie})`, 'POST', '/success', encode({ key: own, bucket }), { ...form, ...headers });
    }
    await refuse('a signature of Alice’s for Bob', 'POST', '/signature?v4=true', honest, { Cookie: 'session=bob' });

    const bytesIn = (text: string, hex: string): Buffer => {
      const [before = '', after = ''] = text.split('BYTES');
      return Buffer.concat([Buffer.from(before), Buffer.from(hex, 'hex'), Buffer.from(after)]);
    };
    const step = JSON.stringify({ headers: canonicalText(honestStep(this.subject, 'POST', `${prefix}BYTES`, 'uploads=')) });
    for (const [what, hex] of Object.entries({ 'is no UTF-8': 'ff', 'is half a letter': 'c3', 'is an overlong slash': 'c0af' })) {
      const field = JSON.stringify({ ...honestPolicy(this.subject, own), conditions: [['eq', '$BYTES', 'x']] });
      for (const [where, text] of Object.entries({ 'field of a policy': field, path: step })) {
        await refuse(`a ${where} with what ${what}`, 'POST', '/signature?v4=true', bytesIn(text, hex));
      }
    }
    // Of two lists of conditions some parsers take the first, some the last; what comes back must be the one that was checked.
    const conditions = (key: string): string => JSON.stringify(honestPolicy(this.subject, key).conditions);
    const { expiration } = honestPolicy(this.subject, own);
    for (const keys of [
      [own, victim],
      [victim, own],
    ]) {
      const [first = '', second = ''] = keys.map(conditions);
      const twice = `{"expiration":"${String(expiration)}","conditions":${first},"conditions":${second}}`;
      const answer = await this.ask('POST', '/signature?v4=true', twice);
      const signed = Buffer.from(String(answer.body['policy'] ?? ''), 'base64').toString('utf8');
      const problem = answer.status === 200 && (signed.includes(victim) || !signed.includes(own)) ? `signed was ${signed}` : undefined;
      this.#note(`a policy with conditions twice, for ${keys.join(' and ')}`, answer.status >= 500 ? answer.text : problem);
    }
    await refuse('a body of a megabyte', 'POST', '/signature?v4=true', 'x'.repeat(1_000_000));
    await refuse('a policy of a megabyte', 'POST', '/signature?v4=true', honest.replace('{', `{${' '.repeat(1_000_000)}`));
    await refuse('a form of a megabyte', 'POST', '/success', `${encode({ key: own, bucket })}&x=${'x'.repeat(1_000_000)}`, form);
    for (const method of ['GET', 'PUT', 'DELETE', 'HEAD', 'PATCH'])
      await refuse(`${method} of the signature`, method, '/signature?v4=true', '');
    for (const path of ['/', '/nothing', '/signature/', '/signature/x', '/files', '/files/', '/../signature', '/%2e%2e/signature']) {
      const answer = await this.ask('GET', path);
      // Some frameworks tidy the address first.
      this.#note(`GET of ${path}`, answer.status === 308 ? undefined : refusal(answer, false));
    }
    await refuse('DELETE without a uuid', 'DELETE', `/files?${encode({ key: own, bucket })}`);
    for (const query of ['v4=false', 'v4', 'v4=TRUE', 'v4=true&v4=false', 'V4=true', 'v4=1']) {
      await refuse(`a version 4 policy at ?${query}`, 'POST', `/signature?${query}`, honest);
    }
  }

  /** What an honest page does, to the end. */
  async honest(): Promise<void> {
    await this.#honestForms();
    await this.#honestParts();
    await this.#honestHttp();
    if (this.#server.version2) await this.#honestV2();
  }

  async #try(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#note(name, undefined);
    } catch (error) {
      this.#note(name, error instanceof Error ? error.message.split('\n', 8).join(' ') : String(error));
    }
  }

  async #signedForm(policy: Policy, key: string, file: Buffer, version: 2 | 4 = 4): Promise<RawAnswer> {
    const signed = await this.sign(policy, version);
    assert.equal(signed.status, 200, `not signed: ${signed.text}`);
    // Made anew from what was checked, or as it came: the same policy in any case. Ceph takes surrogate pairs for something else where they are escaped.
    const json = Buffer.from(String(signed.body['policy']), 'base64').toString('utf8');
    assert.deepEqual(JSON.parse(json), policy);
    assert.doesNotMatch(json, /\\ud[89ab]/i, 'a surrogate pair is escaped');
    const fields: Record<string, string> = {};
    for (const condition of policy.conditions) {
      if (!Array.isArray(condition)) Object.assign(fields, condition);
      else if (condition[0] !== 'content-length-range') fields[String(condition[1]).slice(1)] = String(condition[2]);
    }
    return this.#postForm({ ...fields, key }, version, String(signed.body['policy']), String(signed.body['signature']), file);
  }

  async #find(key: string): Promise<StoredObject | undefined> {
    return describeObject(this.#target, BUCKET, key);
  }

  async #honestForms(): Promise<void> {
    const { prefix, maxSize } = this.subject;
    const bytes = randomBytes(1000);
    for (const name of [
      'plain.txt',
      'naïve (1) + 50% "q" \'s\' & ~!*.txt',
      '日本語/🐈.txt',
      'a//b',
      'a...b/...',
      'x'.repeat(900),
      '%2e%2e',
      'a;b=c?d#e',
    ]) {
      const key = prefix + name;
      await this.#try(`a form for the key ${name.slice(0, 40)}`, async () => {
        const { status, text } = await this.#signedForm(honestPolicy(this.subject, key), key, bytes);
        assert.equal(status, 200, text);
        const found = await this.#find(key);
        assert.equal(found?.sha256, sha256(bytes));
        assert.equal(found?.headers['x-amz-meta-qqfilename'], 'na%C3%AFve%20(1).txt');
        await this.#removed(key);
      });
    }
    await this.#try('one policy for many files of a folder, and for no other', async () => {
      const one = honestPolicy(this.subject, 'x');
      const open = { 'Content-Type': 'text/', 'x-amz-meta-qqfilename': '' };
      const conditions = one.conditions
        .filter(
          (condition) => Array.isArray(condition) || !['key', ...Object.keys(open)].includes(Object.keys(condition as object)[0] ?? ''),
        )
        .concat(
          [['starts-with', '$key', `${prefix}batch/`]],
          Object.entries(open).map(([name, value]) => ['starts-with', `$${name}`, value]),
        );
      for (const name of ['1.txt', 'zwei ü.txt']) {
        assert.equal((await this.#signedForm({ ...one, conditions }, `${prefix}batch/${name}`, bytes)).status, 200);
        assert.equal((await this.#find(`${prefix}batch/${name}`))?.sha256, sha256(bytes));
        await this.#removed(`${prefix}batch/${name}`);
      }
      assert.equal((await this.#signedForm({ ...one, conditions }, `${prefix}other.txt`, bytes)).status, 403);
      assert.equal(await this.#find(`${prefix}other.txt`), undefined);
    });
    await this.#try('a form whose file is larger than its policy allows: the store refuses', async () => {
      const key = `${prefix}too-large.bin`;
      assert.equal((await this.#signedForm(honestPolicy(this.subject, key), key, randomBytes(maxSize + 1))).status, 400);
      assert.equal(await this.#find(key), undefined);
    });
    const signs = async (name: string, policy: Policy): Promise<void> =>
      this.#try(name, async () => {
        const { status, text } = await this.sign(policy);
        assert.equal(status, 200, text);
      });
    const base = honestPolicy(this.subject, `${prefix}a.txt`);
    const plus = (...more: unknown[]): Policy => ({ ...base, conditions: [...base.conditions, ...more] });
    await signs('a range of numbers', {
      ...base,
      conditions: [...base.conditions.filter((one) => !Array.isArray(one)), ['content-length-range', 0, maxSize]],
    });
    await signs(
      'everything that a page may set',
      plus(
        { 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
        { 'x-amz-server-side-encryption': 'aws:kms' },
        { 'x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:us-east-1:1:key/2' },
        { 'Cache-Control': 'max-age=1' },
        { 'Content-Disposition': 'attachment; filename="a"' },
        { 'Content-Encoding': 'gzip' },
        { 'Content-MD5': '1B2M2Y8AsgTpgAmY7PhCfg==' },
        { 'x-amz-meta-with.dots_and-more': 'x' },
      ),
    );
    await signs('an end in an hour, without fractions', {
      ...base,
      expiration: new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, ''),
    });
    await signs('fields in capitals', {
      ...base,
      conditions: base.conditions.map((one) =>
        Array.isArray(one)
          ? one
          : Object.fromEntries(Object.entries(one as object).map(([name, value]) => [name === 'acl' ? 'ACL' : name, value])),
      ) as unknown[],
    });
  }

  /** One step of a multipart upload, signed by the server and sent to the store. */
  async #step(
    method: string,
    key: string,
    query: string,
    body: string | Buffer = '',
    more: readonly string[] = [],
    payloadHash?: string,
  ): Promise<RawAnswer> {
    const step = honestStep(this.subject, method, key, query, body, more);
    const canonical = payloadHash
      ? {
          ...step,
          payloadHash,
          headers: step.headers.map((one) => (one.startsWith('x-amz-content-sha256:') ? `x-amz-content-sha256:${payloadHash}` : one)),
        }
      : step;
    const signed = await this.sign({ headers: canonicalText(canonical) });
    assert.equal(signed.status, 200, `not signed: ${signed.text}`);
    const request = canonicalText(canonical).split('\n').slice(3).join('\n');
    const stringToSign = ['AWS4-HMAC-SHA256', step.time, step.scope, sha256(request)].join('\n');
    assert.deepEqual(signed.body, { signature: signV4(this.#target.credentials.secretKey, step.scope, stringToSign) });
    const headers = Object.fromEntries(canonical.headers.map((line) => line.split(/:(.*)/s).slice(0, 2) as [string, string]));
    const names = Object.keys(headers).join(';');
    const authorization = `AWS4-HMAC-SHA256 Credential=${this.subject.accessKey}/${step.scope},SignedHeaders=${names},Signature=${String(signed.body['signature'])}`;
    return sendRaw(
      this.#target.url,
      method,
      { ...headers, authorization },
      body,
      `${canonical.path}?${query.replace(/^uploads=$/, 'uploads')}`,
    );
  }

  async #begin(key: string): Promise<string> {
    const created = await this.#step('POST', key, 'uploads=', '', [
      'x-amz-acl:private',
      'x-amz-meta-qqfilename:na%C3%AFve.bin',
      'content-type:text/plain',
    ]);
    assert.equal(created.status, 200, created.text);
    const id = /<UploadId>(.+?)<\/UploadId>/.exec(created.text)?.[1] ?? '';
    assert.notEqual(id, '');
    return encodeURIComponent(id);
  }

  async #uploadParts(key: string, bytes: Buffer, payloadHash?: string): Promise<void> {
    const uploadId = await this.#begin(key);
    const part = await this.#step('PUT', key, `partNumber=1&uploadId=${uploadId}`, bytes, [], payloadHash);
    assert.equal(part.status, 200, part.text);
    const parts = await this.#step('GET', key, `max-parts=5&part-number-marker=0&uploadId=${uploadId}`);
    assert.match(parts.text, /<PartNumber>1<\/PartNumber>/);
    const xml = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`;
    const done = await this.#step('POST', key, `uploadId=${uploadId}`, xml, ['content-type:application/xml; charset=UTF-8']);
    assert.equal(done.status, 200, done.text);
    assert.equal((await this.#find(key))?.sha256, sha256(bytes));
  }

  #form(key: string, more: Readonly<Record<string, string>> = {}): string {
    return new URLSearchParams({ key, uuid: 'some-uuid', name: 'naïve.bin', bucket: BUCKET, etag: '"x"', ...more }).toString();
  }

  /** Deletes through the server, twice. */
  async #removed(key: string): Promise<void> {
    const query = new URLSearchParams({ key, bucket: BUCKET });
    for (let again = 0; again < 2; again++) {
      const { status, text } = await this.ask('DELETE', `/files/some-uuid?${query}`);
      assert.ok([200, 202, 204].includes(status), `DELETE: ${status} ${text}`);
    }
    assert.equal(await this.#find(key), undefined);
  }

  async #honestParts(): Promise<void> {
    const { prefix, maxSize } = this.subject;
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    for (const name of ['video.bin', "naïve (1) + 50% 's' ~!*&=.bin", '日本語/🐈.bin']) {
      const key = prefix + name;
      await this.#try(`a file in parts for the key ${name}, from its beginning to its end`, async () => {
        const bytes = randomBytes(70_000);
        await this.#uploadParts(key, bytes);
        const told = await this.ask('POST', '/success', this.#form(key), form);
        assert.equal(told.status, 200, told.text);
        assert.equal(told.body['success'], true);
        const linked = await sendRaw(String(told.body['tempLink']), 'GET');
        assert.equal(linked.status, 200, `the link: ${linked.text}`);
        await this.#removed(key);
      });
    }
    await this.#try('a part whose payload is not signed', async () => {
      await this.#uploadParts(`${prefix}unsigned.bin`, randomBytes(100), 'UNSIGNED-PAYLOAD');
      const { status } = await this.ask('POST', '/files', this.#form(`${prefix}unsigned.bin`, { _method: 'DELETE', qquuid: 'x' }), form);
      assert.ok(status >= 200 && status <= 204);
      assert.equal(await this.#find(`${prefix}unsigned.bin`), undefined);
    });
    await this.#try('an upload that is begun and aborted', async () => {
      const key = `${prefix}aborted.bin`;
      const uploadId = await this.#begin(key);
      const aborted = await this.#step('DELETE', key, `uploadId=${uploadId}`);
      assert.equal(aborted.status, 204, aborted.text);
      assert.equal(await this.#find(key), undefined);
    });
    await this.#try('a file in parts that is too large: not kept, and not tried again', async () => {
      const key = `${prefix}large.bin`;
      await this.#uploadParts(key, randomBytes(maxSize + 1));
      const told = await this.ask('POST', '/success', this.#form(key), form);
      assert.equal(told.status, 413, told.text);
      assert.deepEqual([told.body['success'], told.body['preventRetry'], typeof told.body['error']], [false, true, 'string']);
      assert.equal(await this.#find(key), undefined);
    });
    for (const part of ['1', '9', '10', '9999', '10000']) {
      await this.#try(`the part number ${part}`, async () => {
        const step = honestStep(this.subject, 'PUT', `${prefix}a`, `partNumber=${part}&uploadId=2~a.b_c-d%2B%2F%3D`);
        assert.equal((await this.sign({ headers: canonicalText(step) })).status, 200);
      });
    }
    await this.#try('a clock that is off by hours, which the store corrects', async () => {
      for (const hours of [-23, 23]) {
        const time = amzDate(Date.now() + hours * 3_600_000);
        const step = honestStep(this.subject, 'POST', `${prefix}a`, 'uploads=');
        const headers = step.headers.map((one) => (one.startsWith('x-amz-date:') ? `x-amz-date:${time}` : one));
        const scope = `${time.slice(0, 8)}/${this.subject.region}/s3/aws4_request`;
        assert.equal((await this.sign({ headers: canonicalText({ ...step, time, scope, headers }) })).status, 200);
      }
    });
  }

  async #honestHttp(): Promise<void> {
    const policy = JSON.stringify(honestPolicy(this.subject, `${this.subject.prefix}a.txt`));
    const { allowedOrigin } = SIGNER_RULES;
    const ownOrigin = new URL(this.#server.url).origin;
    await this.#try('a preflight of an origin that is allowed', async () => {
      const asked = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' };
      const { status, headers } = await this.ask('OPTIONS', '/signature?v4=true', '', { Origin: allowedOrigin, Cookie: '', ...asked });
      assert.ok(status === 200 || status === 204, String(status));
      assert.equal(headers['access-control-allow-origin'], allowedOrigin);
      assert.match(String(headers['access-control-allow-headers']), /content-type/i);
      assert.match(String(headers['access-control-allow-methods']), /POST.*DELETE|\*/);
    });
    for (const [what, headers] of Object.entries({
      'an origin that is allowed': { Origin: allowedOrigin, 'Sec-Fetch-Site': 'cross-site' },
      'its own origin': { Origin: ownOrigin, 'Sec-Fetch-Site': 'same-origin' },
      'its own origin, on plain http': { Origin: ownOrigin },
      'no page': {},
      'a bookmark': { 'Sec-Fetch-Site': 'none' },
    })) {
      await this.#try(`a request of ${what}`, async () => {
        const answer = await this.ask('POST', '/signature?v4=true', policy, headers);
        assert.equal(answer.status, 200, answer.text);
        if (what.includes('allowed')) assert.equal(answer.headers['access-control-allow-origin'], allowedOrigin);
        assert.match(String(answer.headers['content-type']), /^application\/json/);
      });
    }
    await this.#try('refusals that the page of an allowed origin can read', async () => {
      const answer = await this.ask('POST', '/signature?v4=true', '{}', { Origin: allowedOrigin });
      assert.deepEqual([answer.body['invalid'], answer.headers['access-control-allow-origin']], [true, allowedOrigin]);
    });
    await this.#try('another cookie beside the session', async () => {
      assert.equal((await this.ask('POST', '/signature?v4=true', policy, { Cookie: 'a=b; session=alice; c=d' })).status, 200);
    });
  }

  async #honestV2(): Promise<void> {
    const { prefix, accessKey } = this.subject;
    const bytes = randomBytes(1000);
    await this.#try('version 2: a form', async () => {
      const key = `${prefix}naïve v2.txt`;
      const { status, text } = await this.#signedForm(honestPolicy(this.subject, key, 2), key, bytes, 2);
      assert.equal(status, 200, text);
      assert.equal((await this.#find(key))?.sha256, sha256(bytes));
      await this.#removed(key);
    });
    await this.#try('version 2: a file in parts', async () => {
      const key = `${prefix}naïve (1)+v2.bin`;
      const step = async (
        method: string,
        query: string,
        body: string | Buffer = '',
        type = '',
        more: readonly string[] = [],
      ): Promise<RawAnswer> => {
        const resource = `/${BUCKET}/${escapeKey(key)}?${query}`;
        const date = new Date().toUTCString();
        const signed = await this.sign({ headers: stringV2(method, resource, date, more, type) }, 2);
        assert.equal(signed.status, 200, signed.text);
        const headers = Object.fromEntries(more.map((line) => line.split(/:(.*)/s).slice(0, 2) as [string, string]));
        const authorization = `AWS ${accessKey}:${String(signed.body['signature'])}`;
        return sendRaw(
          this.#target.url,
          method,
          { ...headers, 'x-amz-date': date, ...(type && { 'Content-Type': type }), authorization },
          body,
          resource,
        );
      };
      const created = await step('POST', 'uploads', '', 'text/plain', ['x-amz-acl:private']);
      const id = /<UploadId>(.+?)<\/UploadId>/.exec(created.text)?.[1] ?? '';
      const part = await step('PUT', `partNumber=1&uploadId=${id}`, bytes);
      assert.equal(part.status, 200, part.text);
      const xml = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`;
      const done = await step('POST', `uploadId=${id}`, xml, 'application/xml; charset=UTF-8');
      assert.equal(done.status, 200, done.text);
      assert.equal((await this.#find(key))?.sha256, sha256(bytes));
      await this.#removed(key);
    });
    for (const offset of [-14, 14]) {
      await this.#try(`version 2: a clock that is ${offset} minutes off`, async () => {
        const date = new Date(Date.now() + offset * 60_000).toUTCString();
        assert.equal((await this.sign({ headers: stringV2('POST', `/${BUCKET}/${prefix}a?uploads`, date) }, 2)).status, 200);
      });
    }
  }

  /** What the server wrote into its log: lines of its own, in characters that do nothing. */
  checkLog(): void {
    const log = this.#server.log?.();
    if (log === undefined) return;
    const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]/.exec(log);
    this.#note(
      'no control character in the log',
      control ? JSON.stringify(log.slice(Math.max(0, control.index - 80), control.index + 20)) : undefined,
    );
    this.#note('no forged line in the log', /^FORGED/m.test(log) || /\r(?!\n)/.test(log) ? 'there is one' : undefined);
    this.#note('no secret in the log', log.includes(this.#target.credentials.secretKey) ? 'there it is' : undefined);
  }
}

/** What is wrong with a refusal; undefined where nothing is. `invalid`: it must be in the words of the signature request. */
function refusal(answer: RawAnswer | string, invalid: boolean): string | undefined {
  if (typeof answer === 'string') return `there was no answer: ${answer}`;
  const { status, body, text, headers } = answer;
  if (typeof body['signature'] === 'string') return 'it was signed';
  if (status < 400 || status > 499) return `it was answered with ${status} ${text.slice(0, 200)}`;
  if (!/^application\/json/.test(String(headers['content-type'])) && status !== 404 && status !== 405)
    return `the answer is no JSON: ${text.slice(0, 200)}`;
  if (invalid && body['invalid'] !== true) return `the answer does not say that it is invalid: ${text.slice(0, 200)}`;
  return undefined;
}

/** Holds a server to the suite; one test for each of its chapters. Both are asked for once they run. */
export function describeSigningServer(title: string, server: () => SigningServerUnderTest, target: () => S3Target): void {
  describe(title, { timeout: 240_000 }, () => {
    let suite: SigningSuite;
    let seen = 0;
    const chapter = (name: string, run: () => Promise<void> | void): void => {
      it(name, async () => {
        await run();
        const failures = suite.failures.slice(seen);
        seen = suite.failures.length;
        assert.deepEqual(failures.slice(0, 20), [], `${failures.length} of ${suite.report.outcomes.length} are not as they should be`);
      });
    };
    before(async () => {
      suite = new SigningSuite(server(), target());
      await suite.prepare();
    });
    after(() => {
      console.log(`${title}: ${suite.report.requests} requests, ${suite.report.outcomes.length} judged, ${suite.failures.length} wrong`);
    });
    chapter('signs what an honest page asks for, and the store takes it', () => suite.honest());
    chapter('refuses every policy and request that is not honest', () => suite.hostileBodies());
    chapter('refuses other people, other sites, other keys, and what is no request at all', () => suite.hostileRequests());
    chapter('still signs what is honest after all that', () => suite.honest());
    chapter('has left every object of others untouched', () => suite.untouched());
    chapter('logs in lines of its own', () => suite.checkLog());
  });
}
