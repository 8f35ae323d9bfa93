import type { OrthogonalLaw } from '../ir/law.js';
import type { KernelCall } from '../kernels/kernel-call.js';
import { KERNELS } from '../kernels/kernel-table.js';
import type { CpuDevice } from './cpu-device.js';
import type { Device, FillJob } from './device.js';
import { eventLoopTurn, TURN_MILLISECONDS } from './event-loop-turn.js';
import { elementsOf } from './fill-jobs.js';
import { factorisingWork, WORTH_STARTING_TO_FACTORISE } from './orthogonal/factorising-work.js';
import { canShareMemory } from './shared-memory.js';
import { fillCopied } from './threads/copied-run.js';
import { orthogonalizeShared } from './threads/orthogonal-run.js';
import { fillShared } from './threads/shared-run.js';
import type { WorkerPool } from './threads/worker-pool.js';

/** Elements below which a run is over before a worker has taken its part. */
const WORTH_SHARING = 1 << 19;
/** Elements for which workers are started: who asked for threads and has this many has more to come. */
const WORTH_STARTING = 1 << 20;

/** Work below which one thread has an orthogonal matrix before others have shared it: 512 × 512. */
const WORTH_FACTORISING = 1 << 27;

/**
 * A CPU device on several cores: this thread and the workers of a pool, each with a wasm instance of its own. Workers
 * start with the first large run and stop when there was none for a while.
 *
 * Outputs in shared memory are filled in place; into others, portions are copied that workers send.
 */
export class ThreadedDevice implements Device {
  readonly kind = 'cpu';
  readonly threads: number;
  readonly prefersSharedMemory: boolean = canShareMemory();
  readonly #cpu: CpuDevice;
  readonly #pool: WorkerPool;
  /** The run that is under way: models may be initialised side by side, and a pool serves one run at a time. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param cpu fills on this thread; disposed with this device. */
  constructor(cpu: CpuDevice, pool: WorkerPool) {
    this.#cpu = cpu;
    this.#pool = pool;
    this.threads = pool.capacity + 1;
  }

  /** Workers that are there now, starting ones included. */
  get workers(): number {
    return this.#pool.size;
  }

  fill(call: KernelCall, out: Uint8Array, offset: number): void | Promise<void> {
    const jobs = [{ call, out, offset }];
    return wayOf({ call, out, offset }) !== 'here' && this.#isWorthSharing(jobs)
      ? this.fillAll(jobs)
      : this.#cpu.fill(call, out, offset);
  }

  fillAll(jobs: readonly FillJob[]): Promise<void> {
    return this.#inTurn(() => this.#fillAll(jobs));
  }

  /** On all threads where memory can be shared with them; the bits are those of one thread. */
  orthogonalize(law: OrthogonalLaw, gaussian: Float32Array): Promise<Float32Array> {
    return this.#inTurn(async () => {
      const shared = this.#isWorthFactorising(law)
        ? await orthogonalizeShared(this.#cpu, this.#pool, law, gaussian)
        : undefined;
      return shared ?? this.#cpu.orthogonalize(law, gaussian);
    });
  }

  dispose(): void {
    this.#pool.dispose();
    this.#cpu.dispose();
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const run = this.#last.then(action);
    this.#last = run.catch(() => undefined);
    return run;
  }

  async #fillAll(jobs: readonly FillJob[]): Promise<void> {
    const of: Record<Way, FillJob[]> = { shared: [], copied: [], here: [] };
    for (const job of jobs) of[wayOf(job)].push(job);
    if (this.#isWorthSharing(of.shared)) await fillShared(this.#cpu, this.#pool, of.shared);
    else of.here.push(...of.shared);
    if (this.#isWorthSharing(of.copied)) await fillCopied(this.#cpu, this.#pool, of.copied);
    else of.here.push(...of.copied);
    await this.#fillHere(of.here);
  }

  async #fillHere(jobs: readonly FillJob[]): Promise<void> {
    let turn = performance.now();
    for (const { call, out, offset } of jobs) {
      this.#cpu.fill(call, out, offset);
      if (performance.now() - turn < TURN_MILLISECONDS) continue;
      await eventLoopTurn();
      turn = performance.now();
    }
  }

  #isWorthFactorising(law: OrthogonalLaw): boolean {
    const worth = this.#pool.size > 0 ? WORTH_FACTORISING : WORTH_STARTING_TO_FACTORISE;
    return canShareMemory() && factorisingWork(law) >= worth;
  }

  #isWorthSharing(jobs: readonly FillJob[]): boolean {
    return elementsOf(jobs) >= (this.#pool.size > 0 ? WORTH_SHARING : WORTH_STARTING);
  }
}

/** Kernels of users' own are registered on this thread only. */
const KNOWN_TO_WORKERS: ReadonlySet<string> = new Set(Object.values(KERNELS).map(({ name }) => name));

/** How a job can be done: on all threads in place, on all threads with copies, or on this thread. */
type Way = 'shared' | 'copied' | 'here';

function wayOf({ call, out }: FillJob): Way {
  if (!KNOWN_TO_WORKERS.has(call.kernel)) return 'here';
  if (typeof SharedArrayBuffer === 'function' && out.buffer instanceof SharedArrayBuffer) return 'shared';
  // To copy a constant costs as much as to fill it.
  return call.kernel === KERNELS.constant.name ? 'here' : 'copied';
}
