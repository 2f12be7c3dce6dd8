/**
 * What every SAS server must do, asked over HTTP, in whatever language it is written: give the permission for one blob to whom it belongs, and refuse several hundred
 * requests that are not honest. Each SAS that it gives is taken apart, and its signature is made again.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { blobUri, honestNames, hostileForms, hostileQueries, oddNames, sasQuery } from './sas-requests.js';
import { sendRaw } from './signing-suite.js';
import type { RawAnswer } from './signing-suite.js';

/**
 * What the server under test must be set to. It takes the user from the cookie `session`: letters, `/` and `.`; without one it refuses. The store cannot be reached: no
 * test of this suite leads to it.
 */
export const SAS_RULES = {
  account: 'account',
  accountKey: Buffer.from('the key of the account').toString('base64'),
  containerUrl: 'https://account.blob.core.test/photos',
  blobPrefix: 'users/{user}/',
  maxSize: 1_000_000,
  minutes: 15,
  allowedOrigin: 'https://app.example',
};

/** The cookie of a user, as a regular expression that all languages read alike. */
export const SAS_COOKIE = '(?:^|; )session=([a-z/.]+)(?:;|$)';

/** What the suite needs to know of a server. */
export interface SasServerUnderTest {
  /** Where `/sas` and `/success` are, such as `http://127.0.0.1:3000/azure`. */
  readonly url: string;
  /** Whether it cuts off who sends a request byte by byte: else the web server in front does. */
  readonly cutsOff?: boolean;
  /** What it has logged. Undefined where that cannot be seen. */
  log?(): string;
}

/** An account, and a container of it. */
export interface SasAccount {
  readonly account: string;
  /** Base64. */
  readonly accountKey: string;
  readonly containerUrl: string;
}

/** One request and what came of it. */
interface Outcome {
  readonly name: string;
  /** Undefined where it was as it should be. */
  readonly problem: string | undefined;
}

/** What a SAS of each method may permit: writing, with or without reading what is there; or deleting. */
const permissions: Readonly<Record<string, readonly string[]>> = { PUT: ['rcw', 'cw'], DELETE: ['d'] };

/**
 * What is wrong with an answer that must be the SAS of one blob; undefined where nothing is. The order of the string to sign:
 * https://learn.microsoft.com/rest/api/storageservices/create-service-sas#version-2020-12-06-and-later
 */
export function sasProblem(
  answer: RawAnswer,
  { account, accountKey, containerUrl }: SasAccount,
  name: string,
  method: string,
): string | undefined {
  const { status, headers, text } = answer;
  if (status !== 200) return `it was answered with ${status} ${text.slice(0, 200)}`;
  if (!/^text\/plain/.test(String(headers['content-type']))) return `its type is ${headers['content-type']}`;
  if (headers['cache-control'] !== 'no-store') return 'caches may keep the SAS';
  if (!URL.canParse(text) || /\s/.test(text)) return `it is no URI: ${text.slice(0, 200)}`;
  const url = new URL(text);
  const [address = '', query] = text.split(/\?(.*)/s);
  if (url.origin + url.pathname !== address || url.search !== `?${query}`) return `a browser reads ${text} as ${url.href}`;
  if (!address.startsWith(`${containerUrl}/`) || decodeURIComponent(address.slice(containerUrl.length + 1)) !== name)
    return `it is for ${address}, not for ${name}`;
  const names = [...url.searchParams.keys()];
  if (new Set(names).size !== names.length) return 'a parameter is there twice';
  const { sv = '', st = '', se = '', sr, sp = '', spr = '', sig, ...others } = Object.fromEntries(url.searchParams);
  if (Object.keys(others).length > 0) return `it has parameters that nobody asked for: ${Object.keys(others).join(', ')}`;
  if (!/^20[2-9]\d-\d\d-\d\d$/.test(sv) || sv < '2020-12-06') return `its version is ${sv}`;
  if (sr !== 'b') return `it is for a resource of the kind ${sr}`;
  if (!permissions[method]?.includes(sp)) return `it permits ${sp} for ${method}`;
  if (url.protocol === 'https:' && spr !== 'https') return `it may be used over ${spr || 'anything'}`;
  const minutes = (Date.parse(se) - Date.now()) / 60_000;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(se) || Math.abs(minutes - SAS_RULES.minutes) > 1) return `it ends at ${se}`;
  const container = containerUrl.slice(containerUrl.lastIndexOf('/') + 1);
  const resource = `/blob/${account}/${container}/${name}`;
  const signed = [sp, st, se, resource, '', '', spr, sv, 'b', '', '', '', '', '', '', ''].join('\n');
  const expected = createHmac('sha256', Buffer.from(accountKey, 'base64')).update(signed, 'utf8').digest('base64');
  return sig === expected ? undefined : `its signature is ${sig}, not ${expected}`;
}

