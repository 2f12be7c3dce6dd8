import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { configs as lit } from 'eslint-plugin-lit';
import litA11y from 'eslint-plugin-lit-a11y';
import { configs as wc } from 'eslint-plugin-wc';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** File names and servers' messages are hostile: they reach the page as text, never as markup or code. */
const noMarkupFromData = [
  {
    selector: 'MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|srcdoc|setHTMLUnsafe)$/]',
    message: 'Markup is written in templates; data goes in as text.',
  },
  { selector: "CallExpression[callee.property.name='write'][callee.object.name='document']", message: 'Markup is written in templates.' },
  { selector: 'ImportSpecifier[imported.name=/^unsafe(HTML|SVG|MathML|CSS|Static)$/]', message: 'Data goes in as text.' },
  { selector: 'TemplateElement[value.raw=/(\\.innerHTML|\\bsrcdoc)\\s*=/]', message: 'Data goes in as text.' },
];

/** A test that is switched off, or that switches the others off, says nothing and looks like success. */
const noSwitchedOffTests = [
  {
    selector: 'MemberExpression[object.name=/^(it|test|describe|suite)$/][property.name=/^(only|skip|todo)$/]',
    message: 'Every test runs, always.',
  },
];

const noUnheardAssertion = {
  selector: "ExpressionStatement > CallExpression[callee.property.name='accessible']",
  message: 'Await it, or nobody hears the answer.',
};

/** Core has no DOM, no network and no disk; what it needs of them comes in through the seams. */
const outsideOfCore = [
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
  { ignores: ['dist', 'coverage', 'node_modules', 'demo/.data', 'demo/.site', 'test/frameworks/**', '.lab'] },
  js.configs.recommended,
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: { 'no-restricted-syntax': ['error', ...noSwitchedOffTests] },
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
      'no-restricted-syntax': ['error', ...noMarkupFromData, ...noSwitchedOffTests],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-ignore': true, 'ts-nocheck': true, 'ts-expect-error': 'allow-with-description' },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // What is handed around are objects of closures, described with the syntax of methods.
      '@typescript-eslint/unbound-method': 'off',
      // A controller that registers itself is kept, and never asked.
      'no-unused-private-class-members': 'off',
      // chai says `expect(x).to.be.true`.
      '@typescript-eslint/no-unused-expressions': 'off',
      // Functions that fit an asynchronous seam are async also where they have nothing to wait for: a throw becomes a rejection.
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
      // It does not see that what it finds are slots and areas around a real button, whose click a key fires as well.
      'lit-a11y/click-events-have-key-events': 'off',
      // HTML's own way to say where a dialog's focus begins.
      'lit-a11y/no-autofocus': 'off',
    },
  },
  { files: ['src/core/**/*.ts'], rules: { 'no-restricted-globals': ['error', ...outsideOfCore] } },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          // node:test runs what it was told of, awaited or not. chai's `equal` is a promise only in the types that a plugin for comparing HTML gives it.
          allowForKnownSafeCalls: ['Equal', { from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] }],
        },
      ],
      // Tests reach into answers from servers as JSON.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      // A test's page is its own markup.
      'no-restricted-syntax': ['error', ...noSwitchedOffTests, noUnheardAssertion],
    },
  },
  prettier,
);
