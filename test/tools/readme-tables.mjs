/**
 * Writes the tables of README.md from custom-elements.json, each between its pair of markers. `--check` changes nothing, and fails where they are not current.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './sections.mjs';

/**
 * @typedef {{name: string, description?: string, default?: string, type?: {text: string}, privacy?: string, kind?: string, parameters?: {name: string, optional?: boolean}[]}} Item
 * @typedef {{tagName?: string, attributes?: Item[], events?: Item[], members?: Item[], slots?: Item[], cssParts?: Item[], cssProperties?: Item[]}} Declaration
 */

/** @type {{modules: {declarations?: Declaration[]}[]}} */
const manifest = JSON.parse(readFileSync(path.join(root, 'custom-elements.json'), 'utf8'));

/** @param {string} tagName */
function element(tagName) {
  const found = manifest.modules.flatMap((module) => module.declarations ?? []).find((declaration) => declaration.tagName === tagName);
  if (!found) throw new Error(`custom-elements.json has no <${tagName}>: run \`npm run build\`.`);
  return found;
}

const own = element('fine-uploader');
const s3 = element('fine-uploader-s3');

/** Fit for a cell of a Markdown table. @param {string | undefined} text */
const cell = (text = '') =>
  text
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .trim();

/** @param {Item} item */
const describe = ({ name, description }) => {
  if (!description) throw new Error(`${name} has no description; its docblock is the README's text.`);
  return cell(description);
};

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** The default in the words of an attribute: a boolean's is to be absent. @param {Item} attribute */
function defaultOf({ default: value = '' }) {
  const text = value.replace(/^'(.*)'$/, '$1');
  return ['', 'false', 'undefined', 'null', '{}'].includes(text) ? '' : `\`${cell(text)}\``;
}

/** @param {readonly Item[]} attributes */
const attributeTable = (attributes) =>
  table(
    ['attribute', 'default', 'what it does'],
    attributes.map((attribute) => [`\`${attribute.name}\``, defaultOf(attribute), describe(attribute)]),
  );

/** Methods of HTMLElement and of form controls need no telling. */
const known = new Set(['addEventListener', 'removeEventListener', 'checkValidity', 'reportValidity']);

/** @param {Declaration} declaration */
function methods({ members = [] }) {
  const seen = new Set(known);
  return members.filter(({ kind, name }) => kind === 'method' && !seen.has(name) && seen.add(name));
}

/** @param {readonly Item[]} items */
const methodTable = (items) =>
  table(
    ['method', 'what it does'],
    items.map((method) => {
      const parameters = (method.parameters ?? []).map(({ name, optional }) => (optional ? `${name}?` : name));
      return [`\`${method.name}(${parameters.join(', ')})\``, describe(method)];
    }),
  );

/** @param {readonly Item[] | undefined} items @param {string} what */
const plainTable = (items = [], what) =>
  table(
    [what, 'what it is'],
    items.map((item) => [item.name ? `\`${item.name}\`` : '(default)', describe(item)]),
  );

/** @param {Item[] | undefined} items @param {Item[] | undefined} others */
const without = (items = [], others = []) => items.filter(({ name }) => !others.some((other) => other.name === name));

/** @type {Record<string, string>} */
const tables = {
  attributes: attributeTable(own.attributes ?? []),
  's3-attributes': attributeTable(without(s3.attributes, own.attributes)),
  events: plainTable(own.events, 'event'),
  methods: methodTable(methods(own)),
  's3-methods': methodTable(without(methods(s3), methods(own))),
  slots: plainTable(own.slots, 'slot'),
  parts: plainTable(own.cssParts, 'part'),
  properties: plainTable(own.cssProperties, 'custom property'),
};

const file = path.join(root, 'README.md');
const before = readFileSync(file, 'utf8');
const filled = new Set();
const text = before.replaceAll(/(<!-- table: ([\w-]+) -->\n)[^]*?(<!-- end -->)/g, (_, start, name, end) => {
  const content = tables[name];
  if (content === undefined) throw new Error(`README.md asks for a table that nobody makes: ${name}`);
  filled.add(name);
  return `${start}\n${content}\n\n${end}`;
});
const missing = Object.keys(tables).filter((name) => !filled.has(name));
if (missing.length) throw new Error(`README.md has no place for: ${missing.join(', ')}`);

if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (text === before) console.log('The tables in README.md say what custom-elements.json says.');
else {
  console.error('The tables in README.md are not current: run `npm run build`, and commit README.md.');
  process.exitCode = 1;
}
