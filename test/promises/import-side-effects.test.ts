/** Promise: importing a module has no side effects: no request, timer, listener or stored data. */
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

  it('is tested for every module of src', () => {
    expect(Object.keys(sources)).to.include('/src/core/types.ts');
  });

  for (const [path, load] of Object.entries(sources)) {
    it(`has no side effects: ${path}`, async () => {
      const calls: string[] = [];
      const restore = watched.map(([target, name]) => {
        const original = Object.getOwnPropertyDescriptor(target, name);
        if (!original || typeof original.value !== 'function') return () => {};
        const real = original.value as (...args: unknown[]) => unknown;
        Object.defineProperty(target, name, {
          ...original,
          value(this: unknown, ...args: unknown[]) {
            // The test runner and mocha make calls too; only calls from src count.
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
        for (const restoreOne of restore) restoreOne();
      }
      expect(calls).to.deep.equal([]);
    });
  }
});
