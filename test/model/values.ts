/** Valid and invalid values for arguments, attributes and properties, by the names that a failure prints. */
import * as fc from 'fast-check';

const cycle: Record<string, unknown> = { a: 1 };
cycle['cycle'] = cycle;

/** New for each use, where a step could change them. */
const values = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  false: () => false,
  '0': () => 0,
  '1': () => 1,
  '7': () => 7,
  '-1': () => -1,
  '1.5': () => 1.5,
  NaN: () => NaN,
  Infinity: () => Infinity,
  '1e21': () => 1e21,
  '10n': () => 10n,
  Symbol: () => Symbol('value'),
  "''": () => '',
  "' '": () => ' ',
  "'0'": () => '0',
  "'a.bin'": () => 'a.bin',
  "'<img src=x onerror=throw>'": () => '<img src=x onerror=throw>',
  "'\\ud800'": () => '\ud800',
  "'../..\\0/con'": () => '../..\0/con',
  "'/uploads'": () => '/uploads',
  "'javascript:0'": () => 'javascript:0',
  'a long string': () => 'long '.repeat(20_000),
  "'length'": () => 'length',
  "'map'": () => 'map',
  "'__proto__'": () => '__proto__',
  "'constructor'": () => 'constructor',
  '{}': () => ({}),
  '{a: 1}': () => ({ a: 1 }),
  '{__proto__: null}': () => Object.create(null) as object,
  'a cycle': () => cycle,
  '[]': () => [],
  '[0]': () => [0],
  "['a', null]": () => ['a', null],
  'a function': () => () => 'text',
  'a function that throws': () => () => {
    throw new PageError();
  },
  'an async function that rejects': () => () => Promise.reject(new PageError()),
  'a Date': () => new Date(0),
  'an invalid Date': () => new Date(NaN),
  'a URL': () => new URL('https://example.com/uploads'),
  'a RegExp': () => /a/,
  'a Blob': () => new Blob(['blob']),
  'a File': () => new File(['file'], 'f.bin'),
  'an element': () => document.createElement('div'),
  'an image': () => new Image(),
  'a canvas': () => Object.assign(document.createElement('canvas'), { width: 1, height: 1 }),
  'an object without a string': () => ({
    toString: () => {
      throw new PageError();
    },
  }),
} satisfies Readonly<Record<string, () => unknown>>;

export type ValueName = keyof typeof values;

/** What the page's own code throws in a scenario. */
export class PageError extends Error {
  override readonly message = 'thrown by the page';
}

export function valueOf(name: ValueName): unknown {
  return values[name]();
}

export const anyValue: fc.Arbitrary<ValueName> = fc.constantFrom(...(Object.keys(values) as ValueName[]));

/** Mostly an id. */
export const anyId: fc.Arbitrary<ValueName | number> = fc.oneof({ weight: 12, arbitrary: fc.nat(5) }, { weight: 1, arbitrary: anyValue });
