/** The requests of the SAS suite: what an honest page asks for, what is odd but harmless, and what every SAS server must refuse. */

/** A query of `GET /sas`, or a form of `POST /success`. */
export interface NamedText {
  /** Why it must be refused, or what it is. */
  readonly reason: string;
  readonly text: string;
}

/** A name that is unusual: a server may refuse it, but if not, then its SAS is for exactly this blob. */
export interface OddName {
  readonly reason: string;
  /** The query of `GET /sas`. */
  readonly query: string;
  /** The blob that it names. */
  readonly name: string;
}

const entries = Object.entries<string>;
const encode = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();

/** The address of a blob, as the page writes it: only what a URL would end at or decode is escaped. */
export function blobUri(containerUrl: string, name: string): string {
  return `${containerUrl}/${name.replace(/[%?#\\]/g, encodeURIComponent)}`;
}

/** The query of a page's request for a SAS. */
export function sasQuery(uri: string, method = 'PUT'): string {
  return encode({ bloburi: uri, _method: method, qqtimestamp: '1764000000000' });
}

/** Names that honest pages give to blobs, below Alice's prefix. */
export const honestNames: readonly string[] = [
  'a.txt',
  'folder/of/hers/a.txt',
  '6ba7b810-9dad-11d1-80b4-00c04fd430c8.jpg',
  'größe 文件 🎉.bin',
  'a b+c&d=e%20f#g?h.txt',
  "it's (1) [2] {3} ~!@$^,;*.txt",
  '%2e%2e',
  '..a/.b/...c',
  'x'.repeat(1024 - 'users/alice/'.length),
];

/** Queries that name a blob of Alice's in an unusual way. */
export function oddNames(containerUrl: string): readonly OddName[] {
  const named: Readonly<Record<string, string>> = {
    'an escaped climb, escaped once more': '%2e%2e/bob/a',
    'an escaped slash, escaped once more': '..%2f..%2fbob/a',
    'dots of another alphabet': '．．/bob/a',
    'a leader of two dots': '‥/bob/a',
    'a slash of another alphabet': '..∕..∕bob/a',
    'a reverse solidus of another alphabet': '..＼bob',
    'invisible characters': '..\u200b/a',
    'an override of the direction': 'a\u202egpj.exe',
    'a line separator': 'a\u2028FORGED',
    'a noncharacter': 'a\uffff',
    'a parameter of a query': 'a&comp=list&restype=container',
    'a second bloburi behind a semicolon': 'a;bloburi=x',
    'characters that count twice in UTF-16': '🎉'.repeat(510),
    'letters that grow when they are lower-cased': 'İ'.repeat(100),
  };
  return entries(named)
    .map(([reason, rest]) => ({ reason, name: `users/alice/${rest}`, query: sasQuery(blobUri(containerUrl, `users/alice/${rest}`)) }))
    .concat({
      reason: 'an entity before the second bloburi',
      name: 'users/alice/a',
      query: `${sasQuery(`${containerUrl}/users/alice/a`)}&amp;bloburi=${encodeURIComponent(`${containerUrl}/users/bob/a`)}`,
    });
}

