// What the benchmarks need of core that is no part of its public face: devices without a model around them.

export { sharedCpuDevice } from '../../packages/core/dist/runtime/cpu-devices.js';
export { requestGpu } from '../../packages/core/dist/runtime/webgpu/request-gpu.js';
export { isSoftwareAdapter } from '../../packages/core/dist/runtime/webgpu/software-adapter.js';
