/**
 * Returns the language tag of an element: the nearest valid `lang` attribute of the element, its ancestors and the hosts around it. Without one, the browser's language.
 */
export function languageOf(node: Element): string {
  let element: Element | null | undefined = node;
  while (element) {
    const tag = canonicalTag(element.getAttribute('lang'));
    if (tag) return tag;
    const root = element.getRootNode();
    // Outside of a document, the root may be any element, and `host` a property of its own.
    element = element.parentElement?.closest('[lang]') ?? (root instanceof ShadowRoot ? root.host : undefined);
  }
  return canonicalTag(navigator.language) ?? 'en';
}

/** Returns a language tag in its canonical form, or undefined for a tag that Intl rejects, for example `C`. Also accepts `de_DE`. */
function canonicalTag(lang: string | null): string | undefined {
  try {
    return lang ? Intl.getCanonicalLocales(lang.replaceAll('_', '-'))[0] : undefined;
  } catch {
    return undefined;
  }
}
