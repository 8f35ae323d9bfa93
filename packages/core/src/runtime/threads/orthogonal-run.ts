import type { OrthogonalLaw } from '../../ir/law.js';
import type { CpuDevice } from '../cpu-device.js';
import { FactorBoard } from '../orthogonal/factor-board.js';
import { Layout } from '../orthogonal/layout.js';
import { inTurns } from '../orthogonal/orthogonalize.js';
import { Attendance } from './attendance.js';
import type { PoolListener, PoolWorker, WorkerPool } from './worker-pool.js';

/** How long workers that start are waited for, in milliseconds: many times what they take. */
const PATIENCE_WITH_STARTING = 1000;

let runs = 0;

/**
 * The matrix of an orthogonal law by this thread and all workers, each with columns of its own. The bits are those of
 * one thread.
 *
 * @returns undefined when there were no workers, or one of them was lost or failed: nothing has changed then.
 * @throws as `CpuDevice.orthogonalize`.
 */
export async function orthogonalizeShared(
  cpu: CpuDevice,
  pool: WorkerPool,
  law: OrthogonalLaw,
  gaussian: Float32Array,
): Promise<Float32Array | undefined> {
  const run = new OrthogonalRun(pool, law, gaussian);
  return pool.during(run, async (ready) => {
    for (const worker of ready) run.joined(worker);
    await run.crew(pool.capacity);
    return run.workers.length === 0 ? undefined : run.work(cpu);
  });
}

class OrthogonalRun implements PoolListener {
  readonly workers: PoolWorker[] = [];
  readonly #pool: WorkerPool;
  readonly #attendance: Attendance;
  readonly #law: OrthogonalLaw;
  readonly #layout: Layout;
  readonly #board: FactorBoard;
  readonly #matrix: Float32Array;
  readonly #run: number;
  #complete = (): void => undefined;
  #wanted = 0;
  #begun = false;

  constructor(pool: WorkerPool, law: OrthogonalLaw, gaussian: Float32Array) {
    runs += 1;
    this.#run = runs;
    this.#pool = pool;
    this.#attendance = new Attendance(pool);
    this.#law = law;
    this.#layout = new Layout(law);
    this.#board = FactorBoard.shared(this.#layout);
    const count = law.rows * law.columns;
    this.#matrix = new Float32Array(new SharedArrayBuffer(4 * count));
    this.#matrix.set(gaussian.subarray(0, count));
  }

  joined(worker: PoolWorker): void {
    // Columns are dealt out once: who comes later finds none.
    if (this.#begun) return;
    this.workers.push(worker);
    this.#look();
  }

  answered(worker: PoolWorker, message: { readonly kind: string; readonly run?: number }): void {
    if (message.kind === 'run-done' && message.run === this.#run) this.#attendance.end(worker);
  }

  gone(worker: PoolWorker): void {
    const at = this.workers.indexOf(worker);
    if (at >= 0) {
      this.workers.splice(at, 1);
      // Its columns are lost, and the others wait for them.
      if (this.#begun) this.#board.stop();
    }
    this.#attendance.end(worker);
    this.#look();
  }

  /** Waits until so many workers are there, or all that can be had. */
  async crew(wanted: number): Promise<void> {
    this.#wanted = wanted;
    const timer = setTimeout(() => this.#complete(), PATIENCE_WITH_STARTING);
    await new Promise<void>((resolve) => {
      this.#complete = resolve;
      this.#look();
    });
    clearTimeout(timer);
  }

  #look(): void {
    if (this.workers.length >= Math.min(this.#wanted, this.#pool.size)) this.#complete();
  }

  async work(cpu: CpuDevice): Promise<Float32Array | undefined> {
    this.#begun = true;
    const workers = this.workers.slice(0, this.#layout.blocks - 1);
    const shared = {
      law: this.#law,
      members: workers.length + 1,
      board: this.#board.memory as SharedArrayBuffer,
      matrix: this.#matrix,
    };
    for (const [index, worker] of workers.entries()) {
      this.#attendance.begin(worker);
      worker.post({ kind: 'orthogonal-run', run: this.#run, part: { ...shared, member: index + 1 } });
    }
    const watch = this.#watch();
    try {
      await inTurns(cpu.orthogonalSteps({ ...shared, member: 0 }), this.#board);
    } catch (error) {
      this.#board.stop();
      throw error;
    } finally {
      clearInterval(watch);
      await this.#attendance.allIdle();
    }
    return this.#board.stopped ? undefined : this.#matrix;
  }

  /** A browser does not tell of a worker that it killed: one whose block does not come is not waited for. */
  #watch(): ReturnType<typeof setInterval> {
    let seen = -1;
    return setInterval(() => {
      const { factorised } = this.#board;
      if (factorised === seen && factorised < this.#layout.blocks) this.#board.stop();
      seen = factorised;
    }, this.#pool.patience);
  }
}
