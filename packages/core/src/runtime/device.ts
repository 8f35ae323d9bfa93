import type { KernelCall } from '../kernels/kernel-call.js';

/** Where kernels run. Devices differ in speed only: the same call gives the same bits on each. */
export interface Device {
  readonly kind: 'cpu' | 'webgpu';
  /**
   * Fills `out` with elements `[offset, offset + out.byteLength / byteSize(call.dtype))` of the law's stream.
   *
   * `out` belongs to the caller; the device does not keep it. Calls may not overlap: await each before the next.
   *
   * @throws DeviceError when the device fails; `out` then holds nothing of use.
   */
  fill(call: KernelCall, out: Uint8Array, offset: number): void | Promise<void>;
  /** Gives the device's memory back; idempotent. */
  dispose(): void;
}
