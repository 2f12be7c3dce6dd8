import type { LitElement, PropertyValues } from 'lit';
import { EventTargetElement } from './event-target-element.js';
import { acceptValue, attributeName, isMissing, readSettings } from './settings.js';
import type { PropertyMap } from './settings.js';

/** An element whose declared properties accept what they can read, and whose settings are those properties, read. */
export abstract class SettingsElement extends EventTargetElement {
  /** @internal Properties that this element does not use, and the reasons. */
  static readonly unusedProperties: Readonly<Record<string, string>> = {};

  #settings: Readonly<Record<string, unknown>> | undefined;
  readonly #warned = new Set<string>();
  /** Attributes that the page has written, not Lit to reflect a property. */
  readonly #pageAttributes = new Set<string>();
  #isReflecting = false;

  /** @internal */
  protected get declarations(): PropertyMap {
    return (this.constructor as typeof LitElement).elementProperties as unknown as PropertyMap;
  }

  /** @internal The properties, read. */
  protected get currentSettings(): Readonly<Record<string, unknown>> {
    return (this.#settings ??= readSettings(this.declarations, this as unknown as Readonly<Record<string, unknown>>));
  }

  /** @internal The value that a property gets. What cannot be read becomes the default, with a warning. */
  acceptValue(property: string, value: unknown): unknown {
    const declaration = this.declarations.get(property);
    if (!declaration) return value;
    const accepted = acceptValue(this.localName, property, declaration, value);
    if (accepted.warning) this.warnOnce(accepted.warning);
    const { unusedProperties } = this.constructor as typeof SettingsElement;
    const reason = unusedProperties[property];
    if (reason && !isMissing(accepted.value) && accepted.value !== declaration.default)
      this.warnOnce(`<${this.localName}>: ${attributeName(property)} has no effect: ${reason}`);
    return accepted.value;
  }

  /** @internal Writes a mistake of the page to the console, once. */
  warnOnce(sentence: string): void {
    if (!this.#warned.has(sentence)) console.warn(sentence);
    this.#warned.add(sentence);
  }

  /** @internal Whether the page has written the attribute of a property. */
  protected hasPageAttribute(property: string): boolean {
    const { attribute = property.toLowerCase() } = this.declarations.get(property) ?? {};
    return typeof attribute === 'string' && this.#pageAttributes.has(attribute);
  }

  /** @internal */
  override attributeChangedCallback(name: string, oldValue: string | null, value: string | null): void {
    if (!this.#isReflecting) this.#pageAttributes[value === null ? 'delete' : 'add'](name);
    super.attributeChangedCallback(name, oldValue, value);
  }

  /** @internal Reflects properties, too. */
  protected override update(changed: PropertyValues): void {
    this.#isReflecting = true;
    try {
      super.update(changed);
    } finally {
      this.#isReflecting = false;
    }
  }

  override requestUpdate(name?: PropertyKey, oldValue?: unknown, ...rest: never[]): void {
    if (name !== undefined) this.#settings = undefined;
    super.requestUpdate(name, oldValue, ...rest);
  }
}
