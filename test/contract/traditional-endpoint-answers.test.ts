/**
 * From answers to what a page sees of them: status, sentence, whether another try is allowed. What the store makes of every answer is tested beside it
 * (test/stores/traditional/response-errors.node.test.ts); here is what the element makes of that.
 */
import { expect } from '@open-wc/testing';
import { cleanUp, collect, makeFile, putTraditional, upload } from '../elements/page.js';
import type { Fault, FaultKind } from '../servers/faults.js';
import { testServers, commandTestServers } from '../tools/test-servers.js';

const html = '<!doctype html><title>Sign in</title><p>Please sign in.</p>';
const answer = (body: unknown, status = 200): Extract<FaultKind, { kind: 'answer' }> => ({
  kind: 'answer',
  status,
  headers: { 'Content-Type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** A yes, or a no with its sentence, and whether a person may try again. */
type Outcome = true | { readonly no: RegExp; readonly again: boolean; readonly status?: number };
const no = (sentence: RegExp, again = true): Outcome => ({ no: sentence, again });
const unconfirmed = no(/^The server did not confirm that the file has arrived\.$/);

/** What is answered (a browser by itself sends again what was cut once); what comes of it where `{"success": true}` is needed, and where the status alone decides. */
const table: readonly (readonly [title: string, fault: Fault, strict: Outcome, lenient: Outcome])[] = [
  ...[200, 201, 202, 203].map((status) => [`${status} with success`, answer({ success: true }, status), true, true] as const),
  ['a success that is only truthy', answer({ success: 'true' }), true, true],
  ['{success: false}', answer({ success: false }), unconfirmed, true],
  ['{}', answer({}), unconfirmed, true],
  ['a list', answer([]), unconfirmed, true],
  ['nothing', answer(''), unconfirmed, true],
  ['null', answer('null'), unconfirmed, true],
  ['half of a JSON object', answer('{"success":tr'), unconfirmed, true],
  ['a web page', answer(html), no(/web page.*signed in\.$/), true],
  ['a JSON string', answer('"Not today."'), no(/^Not today\.$/), true],
  ['204', { kind: 'answer', status: 204 }, unconfirmed, true],
  ['an error', answer({ error: 'Disk full.' }), no(/^Disk full\.$/), true],
  ['an error with markup', answer({ error: '<img src=x onerror=alert(1)>' }), no(/^<img src=x onerror=alert\(1\)>$/), true],
  ['success beside an error', answer({ success: true, error: 'but' }), true, true],
  ['205', answer('', 205), no(/status 205/), no(/status 205/)],
  ...[400, 401, 403, 404, 413, 429, 500, 502, 503].map((status) => {
    const outcome = no(new RegExp(`status ${status}`));
    return [`${status}`, answer(html, status), outcome, outcome] as const;
  }),
  ['403 with an error', answer({ error: 'Please sign in.' }, 403), no(/^Please sign in\.$/), no(/^Please sign in\.$/)],
  ['500 with success', answer({ success: true }, 500), no(/status 500/), no(/status 500/)],
  ['reset', answer({ success: true, reset: true }), no(/whole file again/), no(/whole file again/)],
  ['a refusal for good', answer({ error: 'A virus.', preventRetry: true }), no(/^A virus\.$/, false), true],
  ['500 for good', answer({ preventRetry: true }, 500), no(/status 500/, false), no(/status 500/, false)],
  ['a connection that is cut while the file is sent', { kind: 'cutRequest', afterBytes: 10, times: 9 }, no(/connection/), no(/connection/)],
  ['a connection that is cut before an answer', { kind: 'cutResponse', afterBytes: -1, times: 9 }, no(/connection/), no(/connection/)],
  ['silence', { kind: 'silent' }, no(/./), no(/./)],
];

for (const requireSuccessJson of [true, false]) {
  describe(`What comes of an answer${requireSuccessJson ? '' : ', where its status alone decides'}`, () => {
    afterEach(cleanUp);

    const uploadTo = async (faults: readonly Fault[]) => {
      await commandTestServers('faults', { proxy: 'endpoint', faults });
      const element = putTraditional({ 'max-auto-attempts': 0, 'stall-timeout': 0.3, 'answer-timeout': 0.3 });
      element.options = { request: { requireSuccessJson } };
      const errors = collect(element, 'error');
      const complete = await upload(element, makeFile('a.bin', 1000));
      return { element, errors, complete };
    };

    for (const [title, fault, strict, lenient] of table) {
      it(`of ${title}`, async () => {
        const { element, errors, complete } = await uploadTo([fault]);
        const outcome = requireSuccessJson ? strict : lenient;
        const succeeded = outcome === true;
        expect(complete.success).to.equal(succeeded);
        expect(element.getUploads({ id: 0 })?.status).to.equal(succeeded ? 'upload successful' : 'upload failed');
        if (outcome === true) {
          expect(errors).to.deep.equal([]);
          return;
        }
        expect(errors).to.have.length(1);
        expect(errors[0]).to.include({ id: 0, name: 'a.bin' });
        expect(errors[0]?.reason).to.match(outcome.no);
        expect(errors[0]?.status).to.equal(fault.kind === 'answer' ? fault.status : 0);
        expect(element.retry(0)).to.equal(outcome.again);
      });
    }

    it('of one that leads elsewhere', async () => {
      const to = (path: string): Fault => ({ kind: 'answer', status: 303, headers: { Location: path }, match: { method: 'POST' } });
      const there = (body: string): Fault => ({ ...answer(body), match: { method: 'GET', path: 'elsewhere' } });
      const yes = await uploadTo([to('/uploads/elsewhere'), there('{"success":true}')]);
      expect(yes.complete.success).to.equal(true);
      const page = await uploadTo([to('/uploads/elsewhere'), there(html)]);
      expect(page.complete.success).to.equal(!requireSuccessJson);
      expect(page.errors.map(({ reason }) => /web page/.test(reason))).to.deep.equal(requireSuccessJson ? [true] : []);
    });

    it('shows the sentence as text, whatever is in it', async () => {
      const { element } = await uploadTo([answer({ error: '<img src=x onerror="window.harmed = true">' }, 500)]);
      await element.updateComplete;
      expect(element.shadowRoot?.querySelector('img[src=x]')).to.equal(null);
      expect('harmed' in window).to.equal(false);
    });
  });
}

describe('The server that an uploader does not know', () => {
  afterEach(cleanUp);

  it('is asked for in words', async () => {
    const element = putTraditional({ endpoint: '', 'max-auto-attempts': 0 });
    const errors = collect(element, 'error');
    expect((await upload(element, makeFile('a.bin', 10))).success).to.equal(false);
    expect(errors[0]?.reason).to.contain('endpoint');
    element.endpoint = testServers.endpoint.uploads;
    const completed = new Promise((resolve) =>
      element.addEventListener('complete', ({ detail }) => resolve(detail.success), { once: true }),
    );
    expect(element.retry(0)).to.equal(true);
    expect(await completed).to.equal(true);
  });
});