/** What is wrong with a refusal; undefined where nothing is. */
function refusalProblem(answer: RawAnswer | string, isHead = false): string | undefined {
  if (typeof answer === 'string') return `there was no answer: ${answer}`;
  const { status, text, headers, body } = answer;
  if (/sig=/.test(text)) return `a SAS was given: ${text.slice(0, 200)}`;
  if (status < 400 || status > 499) return `it was answered with ${status} ${text.slice(0, 200)}`;
  if (isHead) return undefined;
  if (!/^application\/json/.test(String(headers['content-type']))) return `the refusal is no JSON: ${text.slice(0, 200)}`;
  if (body['success'] !== false || typeof body['error'] !== 'string') return `the refusal has no sentence: ${text.slice(0, 200)}`;
  return undefined;
}

/** The suite for one server. */
export class SasSuite {
  /** Requests to the server. */
  requests = 0;
  readonly outcomes: Outcome[] = [];
  readonly #server: SasServerUnderTest;

  constructor(server: SasServerUnderTest) {
    this.#server = server;
  }

  /** What went wrong, each with its reason. */
  get failures(): readonly Outcome[] {
    return this.outcomes.filter(({ problem }) => problem !== undefined);
  }

  #note(name: string, problem: string | undefined): void {
    this.outcomes.push({ name, problem });
  }

  /** Asks the server, as Alice. Resolves with a sentence where there is no answer. */
  async #ask(method: string, path: string, headers: Readonly<Record<string, string>> = {}, body = ''): Promise<RawAnswer | string> {
    this.requests++;
    return sendRaw(this.#server.url + path, method, { Cookie: 'session=alice', ...headers }, body).catch((error: unknown) => String(error));
  }

  async #refuses(name: string, method: string, path: string, headers: Readonly<Record<string, string>> = {}, body = ''): Promise<void> {
    this.#note(name, refusalProblem(await this.#ask(method, path, headers, body), method === 'HEAD'));
  }

  async #gives(name: string, query: string, blob: string, method: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const answer = await this.#ask('GET', `/sas?${query}`, headers);
    this.#note(name, typeof answer === 'string' ? answer : sasProblem(answer, SAS_RULES, blob, method));
  }

  /** What an honest page asks for. */
  async honest(): Promise<void> {
    const { containerUrl, allowedOrigin } = SAS_RULES;
    for (const method of ['PUT', 'DELETE'])
      for (const rest of honestNames) {
        const name = `users/alice/${rest}`;
        await this.#gives(`${method} of ${name.slice(0, 60)}`, sasQuery(blobUri(containerUrl, name), method), name, method);
      }
    const name = 'users/alice/a';
    const query = sasQuery(`${containerUrl}/${name}`);
    await this.#gives('another cookie beside the session', query, name, 'PUT', { Cookie: 'a=b; session=alice; c=d' });
    for (const [user, folder] of [
      ['bob', 'bob'],
      ['alice/bob', 'alice%2Fbob'],
    ] as const) {
      const own = `users/${folder}/a`;
      await this.#gives(`a blob of ${user}`, sasQuery(blobUri(containerUrl, own)), own, 'PUT', { Cookie: `session=${user}` });
    }
    const ownOrigin = new URL(this.#server.url).origin;
    for (const [what, headers] of Object.entries({
      'its own origin': { Origin: ownOrigin, 'Sec-Fetch-Site': 'same-origin' },
      'its own origin, on plain http': { Origin: ownOrigin },
      'no page': {},
      'a bookmark': { 'Sec-Fetch-Site': 'none' },
      'an origin that is allowed': { Origin: allowedOrigin, 'Sec-Fetch-Site': 'cross-site' },
    }))
      await this.#gives(`a request of ${what}`, query, name, 'PUT', headers);
    await this.#letsIn('a SAS', 'GET', `/sas?${query}`, {});
    await this.#letsIn('a refusal', 'GET', '/sas', {});
    const asked = { 'Access-Control-Request-Method': 'GET', 'Access-Control-Request-Headers': 'x-requested-with' };
    const preflight = await this.#letsIn('a preflight', 'OPTIONS', `/sas?${query}`, { Cookie: '', ...asked });
    const { 'access-control-allow-headers': allowed, 'access-control-allow-methods': methods } = preflight;
    this.#note('a preflight allows the headers of the page', /x-requested-with/i.test(String(allowed)) ? undefined : String(allowed));
    this.#note('a preflight allows the methods of the page', /GET.*POST/.test(String(methods)) ? undefined : String(methods));
  }

  async #letsIn(name: string, method: string, path: string, headers: Readonly<Record<string, string>>): Promise<RawAnswer['headers']> {
    const origin = SAS_RULES.allowedOrigin;
    const answer = await this.#ask(method, path, { Origin: origin, ...headers });
    const found = typeof answer === 'string' ? {} : answer.headers;
    const isRead = found['access-control-allow-origin'] === origin && found['access-control-allow-credentials'] === 'true';
    this.#note(
      `${name}, read by a page of an allowed origin`,
      isRead && /Origin/i.test(String(found.vary)) ? undefined : JSON.stringify(answer),
    );
    return found;
  }

  /** Every query and form that is not honest, and names that a server may refuse but must not mistake. */
  async hostileNames(): Promise<void> {
    const { containerUrl } = SAS_RULES;
    for (const { reason, text } of hostileQueries(containerUrl)) await this.#refuses(reason, 'GET', `/sas?${text}`);
    for (const { reason, text } of hostileForms(containerUrl)) await this.#refuses(`success for ${reason}`, 'POST', '/success', form, text);
    for (const { reason, query, name } of oddNames(containerUrl)) {
      const answer = await this.#ask('GET', `/sas?${query}`);
      const isSas = typeof answer !== 'string' && answer.status === 200;
      this.#note(`a name with ${reason}`, isSas ? sasProblem(answer, SAS_RULES, name, 'PUT') : refusalProblem(answer));
    }
  }

  /** Other people, other sites, and what is no request. */
  async hostileRequests(): Promise<void> {
    const { containerUrl, allowedOrigin } = SAS_RULES;
    const blob = 'users/alice/a';
    const query = sasQuery(`${containerUrl}/${blob}`);
    const fields = new URLSearchParams({ blob, container: containerUrl }).toString();
    const everything = async (what: string, headers: Readonly<Record<string, string>>): Promise<void> => {
      for (const method of ['PUT', 'DELETE'])
        await this.#refuses(`a SAS for ${method}, for ${what}`, 'GET', `/sas?${sasQuery(`${containerUrl}/${blob}`, method)}`, headers);
      await this.#refuses(`success for ${what}`, 'POST', '/success', { ...form, ...headers }, fields);
    };
    for (const cookie of [
      '',
      'session=',
      'other=alice',
      'session=ALICE',
      'session=Alice%20',
      'session=a"b',
      'xsession=alice',
      'session=bob',
    ])
      await everything(`somebody else (${cookie})`, { Cookie: cookie });
    // Users whose ids are paths have no part in the blobs of others.
    for (const [user, name] of [
      ['alice/bob', 'users/alice/bob/a'],
      ['..', 'users/../a'],
      ['..', 'a'],
      ['.', 'users/./alice/a'],
      ['/', 'users//alice/a'],
      ['alice/..', 'users/alice/../bob/a'],
      ['../users/bob', 'users/../users/bob/a'],
    ] as const) {
      const headers = { Cookie: `session=${user}` };
      await this.#refuses(`${name} for the user ${user}`, 'GET', `/sas?${sasQuery(`${containerUrl}/${name}`)}`, headers);
      const other = new URLSearchParams({ blob: name, container: containerUrl }).toString();
      await this.#refuses(`success of ${name} for the user ${user}`, 'POST', '/success', { ...form, ...headers }, other);
    }
    const nearlyOwn = new URL(this.#server.url).origin.replace(/\d$/, '');
    const origins = ['https://evil.example', 'null', '', 'file://', 'app.example', nearlyOwn, allowedOrigin.replace('https', 'http')];
    for (const origin of [...origins, `${allowedOrigin}.evil.example`, `${allowedOrigin}:444`, 'https://evil-app.example', '*']) {
      await everything(`a page of ${JSON.stringify(origin)}`, { Origin: origin });
      for (const method of ['GET', 'OPTIONS']) {
        const answer = await this.#ask(method, `/sas?${query}`, { Origin: origin, 'Access-Control-Request-Method': 'GET' });
        const allowed = typeof answer === 'string' ? answer : answer.headers['access-control-allow-origin'];
        this.#note(
          `${method} of a page of ${JSON.stringify(origin)} is not let in`,
          allowed === undefined ? undefined : `it is: ${allowed}`,
        );
      }
    }
    for (const site of ['cross-site', 'same-site']) await everything(`a request that is ${site}`, { 'Sec-Fetch-Site': site });
    for (const method of ['POST', 'PUT', 'DELETE', 'HEAD', 'PATCH']) await this.#refuses(`${method} of a SAS`, method, `/sas?${query}`);
    await this.#refuses('a SAS by a form', 'POST', '/sas', form, query);
    for (const method of ['GET', 'PUT', 'DELETE', 'HEAD']) await this.#refuses(`${method} of success`, method, `/success?${fields}`);
    for (const path of ['/', '/nothing', '/sas/', '/sas/x', '/SAS', '/ss', '/success/', '/sas.', '/account', '/key'])
      await this.#refuses(`GET of ${path}`, 'GET', `${path}?${query}`);
    await this.#refuses('a form of a megabyte', 'POST', '/success', form, `${fields}&x=${'x'.repeat(1_000_000)}`);
    await this.#refuses('a form that is a megabyte of names', 'POST', '/success', form, `${'x&'.repeat(500_000)}${fields}`);
  }

  /** What the server wrote into its log: lines of its own, in characters that do nothing, and no secret. */
  checkLog(): void {
    const log = this.#server.log?.();
    if (log === undefined) return;
    const bad = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\uffff]/.exec(log);
    this.#note('no control character in the log', bad ? JSON.stringify(log.slice(Math.max(0, bad.index - 80), bad.index + 20)) : undefined);
    this.#note('no forged line in the log', /^(FORGED|Set-Cookie)/m.test(log) || /\r(?!\n)/.test(log) ? 'there is one' : undefined);
    this.#note('no key in the log', log.includes(SAS_RULES.accountKey) ? 'there it is' : undefined);
    // Not the lines in which PHP's own web server repeats the addresses that it was asked for.
    const own = log.split('\n').filter((line) => !/ \[\d{3}\]: [A-Z]+ \//.test(line));
    this.#note('no line is longer than a screen', own.some((line) => line.length > 3000) ? 'there is one' : undefined);
  }

  /** Sends a request byte by byte, and resolves to the seconds after which the server has closed the connection. */
  async #drip(where: 'the headers' | 'the body'): Promise<void> {
    const { hostname, port, pathname } = new URL(this.#server.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined).resume();
    await once(socket, 'connect');
    const started = Date.now();
    const head = `POST ${pathname}/success HTTP/1.1\r\nHost: ${hostname}:${port}\r\nCookie: session=alice\r\n`;
    socket.write(where === 'the body' ? `${head}Content-Length: 10000\r\n\r\n` : `${head}X-Slow: `);
    const timer = setInterval(() => socket.write('a'), 250);
    const closed = once(socket, 'close').then(() => (Date.now() - started) / 1000);
    const seconds = await Promise.race([closed, sleep(60_000, 60, { ref: false })]);
    clearInterval(timer);
    socket.destroy();
    this.#note(`who sends ${where} byte by byte is cut off`, seconds < 45 ? undefined : `it lasted ${seconds} seconds`);
  }

  async trickled(): Promise<void> {
    if (this.#server.cutsOff) await Promise.all([this.#drip('the headers'), this.#drip('the body')]);
  }
}

