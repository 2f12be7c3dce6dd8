/** A page's parameters as forms and addresses carry them. */
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

describe('parameters', () => {
  it('nest in brackets in an address, lists too, and functions are called', () => {
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

  it('are the same in a form, but for lists, which have commas', () => {
    const form = pairs(toFormData({ ...params, list: [1, 'x,y'] }));
    expect(form).to.include('a[c][d]=late');
    expect(form).to.include('list=1,x,y');
  });

  it('of a form may be a Blob', async () => {
    const value = toFormData({ preview: new Blob(['abc'], { type: 'image/png' }) }).get('preview') as File;
    expect([value.name, value.type, await value.text()]).to.deep.equal(['blob', 'image/png', 'abc']);
  });

  it('are JSON with functions called', () => {
    expect(JSON.parse(toJson(params))).to.deep.equal({
      a: { b: 1, c: { d: 'late' } },
      list: [1, { e: 2 }],
      nothing: null,
      f: { g: 3 },
      date: '1970-01-01T00:00:00.000Z',
    });
  });

  it('may have any characters, lone surrogates too', () => {
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
    it(`join ${url}`, () => expect(appendQuery(url, { x: 1 })).to.equal(expected));

  it('leave an address alone where there are none', () => expect(appendQuery('/a#b', {})).to.equal('/a#b'));
});

describe('what a page gives', () => {
  it('is a value, or a function that makes it at once or later, or fails', async () => {
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

describe("the headers of a script's request", () => {
  const accept = { Accept: 'application/json' };
  const all = { ...accept, 'X-Requested-With': 'XMLHttpRequest', 'Cache-Control': 'no-cache' };

  it('are left out only where a simple request to another origin would need a preflight for them', () => {
    expect(ajaxHeaders('/a', true)).to.deep.equal(all);
    expect(ajaxHeaders(`${location.origin}/a`, true)).to.deep.equal(all);
    expect(ajaxHeaders('https://example.com/a', false)).to.deep.equal(all);
    expect(ajaxHeaders('https://example.com/a', true)).to.deep.equal(accept);
    expect(ajaxHeaders('//example.com/a', true)).to.deep.equal(accept);
  });
});
