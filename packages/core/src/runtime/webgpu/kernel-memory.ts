import type { GpuBuffer } from '../../ir/gpu.js';
import type { GpuTensor } from '../tvm-runtime.js';

/** A buffer, and the same memory as kernels take it. */
export interface Memory {
  readonly buffer: GpuBuffer;
  readonly tensor: GpuTensor;
}

/** What kernels read besides their numbers. */
export interface Inputs {
  readonly jobs: Memory;
  readonly table: Memory;
}
