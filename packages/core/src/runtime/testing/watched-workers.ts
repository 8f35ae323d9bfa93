import { spawnWorker } from '#spawn-worker';
import type { FromWorker, ToWorker } from '../threads/messages.js';
import type { WorkerHandle } from '../threads/worker-handle.js';

/** Real workers whose messages are counted, and that die when they are told to. */
export class WatchedWorkers {
  /** Messages in both directions, by kind. */
  readonly seen: Map<string, number> = new Map();
  started = 0;
  #doomed = false;

  readonly spawn = (): WorkerHandle => {
    const handle = spawnWorker();
    this.started += 1;
    return {
      ...handle,
      post: (message, transfer) => {
        const { kind } = message as ToWorker;
        this.#count(kind);
        handle.post(message, transfer);
        if (!this.#doomed || kind === 'start') return;
        this.#doomed = false;
        handle.terminate();
      },
      onMessage: (receive) =>
        handle.onMessage((message) => {
          this.#count((message as FromWorker).kind);
          receive(message);
        }),
    };
  };

  count(kind: (FromWorker | ToWorker)['kind']): number {
    return this.seen.get(kind) ?? 0;
  }

  /** The next worker that gets work is killed while it does it. */
  killNext(): void {
    this.#doomed = true;
  }

  #count(kind: string): void {
    this.seen.set(kind, (this.seen.get(kind) ?? 0) + 1);
  }
}

/** A worker that says `first` and then nothing any more, as one that its browser has killed. */
export function silentWorker(first: FromWorker['kind']): WorkerHandle {
  let gone = (): void => undefined;
  let receive = (_message: unknown): void => undefined;
  return {
    post: (message) => {
      if ((message as ToWorker).kind === 'start') queueMicrotask(() => receive({ kind: first }));
    },
    onMessage: (listen) => {
      receive = listen;
    },
    onGone: (tell) => {
      gone = tell;
    },
    hold: () => undefined,
    terminate: () => queueMicrotask(gone),
  };
}
