import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { configs as lit } from 'eslint-plugin-lit';
import litA11y from 'eslint-plugin-lit-a11y';
import { configs as wc } from 'eslint-plugin-wc';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** File names and server messages are untrusted: they are rendered as text, never as markup or code. */
const noMarkupFromData = [
  {
    selector: 'MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|srcdoc|setHTMLUnsafe)$/]',
    message: 'Write markup in templates and insert data as text.',
  },
  { selector: "CallExpression[callee.property.name='write'][callee.object.name='document']", message: 'Write markup in templates.' },
  { selector: 'ImportSpecifier[imported.name=/^unsafe(HTML|SVG|MathML|CSS|Static)$/]', message: 'Insert data as text.' },
  { selector: 'TemplateElement[value.raw=/(\\.innerHTML|\\bsrcdoc)\\s*=/]', message: 'Insert data as text.' },
];

/** A skipped test looks like a passed one. */
const noSkippedTests = [
  {
    selector: 'MemberExpression[object.name=/^(it|test|describe|suite)$/][property.name=/^(only|skip|todo)$/]',
    message: 'Do not skip tests.',
  },
];

const noFloatingAssertion = {
  selector: "ExpressionStatement > CallExpression[callee.property.name='accessible']",
  message: 'Await this assertion.',
};

/** Core uses no DOM, network or disk; interfaces in core/types.ts provide them. */
const forbiddenInCore = [
  ...[
    'document',
    'window',
    'self',
    'navigator',
    'location',
    'history',
    'customElements',
    'HTMLElement',
    'Element',
    'Node',
    'CustomEvent',
    'Event',
  ],
  ...['EventTarget', 'localStorage', 'sessionStorage', 'indexedDB', 'caches', 'fetch', 'XMLHttpRequest', 'WebSocket', 'Worker', 'FormData'],
  ...['requestAnimationFrame', 'requestIdleCallback', 'process', 'Buffer', 'require'],
];

export default defineConfig(
  { ignores: ['dist', 'coverage', '.wireit', 'node_modules', 'demo/.data', 'demo/.site', 'test/frameworks/**', '.lab'] },
  js.configs.recommended,
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: { 'no-restricted-syntax': ['error', ...noSkippedTests] },
  },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'demo/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-control-regex': 'off',
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-restricted-syntax': ['error', ...noMarkupFromData, ...noSkippedTests],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-ignore': true, 'ts-nocheck': true, 'ts-expect-error': 'allow-with-description' },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Interfaces of closures use method syntax.
      '@typescript-eslint/unbound-method': 'off',
      // A controller that registers itself with its host is only assigned.
      'no-unused-private-class-members': 'off',
      // chai says `expect(x).to.be.true`.
      '@typescript-eslint/no-unused-expressions': 'off',
      // An async function without await turns a throw into a rejection, as an asynchronous interface requires.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true, allowNullish: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    extends: [lit['flat/recommended'], wc['flat/recommended']],
    plugins: { 'lit-a11y': litA11y },
    rules: {
      ...litA11y.configs.recommended.rules,
      // False alarms: the listeners are on slots and areas around a real button, whose click the keyboard fires too.
      'lit-a11y/click-events-have-key-events': 'off',
      // `autofocus` is HTML's way to set the initial focus of a dialog.
      'lit-a11y/no-autofocus': 'off',
    },
  },
  { files: ['src/core/**/*.ts'], rules: { 'no-restricted-globals': ['error', ...forbiddenInCore] } },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          // node:test awaits its tests itself. chai's `equal` is a promise only in the types of a plugin that compares HTML.
          allowForKnownSafeCalls: ['Equal', { from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] }],
        },
      ],
      // Tests read the JSON of servers untyped.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      // A test may write markup into its page.
      'no-restricted-syntax': ['error', ...noSkippedTests, noFloatingAssertion],
    },
  },
  prettier,
);
