import { byteSize } from '../../ir/dtype.js';
import type { GpuBuffer } from '../../ir/gpu.js';
import { kernelEntry } from '../../kernels/kernel-table.js';
import type { Batch, Piece } from './batches.js';
import { USAGE } from './gpu-buffers.js';
import { type JobTable, jobTable } from './job-table.js';
import type { Inputs, Memory } from './kernel-memory.js';
import { createInputs, createMemory, type RunContext } from './run-memory.js';

/** `GPUMapMode.READ`. */
const MAP_READ = 1;
/** Batches under way at once: while one is read, the next is computed. */
const AHEAD = 2;

/** What a run holds on the GPU. */
interface Memories extends Inputs {
  readonly cells: Memory;
  /** What the CPU maps, one for each batch that is under way. */
  readonly staging: readonly GpuBuffer[];
}

/** A batch with its jobs as the kernels read them. */
interface Prepared extends Batch {
  readonly table: JobTable;
  /** Pieces of users' kernels. */
  readonly own: readonly Piece[];
}

/** Fills batches on the GPU and reads them back. Buffers are left for the caller to destroy. */
export class BatchRun {
  readonly #context: RunContext;

  constructor(context: RunContext) {
    this.#context = context;
  }

  /** @throws as `GpuFaults` and `jobTable`; nothing is under way any more then. */
  async fill(batches: readonly Batch[]): Promise<void> {
    const prepared = batches.map(prepare);
    const memories = await this.#context.faults.guard('allocating', () => this.#allocate(prepared));
    const { cells, jobs, table, staging } = memories;
    const underWay: Promise<void>[] = [];
    try {
      for (const [index, batch] of prepared.entries()) {
        if (underWay.length === staging.length) await underWay.shift();
        const target = staging[index % staging.length];
        if (target !== undefined) underWay.push(this.#fillBatch(batch, memories, target));
      }
      await Promise.all(underWay);
    } finally {
      await Promise.allSettled(underWay);
      for (const { tensor } of [cells, jobs, table]) tensor.dispose();
    }
  }

  #allocate(batches: readonly Prepared[]): Memories {
    const bytes = Math.max(...batches.map((batch) => batch.bytes));
    const inputs = createInputs(
      this.#context,
      batches.map(({ table }) => table),
    );
    const usage = USAGE.mapRead | USAGE.copyTarget;
    const staging = batches.slice(0, AHEAD).map(() => this.#context.buffers.create(bytes, usage));
    return { ...inputs, cells: createMemory(this.#context, bytes, USAGE.copySource), staging };
  }

  async #fillBatch(batch: Prepared, memories: Memories, staging: GpuBuffer): Promise<void> {
    const submitted = this.#context.faults.guard('filling', () => this.#submit(batch, memories, staging));
    // Asked for at once, so that there is one wait for both.
    const mapped = this.#context.faults.settled('being read', staging.mapAsync(MAP_READ, 0, batch.bytes));
    await Promise.all([submitted, mapped]);
    const bytes = new Uint8Array(staging.getMappedRange(0, batch.bytes));
    for (const { call, start, lead, count, out } of batch.pieces) {
      const size = byteSize(call.dtype);
      out.set(bytes.subarray(start + lead * size, start + (lead + count) * size));
    }
    staging.unmap();
  }

  /** Returns when all of it is in the device's queue. */
  #submit(batch: Prepared, memories: Memories, staging: GpuBuffer): Promise<void> {
    const { cells, jobs } = memories;
    const { gpu, kernels } = this.#context;
    const { words, dispatches } = batch.table;
    if (words.length > 0) gpu.queue.writeBuffer(jobs.buffer, 0, words);
    for (const dispatch of dispatches) kernels.dispatch(dispatch, cells.tensor, memories);
    const lent = batch.own.map(({ call, offset, start, bytes }) =>
      kernels.dispatchOwn(call, offset, { buffer: cells.buffer, offset: start, size: bytes }),
    );
    const flushed = kernels.flush();
    for (const tensor of lent) tensor.dispose();
    const encoder = gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(cells.buffer, 0, staging, 0, batch.bytes);
    gpu.queue.submit([encoder.finish()]);
    return flushed;
  }
}

function prepare(batch: Batch): Prepared {
  const own: Piece[] = [];
  const laws: Piece[] = [];
  for (const piece of batch.pieces) (kernelEntry(piece.call) === undefined ? own : laws).push(piece);
  return { ...batch, own, table: jobTable(laws) };
}
