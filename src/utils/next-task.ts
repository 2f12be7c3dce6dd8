/** Runs a function in a new task. Faster than a timer, which browsers delay by 4 ms: https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers */
export function nextTask(run: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    run();
  };
  port2.postMessage(0);
}
