import type { GpuDevice } from '../ir/gpu.js';
import { createWebGpuDevice } from './create-webgpu-device.js';
import type { WebGpuDevice } from './webgpu-device.js';

/**
 * The devices of a process, so that kernels are compiled once: one on a GPU device that Incipit asked for, and one on
 * each that a framework lent. They hold no buffers between runs.
 */
const lent = new WeakMap<GpuDevice, Promise<WebGpuDevice>>();
let own: Promise<WebGpuDevice> | undefined;

/**
 * The device on a framework's GPU device, or on one that Incipit asks for.
 *
 * @throws DeviceError `no-webgpu`, `no-adapter`, `no-gpu-device`, `runtime-not-loaded`.
 */
export async function sharedWebGpuDevice(gpu?: GpuDevice): Promise<WebGpuDevice> {
  if (gpu !== undefined) {
    const device = lent.get(gpu) ?? createWebGpuDevice(gpu);
    lent.set(gpu, device);
    return device.catch((error: unknown) => {
      lent.delete(gpu);
      throw error;
    });
  }
  // A GPU that was lost may be back.
  if (own !== undefined && (await own).lost) own = undefined;
  own ??= createWebGpuDevice();
  return own.catch((error: unknown) => {
    own = undefined;
    throw error;
  });
}
