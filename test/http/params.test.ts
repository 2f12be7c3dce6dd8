/** Serialization of request parameters. */
import { expect } from '@open-wc/testing';
import { resolveValue, ajaxHeaders, toFormData, toJson, toSearchParams, appendQuery } from '../../src/http/params.js';
import { rejection } from '../contract/checks.js';

const params = {
  a: { b: 1, c: { d: () => 'late' } },
  list: [1, { e: 2 }],
  nothing: null,
  missing: undefined,
  f: () => ({ g: 3 }),
  date: new Date(0),
};
const pairs = (entries: Iterable<readonly [string, unknown]>) => [...entries].map(([name, value]) => `${name}=${String(value)}`);

describe('params', () => {
  it('are flattened with brackets in a query, arrays too, and functions are called', () => {
    expect(pairs(toSearchParams(params))).to.deep.equal([
      'a[b]=1',
      'a[c][d]=late',
      'list[0]=1',
      'list[1][e]=2',
      'nothing=null',
      'missing=undefined',
      'f[g]=3',
      `date=${String(new Date(0))}`,
    ]);
  });

  it('are flattened in a form, but arrays become one value with commas', () => {
    const form = pairs(toFormData({ ...params, list: [1, 'x,y'] }));
    expect(form).to.include('a[c][d]=late');
    expect(form).to.include('list=1,x,y');
  });

  it('keep a Blob in a form', async () => {
    const value = toFormData({ preview: new Blob(['abc'], { type: 'image/png' }) }).get('preview') as File;
    expect([value.name, value.type, await value.text()]).to.deep.equal(['blob', 'image/png', 'abc']);
  });

  it('become JSON, and functions are called', () => {
    expect(JSON.parse(toJson(params))).to.deep.equal({
      a: { b: 1, c: { d: 'late' } },
      list: [1, { e: 2 }],
      nothing: null,
      f: { g: 3 },
      date: '1970-01-01T00:00:00.000Z',
    });
  });

  it('may contain any character, lone surrogates too', () => {
    expect(toSearchParams({ 'ä b': '&=+\uD800' }).toString()).to.equal('%C3%A4+b=%26%3D%2B%EF%BF%BD');
  });

  for (const [url, expected] of [
    ['/a', '/a?x=1'],
    ['/a?', '/a?x=1'],
    ['/a?y=2', '/a?y=2&x=1'],
    ['/a?y=2&', '/a?y=2&x=1'],
    ['/a#?z', '/a?x=1'],
    ['https://example.com', 'https://example.com?x=1'],
  ] as const)
    it(`are appended to ${url}`, () => expect(appendQuery(url, { x: 1 })).to.equal(expected));

  it('do not change a URL when there are none', () => expect(appendQuery('/a#b', {})).to.equal('/a#b'));
});

describe('resolveValue', () => {
  it('resolves a value, or calls a function that returns it, promises it or throws', async () => {
    expect(await resolveValue(7)).to.equal(7);
    expect(await resolveValue((...numbers: number[]) => Math.max(...numbers), 1, 3, 2)).to.equal(3);
    expect(await resolveValue(() => Promise.resolve('late'))).to.equal('late');
    const failure = new Error('no');
    const fails = (): string => {
      throw failure;
    };
    expect(await rejection(resolveValue(fails))).to.equal(failure);
  });
});

describe('ajaxHeaders', () => {
  const accept = { Accept: 'application/json' };
  const all = { ...accept, 'X-Requested-With': 'XMLHttpRequest', 'Cache-Control': 'no-cache' };

  it('omits the headers that need a preflight, if the request is cross-origin and must avoid it', () => {
    expect(ajaxHeaders('/a', true)).to.deep.equal(all);
    expect(ajaxHeaders(`${location.origin}/a`, true)).to.deep.equal(all);
    expect(ajaxHeaders('https://example.com/a', false)).to.deep.equal(all);
    expect(ajaxHeaders('https://example.com/a', true)).to.deep.equal(accept);
    expect(ajaxHeaders('//example.com/a', true)).to.deep.equal(accept);
  });
});
