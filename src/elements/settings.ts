/** Reads the properties that a page has set into typed settings. Pure. */

import type { PropertyDeclaration } from 'lit';

/** How the value of a property is read into a setting. */
export interface SettingType<Value> {
  /** Returns undefined for a value that it cannot read. */
  readonly read: (value: unknown) => Value | undefined;
  /** What `read` accepts, as the end of a sentence: `a whole number, 0 or more`. */
  readonly expected: string;
  /** The setting where the property has neither a value nor a default. */
  readonly empty: Value;
  /** The setting for a value that cannot be read. Default: the property's default. */
  readonly unreadable?: { readonly value: Value; /** The end of the warning. */ readonly consequence: string };
  /** The entries of a list that `read` ignores, and what it accepts as an entry. */
  readonly entries?: { readonly ignored: (value: unknown) => readonly unknown[]; readonly expected: string };
  /** Converts the attribute. Default: the property is the attribute's text. */
  readonly converter?: NonNullable<PropertyDeclaration['converter']>;
}

/** Returns the property's new value for the value of a Fine Uploader option. */
export type OptionConverter = (value: unknown, current: unknown) => unknown;

/** The declaration of a property, beside its name and its TypeScript type. */
export interface PropertyOptions<Value = unknown> extends PropertyDeclaration {
  /** Default: the setting is the property's value. */
  readonly setting?: SettingType<Value>;
  /** Read in place of a value that is missing or cannot be read. The field's initial value. */
  readonly default?: unknown;
  /** The path of the Fine Uploader option that sets the property; or several, each with its converter. They are applied in this order. */
  readonly option?: string | Readonly<Record<string, OptionConverter>>;
}

/** The declarations of an element's properties, by name. */
export type PropertyMap = ReadonlyMap<string, PropertyOptions>;

/** The type of a setting: numbers, sizes, lists and objects are read from whatever the property accepts. */
export type SettingValue<Property> = unknown extends Property
  ? Readonly<Record<string, unknown>>
  : number extends Property
    ? number | Extract<Property, (...args: never[]) => unknown>
    : readonly string[] extends Property
      ? readonly string[]
      : undefined extends Property
        ? Exclude<Property, undefined>
        : Property;

/** The settings of an element: every property but the methods, read. */
export type SettingsOf<Element> = {
  readonly [Name in keyof Element as Element[Name] extends (...args: never[]) => unknown ? never : Name]: SettingValue<Element[Name]>;
};

/** A value that could not be read. */
export interface SettingProblem {
  /** The property's name. */
  readonly property: string;
  readonly value: unknown;
  /** See {@link SettingType.expected}. */
  readonly expected: string;
  /** What is done instead. Default: `the default is used`. */
  readonly consequence?: string;
}

/** The settings, and the values that could not be read; for those, the default is the setting. A missing value is no problem. */
export function readSettings(
  declarations: PropertyMap,
  properties: Readonly<Record<string, unknown>>,
): { settings: Record<string, unknown>; problems: SettingProblem[] } {
  const settings: Record<string, unknown> = {};
  const problems: SettingProblem[] = [];
  for (const [property, { setting: type, default: fallback }] of declarations) {
    const value = properties[property];
    settings[property] = value;
    if (!type) continue;
    const missing = value === undefined || value === null || value === '';
    const setting = missing ? undefined : type.read(value);
    if (setting !== undefined) {
      for (const entry of type.entries?.ignored(value) ?? [])
        problems.push({ property, value: entry, expected: type.entries?.expected ?? '', consequence: 'the entry is ignored' });
    } else if (!missing) {
      const { consequence } = type.unreadable ?? {};
      problems.push({ property, value, expected: type.expected, ...(consequence && { consequence }) });
    }
    settings[property] = setting ?? (missing ? undefined : type.unreadable?.value) ?? type.read(fallback) ?? type.empty;
  }
  return { settings, problems };
}

/** A warning for the page's developer. */
export function problemSentence(
  element: string,
  { property, value, expected, consequence = 'the default is used' }: SettingProblem,
): string {
  const shown =
    typeof value === 'string'
      ? JSON.stringify(value)
      : typeof value === 'function'
        ? 'a function'
        : (JSON.stringify(value) ?? String(value));
  return `<${element}>: ${attributeName(property)}=${shown} is not ${expected}; ${consequence}.`;
}

/** `sizeLimit` -> `size-limit`. */
export function attributeName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
