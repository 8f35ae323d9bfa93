// What the checks need of core, in Node and in a page; most of it is no part of its public face.
export { DeviceError } from '../../../packages/core/dist/errors.js';
export { byteSize } from '../../../packages/core/dist/ir/dtype.js';
export type { KernelCall } from '../../../packages/core/dist/kernels/kernel-call.js';
export { fillReference } from '../../../packages/core/dist/kernels/reference/fill-reference.js';
export {
  BIT_KEY,
  blockOf,
  callsOf,
  EXTREME_CALLS,
  EXTREME_WORDS,
} from '../../../packages/core/dist/kernels/testing/bit-cases.js';
export { threefry } from '../../../packages/core/dist/rng/threefry.js';
export { createCpuDevice } from '../../../packages/core/dist/runtime/cpu-device.js';
export { sharedCpuDevice } from '../../../packages/core/dist/runtime/cpu-devices.js';
export { createWebGpuDevice } from '../../../packages/core/dist/runtime/create-webgpu-device.js';
export type { Device, FillJob } from '../../../packages/core/dist/runtime/device.js';
export { fillJobs } from '../../../packages/core/dist/runtime/fill-jobs.js';
