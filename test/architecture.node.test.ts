/** The layout of src/ that CONTRIBUTING.md describes: which folder may import which, the size of files, and a test file per unit. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const src = fileURLToPath(new URL('../src/', import.meta.url));

interface Import {
  /** A module's path below src/, or the name of a package. */
  readonly target: string;
  readonly isPackage: boolean;
  /** Removed by the compiler. */
  readonly typeOnly: boolean;
  /** `import('…')`. */
  readonly dynamic: boolean;
}

/** The imports of a module: static, dynamic, re-exported and in types. */
function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(src, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean, dynamic = false) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    const isPackage = !specifier.text.startsWith('.');
    const target = isPackage ? specifier.text : path.posix.join(path.posix.dirname(file), specifier.text.replace(/\.js$/, '.ts'));
    found.push({ target, isPackage, typeOnly, dynamic });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const names = node.importClause?.namedBindings;
      const onlyTypeNames =
        !!names && ts.isNamedImports(names) && !node.importClause.name && names.elements.every((name) => name.isTypeOnly);
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword || onlyTypeNames);
    } else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false, true);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'))
  .sort();
const imports = new Map(files.map((file) => [file, importsOf(file)]));

/** The folder that a file belongs to: `stores/NAME` for stores, '' for the entry points. */
const folderOf = (file: string): string => /^(stores\/[^/]+|[^/]+)\//.exec(file)?.[1] ?? '';

/** Tests of more than one unit: the suite that all stores pass, and a store that a page defines. */
const scenarios = /^(stores\/[^/]+\/store-contract|elements\/own-store)$/;

interface Rule {
  /** Folders that may be imported. */
  readonly folders: readonly string[];
  /** Folders whose types may be imported. */
  readonly types?: readonly string[];
  /** Packages that may be imported. */
  readonly packages?: readonly RegExp[];
  /** Packages that may be imported dynamically. */
  readonly dynamicPackages?: readonly RegExp[];
}

const lit = /^lit($|\/)/;
/** SHA-256 for pages without https, where browsers have no `crypto.subtle`. */
const hashes = /^@noble\/hashes\//;
const stores = [...new Set(files.map(folderOf).filter((folder) => folder.startsWith('stores/')))];

const rules: Readonly<Record<string, Rule>> = {
  utils: { folders: [] },
  core: { folders: ['utils'] },
  http: { folders: ['core', 'utils'] },
  resume: { folders: ['core', 'utils'] },
  session: { folders: ['core', 'http', 'utils'] },
  images: { folders: ['utils'] },
  // A store never imports another store.
  ...Object.fromEntries(stores.map((store) => [store, { folders: ['core', 'http', 'utils'], dynamicPackages: [hashes] }])),
  ui: { folders: ['images', 'utils'], types: ['core'], packages: [lit] },
  elements: {
    folders: ['core', 'http', 'resume', 'session', 'images', 'ui', 'utils', ...stores],
    packages: [lit, /^file-selector$/, /^attr-accept$/],
  },
  '': { folders: ['core', 'http', 'resume', 'session', 'images', 'ui', 'elements', 'utils', ...stores] },
};

function isAllowed(from: string, { target, isPackage, typeOnly, dynamic }: Import): boolean {
  const { folders, types = [], packages = [], dynamicPackages = [] } = rules[from]!;
  if (isPackage) return [...packages, ...(dynamic ? dynamicPackages : [])].some((pattern) => pattern.test(target));
  const to = folderOf(target);
  return files.includes(target) && (to === from || folders.includes(to) || (typeOnly && types.includes(to)));
}

/** The modules that an import of `file` can load, and the packages that it loads at once. */
function reachableFrom(file: string): { modules: Set<string>; packages: Set<string> } {
  const modules = new Set([file]);
  const packages = new Set<string>();
  for (const module of modules) {
    for (const { target, isPackage, typeOnly, dynamic } of imports.get(module) ?? []) {
      if (typeOnly) continue;
      if (!isPackage) modules.add(target);
      else if (!dynamic) packages.add(target);
    }
  }
  return { modules, packages };
}

describe('the folders of src/', () => {
  test('each have a rule', () => {
    assert.deepEqual(
      [...new Set(files.map(folderOf))].filter((folder) => !(folder in rules)),
      [],
    );
    assert.ok(files.includes('core/types.ts'));
  });

  for (const from of Object.keys(rules)) {
    test(`${from || 'the entry points'} import only what the rule allows`, () => {
      const violations = files
        .filter((file) => folderOf(file) === from)
        .flatMap((file) =>
          imports
            .get(file)!
            .filter((imported) => !isAllowed(from, imported))
            .map(({ target, typeOnly }) => `${file} imports ${typeOnly ? 'types of ' : ''}${target}`),
        );
      assert.deepEqual(violations, []);
    });
  }

  test('have no file over 400 lines', () => {
    const tooLong = files.flatMap((file) => {
      const lines = readFileSync(path.join(src, file), 'utf8').trimEnd().split('\n').length;
      return lines > 400 ? [`${file}: ${lines} lines`] : [];
    });
    assert.deepEqual(tooLong, []);
  });

  test('have tests that are named after their unit, as in unit.test.ts or unit-scenario.test.ts', () => {
    const units = new Set(files.map((file) => file.replace(/\.ts$/, '')));
    const unnamed = readdirSync(fileURLToPath(new URL('.', import.meta.url)), { recursive: true, encoding: 'utf8' })
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => /^(core|utils|http|resume|session|images|stores|ui|elements)\/.*\.test\.ts$/.test(file))
      .filter((file) => {
        const name = file.replace(/(\.(node|chromium|azure))?\.test\.ts$/, '');
        return !units.has(name) && !scenarios.test(name) && ![...units].some((unit) => name.startsWith(`${unit}-`));
      });
    assert.deepEqual(unnamed, []);
  });

  test('have no import cycle', () => {
    const cycles: string[] = [];
    const trail: string[] = [];
    const done = new Set<string>();
    const follow = (file: string): void => {
      if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
      if (done.has(file)) return;
      done.add(file);
      trail.push(file);
      for (const { target, isPackage } of imports.get(file) ?? []) if (!isPackage) follow(target);
      trail.pop();
    };
    files.forEach(follow);
    assert.deepEqual(cycles, []);
  });
});

describe('headless.ts', () => {
  test('loads no element and no package', () => {
    const { modules, packages } = reachableFrom('headless.ts');
    assert.ok(modules.has('core/uploader.ts'));
    assert.deepEqual([...packages], []);
    assert.deepEqual(
      [...modules].filter((file) => /^(ui|elements)\//.test(file)),
      [],
    );
  });

  test('and core compile without the types of the DOM', () => {
    const configFile = fileURLToPath(new URL('../tsconfig.json', import.meta.url));
    const { config } = ts.readConfigFile(configFile, (file) => readFileSync(file, 'utf8')) as { config: { compilerOptions: object } };
    const { options } = ts.convertCompilerOptionsFromJson(
      { ...config.compilerOptions, lib: ['ES2023', 'WebWorker', 'WebWorker.Iterable', 'WebWorker.AsyncIterable'], types: [], paths: {} },
      path.dirname(configFile),
    );
    const program = ts.createProgram(
      files.filter((file) => folderOf(file) === 'core' || file === 'headless.ts').map((file) => path.join(src, file)),
      options,
    );
    const problems = ts.getPreEmitDiagnostics(program).map((problem) => {
      const where = problem.file ? `${path.relative(src, problem.file.fileName)}: ` : '';
      return where + ts.flattenDiagnosticMessageText(problem.messageText, ' ');
    });
    assert.deepEqual(problems, []);
  });
});
