/** Reads the properties that a page has set into typed settings. Pure. */

import type { PropertyDeclaration } from 'lit';

/** How the value of a property is read into a setting. */
export interface SettingType<Value> {
  /** Returns undefined for a value that it cannot read. Never throws. */
  readonly read: (value: unknown) => Value | undefined;
  /** What `read` accepts, as the end of a sentence: `a whole number, 0 or more`. */
  readonly expected: string;
  /** The setting where the property has neither a value nor a default. */
  readonly empty: Value;
  /** The setting for a value that cannot be read. Default: the property's default. */
  readonly unreadable?: { readonly value: Value; /** The end of the warning. */ readonly consequence: string };
  /** The entries of a list that `read` ignores, and what it accepts as an entry. */
  readonly entries?: { readonly ignored: (value: unknown) => readonly unknown[]; readonly expected: string };
  /** The property gets what `read` returns, not the value that the page has set; with `objects`, a string stays as it is. */
  readonly normalizes?: boolean | 'objects';
  /** The value is not shown in warnings. */
  readonly secret?: boolean;
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

/** The settings. A property that has no value gets its default. */
export function readSettings(declarations: PropertyMap, properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const [property, { setting: type, default: fallback }] of declarations) {
    const value = properties[property];
    settings[property] = type ? readSetting(type, value, fallback) : value;
  }
  return settings;
}

/** The setting for the value of a property. */
function readSetting(type: SettingType<unknown>, value: unknown, fallback: unknown): unknown {
  const setting = isMissing(value) ? undefined : (type.read(value) ?? type.unreadable?.value);
  return setting ?? type.read(fallback) ?? type.empty;
}

/** The value that a property gets: the one that the page has set or, if its type is wrong, the default. What cannot be read is a warning for the page's developer. */
export function acceptValue(
  element: string,
  property: string,
  { type: litType, attribute, setting, default: fallback }: PropertyOptions,
  value: unknown,
): { value: unknown; warning?: string } {
  if (!setting) return { value: litType === Boolean ? Boolean(value) : value };
  // Null is no list.
  if (isMissing(value)) return { value: typeof fallback === 'object' ? fallback : value };
  const { normalizes, secret, entries, unreadable, converter, expected } = setting;
  const name = `<${element}>: ${attributeName(property)}`;
  const read = setting.read(value);
  if (read !== undefined) {
    const ignored = (entries?.ignored(value) ?? []).map(showValue);
    const [subject, consequence] =
      ignored.length > 1 ? [`each of ${ignored.join(', ')}`, 'they are ignored'] : [ignored[0], 'it is ignored'];
    return {
      value: normalizes === true || (normalizes && typeof value !== 'string') ? read : value,
      ...(subject && { warning: `${name}: ${subject} is not ${entries?.expected ?? ''}; ${consequence}.` }),
    };
  }
  return {
    // What an attribute can have stays as it is; only its setting is another one.
    value:
      attribute !== false && (typeof value === 'string' || (typeof value === 'number' && converter))
        ? value
        : (unreadable?.value ?? fallback),
    warning: `${name}${secret ? '' : `=${showValue(value)}`} is not ${expected}; ${unreadable?.consequence ?? 'the default is used'}.`,
  };
}

/** Whether a property has no value. */
export function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** Maximum length of a value in a warning. */
const maxShown = 200;

/** A value in a warning. */
export function showValue(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  try {
    return (JSON.stringify(value) ?? 'an object').slice(0, maxShown);
  } catch {
    return 'an object';
  }
}

/** `sizeLimit` -> `size-limit`. */
export function attributeName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
