/** The promise of demo/docs/azure.md: its requests, rules, settings and attributes are those of the servers, of Azurite and of the element. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it, mock } from 'node:test';
import { corsXml } from '../../demo/servers/azurite.js';
import { createSasServer, settingsFrom } from '../../demo/servers/node/azure-sas-server.mjs';
import { sendRaw } from '../contract/signing-suite.js';
import { sasServers } from '../servers/languages/sas-servers.js';
import { startLocalServer } from '../servers/local-server.js';
import type { LocalServer } from '../servers/local-server.js';
import { root } from '../tools/root.mjs';
import { azureDocs, blocksOf, exchanges, parts } from './azure-docs.js';

const [settings = ''] = blocksOf('sh').filter((block) => block.startsWith('export '));
const environment = Object.fromEntries([...settings.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));

let server: LocalServer;
before(async () => {
  const authorize = () => 'alice';
  server = await startLocalServer(() => createSasServer({ ...settingsFrom(environment), authorize, log: () => undefined }));
});
after(() => server?.stop());

describe('demo/docs/azure.md', () => {
  it('has an answer to each of its requests, and the server gives it', async () => {
    assert.equal(blocksOf('http').length, exchanges.length * 2);
    const sent: string[] = [];
    for (const [request, answer] of exchanges) {
      const { first, headers, body } = parts(request);
      const [method = '', path = ''] = first.split(' ');
      // That one asks the store: azure-docs.azure.test.ts sends it.
      if (path === '/azure/success') continue;
      const clock = mock.method(Date, 'now', () => Date.parse('2026-11-22T21:30:00Z'));
      const got = await sendRaw(server.origin + path, method, headers, body).finally(() => clock.mock.restore());
      const expected = parts(answer);
      assert.equal(String(got.status), expected.first.split(' ')[1], path);
      assert.equal(got.headers['content-type'], expected.headers['Content-Type'], path);
      assert.equal(got.text, expected.body, path);
      sent.push(path);
    }
    assert.equal(sent.length, 2);
  });

  it('has the CORS rules that Azurite is tested with, twice', () => {
    const [xml = ''] = blocksOf('xml');
    assert.equal(xml, corsXml('https://www.example.com'));
    const value = (name: string): string => new RegExp(`<${name}>(.*)</${name}>`).exec(xml)?.[1] ?? '';
    // https://learn.microsoft.com/rest/api/storageservices/cross-origin-resource-sharing--cors--support-for-the-azure-storage-services
    assert.ok(value('AllowedHeaders').split('*').length - 1 <= 2, 'Azure takes two headers with a *');
    const command = (blocksOf('sh').find((block) => block.startsWith('az ')) ?? '').replaceAll('\\\n', '').replaceAll(/ +/g, ' ');
    for (const [option, name] of [
      ['origins', 'AllowedOrigins'],
      ['allowed-headers', 'AllowedHeaders'],
      ['exposed-headers', 'ExposedHeaders'],
      ['max-age', 'MaxAgeInSeconds'],
    ] as const)
      assert.equal(new RegExp(`--${option} (\\S+)`).exec(command)?.[1], value(name), option);
    assert.equal(/--methods ([A-Z ]+) --/.exec(command)?.[1]?.replaceAll(' ', ','), value('AllowedMethods'));
  });

  it('names the settings that each server reads, and each server', async () => {
    assert.deepEqual(Object.keys(environment).length, 5);
    for (const { file } of sasServers) {
      assert.ok(azureDocs.includes(`demo/servers/${file}`), file);
      const text = await readFile(join(root, 'demo/servers', file), 'utf8');
      const read = [...text.matchAll(/['"]((?:AZURE|ALLOWED)_[A-Z_]+)['"]/g)].map(([, name]) => name);
      assert.deepEqual([...new Set(read)].sort(), [...Object.keys(environment), 'ALLOWED_ORIGINS'].sort(), file);
    }
  });

  it('has attributes, events and methods that the element has', async () => {
    const manifest = JSON.stringify(JSON.parse(await readFile(join(root, 'custom-elements.json'), 'utf8')));
    const html = blocksOf('html').join('\n');
    const tags = [...html.matchAll(/<fine-uploader-azure([^]*?)><\/fine-uploader-azure>/g)].map(([, text = '']) => text);
    assert.equal(tags.length, 2);
    const attributes = tags.flatMap((tag) => [...tag.replaceAll(/="[^"]*"|='[^']*'/g, '').matchAll(/[\w-]+/g)].map(([name]) => name));
    assert.ok(attributes.length >= 11);
    for (const name of [...attributes, 'blob-name', 'part-size', 'checksum', 'success-params', 'session-endpoint'])
      assert.ok(manifest.includes(`"name":"${name}"`) || manifest.includes(`"attribute":"${name}"`), name);
    for (const name of [
      'complete',
      'deleteComplete',
      'getBlobName',
      'getUuid',
      'getName',
      'setUploadSuccessEndpoint',
      'setUploadSuccessParams',
    ])
      assert.ok(manifest.includes(`"name":"${name}"`), name);
  });

  it('is linked from the README', async () => {
    assert.match(await readFile(join(root, 'README.md'), 'utf8'), /demo\/docs\/azure\.md/);
  });
});
