/** No parser takes more than time in proportion to the length, whatever a server or a page gives it: four times the length takes four times as long, and a bit. */
import { parseJson } from '../../src/http/response-errors.js';
import { validateFile } from '../../src/core/validation/rules.js';
import { readList, readSize } from '../../src/elements/attribute-converters.js';
import { parseSessionList } from '../../src/session/session-list.js';
import { resolveEndpoint } from '../../src/stores/s3/endpoint.js';
import { isSameKey, objectKey } from '../../src/stores/s3/key.js';
import { errorFromResponse } from '../../src/stores/s3/response-errors.js';
import { allParts, confirmedReceipts, validReceipts } from '../../src/stores/s3/session.js';
import { elementText, parseListPartsResult } from '../../src/stores/s3/xml.js';
import { readResponse } from '../../src/stores/traditional/response-errors.js';
import type { S3Session } from '../../src/stores/s3/session.js';
import { assert, settleOrUploadError } from './fuzz.js';
import { file, storeContext } from './inputs.js';

const answer = (text: string, status = 200) => ({ status, text, url: '', header: () => null });
const uploadRules = { success: 'required', expected: 'it', preventRetryProperty: 'preventRetry' } as const;

/** Pieces that are repeated to a long text. */
const pieces = [
  ...[
    ' ',
    '\n',
    '<',
    '</',
    '&',
    '&#',
    '&amp;',
    '<Key',
    '<Key ',
    '<Key>',
    '</Key>',
    '<Key>a</Key>',
    '<Key a="',
    "<Key a='",
    '<a:Key>',
    '<Part>',
    '<Part/>',
  ],
  ...[
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '?>',
    '<![CDATA[]]>',
    '<Error>',
    '<Error/>',
    '[',
    '{"a":',
    '[{}],',
    '"',
    '\\',
    '0',
    '1.',
    'a',
    'a.',
    '.',
    '/',
    '%',
    '%41',
    ', ',
    '-s3.',
  ],
];

const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  elementText: (text) => ['Key', 'Error'].map((name) => elementText(text, name)),
  'elementText, after an honest start': (text) => elementText(`<Error><Key>a</Key>${text}`, 'UploadId'),
  parseListPartsResult: (text) => parseListPartsResult(`<ListPartsResult>${text}</ListPartsResult>`),
  errorFromResponse: (text) => errorFromResponse(answer(text, 500)),
  'errorFromResponse, with a long message': (text) =>
    errorFromResponse(answer(`<Error><Code>${text}</Code><Message>${text}</Message></Error>`, 403)),
  readResponse: (text) => settleOrUploadError(() => readResponse(answer(text), uploadRules)),
  'readResponse, with a long error': (text) =>
    settleOrUploadError(() => readResponse(answer(JSON.stringify({ error: text })), uploadRules)),
  parseJson,
  parseSessionList: (text) => parseSessionList([{ name: text, uuid: text, size: text }, text]),
  resolveEndpoint: (text) => settleOrUploadError(() => resolveEndpoint(`https://b${text}.example.com`)),
  'resolveEndpoint, with a host': (text) =>
    settleOrUploadError(() => resolveEndpoint('https://b.example.com/b', { host: `s3${text}.amazonaws.com`, bucket: 'b' })),
  objectKey: (text) => settleOrUploadError(() => objectKey('uuid', { ...storeContext(), file: { ...file, name: text } })),
  isSameKey: (text) => isSameKey(text, `${text}x`),
  readSize: (text) => readSize(`1${text}`),
  readList: (text) => readList(text),
  validateFile: (text) => validateFile({ name: text, size: 1, type: '' }, { allowedExtensions: [text, 'bin'] }, { items: 0, bytes: 0 }),
};

/** ms that a parser takes, the shortest of three times: other work on the machine only adds to it. */
async function timeOf(parse: (text: string) => unknown, text: string): Promise<number> {
  let shortest = Infinity;
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    await parse(text);
    shortest = Math.min(shortest, performance.now() - start);
  }
  return shortest;
}

/**
 * Asserts that four times as much takes less than 8 times as long. A quadratic parser takes 16 times as long. Below some ms, the clock and the garbage collector decide; other
 * work on the machine may make any single measurement long, so the best of several counts.
 */
async function assertLinear(what: string, measure: () => Promise<readonly number[]>): Promise<void> {
  let sentence = '';
  for (let tries = 0; tries < 6; tries++) {
    const [short = 0, long = 0] = await measure();
    if (long <= 8 * short + 15) return;
    sentence = `${what} takes ${short} ms, and four times as much of it ${long} ms`;
  }
  assert(false, sentence);
}

describe('the time of parsers', function () {
  this.timeout(120_000);
  const length = 20_000;

  for (const [name, parse] of Object.entries(parsers))
    it(`is in proportion to the length: ${name}`, async () => {
      for (const piece of pieces) {
        const time = (factor: number) => timeOf(parse, piece.repeat((factor * length) / piece.length));
        await assertLinear(JSON.stringify(piece), async () => [await time(1), await time(4)]);
      }
    });

  it('is in proportion to the number of parts: lists of parts', async () => {
    const partCount = 10_000;
    const session = { size: partCount * 5, partSize: 5 } as S3Session;
    const receipts = allParts(session).map((part) => ({ ...part, data: { etag: '"e"' } }));
    const listed = receipts.map(({ index }) => ({ partNumber: index + 1, etag: '"e"', size: 5 }));
    const time = async (count: number) =>
      timeOf(() => validReceipts({ ...session, size: count * 5 }, receipts.slice(0, count).reverse()), '');
    await assertLinear('a list of receipts', async () => [await time(partCount / 4), await time(partCount)]);
    await assertLinear('confirmed receipts', async () => {
      const confirm = (count: number) => () =>
        confirmedReceipts({ ...session, size: count * 5 }, listed.slice(0, count), receipts.slice(0, count));
      return [await timeOf(confirm(partCount / 4), ''), await timeOf(confirm(partCount), '')];
    });
  });
});
