import { DeviceError } from '../../errors.js';
import type { GpuDevice } from '../../ir/gpu.js';
import { requestGpu } from '../webgpu/request-gpu.js';

/** A GPU device of this machine, or why there is none: the end of the titles of the tests that are skipped. */
export async function testGpu(): Promise<{ readonly gpu: GpuDevice } | { readonly reason: string }> {
  try {
    return { gpu: await requestGpu() };
  } catch (error) {
    if (error instanceof DeviceError) return { reason: error.what };
    throw error;
  }
}
