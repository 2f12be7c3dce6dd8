import type { ReactiveElement } from 'lit';
import type { PropertyOptions, SettingValue } from './settings.js';

/** Rejects, when compiled, a type that does not read what the property holds. */
type Fits<Value, Property> = unknown extends Value ? unknown : [Value] extends [SettingValue<Property>] ? unknown : never;

type PropertyDecorator<Value> = <Class, Name extends keyof Class & string>(prototype: Class, name: Name & Fits<Value, Class[Name]>) => void;

/**
 * Declares a reactive property, as Lit's own decorator does, and the setting that it stands for. Lit's decorator also supports the standard's decorators, and is five
 * times as large; the sources here use TypeScript's. https://lit.dev/docs/components/properties/
 */
export function property<Value>(options: PropertyOptions<Value> = {}): PropertyDecorator<Value> {
  return (prototype, name) => {
    const { type } = options;
    const converter = type && 'converter' in type ? type.converter : undefined;
    ((prototype as object).constructor as typeof ReactiveElement).createProperty(name, converter ? { converter, ...options } : options);
    // For an accessor, the decorator must return the accessor that Lit has wrapped around it.
    return Object.getOwnPropertyDescriptor(prototype, name);
  };
}
