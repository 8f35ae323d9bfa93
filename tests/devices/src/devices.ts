import {
  createCpuDevice,
  createWebGpuDevice,
  type Device,
  DeviceError,
  fillReference,
  sharedCpuDevice,
} from './core.js';

/** Devices of this process, and the plain TypeScript that defines the bits. */
export const DEVICES: Readonly<Record<string, () => Promise<Device>>> = {
  reference: () => Promise.resolve({ kind: 'cpu', fill: fillReference, dispose: () => undefined }),
  cpu: () => createCpuDevice(),
  threads: () => sharedCpuDevice(3, {}),
  webgpu: () => createWebGpuDevice(),
};

/** Why there is no GPU in this process; undefined when there is one. */
export async function gpuAbsence(): Promise<string | undefined> {
  try {
    (await createWebGpuDevice()).dispose();
    return undefined;
  } catch (error) {
    if (error instanceof DeviceError) return error.what;
    throw error;
  }
}
