import type { GpuDevice } from '../../ir/gpu.js';
import { SHADER_TABLE } from '../../kernels/wgsl/kernel-shader.js';
import { type GpuBuffers, USAGE } from './gpu-buffers.js';
import type { GpuFaults } from './gpu-faults.js';
import type { GpuKernels } from './gpu-kernels.js';
import type { JobTable } from './job-table.js';
import type { Inputs, Memory } from './kernel-memory.js';

/** A buffer has some bytes, used or not. */
const SMALLEST = 16;

/** What runs on a GPU device share. */
export interface RunContext {
  readonly gpu: GpuDevice;
  readonly buffers: GpuBuffers;
  readonly faults: GpuFaults;
  readonly kernels: GpuKernels;
}

/** A buffer that kernels use, and that is used as `usage` says besides. The tensor is for the caller to dispose. */
export function createMemory({ buffers, kernels }: RunContext, bytes: number, usage: number): Memory {
  const size = Math.max(bytes, SMALLEST);
  const buffer = buffers.create(size, USAGE.storage | usage);
  return { buffer, tensor: kernels.tensorOver({ buffer, offset: 0, size }) };
}

/** Room for the largest of some job tables, and the quantile's table where one of them needs it. */
export function createInputs(context: RunContext, tables: readonly JobTable[]): Inputs {
  const jobBytes = Math.max(...tables.map(({ words }) => words.byteLength));
  const reads = tables.some(({ dispatches }) => dispatches.some((dispatch) => dispatch.table));
  const table = createMemory(context, reads ? SHADER_TABLE.byteLength : 0, USAGE.copyTarget);
  if (reads) context.gpu.queue.writeBuffer(table.buffer, 0, SHADER_TABLE);
  return { table, jobs: createMemory(context, jobBytes, USAGE.copyTarget) };
}
