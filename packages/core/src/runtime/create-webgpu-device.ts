import type { GpuDevice } from '../ir/gpu.js';
import { TvmRuntime, type TvmRuntimeOptions } from './tvm-runtime.js';
import type { WebGpuDevice } from './webgpu-device.js';

export interface WebGpuDeviceOptions extends TvmRuntimeOptions {
  /** Destroy the GPU device when this one is disposed. Default: only one that was not given. */
  readonly owned?: boolean;
}

/**
 * A device that fills on a GPU: on a `GPUDevice` that is given, a framework's for instance, or on one that it asks for.
 * Loaded when it is created, freed by `dispose`.
 *
 * @throws DeviceError `no-webgpu`, `no-adapter`, `no-gpu-device`, `runtime-not-loaded`.
 * @example
 * const device = await createWebGpuDevice(tf.backend().device);
 * await initialize(tfjs(tf, model), config, { device });
 */
export async function createWebGpuDevice(gpu?: GpuDevice, options: WebGpuDeviceOptions = {}): Promise<WebGpuDevice> {
  // Loaded when it is wanted: most programs use none.
  const [loaded, requested, runtime] = await Promise.all([
    import('./webgpu-device.js'),
    gpu ?? import('./webgpu/request-gpu.js').then(({ requestGpu }) => requestGpu()),
    TvmRuntime.load(options),
  ]);
  return new loaded.WebGpuDevice(requested, runtime, options.owned ?? gpu === undefined);
}
