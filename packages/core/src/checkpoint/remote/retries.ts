import { CheckpointError } from '../../errors.js';

/** Reasons that a second try, from where the first one broke, may mend. */
const PASSING: ReadonlySet<string> = new Set(['unreachable', 'timed-out', 'truncated', 'server-error']);

/** A try that brought less than this got nowhere: a server that drips would be asked for ever. */
const PROGRESS_BYTES = 1 << 16;
const FIRST_PAUSE_SECONDS = 0.1;

export function mayPass(error: unknown): boolean {
  return error instanceof CheckpointError && PASSING.has(error.code);
}

/** Counts the tries in a row that got nowhere, and waits a little longer after each. */
export class Retries {
  readonly #most: number;
  readonly #signal: AbortSignal | undefined;
  #failures = 0;

  constructor(most: number, signal: AbortSignal | undefined) {
    this.#most = most;
    this.#signal = signal;
  }

  /** @param bytes what the failed try brought. @throws the error itself, when no further try may help. */
  async failed(error: unknown, bytes: number): Promise<void> {
    this.#failures = bytes >= PROGRESS_BYTES ? 1 : this.#failures + 1;
    if (!mayPass(error) || this.#failures > this.#most) throw error;
    await this.#pause(FIRST_PAUSE_SECONDS * 2 ** Math.min(this.#failures - 1, 6));
  }

  #pause(seconds: number): Promise<void> {
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, seconds * 1000);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }
}