const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

/** Holds a server to the suite; one test for each of its chapters. The server is asked for once they run. */
export function describeSasServer(title: string, server: () => SasServerUnderTest): void {
  describe(title, { timeout: 240_000 }, () => {
    let suite: SasSuite;
    let trickled: Promise<void>;
    let seen = 0;
    const chapter = (name: string, run: () => Promise<void> | void): void => {
      it(name, async () => {
        await run();
        const failures = suite.failures.slice(seen);
        seen = suite.failures.length;
        assert.deepEqual(failures.slice(0, 20), [], `${failures.length} of ${suite.outcomes.length} are not as they should be`);
      });
    };
    before(() => {
      suite = new SasSuite(server());
      // It takes half a minute, in which the others run.
      trickled = suite.trickled();
    });
    after(() => console.log(`${title}: ${suite.requests} requests, ${suite.outcomes.length} judged, ${suite.failures.length} wrong`));
    chapter('gives an honest page the permission for one blob', () => suite.honest());
    chapter('refuses every blob, address and method that is not honest', () => suite.hostileNames());
    chapter('refuses other people, other sites, and what is no request at all', () => suite.hostileRequests());
    chapter('still gives what is honest after all that', () => suite.honest());
    chapter('logs in lines of its own', () => suite.checkLog());
    chapter('cuts off who sends a request byte by byte, where that is its task', () => trickled);
  });
}
