import type { FillJob } from '../device.js';
import { eventLoopTurn } from '../event-loop-turn.js';
import { Attendance } from './attendance.js';
import { type Filler, fillPortion } from './fill-from-board.js';
import type { FromWorker, PortionDoneMessage } from './messages.js';
import { cutIntoPortions, type Portion, SENT_PORTION } from './portions.js';
import type { PoolListener, PoolWorker, WorkerPool } from './worker-pool.js';

/** Portions that a worker has at hand, so that it need not wait for this thread. */
const AHEAD = 2;

let runs = 0;

/**
 * Fills outputs in memory that is not shared: workers send portions, which are copied into place; this thread fills
 * some itself in between. A portion that does not come is done here.
 *
 * @throws as `CpuDevice.fill`.
 */
export async function fillCopied(cpu: Filler, pool: WorkerPool, jobs: readonly FillJob[]): Promise<void> {
  const run = new CopiedRun(cutIntoPortions(jobs, SENT_PORTION), new Attendance(pool));
  await pool.during(run, async (ready) => {
    for (const worker of ready) run.joined(worker);
    try {
      for (let portion = run.take(); portion !== undefined; portion = run.take()) {
        fillPortion(cpu, portion);
        await eventLoopTurn();
      }
    } finally {
      run.close();
      await run.attendance.allIdle();
    }
  });
  for (const portion of run.left()) fillPortion(cpu, portion);
}

class CopiedRun implements PoolListener {
  readonly attendance: Attendance;
  readonly #portions: readonly Portion[];
  readonly #run: number;
  /** Portions that each worker was asked for and has not answered. */
  readonly #asked = new Map<PoolWorker, Set<number>>();
  /** Portions that came back empty or were lost with their worker. */
  readonly #failed = new Set<number>();
  #next = 0;

  constructor(portions: readonly Portion[], attendance: Attendance) {
    runs += 1;
    this.#run = runs;
    this.#portions = portions;
    this.attendance = attendance;
  }

  /** The next portion, for this thread; undefined when all are taken. */
  take(): Portion | undefined {
    const portion = this.#portions[this.#next];
    if (portion !== undefined) this.#next += 1;
    return portion;
  }

  /** Lets nobody take another portion. */
  close(): void {
    this.#next = this.#portions.length;
  }

  joined(worker: PoolWorker): void {
    this.#asked.set(worker, new Set());
    this.#feed(worker);
  }

  answered(worker: PoolWorker, message: FromWorker): void {
    if (message.kind !== 'portion-done' || message.run !== this.#run) return;
    const asked = this.#asked.get(worker);
    // An expelled worker's last answer.
    if (asked === undefined) return;
    this.#place(message);
    asked.delete(message.index);
    this.attendance.hear();
    this.#feed(worker);
    if (asked.size === 0) this.attendance.end(worker);
  }

  gone(worker: PoolWorker): void {
    for (const index of this.#asked.get(worker) ?? []) this.#failed.add(index);
    this.#asked.delete(worker);
    this.attendance.end(worker);
  }

  left(): readonly Portion[] {
    return this.#portions.filter((_, index) => this.#failed.has(index));
  }

  #feed(worker: PoolWorker): void {
    const asked = this.#asked.get(worker);
    while (asked !== undefined && asked.size < AHEAD) {
      const index = this.#next;
      const portion = this.take();
      if (portion === undefined) return;
      asked.add(index);
      this.attendance.begin(worker);
      const pieces = portion.map(({ call, offset, out }) => ({ call, offset, bytes: out.byteLength }));
      worker.post({ kind: 'portion', run: this.#run, index, pieces });
    }
  }

  #place({ index, buffer }: PortionDoneMessage): void {
    if (buffer === undefined) {
      this.#failed.add(index);
      return;
    }
    let at = 0;
    for (const { out } of this.#portions[index] ?? []) {
      out.set(new Uint8Array(buffer, at, out.byteLength));
      at += out.byteLength;
    }
  }
}
