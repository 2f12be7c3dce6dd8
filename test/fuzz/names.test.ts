/** File names, keys, metadata and policies: what a store receives is what was meant, and nothing gets out of its place. */
import * as fc from 'fast-check';
import { UploadError } from '../../src/core/errors.js';
import type { UploadFile } from '../../src/core/types.js';
import { escapeKey, isSameKey, objectKey } from '../../src/stores/s3/key.js';
import { objectMetadata } from '../../src/stores/s3/metadata.js';
import { formFields, policyDocument } from '../../src/stores/s3/policy.js';
import { canonicalQueryString, canonicalRequest } from '../../src/stores/s3/signers/sigv4.js';
import { appendQuery, toFormData, toJson, toSearchParams } from '../../src/http/params.js';
import { fillTemplate } from '../../src/ui/files-view/action-template.js';
import { toWellFormed } from '../../src/utils/well-formed.js';
import { assert, fuzz, settleOrUploadError } from './fuzz.js';
import { anyFileName, anyJson, anyObject, anyText, file as plainFile, storeContext } from './inputs.js';

const fileNamed = (name: string): UploadFile => ({ ...plainFile, name });

describe('names, random ones', () => {
  fuzz('become a key that a URL keeps, or an UploadError', 6, anyFileName, async (name) => {
    for (const rule of ['filename', 'uuid', () => name] as const) {
      const key = await settleOrUploadError(() => objectKey(rule, { ...storeContext(), file: fileNamed(name) }));
      if (key instanceof UploadError) continue;
      const path = await settleOrUploadError(() => escapeKey(key));
      if (path instanceof UploadError) continue;
      const url = new URL(`https://b.example.com/${path}`);
      assert(url.pathname === `/${path}`, `the browser requests ${url.pathname}, not /${path}`);
      assert(url.search === '' && url.hash === '', `the key ${key} has a query or a fragment`);
      assert(decodeURIComponent(url.pathname.slice(1)) === key, `the store reads another key than ${key}`);
      assert(isSameKey(key, path) && isSameKey(key, key), 'a key is not the same as itself');
    }
  });

  fuzz(
    'become metadata of one line, or an UploadError',
    4,
    fc.tuple(anyFileName, anyObject(['a', 'b-c', 'Cache-Control', 'x y'])),
    async ([name, params]) => {
      const metadata = await settleOrUploadError(() => objectMetadata(params, name));
      if (metadata instanceof UploadError) return;
      for (const [header, value] of Object.entries(metadata)) {
        assert(!/[\r\n]/.test(header), 'a header of two lines');
        if (header.startsWith('x-amz-meta-')) assert(/^[\x20-\x7e]*$/.test(value), `${header} is not ASCII`);
      }
      assert(typeof metadata['x-amz-meta-qqfilename'] === 'string', 'no name in the metadata');
    },
  );

  const object = fc.record({
    bucket: anyText,
    key: anyFileName,
    acl: fc.constantFrom('', 'private', '"}'),
    contentType: anyText,
    storageClass: fc.constantFrom('', 'STANDARD_IA'),
    serverSideEncryption: fc.boolean(),
    metadata: fc.dictionary(fc.constantFrom('x-amz-meta-a', 'x-amz-meta-qqfilename'), anyText),
    minSize: fc.nat(),
    maxSize: fc.nat(),
  });
  fuzz('stand in a policy as they stand in its form', 4, fc.tuple(object, fc.option(anyText)), ([some, prefix]) => {
    const signing = {
      version: 4 as const,
      credential: 'AKIA/20261124/us-east-1/s3/aws4_request',
      date: '20261124T000000Z',
      sessionToken: undefined,
    };
    const json = policyDocument(some, signing, 0, prefix ?? undefined);
    const { conditions } = JSON.parse(json) as { conditions: (Record<string, string> | [string, string, string])[] };
    const fields = new Map(formFields(some, signing, 'policy', 'signature'));
    for (const condition of conditions) {
      if (Array.isArray(condition)) {
        const [kind, name, value] = condition;
        if (kind === 'content-length-range') continue;
        assert(kind === 'starts-with' && name.startsWith('$'), `the condition ${kind} ${name}`);
        assert(name === '$key' ? value === prefix : value === '', `${name} starts with ${value}`);
        continue;
      }
      const [[name = '', value] = []] = Object.entries(condition);
      if (name !== 'bucket') assert(fields.get(name) === value, `${name} is ${value} in the policy, ${fields.get(name)} in the form`);
    }
    for (const name of fields.keys())
      if (!['policy', 'x-amz-signature'].includes(name))
        assert(json.includes(JSON.stringify(name).slice(1, -1)), `the policy has no ${name}`);
  });

  fuzz('stand in a query in one place', 3, fc.dictionary(anyText, anyText, { maxKeys: 4 }), (query) => {
    const wellFormed = Object.fromEntries(Object.entries(query).map(([name, value]) => [toWellFormed(name), toWellFormed(value)]));
    const parsed = new URLSearchParams(canonicalQueryString(wellFormed).replaceAll('+', '%2B'));
    for (const [name, value] of Object.entries(wellFormed))
      assert(parsed.get(name) === value, `${name} is ${parsed.get(name)}, not ${value}`);
    const headers = Object.fromEntries(
      Object.values(wellFormed).map((value, index) => [`x-amz-meta-${index}`, encodeURIComponent(String(value))]),
    );
    const { text } = canonicalRequest('PUT', '/k', '', headers, 'hash');
    assert(text.split('\n').length === Object.keys(headers).length + 6, 'a header of two lines in the canonical request');
  });

  fuzz('stand in the params of a request in one place', 4, anyObject(['a', 'b', 'qqfile', 'c d']), (params) => {
    const form = toFormData(params);
    const search = toSearchParams(params);
    toJson(params);
    for (const [name, value] of Object.entries(params)) {
      if (typeof value !== 'string') continue;
      assert(form.getAll(name).includes(toWellFormed(value)), `${name} is not in the form`);
      assert(search.getAll(name).includes(toWellFormed(value)), `${name} is not in the query`);
    }
    const url = new URL(appendQuery('https://example.com/u?x=1#y', params));
    assert(url.origin === 'https://example.com' && url.pathname === '/u' && url.searchParams.get('x') === '1', `the URL ${url.href}`);
  });

  const template = document.createElement('template');
  template.innerHTML = '<a href="{response.link}" title="{name}" onclick="{name}">{name} {response.a.b}</a><a href="/d/{name}">d</a>';
  fuzz('stand in the page’s action template as text', 3, fc.tuple(anyFileName, fc.oneof(anyText, anyJson), anyJson), ([name, link, a]) => {
    const content = fillTemplate(template, { id: 0, name, uuid: 'u', response: { link, a } });
    assert(content.querySelectorAll('*').length === 2, `markup gets through: ${content.innerHTML}`);
    for (const anchor of content.querySelectorAll('a')) {
      // An address that is none has no protocol.
      if (anchor.hasAttribute('href')) assert(/^(?:https?)?:$/.test(anchor.protocol), `the link ${anchor.href}`);
      if (anchor.hasAttribute('onclick')) assert(anchor.getAttribute('onclick') === '{name}', 'a value in a script');
    }
  });
});
