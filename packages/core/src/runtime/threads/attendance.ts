import type { PoolWorker, WorkerPool } from './worker-pool.js';

/** Workers that are busy with a run, and waiting for the last of them. */
export class Attendance {
  readonly #pool: WorkerPool;
  readonly #busy = new Set<PoolWorker>();
  #heard = 0;
  #allIdle = (): void => undefined;

  constructor(pool: WorkerPool) {
    this.#pool = pool;
  }

  begin(worker: PoolWorker): void {
    this.#busy.add(worker);
  }

  /** It answered, and goes on. */
  hear(): void {
    this.#heard += 1;
  }

  /** It has finished, or is gone. */
  end(worker: PoolWorker): void {
    this.hear();
    this.#busy.delete(worker);
    if (this.#busy.size === 0) this.#allIdle();
  }

  /**
   * Waits until no worker is busy. A browser does not tell of a worker that it killed: those that are silent for the
   * pool's `patience`, a thousand times what a portion takes, are expelled.
   */
  async allIdle(): Promise<void> {
    if (this.#busy.size === 0) return;
    let heard = this.#heard;
    const watch = setInterval(() => {
      if (heard === this.#heard) for (const worker of [...this.#busy]) this.#pool.expel(worker);
      heard = this.#heard;
    }, this.#pool.patience);
    await new Promise<void>((resolve) => {
      this.#allIdle = resolve;
    });
    clearInterval(watch);
  }
}
