import { noChange } from 'lit';
import { Directive, directive, PartType } from 'lit/directive.js';
import type { ElementPart, PartInfo } from 'lit/directive.js';

/** CSS custom properties of one element: `{'--progress': 0.4}`. */
export type Variables = Readonly<Record<`--${string}`, string | number>>;

class VariablesDirective extends Directive {
  readonly #set = new Map<string, string | number>();

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new TypeError('variables() belongs to an element: <div ${variables({…})}>.');
  }

  override render(_variables: Variables): typeof noChange {
    return noChange;
  }

  override update({ element }: ElementPart, [variables]: [Variables]): typeof noChange {
    for (const [name, value] of Object.entries(variables)) {
      // To set what is set already costs the browser a new look at all that depends on it.
      if (this.#set.get(name) === value) continue;
      this.#set.set(name, value);
      (element as HTMLElement).style.setProperty(name, String(value));
    }
    return noChange;
  }
}

/**
 * Sets CSS custom properties on an element: `<div ${variables({'--progress': 0.4})}>`. They go through the style object, which a strict Content Security
 * Policy allows; it forbids a `style` attribute.
 */
export const variables = directive(VariablesDirective);
