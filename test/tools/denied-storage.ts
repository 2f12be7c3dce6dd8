/**
 * Makes localStorage throw as where the browser denies access to it. The methods throw as well: once its code is warm, WebKit goes on with the getter that it knows.
 * @returns a function that gives access again.
 */
export function denyLocalStorage(): () => void {
  const deny = () => {
    throw new DOMException('Forbidden.', 'SecurityError');
  };
  const descriptor = Object.getOwnPropertyDescriptor(window, 'localStorage')!;
  const methods = Object.getOwnPropertyDescriptors(Storage.prototype);
  Object.defineProperty(window, 'localStorage', { configurable: true, get: deny });
  Object.assign(Storage.prototype, { getItem: deny, setItem: deny, removeItem: deny, key: deny });
  return () => {
    Object.defineProperty(window, 'localStorage', descriptor);
    Object.defineProperties(Storage.prototype, methods);
  };
}
