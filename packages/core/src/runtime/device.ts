import type { FloatDType } from '../ir/dtype.js';
import type { GpuBuffer, GpuDevice } from '../ir/gpu.js';
import type { OrthogonalLaw } from '../ir/law.js';
import type { KernelCall } from '../kernels/kernel-call.js';

/** One slice of one law's stream, and where it goes. */
export interface FillJob {
  readonly call: KernelCall;
  /** As in {@link Device.fill}. */
  readonly out: Uint8Array;
  /** Index of the first element in the stream. */
  readonly offset: number;
}

/** A whole tensor, in consecutive runs of elements of one law each. */
export interface BufferTask {
  readonly dtype: FloatDType;
  readonly elements: number;
  readonly runs: readonly { readonly call: KernelCall; readonly start: number; readonly end: number }[];
}

/** Where kernels run. Devices differ in speed: the same fill gives the same bits on each. */
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
  /**
   * Fills many slices with as few dispatches or messages as it takes: what models of many small parameters need. A
   * device without it gets them one by one.
   *
   * @throws as {@link fill}; what any `out` holds is of no use then.
   */
  fillAll?(jobs: readonly FillJob[]): Promise<void>;
  /**
   * Fills tensors in new buffers on the GPU, which are the caller's then. They are as long as the tensor, in whole words
   * of 4 bytes, and can be bound as storage and copied. Present on a device that `runsOn` GPU devices.
   *
   * @throws as {@link fill}; no buffer is left then.
   */
  fillBuffers?(tasks: readonly BufferTask[]): Promise<readonly GpuBuffer[]>;
  /**
   * The matrix of an orthogonal law, row-major, from at least `rows * columns` standard normal values, which stay as they
   * are. Bits may differ between devices: |QᵀQ - 1| is at most 2e-6 · √n, and vectors differ by 1e-4 at most. A device
   * without it gets what plain TypeScript computes.
   *
   * @throws as {@link fill}.
   */
  orthogonalize?(law: OrthogonalLaw, gaussian: Float32Array): Float32Array | Promise<Float32Array>;
  /** Whether buffers of this device are of use on a GPU device. */
  runsOn?(gpu: GpuDevice): boolean;
  /**
   * Waits for all that was submitted to the GPU, also by others.
   *
   * @throws DeviceLostError when the GPU was lost: no buffer on it holds anything then.
   */
  settled?(): Promise<void>;
  /** Cores that `fillAll` uses; absent where the notion means nothing. */
  readonly threads?: number | undefined;
  /** Whether several cores can fill one output without a copy when its memory is shared. Any memory is taken. */
  readonly prefersSharedMemory?: boolean;
  /** Gives the device's memory back; idempotent. */
  dispose(): void;
}
