import { byteSize } from '../../ir/dtype.js';
import type { GpuBuffer } from '../../ir/gpu.js';
import { kernelEntry } from '../../kernels/kernel-table.js';
import type { BufferTask } from '../device.js';
import type { GpuTensor } from '../tvm-runtime.js';
import { USAGE } from './gpu-buffers.js';
import { OWN_KERNEL_ELEMENTS } from './gpu-kernels.js';
import { type JobTable, jobTable, type TableJob } from './job-table.js';
import { createInputs, createMemory, type RunContext } from './run-memory.js';

/** Smaller tensors are filled side by side in one buffer, by one dispatch for each law, and copied from there. */
const SMALL_BYTES = 1 << 18;
/** Bytes that small tensors have together in one submission, and how many tensors there are at most. */
const LOT_BYTES = 1 << 24;
const LOT_TASKS = 4096;
/** Of tensors that lie side by side: whole cells, and bindings of any type. */
const ALIGNMENT = 16;
/** What WebGPU copies. */
const WORD_BYTES = 4;

/** A tensor, where it goes, and where it is filled. */
interface Target {
  readonly task: BufferTask;
  /** Of its buffer. */
  readonly bytes: number;
  /** First byte in the memory that tensors are copied from; undefined for one that is filled in place. */
  readonly shared: number | undefined;
}

/** Fills new buffers. Those that it keeps are given away; what else it makes is left for the caller to destroy. */
export class BufferRun {
  readonly #context: RunContext;

  constructor(context: RunContext) {
    this.#context = context;
  }

  /** @throws as `GpuFaults` and `jobTable`. */
  async fill(tasks: readonly BufferTask[]): Promise<readonly GpuBuffer[]> {
    const { buffers, faults, gpu } = this.#context;
    const filled: GpuBuffer[] = [];
    for (const lot of lotsOf(tasks)) filled.push(...(await faults.guard('filling', () => this.#fillLot(lot))));
    await faults.settled('filling', gpu.queue.onSubmittedWorkDone());
    return filled.map((buffer) => buffers.give(buffer));
  }

  /** Returns when all of it is in the device's queue. */
  #fillLot(targets: readonly Target[]): Promise<readonly GpuBuffer[]> {
    const { gpu, kernels, buffers } = this.#context;
    const table = tableOf(targets);
    const inputs = createInputs(this.#context, [table]);
    if (table.words.length > 0) gpu.queue.writeBuffer(inputs.jobs.buffer, 0, table.words);
    const ends = targets.map(({ shared, bytes }) => (shared === undefined ? 0 : shared + bytes));
    const sharedBytes = Math.ceil(Math.max(0, ...ends) / ALIGNMENT) * ALIGNMENT;
    const shared = createMemory(this.#context, sharedBytes, USAGE.copySource);
    const usage = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
    const made = targets.map(({ bytes }) => buffers.create(bytes, usage));
    const tensors: GpuTensor[] = [];
    for (const dispatch of table.dispatches) {
      const buffer = made[dispatch.memory];
      const into = buffer && kernels.tensorOver({ buffer, offset: 0, size: buffer.size });
      if (into !== undefined) tensors.push(into);
      kernels.dispatch(dispatch, into ?? shared.tensor, inputs);
    }
    for (const [index, buffer] of made.entries()) tensors.push(...this.#dispatchOwn(targets[index]?.task, buffer));
    const flushed = kernels.flush();
    for (const { tensor } of [shared, inputs.jobs, inputs.table]) tensors.push(tensor);
    for (const tensor of tensors) tensor.dispose();
    this.#copy(targets, made, shared.buffer);
    for (const { buffer } of [shared, inputs.jobs, inputs.table]) buffers.destroy(buffer);
    return flushed.then(() => made);
  }

  /** @returns tensors for the caller to dispose, once this is submitted. */
  #dispatchOwn(task: BufferTask | undefined, buffer: GpuBuffer): readonly GpuTensor[] {
    return (task?.runs ?? []).flatMap(({ call, start, end }) => {
      if (kernelEntry(call) !== undefined) return [];
      const tensors: GpuTensor[] = [];
      for (let first = start; first < end; first += OWN_KERNEL_ELEMENTS) {
        const size = Math.min(OWN_KERNEL_ELEMENTS, end - first) * byteSize(call.dtype);
        const range = { buffer, offset: first * byteSize(call.dtype), size };
        tensors.push(this.#context.kernels.dispatchOwn(call, first, range));
      }
      return tensors;
    });
  }

  #copy(targets: readonly Target[], made: readonly GpuBuffer[], shared: GpuBuffer): void {
    const encoder = this.#context.gpu.createCommandEncoder();
    for (const [index, buffer] of made.entries()) {
      const { shared: from, bytes } = targets[index] ?? {};
      if (from !== undefined && bytes !== undefined) encoder.copyBufferToBuffer(shared, from, buffer, 0, bytes);
    }
    this.#context.gpu.queue.submit([encoder.finish()]);
  }
}

/**
 * Small tensors have room side by side, and so has a tensor that ends in the middle of a cell: kernels write whole cells,
 * and its own buffer has no room for one. A user's kernel wants a binding of its own.
 */
function lotsOf(tasks: readonly BufferTask[]): readonly (readonly Target[])[] {
  const lots: Target[][] = [];
  let lot: Target[] = [];
  let used = 0;
  for (const task of tasks) {
    const bytes = Math.max(1, Math.ceil((task.elements * byteSize(task.dtype)) / WORD_BYTES)) * WORD_BYTES;
    const own = task.runs.some(({ call }) => kernelEntry(call) === undefined);
    const copied = !own && (bytes <= SMALL_BYTES || task.elements % 2 === 1);
    if (lot.length === LOT_TASKS || (copied && used > 0 && used + bytes > LOT_BYTES)) {
      lots.push(lot);
      lot = [];
      used = 0;
    }
    lot.push({ task, bytes, shared: copied ? used : undefined });
    if (copied) used += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
  }
  if (lot.length > 0) lots.push(lot);
  return lots;
}

function tableOf(targets: readonly Target[]): JobTable {
  return jobTable(targets.flatMap((target, index) => jobsOf(target, index, targets.length)));
}

/** @param memory of the target itself. @param sharedMemory of those that are filled side by side. */
function jobsOf({ task, shared }: Target, memory: number, sharedMemory: number): readonly TableJob[] {
  const size = byteSize(task.dtype);
  let phase = 0;
  const jobs: TableJob[] = [];
  for (const { call, start, end } of task.runs) {
    // A run from an odd element on shares its first cell with the run before it.
    phase = start % 2 === 1 ? 1 - phase : 0;
    if (kernelEntry(call) === undefined || start === end) continue;
    const first = (shared ?? 0) + (start - (start % 2)) * size;
    const into = shared === undefined ? memory : sharedMemory;
    jobs.push({ call, offset: start, count: end - start, start: first, memory: into, phase });
  }
  return jobs;
}
