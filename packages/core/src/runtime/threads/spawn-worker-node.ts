import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { WorkerHandle } from './worker-handle.js';

/** Cores that this process may use. */
export function availableThreads(): number {
  return availableParallelism();
}

/** A worker thread that does not hold the process open until it is told to. */
export function spawnWorker(): WorkerHandle {
  // No flags of the process: a loader or a debugger of the main thread has no business in here.
  const worker = new Worker(new URL('./worker-node.js', import.meta.url), {
    name: 'incipit',
    execArgv: [],
    // A worker leaves next to no garbage: without this its heap takes half as much again.
    resourceLimits: { maxYoungGenerationSizeMb: 1 },
  });
  worker.unref();
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    onMessage: (receive) => {
      worker.on('message', receive);
      // Listening to messages holds the process again.
      worker.unref();
    },
    onGone: (tell) => {
      // Without a listener an error would end the process; 'exit' follows it.
      worker.on('error', () => undefined);
      worker.once('exit', tell);
    },
    hold: (held) => (held ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}
