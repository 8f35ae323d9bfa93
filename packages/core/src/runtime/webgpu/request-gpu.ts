import { findGpu, GPU_FIX } from '#find-gpu';
import { DeviceError } from '../../errors.js';
import type { Gpu, GpuDevice } from '../../ir/gpu.js';

/**
 * Asks for a GPU device of one's own, with as large buffers as there can be.
 *
 * @param gpu `navigator.gpu`, or what stands in for it; default: that of the page, of the engine, or Dawn in Node.
 * @throws DeviceError `no-webgpu`, `no-adapter`, `no-gpu-device`.
 */
export async function requestGpu(gpu?: Gpu): Promise<GpuDevice> {
  const source = gpu ?? (await find());
  const adapter = await source.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    throw new DeviceError({ code: 'no-adapter', what: 'WebGPU found no usable GPU adapter', fix: GPU_FIX });
  }
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  try {
    return await adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
  } catch (cause) {
    const what = `the GPU adapter gave no device: ${messageOf(cause)}`;
    throw new DeviceError({ code: 'no-gpu-device', what, fix: GPU_FIX, cause });
  }
}

async function find(): Promise<Gpu> {
  try {
    return await findGpu();
  } catch (cause) {
    throw new DeviceError({
      code: 'no-webgpu',
      what: `there is no WebGPU here: ${messageOf(cause)}`,
      expected: 'a browser with WebGPU, or the npm package webgpu in Node',
      fix: GPU_FIX,
      cause,
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
