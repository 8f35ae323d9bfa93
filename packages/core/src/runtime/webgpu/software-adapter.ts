import type { GpuAdapterInfo } from '../../ir/gpu.js';

/** Drivers that compute on the CPU. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe/i;

/** Whether an adapter is software, slower than the CPU's own kernels. Unknown hardware is none. */
export function isSoftwareAdapter(info: GpuAdapterInfo | undefined): boolean {
  if (info === undefined) return false;
  const { vendor, architecture, device, description } = info;
  return info.isFallbackAdapter === true || SOFTWARE.test([vendor, architecture, device, description].join(' '));
}
