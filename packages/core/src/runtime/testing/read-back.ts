import type { GpuBuffer, GpuDevice } from '../../ir/gpu.js';
import { USAGE } from '../webgpu/gpu-buffers.js';

/** What a buffer of a GPU holds. */
export async function readBack(gpu: GpuDevice, buffer: GpuBuffer): Promise<Uint8Array> {
  const staging = gpu.createBuffer({ size: buffer.size, usage: USAGE.mapRead | USAGE.copyTarget });
  const encoder = gpu.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  gpu.queue.submit([encoder.finish()]);
  await staging.mapAsync(1);
  const bytes = new Uint8Array(staging.getMappedRange()).slice();
  staging.destroy();
  return bytes;
}
