/** `<template slot="action">`: content of the page for the row of each uploaded file, for example a link to it. */
import type { FileAction } from '../view-options.js';

/** Attributes whose `{placeholders}` are replaced. None of them can contain script or style. */
const textAttributes = ['title', 'aria-label', 'download'];

const contents = new WeakMap<object, Node>();

/** Returns the content for a file. It is created once per file: a new node would lose the focus with each render. */
export function actionContent(action: FileAction | undefined): Node | undefined {
  if (!action) return undefined;
  const { template, file, values } = action;
  let content = contents.get(file);
  if (!content) contents.set(file, (content = fillTemplate(template, values)));
  return content;
}

/**
 * Copies a template and replaces its `{placeholders}`: `{name}`, `{response.link}`. Values are inserted as text, and as URLs only with the protocols http and https.
 * @param values - plain data of one file.
 */
export function fillTemplate(template: HTMLTemplateElement, values: object): HTMLElement {
  const content = document.createElement('span');
  content.part.add('action');
  content.append(document.importNode(template.content, true));
  const nodes = document.createTreeWalker(content, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    if (!(node instanceof Element)) {
      node.nodeValue = interpolate(node.nodeValue ?? '', values);
      continue;
    }
    for (const name of textAttributes) {
      const text = node.getAttribute(name);
      if (text) node.setAttribute(name, interpolate(text, values));
    }
    const url = node.getAttribute('href');
    if (!url) continue;
    // A value that is the whole URL is inserted as it is; a part of a URL is encoded.
    const href = interpolate(url, values, /^\{[^}]*\}$/.test(url) ? String : encodePart);
    const protocol = href && URL.canParse(href, document.baseURI) && new URL(href, document.baseURI).protocol;
    if (protocol === 'https:' || protocol === 'http:') node.setAttribute('href', href);
    else node.removeAttribute('href');
  }
  return content;
}

/** A name may contain half a surrogate pair, which has no encoding. */
function encodePart(value: string): string {
  return encodeURIComponent(value.replace(/\p{Cs}/gu, '\ufffd'));
}

function interpolate(text: string, values: object, encode: (value: string) => string = String): string {
  return text.replace(/\{([\w.]+)\}/g, (_placeholder, path: string) => {
    let value: unknown = values;
    for (const key of path.split('.'))
      value = Object(value) === value && Object.hasOwn(value as object, key) ? (value as Record<string, unknown>)[key] : '';
    return typeof value === 'string' || typeof value === 'number' ? encode(String(value)) : '';
  });
}
