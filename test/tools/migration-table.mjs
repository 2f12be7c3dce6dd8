/**
 * Writes what README.md says of coming from Fine Uploader: each of its options, methods and callbacks, and what takes its place. That is found in the elements'
 * properties, in src/elements/fine-uploader-options.ts and in custom-elements.json; words for the rest are in migration-table-words.mjs. What nobody has a word for is
 * "not yet". `--check` changes nothing, and fails where README.md is not current.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { callbacks, differences, methods, options, words } from './migration-table-words.mjs';
import { root } from './sections.mjs';

/** @typedef {{tagName?: string, attributes?: {name: string}[], events?: {name: string}[], members?: {name: string, kind: string}[]}} Declaration */

const load = (/** @type {string} */ file) => tsImport(path.join(root, file), import.meta.url);
/** @type {typeof import('../../src/elements/fine-uploader-options.js')} */
const { optionTargets, messageOptions, extraOptions } = await load('src/elements/fine-uploader-options.ts');
/** @type {typeof import('../../src/elements/fine-uploader-element.js')} */
const { FineUploaderElement } = await load('src/elements/fine-uploader-element.ts');
/** @type {typeof import('../../src/elements/fine-uploader-s3-element.js')} */
const { FineUploaderS3Element } = await load('src/elements/fine-uploader-s3-element.ts');

const classes = [FineUploaderElement, FineUploaderS3Element];
const targets = new Map(
  classes.flatMap(({ elementProperties }) => [
    ...optionTargets(/** @type {import('../../src/elements/settings.js').PropertyMap} */ (/** @type {unknown} */ (elementProperties))),
  ]),
);
const extras = new Set([...extraOptions, ...classes.flatMap(({ storeOptions }) => Object.keys(storeOptions))]);
/** @type {typeof import('../../src/ui/messages/en.js')} */
const { en } = await load('src/ui/messages/en.ts');
/** @type {typeof import('../../src/ui/messages/en-files.js')} */
const { enOfFiles } = await load('src/ui/messages/en-files.ts');

/** `sizeSymbols` is left to the language where a page has none. */
const messageKeys = new Set([...Object.keys(en), ...Object.keys(enOfFiles), 'sizeSymbols']);

/** @type {{modules: {declarations?: Declaration[]}[]}} */
const manifest = JSON.parse(readFileSync(path.join(root, 'custom-elements.json'), 'utf8'));
const elements = manifest.modules.flatMap(({ declarations = [] }) => declarations).filter(({ tagName }) => tagName);
/** @param {'attributes' | 'events' | 'members'} kind */
const namesOf = (kind) => new Set(elements.flatMap((element) => element[kind] ?? []).map(({ name }) => name));
const [attributes, events, members] = [namesOf('attributes'), namesOf('events'), namesOf('members')];

/** What the elements read of an options object. */
const folder = path.join(root, 'src/elements');
const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && file !== 'fine-uploader-options.ts')
  .map((file) => readFileSync(path.join(folder, file), 'utf8'))
  .join('\n');
/** Whether somebody reads an option by its path, or all options below one. @param {string} option */
function isRead(option) {
  const group = option.replace(/[^.]+$/, '');
  return source.includes(`'${option}'`) || (group !== '' && source.includes(`'${group}'`));
}

/** @type {Record<string, string>} */
const allWords = words;
/** @type {Record<string, string>} */
const allDifferences = differences;
const unused = new Set([...Object.keys(allWords), ...Object.keys(allDifferences)]);

/** @param {string} name */
function wordsFor(name) {
  const key = Object.keys(allWords).find((one) => one === name || (one.endsWith('*') && name.startsWith(one.slice(0, -1))));
  if (key === undefined) return undefined;
  unused.delete(key);
  return allWords[key];
}

/** @param {string} name @param {string} replacement */
function withDifference(name, replacement) {
  const difference = allDifferences[name];
  unused.delete(name);
  return difference ? `${replacement} (${difference})` : replacement;
}

const attributeName = (/** @type {string} */ property) => property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What takes the place of an option. @param {string} option */
function replacementOf(option) {
  const property = targets.get(option)?.property;
  if (property) {
    const attribute = attributeName(property);
    if (!attributes.has(attribute) && !members.has(property)) throw new Error(`${option} goes to ${property}, which no element has.`);
    const name = attributes.has(attribute) ? `\`${attribute}\`` : `the property \`${property}\``;
    const reversed = property === 'manualUpload' || property.startsWith('no') ? 'the other way round' : '';
    return withDifference(option, reversed ? `${name}, ${reversed}` : name);
  }
  const message = messageOptions[option] ?? /^(?:messages|text)\.(\w+)$/.exec(option)?.[1];
  if (message && messageKeys.has(message)) return withDifference(option, '`options`, as it is');
  if (extras.has(option) && isRead(option)) return withDifference(option, '`options`, as it is');
  return wordsFor(option) ?? 'not yet';
}

/** @param {string} text */
const expand = (text) =>
  text.split(' ').flatMap((item) => {
    const [, prefix = '', names = ''] = /^(.*)\{(.*)\}$/.exec(item) ?? [];
    return names ? names.split(',').map((name) => prefix + name) : [item];
  });

/** Rows of the same replacement become one. @param {readonly string[]} names @param {(name: string) => string} replacement */
function rows(names, replacement) {
  /** @type {Map<string, string[]>} */
  const grouped = new Map();
  for (const name of names) {
    const text = replacement(name);
    grouped.set(text, [...(grouped.get(text) ?? []), `\`${name}\``]);
  }
  return [...grouped].map(([text, group]) => `| ${group.join(', ')} | ${text} |`);
}

/** @param {string} title @param {readonly string[]} body */
const table = (title, body) => [`| ${title} | here |`, '| --- | --- |', ...body].join('\n');

const own = (/** @type {string} */ name) => withDifference(name, 'the same');
const content = [
  '<details>',
  '<summary>Every option, method and callback of Fine Uploader, and what takes its place</summary>',
  ...Object.entries(options).map(([title, text]) => table(`option: ${title}`, rows(expand(text), replacementOf))),
  table(
    'method',
    rows(methods, (name) => (members.has(name) ? own(name) : (wordsFor(name) ?? 'not yet'))),
  ),
  table(
    'callback',
    rows(callbacks, (name) => {
      const event = name.charAt(2).toLowerCase() + name.slice(3);
      if (!events.has(event)) return wordsFor(name) ?? 'not yet';
      return withDifference(name, allDifferences[name] ? `\`${event}\`` : 'the event of that name without `on`');
    }),
  ),
  '</details>',
].join('\n\n');
if (unused.size) throw new Error(`test/tools/migration-table-words.mjs has words for what needs none: ${[...unused].join(', ')}`);

const file = path.join(root, 'README.md');
const before = readFileSync(file, 'utf8');
const place = /(<!-- migration table -->\n)[^]*?(<!-- migration table ends -->)/;
if (!place.test(before)) throw new Error('README.md has no place for the migration table.');
const text = before.replace(place, (_, start, end) => `${start}\n${content}\n\n${end}`);

if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (text === before) console.log('The migration table in README.md is current.');
else {
  console.error('The migration table in README.md is not current: run `npm run build`, and commit README.md.');
  process.exitCode = 1;
}
