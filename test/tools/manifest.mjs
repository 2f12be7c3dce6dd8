import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';

/**
 * @typedef {{name: string, description?: string, default?: string, kind?: string, parameters?: {name: string, optional?: boolean}[]}} Item
 * @typedef {{tagName: string, attributes?: Item[], events?: Item[], members?: Item[], slots?: Item[], cssParts?: Item[], cssProperties?: Item[]}} ElementDeclaration
 */

/** @returns {ElementDeclaration[]} the elements that custom-elements.json declares. */
export function readManifest() {
  /** @type {{modules: {declarations?: (ElementDeclaration | {tagName?: undefined})[]}[]}} */
  const { modules } = JSON.parse(readFileSync(path.join(root, 'custom-elements.json'), 'utf8'));
  return modules.flatMap(({ declarations = [] }) => declarations.filter((declaration) => declaration.tagName !== undefined));
}
