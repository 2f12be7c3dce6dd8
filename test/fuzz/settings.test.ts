/** Attributes and their converters, Fine Uploader's options, file types, endpoints and credentials. */
import * as fc from 'fast-check';
import { UploadError } from '../../src/core/errors.js';
import { hasExtension } from '../../src/core/validation/rules.js';
import {
  jsonConverter,
  numberConverter,
  readCount,
  readList,
  readNumber,
  readObject,
  readSize,
  readText,
  readWord,
} from '../../src/elements/attribute-converters.js';
import { mergeOption, optionTargets, parseOptions } from '../../src/elements/fine-uploader-options.js';
import { acceptValue, readSettings } from '../../src/elements/settings.js';
import type { PropertyMap } from '../../src/elements/settings.js';
import { FineUploaderElement, FineUploaderS3Element } from '../../src/index.js';
import { resolveEndpoint } from '../../src/stores/s3/endpoint.js';
import { CredentialsProvider } from '../../src/stores/s3/signers/credentials-provider.js';
import type { Credentials } from '../../src/stores/s3/signers/credentials-provider.js';
import { assert, fuzz, settleOrUploadError } from './fuzz.js';
import { anyJson, anyObject, anyText, changed } from './inputs.js';

const honest = [
  '20MB',
  '5MiB',
  '1.5 gb',
  '0',
  '3',
  'auto',
  '{"a":1}',
  'jpg, png .gif',
  'POST',
  'private',
  '4',
  'https://b.s3.amazonaws.com',
  '',
];
const anyAttribute = fc.oneof(changed(honest), anyText);
const anyValue = fc.oneof(
  anyAttribute,
  anyJson,
  fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withTypedArray: true }),
);

const declarations = [FineUploaderElement, FineUploaderS3Element].map((element) => element.elementProperties as unknown as PropertyMap);
const properties = [...new Set(declarations.flatMap((map) => [...map.keys()]))];
const optionPaths = declarations.flatMap((map) => [...optionTargets(map).keys()]);

describe('settings, random ones', () => {
  fuzz('are converted to their type or not', 8, anyValue, (value) => {
    const isNonNegative = (number: number | undefined) => number === undefined || (number >= 0 && !Number.isNaN(number));
    for (const read of [readSize, readNumber, readCount]) assert(isNonNegative(read(value)), `${read.name} reads ${read(value)}`);
    assert(Number.isInteger(readCount(value) ?? 0), 'a count is no whole number');
    assert(readList(value)?.every((item) => typeof item === 'string') ?? true, 'a list of other things');
    assert(!Array.isArray(readObject(value)), 'an array is no object');
    assert(readText(value) !== '', 'an empty text is none');
    assert(['a', 'b', undefined].includes(readWord(value, ['a', 'b'])), 'another word');
    if (typeof value !== 'string') return;
    jsonConverter.toAttribute(jsonConverter.fromAttribute(value));
    const number = numberConverter.fromAttribute(value);
    assert(typeof number === 'string' || Number.isFinite(number), `a number is ${number}`);
  });

  fuzz(
    'are read from properties of any type, and described',
    6,
    fc.dictionary(fc.constantFrom(...properties), anyValue, { maxKeys: 4 }),
    (values) => {
      for (const map of declarations) {
        const settings = readSettings(map, values);
        for (const [name, declaration] of map) {
          const { setting } = declaration;
          if (name in values) {
            const { value, warning = '' } = acceptValue('fine-uploader', name, declaration, values[name]);
            assert(warning.length < 5000, 'a warning of thousands of characters');
            acceptValue('fine-uploader', name, declaration, value);
          }
          if (setting?.empty === undefined || typeof setting.empty === 'function') continue;
          const type = typeof settings[name];
          assert(type === typeof setting.empty || type === 'function', `${name} is a setting of type ${type}`);
        }
      }
    },
  );

  const pathObject = fc
    .array(fc.tuple(fc.constantFrom(...optionPaths, 'callbacks', 'messages.typeError', 'text.x', '__proto__.polluted', 'a.b'), anyJson), {
      maxLength: 5,
    })
    .map((entries) => {
      let json = '{}';
      for (const [path, value] of entries) {
        const nested = path.split('.').reduceRight((inner, name) => `{${JSON.stringify(name)}:${inner}}`, JSON.stringify(value));
        json = JSON.stringify(mergeOption(JSON.parse(json), JSON.parse(nested)));
      }
      return JSON.parse(json) as object;
    });
  fuzz('in Fine Uploader’s shape are sorted', 5, fc.oneof(pathObject, anyObject(['request', 'chunking', 'callbacks'])), (options) => {
    for (const map of declarations) {
      const { properties: known, unknown } = parseOptions(options, optionTargets(map), ['x.y']);
      assert(
        Object.keys(known).every((path) => optionPaths.includes(path)),
        'an option that sets nothing',
      );
      assert(!Object.keys(unknown).some((path) => optionTargets(map).has(path)), 'a known option is unknown');
    }
  });

  fuzz('of extensions match names that end in them', 3, fc.tuple(anyText, anyText), ([name, extension]) => {
    hasExtension(name, extension);
    assert(hasExtension(`${name}.bin`, '.bin') && hasExtension(`${name}.BIN`, '*.bin'), 'an extension that is there');
    assert(!hasExtension(`${name}.exe`, 'bin'), 'an extension that is not there');
  });

  const honestEndpoints = [
    ...[
      'https://photos.s3.eu-west-1.amazonaws.com',
      'https://s3.amazonaws.com/photos',
      'photos.s3-accelerate.amazonaws.com',
      '/s3',
      '//cdn.example.com',
    ],
    ...[
      'https://fra1.digitaloceanspaces.com',
      'http://127.0.0.1:9000/photos',
      'https://[::1]:9000/b',
      'https://a.b.c.s3.us-gov-west-1.amazonaws.com/',
    ],
  ];
  fuzz(
    'of an endpoint are a target or an UploadError',
    6,
    fc.tuple(fc.oneof(changed(honestEndpoints), anyText), fc.option(anyText), fc.option(anyText)),
    async ([endpoint, bucket, host]) => {
      const target = await settleOrUploadError(() => resolveEndpoint(endpoint, { bucket: bucket ?? undefined, host: host ?? undefined }));
      if (target instanceof UploadError) return;
      assert(/^https?:\/\/[^/]/.test(target.url) && !target.url.endsWith('/'), `the URL ${target.url}`);
      assert(target.bucket !== '' && target.region !== '', 'a target without a bucket or region');
      assert(!/[\r\n]/.test(target.host), 'a host of two lines');
    },
  );

  const anyCredentials = anyObject(['accessKey', 'secretKey', 'sessionToken', 'expiration', 'AccessKeyId', 'Expiration']);
  fuzz(
    'of credentials are credentials or an UploadError',
    4,
    fc.tuple(anyCredentials, fc.oneof(changed(['2026-11-24T10:00:00Z', '1700000000000']), anyJson)),
    async ([some, expiration]) => {
      const provider = new CredentialsProvider(() => 0);
      const credentials = { accessKey: 'AKIA', secretKey: 's', ...some, expiration } as unknown as Credentials;
      const set = await settleOrUploadError(() => provider.set(credentials));
      const got = await settleOrUploadError(() => provider.get(new AbortController().signal));
      if (set instanceof UploadError) assert(got instanceof UploadError, 'refused credentials are used');
      provider.clear();
      assert(
        (await settleOrUploadError(() => provider.get(new AbortController().signal))) instanceof UploadError,
        'credentials are used after they were cleared',
      );
    },
  );
});
