/** `<template slot="action">`: what the page puts beside every file that has arrived, a link to it say. */

import type { FileAction } from './view-options.js';

/** Attributes into which words of strangers may go: none of them is script or style. */
const wordAttributes = ['title', 'aria-label', 'download'];

const made = new WeakMap<object, Node>();

/** What stands beside a file. Made once, or the focus in it would be lost with every rendering. */
export function actionOf(given: FileAction | undefined): Node | undefined {
  if (!given) return undefined;
  const { template, file, values } = given;
  let action = made.get(file);
  if (!action) made.set(file, (action = filledTemplate(template, values)));
  return action;
}

/**
 * A copy of the template with its `{placeholders}` filled in: `{name}`, `{response.link}`. Values go in as text, and as addresses of the web only.
 * @param values - plain data of one file.
 */
export function filledTemplate(template: HTMLTemplateElement, values: object): HTMLElement {
  const filled = document.createElement('span');
  filled.part.add('action');
  filled.append(document.importNode(template.content, true));
  const nodes = document.createTreeWalker(filled, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    if (!(node instanceof Element)) {
      node.nodeValue = fill(node.nodeValue ?? '', values);
      continue;
    }
    for (const name of wordAttributes) {
      const words = node.getAttribute(name);
      if (words) node.setAttribute(name, fill(words, values));
    }
    const address = node.getAttribute('href');
    if (!address) continue;
    // A value that is the whole address is one; within an address it is only a piece of it.
    const href = fill(address, values, /^\{[^}]*\}$/.test(address) ? String : encodeURIComponent);
    const protocol = href && URL.canParse(href, document.baseURI) && new URL(href, document.baseURI).protocol;
    if (protocol === 'https:' || protocol === 'http:') node.setAttribute('href', href);
    else node.removeAttribute('href');
  }
  return filled;
}

function fill(text: string, values: object, encode: (word: string) => string = String): string {
  return text.replace(/\{([\w.]+)\}/g, (_all, path: string) => {
    let value: unknown = values;
    for (const key of path.split('.'))
      value = Object(value) === value && Object.hasOwn(value as object, key) ? (value as Record<string, unknown>)[key] : '';
    return typeof value === 'string' || typeof value === 'number' ? encode(String(value)) : '';
  });
}
