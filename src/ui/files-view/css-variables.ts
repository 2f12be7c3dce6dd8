import { noChange } from 'lit';
import { Directive, directive, PartType } from 'lit/directive.js';
import type { ElementPart, PartInfo } from 'lit/directive.js';

/** CSS custom properties of an element: `{'--progress': 0.4}`. */
export type CssVariables = Readonly<Record<`--${string}`, string | number>>;

class CssVariablesDirective extends Directive {
  readonly #values = new Map<string, string | number>();

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new TypeError('cssVariables() belongs to an element: <div ${cssVariables({…})}>.');
  }

  override render(_variables: CssVariables): typeof noChange {
    return noChange;
  }

  override update({ element }: ElementPart, [variables]: [CssVariables]): typeof noChange {
    for (const [name, value] of Object.entries(variables)) {
      // Setting a property, even to the same value, makes the browser recalculate styles.
      if (this.#values.get(name) === value) continue;
      this.#values.set(name, value);
      (element as HTMLElement).style.setProperty(name, String(value));
    }
    return noChange;
  }
}

/**
 * Sets CSS custom properties on an element: `<div ${cssVariables({'--progress': 0.4})}>`. It uses the style object, because a strict Content-Security-Policy forbids
 * `style` attributes.
 */
export const cssVariables = directive(CssVariablesDirective);
