import type { PropertyDeclaration, ReactiveElement } from 'lit';

type PropertyDecorator = (prototype: object, name: string) => void;

/**
 * A reactive property, as Lit's own decorator of this name makes one. That also knows the standard's decorators, and weighs five times as much; the sources here use
 * TypeScript's. https://lit.dev/docs/components/properties/
 */
export const property: (declaration?: PropertyDeclaration) => PropertyDecorator = (declaration) => (prototype, name) => {
  (prototype.constructor as typeof ReactiveElement).createProperty(name, declaration);
  // What is returned is defined in place of what was there: of a getter and a setter, Lit has made others around them.
  return Object.getOwnPropertyDescriptor(prototype, name);
};
