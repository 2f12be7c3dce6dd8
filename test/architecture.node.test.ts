/** The arrows between the rooms of src/, as CONTRIBUTING.md draws them, read from the import statements. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const src = fileURLToPath(new URL('../src/', import.meta.url));

interface Import {
  /** A module of ours by its path below src/, or the name of a package. */
  readonly target: string;
  readonly ours: boolean;
  /** Gone after compiling. */
  readonly typeOnly: boolean;
  /** Loaded when it is needed: `import('…')`. */
  readonly later: boolean;
}

/** Every import of a module, static, dynamic, re-exported or only in a type. */
function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(src, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean, later = false) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    const ours = specifier.text.startsWith('.');
    const target = ours ? path.posix.join(path.posix.dirname(file), specifier.text.replace(/\.js$/, '.ts')) : specifier.text;
    found.push({ target, ours, typeOnly, later });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const names = node.importClause?.namedBindings;
      const everyNameIsAType =
        !!names && ts.isNamedImports(names) && !node.importClause.name && names.elements.every((name) => name.isTypeOnly);
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword || everyNameIsAType);
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

/** The room a file is in: a folder, for stores one per far side, and '' for the entries on top. */
const roomOf = (file: string): string => /^(stores\/[^/]+|[^/]+)\//.exec(file)?.[1] ?? '';

interface Rule {
  /** Rooms that may be imported from. */
  readonly rooms: readonly string[];
  /** Rooms of which only types may be imported. */
  readonly types?: readonly string[];
  /** Packages that may be imported. */
  readonly packages?: readonly RegExp[];
  /** Packages that may be loaded when they are needed. */
  readonly later?: readonly RegExp[];
}

const lit = /^lit($|\/)/;
/** For pages that are not served over https, where browsers have no `crypto.subtle`. */
const hashes = /^@noble\/hashes\//;
const anyStore = [...new Set(files.map(roomOf).filter((room) => room.startsWith('stores/')))];

const rules: Readonly<Record<string, Rule>> = {
  utils: { rooms: [] },
  core: { rooms: ['utils'] },
  http: { rooms: ['core', 'utils'] },
  resume: { rooms: ['core', 'utils'] },
  session: { rooms: ['core', 'http', 'utils'] },
  images: { rooms: ['utils'] },
  ...Object.fromEntries(anyStore.map((store) => [store, { rooms: ['core', 'http', 'utils'], later: [hashes] }])),
  ui: { rooms: ['images', 'utils'], types: ['core'], packages: [lit] },
  elements: {
    rooms: ['core', 'http', 'resume', 'session', 'images', 'ui', 'utils', ...anyStore],
    packages: [lit, /^file-selector$/, /^attr-accept$/],
  },
  '': { rooms: ['core', 'http', 'resume', 'session', 'images', 'ui', 'elements', 'utils', ...anyStore] },
};

describe('the house', () => {
  test('has the rooms that are drawn', () => {
    assert.deepEqual(
      [...new Set(files.map(roomOf))].filter((room) => !(room in rules)),
      [],
    );
    assert.ok(files.includes('core/types.ts'));
  });

  for (const [room, rule] of Object.entries(rules)) {
    test(`${room || 'an entry'} imports only what it may`, () => {
      const broken: string[] = [];
      for (const [file, imported] of imports) {
        if (roomOf(file) !== room) continue;
        for (const { target, ours, typeOnly, later } of imported) {
          const allowed = ours
            ? files.includes(target) &&
              (roomOf(target) === room || rule.rooms.includes(roomOf(target)) || (typeOnly && !!rule.types?.includes(roomOf(target))))
            : [...(rule.packages ?? []), ...((later && rule.later) || [])].some((pattern) => pattern.test(target));
          if (!allowed) broken.push(`${file} imports ${typeOnly ? 'the types of ' : ''}${target}`);
        }
      }
      assert.deepEqual(broken, []);
    });
  }

  /** The modules that a program importing `file` loads, and the packages. */
  function reachableFrom(file: string): { modules: Set<string>; packages: Set<string> } {
    const modules = new Set([file]);
    const packages = new Set<string>();
    for (const module of modules) {
      for (const { target, ours, typeOnly, later } of imports.get(module) ?? []) {
        if (ours && !typeOnly) modules.add(target);
        else if (!typeOnly && !later) packages.add(target);
      }
    }
    return { modules, packages };
  }

  test('has a headless.ts that leads to no element and to no package', () => {
    const { modules, packages } = reachableFrom('headless.ts');
    assert.ok(modules.has('core/uploader.ts'));
    assert.deepEqual([...packages], []);
    assert.deepEqual(
      [...modules].filter((file) => /^(ui|elements)\//.test(file)),
      [],
    );
  });

  test('has no cycle of imports', () => {
    const cycles: string[] = [];
    const trail: string[] = [];
    const done = new Set<string>();
    const follow = (file: string): void => {
      if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(' -> '));
      if (done.has(file)) return;
      done.add(file);
      trail.push(file);
      for (const { target, ours } of imports.get(file) ?? []) if (ours) follow(target);
      trail.pop();
    };
    files.forEach(follow);
    assert.deepEqual(cycles, []);
  });

  test('has a core, and a headless.ts, that compile where there is no document', () => {
    const configFile = fileURLToPath(new URL('../tsconfig.json', import.meta.url));
    const { config } = ts.readConfigFile(configFile, (file) => readFileSync(file, 'utf8')) as { config: { compilerOptions: object } };
    const { options } = ts.convertCompilerOptionsFromJson(
      { ...config.compilerOptions, lib: ['ES2023', 'WebWorker', 'WebWorker.Iterable', 'WebWorker.AsyncIterable'], types: [], paths: {} },
      path.dirname(configFile),
    );
    const program = ts.createProgram(
      files.filter((file) => roomOf(file) === 'core' || file === 'headless.ts').map((file) => path.join(src, file)),
      options,
    );
    const problems = ts.getPreEmitDiagnostics(program).map((problem) => {
      const where = problem.file ? `${path.relative(src, problem.file.fileName)}: ` : '';
      return where + ts.flattenDiagnosticMessageText(problem.messageText, ' ');
    });
    assert.deepEqual(problems, []);
  });
});
