/** The members of `Storage` in use: Node and workers have no such type. */
export interface LocalStorage {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

/**
 * Returns the browser's localStorage.
 * @throws if there is none, or the browser denies access to it.
 */
export function getLocalStorage(): LocalStorage {
  const { localStorage } = globalThis as { readonly localStorage?: LocalStorage };
  if (!localStorage) throw new Error('There is no localStorage here.');
  return localStorage;
}
