import type { WorkerHandle } from './worker-handle.js';

/** Cores that this page may use, as the browser tells; 1 where there are no workers. */
export function availableThreads(): number {
  return typeof Worker === 'function' ? (globalThis.navigator?.hardwareConcurrency ?? 1) : 1;
}

/** A web worker; bundlers know the form of the URL and carry the module along. */
export function spawnWorker(): WorkerHandle {
  const worker = new Worker(new URL('./worker-web.js', import.meta.url), { type: 'module', name: 'incipit' });
  let gone = (): void => undefined;
  const once = (): void => {
    const tell = gone;
    gone = () => undefined;
    tell();
  };
  // A module that cannot be loaded says so by this event; there is none for a worker that the browser kills.
  worker.addEventListener('error', () => {
    worker.terminate();
    once();
  });
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    onMessage: (receive) => worker.addEventListener('message', (event) => receive(event.data)),
    onGone: (tell) => {
      gone = tell;
    },
    hold: () => undefined,
    terminate: () => {
      worker.terminate();
      once();
    },
  };
}
