import { byteSize } from '../../ir/dtype.js';
import type { GpuBuffer, GpuDevice } from '../../ir/gpu.js';
import { kernelEntry } from '../../kernels/kernel-table.js';
import { SHADER_TABLE } from '../../kernels/wgsl/kernel-shader.js';
import type { GpuTensor } from '../tvm-runtime.js';
import type { Batch, Piece } from './batches.js';
import { type GpuBuffers, USAGE } from './gpu-buffers.js';
import type { GpuFaults } from './gpu-faults.js';
import type { GpuKernels } from './gpu-kernels.js';
import { type JobTable, jobTable } from './job-table.js';

/** `GPUMapMode.READ`. */
const MAP_READ = 1;
/** Batches under way at once: while one is read, the next is computed. */
const AHEAD = 2;

/** A buffer has some bytes, used or not. */
const SMALLEST = 16;

/** A buffer, and the same memory as kernels take it. */
interface Memory {
  readonly buffer: GpuBuffer;
  readonly tensor: GpuTensor;
}

/** What a run holds on the GPU. */
interface Memories {
  readonly cells: Memory;
  readonly jobs: Memory;
  readonly table: Memory;
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
  readonly #gpu: GpuDevice;
  readonly #buffers: GpuBuffers;
  readonly #faults: GpuFaults;
  readonly #kernels: GpuKernels;

  constructor(gpu: GpuDevice, buffers: GpuBuffers, faults: GpuFaults, kernels: GpuKernels) {
    this.#gpu = gpu;
    this.#buffers = buffers;
    this.#faults = faults;
    this.#kernels = kernels;
  }

  /** @throws as `GpuFaults` and `jobTable`; nothing is under way any more then. */
  async fill(batches: readonly Batch[]): Promise<void> {
    const prepared = batches.map(prepare);
    const memories = await this.#faults.guard('allocating', () => this.#allocate(prepared));
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
    const largest = (sizes: readonly number[]): number => Math.max(...sizes);
    const bytes = largest(batches.map((batch) => batch.bytes));
    const jobBytes = largest(batches.map(({ table }) => table.words.byteLength));
    const reads = batches.some(({ table }) => table.dispatches.some(({ table: read }) => read));
    const table = this.#memory(reads ? SHADER_TABLE.byteLength : SMALLEST, USAGE.copyTarget);
    if (reads) this.#gpu.queue.writeBuffer(table.buffer, 0, SHADER_TABLE);
    return {
      table,
      cells: this.#memory(bytes, USAGE.copySource),
      jobs: this.#memory(Math.max(jobBytes, SMALLEST), USAGE.copyTarget),
      staging: batches.slice(0, AHEAD).map(() => this.#buffers.create(bytes, USAGE.mapRead | USAGE.copyTarget)),
    };
  }

  #memory(bytes: number, usage: number): Memory {
    const buffer = this.#buffers.create(bytes, USAGE.storage | usage);
    return { buffer, tensor: this.#kernels.tensorOver({ buffer, offset: 0, size: bytes }) };
  }

  async #fillBatch(batch: Prepared, memories: Memories, staging: GpuBuffer): Promise<void> {
    const submitted = this.#faults.guard('filling', () => this.#submit(batch, memories, staging));
    // Asked for at once, so that there is one wait for both.
    const mapped = this.#faults.settled('being read', staging.mapAsync(MAP_READ, 0, batch.bytes));
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
    const { cells, jobs, table } = memories;
    const { words, dispatches } = batch.table;
    if (words.length > 0) this.#gpu.queue.writeBuffer(jobs.buffer, 0, words);
    const operands = { cells: cells.tensor, jobs: jobs.tensor, table: table.tensor };
    for (const dispatch of dispatches) this.#kernels.dispatch(dispatch, operands);
    const lent = batch.own.map(({ call, offset, start, bytes }) =>
      this.#kernels.dispatchOwn(call, offset, { buffer: cells.buffer, offset: start, size: bytes }),
    );
    const flushed = this.#kernels.flush();
    for (const tensor of lent) tensor.dispose();
    const encoder = this.#gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(cells.buffer, 0, staging, 0, batch.bytes);
    this.#gpu.queue.submit([encoder.finish()]);
    return flushed;
  }
}

function prepare(batch: Batch): Prepared {
  const own: Piece[] = [];
  const laws: Piece[] = [];
  for (const piece of batch.pieces) (kernelEntry(piece.call) === undefined ? own : laws).push(piece);
  return { ...batch, own, table: jobTable(laws) };
}
