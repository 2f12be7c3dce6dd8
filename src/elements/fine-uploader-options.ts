/** Reads an options object in Fine Uploader's own shape. Pure: which options set a property, its declaration says. */

import type { Messages } from '../ui/messages/messages.js';
import { readObject } from './attribute-converters.js';
import type { OptionConverter, PropertyMap, SettingType } from './settings.js';

/** The type of `options`. */
export const optionsType: SettingType<unknown> = { read: readObject, expected: 'an object in Fine Uploader’s shape', empty: {} };

/** The texts among an option's values. */
export function readMessages(value: unknown): Partial<Messages> {
  const isText = (text: unknown) => typeof text === 'string' || typeof readObject(text)?.['other'] === 'string';
  const isSymbols = (text: unknown) => Array.isArray(text) && text.every((symbol) => typeof symbol === 'string');
  return Object.fromEntries(
    Object.entries(readObject(value) ?? {}).filter(([key, text]) => (key === 'sizeSymbols' ? isSymbols : isText)(text)),
  );
}

/** The property that an option sets. */
export interface OptionTarget {
  readonly property: string;
  readonly convert: OptionConverter;
}

/** The options that set properties, by their path, in the order to apply them. */
export function optionTargets(declarations: PropertyMap): Map<string, OptionTarget> {
  const targets = new Map<string, OptionTarget>();
  for (const [property, { option = {} }] of declarations) {
    const converters = typeof option === 'string' ? { [option]: unchanged } : option;
    for (const [path, convert] of Object.entries(converters)) targets.set(path, { property, convert });
  }
  return targets;
}

const unchanged: OptionConverter = (value) => value;

/** An option that says the opposite of its property. */
export const negated: OptionConverter = (value) => !value;

/** Fine Uploader's options for texts that it keeps outside of `messages` and `text`, and their keys among the messages. */
export const messageOptions: Readonly<Record<string, string>> = {
  'deleteFile.confirmMessage': 'confirmMessage',
  'deleteFile.deletingStatusText': 'deletingStatusText',
  'deleteFile.deletingFailedText': 'deletingFailedText',
  'retry.autoRetryNote': 'autoRetryNote',
  'paste.namePromptMessage': 'namePromptMessage',
};

/** Fine Uploader's defaults of every element that are not the element's own, by the option's path. */
export const fineUploaderDefaults: OptionValues = {
  multiple: true,
  maxConnections: 3,
  'retry.enableAuto': false,
  'retry.autoAttemptDelay': 5,
};

/** Options of every element that have no property, by their path. */
export const extraOptions: readonly string[] = [
  'resume.customKeys',
  'deleteFile.params',
  'deleteFile.customHeaders',
  'session.params',
  'session.customHeaders',
  'session.refreshOnReset',
  'blobs.defaultName',
  'paste.defaultName',
  'messages',
  'text',
  'callbacks',
  'form',
];

/** Options by their path. */
export type OptionValues = Record<string, unknown>;

/** An options object, sorted. */
export interface ParsedOptions {
  /** Options that set properties. */
  readonly properties: OptionValues;
  /** Options without a property. */
  readonly extra: OptionValues;
  /** Options that are not read. */
  readonly unknown: OptionValues;
}

/**
 * Sorts the options of an object by their path.
 * @param isProperty - whether an option sets a property.
 * @param storeOptions - paths of the options that only this element's store has.
 */
export function parseOptions(options: object, targets: ReadonlyMap<string, unknown>, storeOptions: readonly string[]): ParsedOptions {
  const properties: OptionValues = {};
  const extra: OptionValues = {};
  const unknown: OptionValues = {};
  const extraPaths = [...extraOptions, ...storeOptions];
  const paths = [...targets.keys(), ...extraPaths];
  const walk = (value: unknown, path: string): void => {
    const message = messageOptions[path];
    if (targets.has(path)) properties[path] = value;
    else if (message) extra['messages'] = mergeOption(extra['messages'], { [message]: value });
    else if (extraPaths.includes(path)) extra[path] = mergeOption(extra[path], value);
    else if (isPlainObject(value) && (path === '' || paths.some((one) => one.startsWith(`${path}.`)))) {
      for (const [key, inner] of Object.entries(value)) walk(inner, path ? `${path}.${key}` : key);
    } else unknown[path] = value;
  };
  walk(options, '');
  return { properties, extra, unknown };
}

/** A later value of an option: objects are merged, anything else is replaced. */
export function mergeOption(earlier: unknown, later: unknown): unknown {
  return isPlainObject(earlier) && isPlainObject(later) ? { ...earlier, ...later } : later;
}

/**
 * The options that have been set, by their name in the store's options.
 * @param names - that name, by the option's path.
 */
export function renameOptions<Name extends string>(
  values: OptionValues,
  names: Readonly<Record<string, Name>>,
): { [Key in Name]?: unknown } {
  return Object.fromEntries(Object.entries(names).flatMap(([path, name]) => (path in values ? [[name, values[path]]] : []))) as {
    [Key in Name]?: unknown;
  };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]';
}
