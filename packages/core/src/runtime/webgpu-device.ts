import { byteSize } from '../ir/dtype.js';
import type { GpuDevice } from '../ir/gpu.js';
import type { KernelCall } from '../kernels/kernel-call.js';
import { checkSlice } from './check-slice.js';
import type { Device, FillJob } from './device.js';
import { disposedError, type TvmRuntime } from './tvm-runtime.js';
import { BatchRun } from './webgpu/batch-run.js';
import { planBatches } from './webgpu/batches.js';
import { GpuBuffers } from './webgpu/gpu-buffers.js';
import { GpuFaults } from './webgpu/gpu-faults.js';
import { GpuForTvm } from './webgpu/gpu-for-tvm.js';
import { GpuKernels } from './webgpu/gpu-kernels.js';

/**
 * Fills by WGSL kernels that TVM loads and dispatches, and reads back. Many small slices are one submission: a dispatch
 * for each law and dtype among them, and one readback. Buffers are held while a call lasts, never between calls.
 */
export class WebGpuDevice implements Device {
  readonly kind = 'webgpu';
  readonly #gpu: GpuDevice;
  readonly #runtime: TvmRuntime;
  readonly #owned: boolean;
  readonly #buffers: GpuBuffers;
  readonly #faults: GpuFaults;
  readonly #kernels: GpuKernels;
  /** Runs may share the device; their calls take turns. */
  #turn: Promise<unknown> = Promise.resolve();
  #disposed = false;

  /** @param owned whether the GPU device goes when this one is disposed. */
  constructor(gpu: GpuDevice, runtime: TvmRuntime, owned: boolean) {
    this.#gpu = gpu;
    this.#runtime = runtime;
    this.#owned = owned;
    this.#buffers = new GpuBuffers(gpu);
    this.#faults = new GpuFaults(gpu);
    const lender = new GpuForTvm(gpu, this.#buffers);
    runtime.attachGpu(lender);
    this.#kernels = new GpuKernels(runtime, lender);
  }

  /** Buffers held on the GPU: none between calls. */
  get buffers(): number {
    return this.#buffers.count;
  }

  /** Whether the GPU device is gone: every call fails then. */
  get lost(): boolean {
    return this.#faults.lost;
  }

  fill(call: KernelCall, out: Uint8Array, offset: number): Promise<void> {
    return this.fillAll([{ call, out, offset }]);
  }

  /**
   * @throws DeviceLostError `device-lost`; DeviceError `out-of-memory`, `device-failed`, `disposed-device`,
   * `bad-output`, `bad-offset`, `missing-function`, `type-error`, `value-error`, `bad-kernel`.
   */
  fillAll(jobs: readonly FillJob[]): Promise<void> {
    const run = this.#turn.then(() => this.#fillAll(jobs));
    this.#turn = run.catch(() => undefined);
    return run;
  }

  /** A device that was given stays as it is, but for what this one held on it. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#runtime.dispose();
    this.#buffers.destroyAll();
    if (this.#owned) this.#gpu.destroy();
  }

  async #fillAll(jobs: readonly FillJob[]): Promise<void> {
    if (this.#disposed) throw disposedError();
    for (const { call, out, offset } of jobs) checkSlice(call, out.byteLength / byteSize(call.dtype), offset);
    const batches = planBatches(jobs);
    if (batches.length === 0) return;
    await this.#kernels.load(
      jobs.map(({ call }) => call),
      this.#faults,
    );
    const run = new BatchRun(this.#gpu, this.#buffers, this.#faults, this.#kernels);
    try {
      await run.fill(batches);
    } finally {
      // Also what TVM keeps; work under way on it is not disturbed.
      this.#kernels.release();
      this.#buffers.destroyAll();
    }
  }
}
