/** Calls `callback` after the next paint, when the browser is idle or 500 ms have passed. */
export function afterPaint(callback: () => void): void {
  requestAnimationFrame(() => {
    // An animation frame runs before the paint, a task runs after it.
    if (typeof requestIdleCallback === 'function') requestIdleCallback(callback, { timeout: 500 });
    else setTimeout(callback, 100);
  });
}
