import { byteSize } from '../ir/dtype.js';
import type { KernelCall } from '../kernels/kernel-call.js';
import { kernelEntry } from '../kernels/kernel-table.js';
import type { CpuDevice } from './cpu-device.js';
import type { Device, FillJob } from './device.js';
import { fillCopied } from './threads/copied-run.js';
import { fillShared } from './threads/shared-run.js';
import { WorkerPool } from './threads/worker-pool.js';

/** Elements below which a run is over before a worker has taken its part. */
const WORTH_SHARING = 1 << 19;

/** Whether memory can be shared with workers: always in Node, in a page when it is isolated from other origins. */
export function canShareMemory(): boolean {
  return typeof SharedArrayBuffer === 'function' && globalThis.crossOriginIsolated !== false;
}

/**
 * A CPU device on several cores: this thread and `threads - 1` workers, each with a wasm instance of its own. Workers
 * start with the first large run and stop when there was none for a while.
 *
 * Outputs in shared memory are filled in place; others, where memory cannot be shared, come as copies from workers.
 */
export class ThreadedDevice implements Device {
  readonly kind = 'cpu';
  readonly threads: number;
  readonly prefersSharedMemory: boolean = canShareMemory();
  readonly #cpu: CpuDevice;
  readonly #pool: WorkerPool;

  /** @param cpu fills on this thread; disposed with this device. */
  constructor(cpu: CpuDevice, threads: number, wasm?: WebAssembly.Module) {
    this.#cpu = cpu;
    this.threads = threads;
    this.#pool = new WorkerPool(threads - 1, wasm);
  }

  /** Workers that are there now, starting ones included. */
  get workers(): number {
    return this.#pool.size;
  }

  fill(call: KernelCall, out: Uint8Array, offset: number): void | Promise<void> {
    return isLarge({ call, out, offset }) ? this.fillAll([{ call, out, offset }]) : this.#cpu.fill(call, out, offset);
  }

  async fillAll(jobs: readonly FillJob[]): Promise<void> {
    const large = jobs.filter(isLarge);
    const shared = large.filter(({ out }) => out.buffer instanceof SharedArrayBuffer);
    // Where memory could have been shared, a copy costs more than filling here.
    const copied = this.prefersSharedMemory ? [] : large;
    for (const job of jobs) {
      if (!shared.includes(job) && !copied.includes(job)) this.#cpu.fill(job.call, job.out, job.offset);
    }
    if (shared.length > 0) await fillShared(this.#cpu, this.#pool, shared);
    if (copied.length > 0) await fillCopied(this.#cpu, this.#pool, copied);
  }

  dispose(): void {
    this.#pool.dispose();
    this.#cpu.dispose();
  }
}

/** Kernels of users' own are known on this thread only. */
function isLarge({ call, out }: FillJob): boolean {
  return kernelEntry(call) !== undefined && out.byteLength >= WORTH_SHARING * byteSize(call.dtype);
}
