import type { ReactiveElement } from 'lit';
import type { PropertyOptions, SettingValue } from './settings.js';

/** A compile error for a setting whose type does not fit the property. */
type Fits<Value, Property> = unknown extends Value ? unknown : [Value] extends [SettingValue<Property>] ? unknown : never;

/** An element that decides which values its properties get. */
interface PropertyHost {
  /** @internal */
  acceptValue(property: string, value: unknown): unknown;
}

type PropertyDecorator<Value> = <Class extends PropertyHost, Name extends keyof Class & string>(
  prototype: Class,
  name: Name & Fits<Value, Class[Name]>,
) => void;

/**
 * Declares a reactive property, as Lit's own decorator does, and the setting that it stands for. Lit's decorator also supports the standard's decorators, and is five
 * times as large; the sources here use TypeScript's. https://lit.dev/docs/components/properties/
 */
export function property<Value>(options: PropertyOptions<Value> = {}): PropertyDecorator<Value> {
  return (prototype, name) => {
    const converter = options.setting?.converter;
    ((prototype as object).constructor as typeof ReactiveElement).createProperty(name, converter ? { converter, ...options } : options);
    const accessor = Object.getOwnPropertyDescriptor(prototype, name);
    const set = accessor?.set;
    if (!set) return;
    Object.defineProperty(prototype, name, {
      ...accessor,
      set(this: PropertyHost, value: unknown) {
        set.call(this, this.acceptValue(name, value));
      },
    });
    // For an accessor, the decorator must return the accessor that has been wrapped around it.
    return Object.getOwnPropertyDescriptor(prototype, name);
  };
}
