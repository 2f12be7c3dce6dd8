/**
 * The README's tables for pages that come from Fine Uploader: each of its options, methods and callbacks, and the replacement. The replacements are derived
 * from the elements' properties, src/elements/fine-uploader-options.ts and custom-elements.json; fine-uploader-names.mjs has the remaining ones. A name without any is "not yet".
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { callbacks, differences, methods, options, replacements as otherReplacements } from './fine-uploader-names.mjs';
import { readManifest } from './manifest.mjs';
import { root } from './root.mjs';

/** @param {string} file */
const load = (file) => tsImport(path.join(root, file), import.meta.url);

/** @param {string} property */
const attributeName = (property) => property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Expands `a.{b,c}` to `a.b` and `a.c`. @param {string} text */
const expand = (text) =>
  text.split(' ').flatMap((item) => {
    const [, prefix = '', names = ''] = /^(.*)\{(.*)\}$/.exec(item) ?? [];
    return names ? names.split(',').map((name) => prefix + name) : [item];
  });

/** One row per replacement, with all names that have it. @param {readonly string[]} names @param {(name: string) => string} replacement */
function rows(names, replacement) {
  /** @type {Map<string, string[]>} */
  const namesByReplacement = new Map();
  for (const name of names) {
    const text = replacement(name);
    namesByReplacement.set(text, [...(namesByReplacement.get(text) ?? []), `\`${name}\``]);
  }
  return [...namesByReplacement].map(([text, group]) => `| ${group.join(', ')} | ${text} |`);
}

/** @param {string} title @param {readonly string[]} body */
const table = (title, body) => [`| ${title} | replacement |`, '| --- | --- |', ...body].join('\n');

/** @returns {Promise<string>} all tables, in a `<details>` element. */
export async function migrationTables() {
  /** @type {typeof import('../../src/elements/fine-uploader-options.js')} */
  const { optionTargets, messageOptions, extraOptions } = await load('src/elements/fine-uploader-options.ts');
  /** @type {typeof import('../../src/elements/ignored-options.js')} */
  const { ignoredOptions } = await load('src/elements/ignored-options.ts');
  /** @type {Readonly<Record<string, string>>} */
  const replacements = { ...ignoredOptions, ...otherReplacements };
  /** @type {typeof import('../../src/elements/fine-uploader-element.js')} */
  const { FineUploaderElement } = await load('src/elements/fine-uploader-element.ts');
  /** @type {typeof import('../../src/elements/fine-uploader-s3-element.js')} */
  const { FineUploaderS3Element } = await load('src/elements/fine-uploader-s3-element.ts');
  /** @type {typeof import('../../src/elements/fine-uploader-azure-element.js')} */
  const { FineUploaderAzureElement } = await load('src/elements/fine-uploader-azure-element.ts');
  const classes = [FineUploaderAzureElement, FineUploaderElement, FineUploaderS3Element];
  const targets = new Map(
    classes.flatMap(({ elementProperties }) => [
      ...optionTargets(/** @type {import('../../src/elements/settings.js').PropertyMap} */ (/** @type {unknown} */ (elementProperties))),
    ]),
  );
  const extras = new Set([...extraOptions, ...classes.flatMap(({ storeOptions }) => Object.keys(storeOptions))]);
  /** @type {typeof import('../../src/ui/messages/en.js')} */
  const { en } = await load('src/ui/messages/en.ts');
  /** @type {typeof import('../../src/ui/messages/en-files.js')} */
  const { enFiles } = await load('src/ui/messages/en-files.ts');
  // `sizeSymbols` has no default text: the language formats sizes.
  const messageKeys = new Set([...Object.keys(en), ...Object.keys(enFiles), 'sizeSymbols']);

  const elements = readManifest();
  /** @param {'attributes' | 'events' | 'members'} kind */
  const namesOf = (kind) => new Set(elements.flatMap((element) => element[kind] ?? []).map(({ name }) => name));
  const [attributes, events, members] = [namesOf('attributes'), namesOf('events'), namesOf('members')];

  const folder = path.join(root, 'src/elements');
  const elementSources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== 'fine-uploader-options.ts')
    .map((file) => readFileSync(path.join(folder, file), 'utf8'))
    .join('\n');
  /** Whether an element reads the option by its path, or all options of its group. @param {string} option */
  function isRead(option) {
    const group = option.replace(/[^.]+$/, '');
    return elementSources.includes(`'${option}'`) || (group !== '' && elementSources.includes(`'${group}'`));
  }

  const unused = new Set([...Object.keys(replacements), ...Object.keys(differences)]);

  /** @param {string} name */
  function listedReplacement(name) {
    const key = Object.keys(replacements).find((one) => one === name || (one.endsWith('*') && name.startsWith(one.slice(0, -1))));
    if (key === undefined) return 'not yet';
    unused.delete(key);
    return replacements[key] ?? '';
  }

  /** @param {string} name @param {string} replacement */
  function withDifference(name, replacement) {
    const difference = differences[name];
    unused.delete(name);
    return difference ? `${replacement} (${difference})` : replacement;
  }

  /** @param {string} option */
  function optionReplacement(option) {
    const property = targets.get(option)?.property;
    if (property) {
      const attribute = attributeName(property);
      if (!attributes.has(attribute) && !members.has(property)) throw new Error(`${option} maps to ${property}, which no element has.`);
      const name = attributes.has(attribute) ? `\`${attribute}\`` : `the property \`${property}\``;
      const inverted = property === 'manualUpload' || property.startsWith('no');
      return withDifference(option, inverted ? `${name}, inverted` : name);
    }
    const message = messageOptions[option] ?? /^(?:messages|text)\.(\w+)$/.exec(option)?.[1];
    if (message && messageKeys.has(message)) return withDifference(option, '`options`, unchanged');
    if (extras.has(option) && isRead(option)) return withDifference(option, '`options`, unchanged');
    return listedReplacement(option);
  }

  /** @param {string} name */
  const methodReplacement = (name) => (members.has(name) ? withDifference(name, 'the same name') : listedReplacement(name));

  /** @param {string} name */
  function callbackReplacement(name) {
    const event = name.charAt(2).toLowerCase() + name.slice(3);
    if (!events.has(event)) return listedReplacement(name);
    return withDifference(name, differences[name] ? `\`${event}\`` : 'the event of that name, without `on`');
  }

  const content = [
    '<details>',
    '<summary>Every option, method and callback of Fine Uploader and its replacement</summary>',
    ...Object.entries(options).map(([title, names]) => table(`option: ${title}`, rows(expand(names), optionReplacement))),
    table('method', rows(methods, methodReplacement)),
    table('callback', rows(callbacks, callbackReplacement)),
    '</details>',
  ].join('\n\n');
  if (unused.size) throw new Error(`fine-uploader-names.mjs has entries that no name uses: ${[...unused].join(', ')}.`);
  return content;
}
