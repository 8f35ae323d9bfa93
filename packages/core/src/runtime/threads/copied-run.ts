import type { CpuDevice } from '../cpu-device.js';
import type { FillJob } from '../device.js';
import { eventLoopTurn } from '../event-loop-turn.js';
import { cutIntoChunks } from './chunk-board.js';
import type { FromWorker } from './messages.js';
import type { PoolWorker, WorkerPool } from './worker-pool.js';

/** Slices that a worker has at hand, so that it need not wait for this thread. */
const AHEAD = 3;

let runs = 0;

/**
 * Fills outputs in memory that cannot be shared: workers send slices, which are copied into place; this thread fills
 * some itself in between. A slice that does not come is done here.
 *
 * @throws as `CpuDevice.fill`.
 */
export async function fillCopied(cpu: CpuDevice, pool: WorkerPool, jobs: readonly FillJob[]): Promise<void> {
  runs += 1;
  const run = new CopiedRun(cutIntoChunks(jobs), runs);
  const listener = {
    joined: (worker: PoolWorker) => run.feed(worker),
    gone: (worker: PoolWorker) => run.lose(worker),
    answered: (worker: PoolWorker, message: FromWorker) => run.accept(worker, message),
  };
  await pool.during(listener, async (ready) => {
    for (const worker of ready) run.feed(worker);
    for (let chunk = run.takeHere(); chunk !== undefined; chunk = run.takeHere()) {
      cpu.fill(chunk.call, chunk.out, chunk.offset);
      await eventLoopTurn();
    }
    await run.answered();
  });
  for (const { call, out, offset } of run.left()) cpu.fill(call, out, offset);
}

class CopiedRun {
  readonly #chunks: readonly FillJob[];
  readonly #run: number;
  readonly #asked = new Map<PoolWorker, Set<number>>();
  /** Slices that came back empty or were lost with their worker. */
  readonly #failed: number[] = [];
  #next = 0;
  #rest = (): void => undefined;

  constructor(chunks: readonly FillJob[], run: number) {
    this.#chunks = chunks;
    this.#run = run;
  }

  feed(worker: PoolWorker): void {
    const asked = this.#asked.get(worker) ?? new Set<number>();
    this.#asked.set(worker, asked);
    while (asked.size < AHEAD && this.#next < this.#chunks.length) {
      const index = this.#next;
      const chunk = this.takeHere();
      if (chunk === undefined) return;
      asked.add(index);
      const { call, offset, out } = chunk;
      worker.post({ kind: 'slice', run: this.#run, index, call, offset, bytes: out.byteLength });
    }
  }

  takeHere(): FillJob | undefined {
    const chunk = this.#chunks[this.#next];
    if (chunk !== undefined) this.#next += 1;
    return chunk;
  }

  accept(worker: PoolWorker, message: FromWorker): void {
    if (message.kind !== 'slice-done' || message.run !== this.#run) return;
    if (message.buffer === undefined) this.#failed.push(message.index);
    else this.#chunks[message.index]?.out.set(new Uint8Array(message.buffer));
    this.#asked.get(worker)?.delete(message.index);
    this.feed(worker);
    this.#tell();
  }

  lose(worker: PoolWorker): void {
    this.#failed.push(...(this.#asked.get(worker) ?? []));
    this.#asked.delete(worker);
    this.#tell();
  }

  /** Waits until nothing is under way. */
  async answered(): Promise<void> {
    if (this.#busy()) {
      await new Promise<void>((resolve) => {
        this.#rest = resolve;
      });
    }
  }

  left(): readonly FillJob[] {
    return this.#chunks.filter((_, index) => this.#failed.includes(index));
  }

  #busy(): boolean {
    return [...this.#asked.values()].some((slices) => slices.size > 0);
  }

  #tell(): void {
    if (!this.#busy()) this.#rest();
  }
}
