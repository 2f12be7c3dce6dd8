/** Promise: the npm package contains the files that package.json names, and the CDN files work without a build step. Needs `npm run build`. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import ts from 'typescript';
import { startTestServers, type TestServers } from '../servers/test-servers.js';
import { launchBrowser, servePages, type RunningServer } from '../tools/playwright.js';
import { root } from '../tools/root.mjs';

interface Manifest {
  readonly name: string;
  readonly main: string;
  readonly types: string;
  readonly unpkg: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
}

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;

before(() => assert.ok(existsSync(path.join(root, 'dist')), 'There is no dist/: run `npm run build` first.'));

describe('the package', () => {
  test('has every file that package.json names', () => {
    const exported = Object.values(manifest.exports).flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)));
    const named = [manifest.main, manifest.types, manifest.unpkg, ...exported];
    const missing = named.filter((file) => !file.includes('*') && !existsSync(path.join(root, file)));
    assert.deepEqual(missing, []);
    assert.ok(named.length > 10);
  });

  test('contains only the published files', () => {
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' }),
    ) as [{ files: { path: string }[] }];
    const files = packed.files.map(({ path: file }) => file);
    for (const file of [
      'package.json',
      'README.md',
      'LICENSE',
      'custom-elements.json',
      ...['index', 'fine-uploader', 'fine-uploader-s3', 'headless'].flatMap((name) => [`dist/${name}.js`, `dist/${name}.d.ts`]),
      'dist/cdn/fine-uploader.min.js',
      'dist/cdn/fine-uploader.esm.min.js',
    ]) {
      assert.ok(files.includes(file), `${file} is not in the package`);
    }
    const unexpected = files.filter(
      (file) => !/^(dist\/.+\.(js|d\.ts|js\.map)|custom-elements\.json|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(file),
    );
    assert.deepEqual(unexpected, []);
  });

  test('imports Lit in its modules and has no imports in its bundles', () => {
    const importsLit = /from\s*['"]lit/;
    const elements = read('dist/ui/uploader-view.js');
    assert.match(elements, importsLit);
    for (const bundle of ['dist/cdn/fine-uploader.min.js', 'dist/cdn/fine-uploader.esm.min.js']) {
      assert.doesNotMatch(read(bundle), /\bimport\s*[({'"]|\bfrom\s*['"]/, bundle);
    }
  });

  test('describes all elements in custom-elements.json with existing paths', () => {
    const { modules } = JSON.parse(read('custom-elements.json')) as {
      modules: { path: string; declarations?: { tagName?: string }[] }[];
    };
    assert.deepEqual(
      modules.map((module) => module.path).filter((file) => !existsSync(path.join(root, file))),
      [],
    );
    const tags = modules.flatMap((module) => module.declarations ?? []).flatMap((declaration) => declaration.tagName ?? []);
    assert.deepEqual(tags.sort(), ['fine-uploader', 'fine-uploader-azure', 'fine-uploader-s3']);
  });

  test('describes every typed event in custom-elements.json', () => {
    const entry = path.join(root, 'dist/elements/events.d.ts');
    const program = ts.createProgram([entry], {
      target: ts.ScriptTarget.ES2022,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      types: [],
    });
    const checker = program.getTypeChecker();
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry) as ts.SourceFile);
    const map = module && checker.getExportsOfModule(module).find(({ name }) => name === 'UploaderEventMap');
    assert.ok(map);
    const typed = checker
      .getDeclaredTypeOfSymbol(map)
      .getProperties()
      .map(({ name }) => name);
    const { modules } = JSON.parse(read('custom-elements.json')) as {
      modules: { declarations?: { tagName?: string; events?: { name: string }[] }[] }[];
    };
    const elements = modules.flatMap((each) => each.declarations ?? []).filter((declaration) => declaration.tagName);
    assert.equal(elements.length, 3);
    for (const { events } of elements) assert.deepEqual(events?.map(({ name }) => name).sort(), typed.sort());
  });
});

describe('the types of the package', () => {
  for (const entry of ['headless', 'fine-uploader-s3', 'index']) {
    test(`have the key and the bucket of complete in ${entry}.d.ts`, () => {
      const options: ts.CompilerOptions = { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, types: [] };
      const program = ts.createProgram([path.join(root, `dist/${entry}.d.ts`)], { ...options, noLib: true });
      const checker = program.getTypeChecker();
      const module = checker.getSymbolAtLocation(program.getSourceFile(path.join(root, 'dist/core/events.d.ts')) as ts.SourceFile);
      const detail = module && checker.getExportsOfModule(module).find(({ name }) => name === 'CompleteDetail');
      assert.ok(detail);
      const names = checker
        .getDeclaredTypeOfSymbol(detail)
        .getProperties()
        .map(({ name }) => name);
      assert.deepEqual(
        ['id', 'success', 'key', 'bucket'].filter((name) => !names.includes(name)),
        [],
      );
    });
  }
});

describe('dist/headless.js', () => {
  test('can be imported in Node by the name of the package', () => {
    const script = `
      import { Uploader, S3Store, TraditionalStore, status } from '${manifest.name}/headless.js';
      console.log(JSON.stringify([typeof Uploader, typeof S3Store, typeof TraditionalStore, status.UPLOAD_SUCCESSFUL, typeof document]));
    `;
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' });
    assert.deepEqual(JSON.parse(output), ['function', 'function', 'function', 'upload successful', 'undefined']);
  });
});

describe('the CDN files on a plain page', () => {
  let testServers: TestServers;
  let server: RunningServer;
  let browser: Browser;

  /** The page's policy: it allows its own scripts and requests to the endpoint, no inline scripts or styles, and requires Trusted Types. */
  const policy = (endpoint: string) =>
    [
      `default-src 'none'`,
      `script-src 'self'`,
      `style-src 'self'`,
      `img-src 'self' blob:`,
      `connect-src ${new URL(endpoint).origin}`,
      `require-trusted-types-for 'script'`,
    ].join('; ');

  before(async () => {
    [testServers, browser] = await Promise.all([startTestServers(), launchBrowser()]);
    const { uploads } = testServers.addresses.endpoint;
    const page = (script: string) => `<!doctype html><meta charset="utf-8"><title>A plain page</title>
      ${script}
      <fine-uploader endpoint="${uploads}" multiple></fine-uploader>
      <fine-uploader-s3></fine-uploader-s3>`;
    server = await servePages(
      {
        '/classic.html': page('<script src="/dist/cdn/fine-uploader.min.js"></script>'),
        '/module.html': page('<script type="module" src="/dist/cdn/fine-uploader.min.js"></script>'),
        '/esm.html': page('<script type="module" src="/dist/cdn/fine-uploader.esm.min.js"></script>'),
      },
      { 'Content-Security-Policy': policy(uploads) },
    );
  });
  after(async () => {
    await Promise.all([browser?.close(), server?.close(), testServers?.close()]);
  });

  for (const [name, hasGlobal] of [
    ['classic', true],
    ['module', true],
    ['esm', false],
  ] as const) {
    test(`${name}: upload a file under a strict Content-Security-Policy`, async () => {
      const page = await browser.newPage();
      const consoleMessages: string[] = [];
      page.on('pageerror', (error) => consoleMessages.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') consoleMessages.push(message.text());
      });
      await page.goto(`${server.origin}/${name}.html`);
      const bytes = Buffer.from('What is true by lamplight is not always true by sunlight.'.repeat(1000));
      // A string instead of a function: functions that tsx compiles need helpers that the page does not have.
      const completed = page.evaluate<{
        success: boolean;
        uuid: string;
        name: string;
      }>(`customElements.whenDefined('fine-uploader').then(() => new Promise((resolve) =>
        document.querySelector('fine-uploader').addEventListener('complete', (event) => resolve(event.detail))))`);
      await page
        .locator('fine-uploader input[type=file]')
        .first()
        .setInputFiles({ name: 'naïve & "quoted" (1).txt', mimeType: 'text/plain', buffer: bytes });
      const { success, uuid, name: fileName } = await completed;
      assert.deepEqual([success, fileName], [true, 'naïve & "quoted" (1).txt']);
      const stored = (await testServers.handle('sha256', { uuid })) as { sha256: string } | null;
      assert.equal(stored?.sha256, createHash('sha256').update(bytes).digest('hex'));
      assert.equal(
        await page.evaluate(`typeof globalThis.FineUploaderElements?.FineUploaderS3Element`),
        hasGlobal ? 'function' : 'undefined',
      );
      assert.equal(await page.evaluate(`document.querySelector('fine-uploader-s3').shadowRoot !== null`), true);
      assert.deepEqual(consoleMessages, []);
      await page.close();
    });
  }

  test('the ES module exports what the package exports', async () => {
    const page = await browser.newPage();
    await page.goto(`${server.origin}/esm.html`);
    const names = await page.evaluate<string[]>(`import('/dist/cdn/fine-uploader.esm.min.js').then((module) => Object.keys(module))`);
    const exported = [...read('dist/index.js').matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, list = '']) =>
      list.split(',').map((name) => name.trim()),
    );
    assert.ok(exported.includes('FineUploaderElement') && exported.includes('FineUploaderS3Element'));
    assert.deepEqual(names.sort(), exported.sort());
    await page.close();
  });
});
