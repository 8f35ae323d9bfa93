/** Longest time without giving the event loop a turn, in milliseconds: one frame of a page. */
export const TURN_MILLISECONDS = 16;

/** Lets timers, input, messages and abort signals run. Not by `setTimeout`, which waits four milliseconds in a page. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof globalThis.setImmediate === 'function') {
      globalThis.setImmediate(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