/** Methods that are none of Fine Uploader's two. */
const otherMethods: readonly string[] = [
  ...['', 'GET', 'HEAD', 'POST', 'PATCH', 'OPTIONS', 'COPY', 'LIST', 'put', 'Put', 'delete', 'Delete'],
  ...[' PUT', 'PUT ', 'PUT\n', 'PUT\u0000', 'PUT,DELETE', 'PUT DELETE', 'PUTDELETE', '["PUT"]', 'ＰＵＴ', 'DELETE\u0307'],
  ...['r', 'w', 'rcw', 'racwdl', 'racwdxyltmeopi', '*', '1', 'true', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'],
];

/** What follows `users/alice/` in an address and is no blob of hers, escaped as it stands in the address. */
const badEnds: Readonly<Record<string, string>> = {
  'the prefix alone': '',
  'a path that climbs': '../bob/a',
  'a path that climbs, escaped': '%2e%2e/bob/a',
  'a path that climbs, escaped in capitals': '%2E%2E/bob/a',
  'a path that climbs, half escaped': '.%2e/bob/a',
  'a path that climbs, with an escaped slash': '..%2fbob%2fa',
  'a path that climbs out of the container': '../../../other/a',
  'a path that climbs and comes back': '../alice/a',
  'a path that climbs at its end': 'a/..',
  'a path that climbs by backslashes': '..\\bob\\a',
  'a path that climbs by escaped backslashes': '..%5cbob%5ca',
  'a backslash': 'a\\b',
  'an escaped backslash': 'a%5Cb',
  'an overlong dot': '%c0%ae%c0%ae/bob/a',
  'an overlong slash': '..%c0%afbob',
  'a segment of one dot': './a',
  'a segment of one dot in the middle': 'a/./b',
  'a segment of three dots': '.../a',
  'a segment that ends with a dot': 'a./b',
  'a dot at the end': 'a.',
  'dots at the end': 'a...',
  'an escaped dot at the end': 'a%2e',
  'a slash at the end': 'a/',
  'an escaped slash at the end': 'a%2f',
  'an empty segment': '/a',
  'an empty segment in the middle': 'a//b',
  'an empty segment, escaped': 'a%2f%2fb',
  'a query': 'a?comp=list',
  'a query that names the container': 'a?restype=container&comp=list',
  'a query of a snapshot': 'a?snapshot=2026-01-01T00:00:00.0000000Z',
  'a SAS of its own': 'a?sv=2020-12-06&sr=c&sp=racwdl&sig=x',
  'an empty query': 'a?',
  'a fragment': 'a#b',
  'an empty fragment': 'a#',
  'half an escape': 'a%',
  'a quarter of an escape': 'a%2',
  'an escape that is none': 'a%zz',
  'an escape of JavaScript': 'a%u0041',
  'a byte that is no UTF-8': '%ff',
  'half a letter': 'a%c3',
  'the first half of a surrogate pair': '%ed%a0%80',
  'the second half of a surrogate pair': '%ed%b0%80',
  'a surrogate pair in two escapes': '%ed%a0%bc%ed%be%89',
  'a code point that Unicode has not': '%f4%90%80%80',
  'what stands for bytes that are no UTF-8': 'a%ef%bf%bd',
  'a NUL': 'a%00',
  'a NUL before a good ending': 'a.exe%00.txt',
  'a line feed': 'a%0aFORGED',
  'a carriage return': 'a%0dFORGED',
  'a header': 'a%0d%0aSet-Cookie: a=b',
  'a line feed that is not escaped': 'a\nFORGED',
  'a tab': 'a%09b',
  'a tab that is not escaped': 'a\tb',
  'an escape for the terminal': 'a%1b[2J',
  'a DEL': 'a%7f',
  'a control character of Latin-1': 'a%c2%85b',
  'a name of 1,025 characters': 'x'.repeat(1025 - 'users/alice/'.length),
  'a name of 5,000 characters': 'x'.repeat(5000),
  'a name of 1,025 characters in escapes': '%41'.repeat(1025 - 'users/alice/'.length),
};

/** Paths below the container that are not Alice's. */
const otherPaths: readonly string[] = [
  ...['users/bob/a', 'users/alice2/a', 'users/alicea', 'users/alic/a', 'users/alice', 'users/', 'users', 'a', '', '/users/alice/a'],
  ...['users/Alice/a', 'users/ALICE/a', 'Users/alice/a', 'users//alice/a', './users/alice/a', 'x/../users/alice/a', 'users/alice%2ea'],
  // Letters that become Alice's when they are lower-cased, upper-cased or normalized.
  ...['users/al\u0130ce/a', 'u\u017fers/alice/a', 'users/\uff41lice/a', 'users/ali\u0441e/a', 'users/alice\u0301/a', 'users/al\u0131ce/a'],
  ...['users/alice\u200b/a', 'users/alice\u0000/a', 'users/alice /a', ' users/alice/a', 'users/{user}/a', 'users/*/a', 'users/alice\\a'],
];

/** Addresses that only look like the container's. */
function otherAddresses(containerUrl: string): Readonly<Record<string, string>> {
  const { protocol, host, pathname } = new URL(containerUrl);
  const container = pathname.slice(pathname.lastIndexOf('/') + 1);
  const parent = containerUrl.slice(0, -container.length);
  const end = '/users/alice/a';
  const at = (origin: string): string => origin + pathname + end;
  return {
    'the container': containerUrl,
    'the container with a slash': `${containerUrl}/`,
    'another container': `${parent}other${end}`,
    'the root container': `${parent}$root${end}`,
    'no container': `${parent.slice(0, -1)}${end}`,
    'a container whose name begins alike': `${containerUrl}2${end}`,
    'a container in capitals': `${parent}${container.toUpperCase()}${end}`,
    'a container of other letters': `${parent}${container.replace('s', '\u017f')}${end}`,
    'a container that is climbed out of': `${containerUrl}/../other${end}`,
    'a container that is climbed into': `${parent}other/../${container}${end}`,
    'an escaped slash behind the container': `${containerUrl}%2fusers/alice/a`,
    'a backslash behind the container': `${containerUrl}\\users\\alice\\a`,
    'two slashes before the container': `${parent}/${container}${end}`,
    'another account': at(`${protocol}//evil.${host}`),
    'an account whose name ends alike': at(`${protocol}//not${host}`),
    'the second location of the account': at(`${protocol}//${host.replace('.', '-secondary.')}`),
    'the host as the beginning of another': at(`${protocol}//${host}.evil.example`),
    'the host as a user of another': at(`${protocol}//${host}@evil.example`),
    'the host as a path of another': `${protocol}//evil.example/${host}${pathname}${end}`,
    'the container in the query of another host': `${protocol}//evil.example/?${containerUrl}${end}`,
    'the container in the fragment of another host': `${protocol}//evil.example/#${containerUrl}${end}`,
    'a user': at(`${protocol}//user@${host}`),
    'a user with a password': at(`${protocol}//user:password@${host}`),
    'an empty user': at(`${protocol}//@${host}`),
    'the port of https': at(`${protocol}//${host}:443`),
    'another port': at(`${protocol}//${host}:8443`),
    'an empty port': at(`${protocol}//${host}:`),
    'a dot behind the host': at(`${protocol}//${host}.`),
    'the host in capitals': at(`${protocol}//${host.toUpperCase()}`),
    'the host in other letters': at(`${protocol}//${host.replace('t', '\uff54')}`),
    'the scheme in capitals': at(`${protocol.toUpperCase()}//${host}`),
    'the other scheme': at(`${protocol === 'https:' ? 'http:' : 'https:'}//${host}`),
    'a scheme of files': at(`ftp://${host}`),
    'a scheme in front': `blob:${containerUrl}${end}`,
    'no scheme': at(`//${host}`),
    'no host': pathname + end,
    'a name alone': 'users/alice/a',
    'one slash': at(`${protocol}/${host}`),
    'three slashes': at(`${protocol}///${host}`),
    backslashes: at(`${protocol}\\\\${host}`),
    'a space in front': ` ${containerUrl}${end}`,
    'a line feed in front': `\n${containerUrl}${end}`,
    'a script': `javascript:${containerUrl}${end}`,
    'the container twice': `${containerUrl}/${containerUrl}${end}`,
    'two addresses': `${containerUrl}/users/bob/a ${containerUrl}${end}`,
    'an escaped address': encodeURIComponent(containerUrl + end),
    nothing: '',
    'a list': `["${containerUrl}${end}"]`,
  };
}

/** Every query of `GET /sas` that must be refused, of somebody who is signed in as Alice. */
export function hostileQueries(containerUrl: string): readonly NamedText[] {
  const own = `${containerUrl}/users/alice/a`;
  const other = `${containerUrl}/users/bob/a`;
  const list: NamedText[] = [];
  const add = (reason: string, text: string): void => void list.push({ reason, text });
  for (const method of otherMethods) add(`the method ${JSON.stringify(method)}`, sasQuery(own, method));
  for (const method of ['PUT', 'DELETE']) {
    for (const [reason, end] of entries(badEnds)) add(`${method}: ${reason}`, sasQuery(`${containerUrl}/users/alice/${end}`, method));
    for (const path of otherPaths) add(`${method}: the path ${JSON.stringify(path)}`, sasQuery(`${containerUrl}/${path}`, method));
    for (const [reason, uri] of entries(otherAddresses(containerUrl))) add(`${method}: ${reason}`, sasQuery(uri, method));
  }
  // Bytes of the query itself, that are no UTF-8.
  for (const bytes of ['%FF', 'a%C3', '%C0%AE%C0%AE/bob/a', '..%C0%AFbob/a', '%ED%A0%80', 'a%ED%B0%80'])
    add(`the bytes ${bytes}`, `bloburi=${encodeURIComponent(containerUrl)}/users/alice/${bytes}&_method=PUT`);
  const [good, bad] = [encodeURIComponent(own), encodeURIComponent(other)];
  for (const [reason, text] of entries({
    'no query': '',
    'no blob': '_method=PUT',
    'no method': `bloburi=${good}`,
    'two blobs, the good one first': `bloburi=${good}&bloburi=${bad}&_method=PUT`,
    'two blobs, the good one last': `bloburi=${bad}&bloburi=${good}&_method=PUT`,
    'the same blob twice': `bloburi=${good}&bloburi=${good}&_method=PUT`,
    'two blobs, one with an escaped name': `bloburi=${good}&%62loburi=${bad}&_method=PUT`,
    'a blob and a name without a value': `bloburi=${good}&bloburi&_method=PUT`,
    'two methods': `bloburi=${good}&_method=PUT&_method=DELETE`,
    'two methods, the good one last': `bloburi=${good}&_method=GET&_method=PUT`,
    'a list of blobs': `bloburi[]=${good}&_method=PUT`,
    'an object of blobs': `bloburi[a]=${good}&_method=PUT`,
    'names in capitals': `BLOBURI=${good}&_METHOD=PUT`,
    'a name with a space': `%20bloburi=${good}&_method=PUT`,
    'a name with a NUL': `bloburi%00=${good}&_method=PUT`,
    'parameters behind semicolons': `bloburi=${good};_method=PUT`,
    'an escaped query': encodeURIComponent(`bloburi=${good}&_method=PUT`),
    JSON: encodeURIComponent(JSON.stringify({ bloburi: own, _method: 'PUT' })),
    'what is no query': '%%%=%%%&&&==',
  }))
    add(reason, text);
  return list;
}

/** Every form of `POST /success` that must be refused before the store is asked. */
export function hostileForms(containerUrl: string): readonly NamedText[] {
  const container = containerUrl;
  const named: Readonly<Record<string, string>> = {
    'a blob of somebody else': 'users/bob/a',
    'a user whose name begins alike': 'users/alice2/a',
    'no blob': '',
    'the prefix': 'users/alice/',
    'a path that climbs': 'users/alice/../bob/a',
    'a path that climbs by backslashes': 'users/alice/..\\bob\\a',
    'a dot at the end': 'users/alice/a.',
    'an empty segment': 'users/alice//a',
    'a line feed': 'users/alice/a\nFORGED',
    'a NUL': 'users/alice/a\u0000',
    'a name of 1,025 characters': `users/alice/${'x'.repeat(1025 - 'users/alice/'.length)}`,
    'the whole address': `${containerUrl}/users/alice/a`,
  };
  const list = entries(named).map(([reason, blob]) => ({ reason, text: encode({ blob, container }) }));
  const own = 'users/alice/a';
  for (const [reason, text] of entries({
    'no container': encode({ blob: own }),
    'another container': encode({ blob: own, container: `${containerUrl}2` }),
    'a container of another account': encode({ blob: own, container: 'https://evil.example/photos' }),
    'a container that climbs': encode({ blob: own, container: `${containerUrl}/../other` }),
    'two blobs, the good one first': `${encode({ blob: own, container })}&blob=users%2Fbob%2Fa`,
    'two blobs, the good one last': `blob=users%2Fbob%2Fa&${encode({ blob: own, container })}`,
    'two containers': `${encode({ blob: own, container })}&container=x`,
    'a list of blobs': encode({ 'blob[]': own, container }),
    'bytes that are no UTF-8': `blob=users%2Falice%2F%FF&${encode({ container })}`,
    JSON: JSON.stringify({ blob: own, container }),
    'what is no form': '%%%=%%%',
    nothing: '',
  }))
    list.push({ reason, text });
  return list;
}
