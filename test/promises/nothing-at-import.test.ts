/** The promise: to import any of our modules costs nothing. No request, no timer, no listener, nothing written anywhere. */
import { expect } from '@open-wc/testing';
import sources from '/all-sources.js';

describe('importing a module', () => {
  const watched: [object, string][] = [
    [window, 'setTimeout'],
    [window, 'setInterval'],
    [window, 'requestAnimationFrame'],
    [window, 'requestIdleCallback'],
    [window, 'fetch'],
    [XMLHttpRequest.prototype, 'send'],
    [EventTarget.prototype, 'addEventListener'],
    [Storage.prototype, 'setItem'],
    [IDBFactory.prototype, 'open'],
    [MutationObserver.prototype, 'observe'],
  ];

  it('knows every module of src', () => {
    expect(Object.keys(sources)).to.include('/src/core/types.ts');
  });

  for (const [path, load] of Object.entries(sources)) {
    it(`does no work: ${path}`, async () => {
      const calls: string[] = [];
      const undo = watched.map(([target, name]) => {
        const original = Object.getOwnPropertyDescriptor(target, name);
        if (!original || typeof original.value !== 'function') return () => {};
        const real = original.value as (...args: unknown[]) => unknown;
        Object.defineProperty(target, name, {
          ...original,
          value(this: unknown, ...args: unknown[]) {
            // The test runner and mocha go on working meanwhile; only a call that comes from our sources counts.
            const stack = new Error().stack ?? '';
            if (/\/src\/[\w/-]+\.ts/.test(stack))
              calls.push(
                `${name}: ${stack
                  .split('\n')
                  .find((line) => line.includes('/src/'))
                  ?.trim()}`,
              );
            return Reflect.apply(real, this, args);
          },
        });
        return () => Object.defineProperty(target, name, original);
      });
      try {
        await load();
      } finally {
        for (const put of undo) put();
      }
      expect(calls).to.deep.equal([]);
    });
  }
});
