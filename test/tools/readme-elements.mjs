/** The README's tables of attributes, events, methods, slots and CSS names, made from custom-elements.json. */
import { readManifest } from './manifest.mjs';

/**
 * @typedef {import('./manifest.mjs').Item} Item
 * @typedef {import('./manifest.mjs').ElementDeclaration} ElementDeclaration
 */

/** The element whose tables are complete. The tables of the others list what they add to it. */
const baseTag = 'fine-uploader';

/** Text for a cell of a Markdown table: in code spans, `<` stays as it is. @param {string | undefined} text */
const cell = (text = '') =>
  text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
    .replaceAll(/`[^`]*`|</g, (match) => (match === '<' ? '&lt;' : match));

/** @param {Item} item */
const description = ({ name, description: text }) => {
  if (!text) throw new Error(`${name} has no description. Write a docblock.`);
  return cell(text);
};

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** The default as an attribute's value; empty where the attribute is absent by default. @param {Item} attribute */
function defaultValue({ default: value = '' }) {
  const text = value.replace(/^'(.*)'$/, '$1');
  return ['', 'false', 'undefined', 'null', '{}'].includes(text) ? '' : `\`${cell(text)}\``;
}

/** @param {readonly Item[]} attributes */
const attributeTable = (attributes) =>
  table(
    ['attribute', 'default', 'what it does'],
    attributes.map((attribute) => [`\`${attribute.name}\``, defaultValue(attribute), description(attribute)]),
  );

/** Methods that every form control or event target has. */
const standardMethods = new Set(['addEventListener', 'removeEventListener', 'checkValidity', 'reportValidity']);

/** @param {ElementDeclaration} element */
function methodsOf({ members = [] }) {
  const seen = new Set(standardMethods);
  return members.filter(({ kind, name }) => kind === 'method' && !seen.has(name) && seen.add(name));
}

/** @param {readonly Item[]} items */
const methodTable = (items) =>
  table(
    ['method', 'what it does'],
    items.map((method) => {
      const parameters = (method.parameters ?? []).map(({ name, optional }) => (optional ? `${name}?` : name));
      return [`\`${method.name}(${parameters.join(', ')})\``, description(method)];
    }),
  );

/** @param {readonly Item[] | undefined} items @param {string} kind */
const plainTable = (items = [], kind) =>
  table(
    [kind, 'what it is'],
    items.map((item) => [item.name ? `\`${item.name}\`` : '(default)', description(item)]),
  );

/** @param {readonly Item[] | undefined} items @param {readonly Item[] | undefined} others */
const without = (items = [], others = []) => items.filter(({ name }) => !others.some((other) => other.name === name));

/** @returns {Record<string, string>} tables by name. What only `<fine-uploader-NAME>` has is in the tables `NAME-attributes` and `NAME-methods`. */
export function elementTables() {
  const elements = readManifest();
  const base = elements.find(({ tagName }) => tagName === baseTag);
  if (!base) throw new Error(`custom-elements.json has no <${baseTag}>. Run \`npm run build\`.`);
  /** @type {Record<string, string>} */
  const tables = {
    attributes: attributeTable(base.attributes ?? []),
    events: plainTable(base.events, 'event'),
    methods: methodTable(methodsOf(base)),
    slots: plainTable(base.slots, 'slot'),
    parts: plainTable(base.cssParts, 'part'),
    properties: plainTable(base.cssProperties, 'custom property'),
  };
  for (const element of elements) {
    if (element === base) continue;
    const name = element.tagName.slice(baseTag.length + 1);
    const attributes = without(element.attributes, base.attributes);
    const methods = without(methodsOf(element), methodsOf(base));
    if (attributes.length) tables[`${name}-attributes`] = attributeTable(attributes);
    if (methods.length) tables[`${name}-methods`] = methodTable(methods);
  }
  return tables;
}
