/** Hostile texts, JSON and responses, and honest ones with a few changes. */
import * as fc from 'fast-check';
import type { Send, SendRequest, SendResponse, StoreContext, UploadFile } from '../../src/core/types.js';

const junk = [
  ...['', ' ', '\n', '\r\n', '\t', '\0', '\u001b', '\u2028', '\ufeff', '\u200b', '\ud800', '😀', 'é', '٣', '１'],
  ...[
    '<',
    '>',
    '</',
    '/>',
    '&',
    '&amp;',
    '&lt;',
    '&#60;',
    '&#x3c;',
    '&#0;',
    '&#xFFFFFF;',
    '&x;',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '?>',
  ],
  ...['"', "'", '\\', '{', '}', '[', ']', ',', ':', 'null', 'true', '1e999', '-0', '0x10', '__proto__', 'constructor', 'toString'],
  ...['%', '%00', '%2F', '..', '/', '//', '?', '#', ';', '=', '${filename}', '{file}', '$&', '(?:', '*', 'A'.repeat(300)],
  ...['<Error>', '</Error>', '<Code>', '</Code>', '<Key>', '<Part>', '</Part>', '<img src=x onerror=alert(1)>', 'javascript:alert(1)'],
];

type Change = readonly [at: number, kind: number, text: string, length: number];

function change(text: string, [at, kind, inserted, length]: Change): string {
  const start = at % (text.length + 1);
  if (kind === 0) return text.slice(0, start) + inserted + text.slice(start);
  if (kind === 1) return text.slice(0, start) + text.slice(start + length);
  if (kind === 2) return text.slice(0, start) + text.slice(start, start + length).repeat(2) + text.slice(start + length);
  if (kind === 3) return text.slice(0, start) + inserted + text.slice(start + length);
  return text.slice(0, start);
}

const changes = fc.array(fc.tuple(fc.nat(5000), fc.nat(4), fc.constantFrom(...junk), fc.integer({ min: 1, max: 12 })), { maxLength: 4 });

/** Honest texts, each with up to four changes. */
export function changed(honest: readonly string[]): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...honest), changes).map(([text, some]) => some.reduce(change, text));
}

/** Any text: of hostile pieces, of any characters, or none. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...junk), { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 20 }),
);

export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(null, true, false, 0, -1, 1e300, '', 'text', [], {}, [[]], { length: 3 }, 'a'.repeat(3000)),
  },
);

/** A JSON object with some of these fields, each of any value; `__proto__` and the like are fields of their own. */
export function anyObject(fields: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .array(fc.tuple(fc.constantFrom(...fields, '__proto__', 'constructor', 'toString', 'hasOwnProperty'), anyJson), { maxLength: 8 })
    .map((entries) => {
      const json = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join();
      return JSON.parse(`{${json}}`) as Record<string, unknown>;
    });
}

/** The body of a response: JSON with some of these fields, an honest one with changes, or anything. */
export function anyBody(fields: readonly string[], honest: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    anyObject(fields).map((json) => JSON.stringify(json)),
    anyJson.map((json) => JSON.stringify(json)),
    changed(honest),
    anyText,
  );
}

const anyHeader = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '5',
    '-1',
    '1e3',
    '99999999999999999999',
    ' 7 ',
    '5, 7',
    'Tue, 24 Nov 2026 10:00:00 GMT',
    'Invalid Date',
    '2026-11-24',
    'Sun',
  ),
  anyText,
);

/** A response with any status, any headers, and a body. */
export function anyResponse(body: fc.Arbitrary<string>): fc.Arbitrary<SendResponse> {
  return fc
    .tuple(
      fc.constantFrom(200, 200, 200, 201, 204, 0, 206, 301, 304, 400, 401, 403, 404, 408, 409, 412, 413, 429, 500, 503, 599, 999),
      body,
      fc.dictionary(fc.constantFrom('retry-after', 'date', 'etag', 'content-length', 'last-modified'), anyHeader),
      fc.constantFrom('https://example.com/uploads', 'https://b.s3.amazonaws.com/k?uploadId=1', '', 'x'),
    )
    .map(([status, text, headers, url]) => ({ status, text, url, header: (name) => headers[name.toLowerCase()] ?? null }));
}

/** Answers every request with one response. */
export function sendOf(response: SendResponse): Send & { readonly requests: SendRequest[] } {
  const requests: SendRequest[] = [];
  return Object.assign(
    async (request: SendRequest) => {
      requests.push(request);
      return response;
    },
    { requests },
  );
}

export const file: UploadFile = { id: 0, uuid: 'u-1', name: 'a.bin', size: 3, type: '', blob: new Blob(['abc']), path: '' };

export function storeContext(): StoreContext {
  return {
    file,
    signal: new AbortController().signal,
    connection: (request) => request(),
    waitFor: async (promise) => promise,
    stallTimeout: () => Infinity,
    answerTimeout: Infinity,
  };
}

/** Names that file systems allow, and names that nobody should have. */
export const anyFileName: fc.Arbitrary<string> = fc.oneof(
  changed([
    'photo.jpg',
    'résumé.pdf',
    '報告書.docx',
    'archive.tar.gz',
    '../../etc/passwd',
    'CON',
    '.htaccess',
    'a b+c&d=e.bin',
    'x'.repeat(255),
  ]),
  anyText,
);
