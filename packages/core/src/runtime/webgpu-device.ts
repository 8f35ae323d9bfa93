import { byteSize } from '../ir/dtype.js';
import type { GpuBuffer, GpuDevice } from '../ir/gpu.js';
import type { OrthogonalLaw } from '../ir/law.js';
import type { KernelCall } from '../kernels/kernel-call.js';
import { checkSlice } from './check-slice.js';
import type { BufferTask, Device, FillJob } from './device.js';
import { orthogonalize } from './orthogonal/orthogonalize.js';
import { disposedError, type TvmRuntime } from './tvm-runtime.js';
import { BatchRun } from './webgpu/batch-run.js';
import { planBatches } from './webgpu/batches.js';
import { BufferRun } from './webgpu/buffer-run.js';
import { GpuBuffers } from './webgpu/gpu-buffers.js';
import { GpuFaults } from './webgpu/gpu-faults.js';
import { GpuForTvm } from './webgpu/gpu-for-tvm.js';
import { GpuKernels } from './webgpu/gpu-kernels.js';
import { hasRoomFor, orthogonalizeOnGpu } from './webgpu/orthogonal-run.js';
import type { RunContext } from './webgpu/run-memory.js';
import { isSoftwareAdapter } from './webgpu/software-adapter.js';

/** Smaller side of a matrix whose products outweigh the way to the GPU and back for each block of columns. */
const WORTH_FACTORISING = 1024;

/**
 * Fills by WGSL kernels that TVM loads and dispatches, and reads back. Many small slices are one submission: a dispatch
 * for each law and dtype among them, and one readback. Buffers are held while a call lasts, never between calls.
 */
export class WebGpuDevice implements Device {
  readonly kind = 'webgpu';
  readonly #runtime: TvmRuntime;
  readonly #owned: boolean;
  readonly #factorisesFrom: number;
  readonly #context: RunContext;
  /** Runs may share the device; their calls take turns. */
  #turn: Promise<unknown> = Promise.resolve();
  #disposed = false;

  /**
   * @param owned whether the GPU device goes when this one is disposed.
   * @param factorisesFrom smaller side of matrices that the GPU factorises; default: where that may pay.
   */
  constructor(gpu: GpuDevice, runtime: TvmRuntime, owned: boolean, factorisesFrom: number = worthFactorising(gpu)) {
    this.#runtime = runtime;
    this.#owned = owned;
    this.#factorisesFrom = factorisesFrom;
    const buffers = new GpuBuffers(gpu);
    const lender = new GpuForTvm(gpu, buffers);
    runtime.attachGpu(lender);
    this.#context = { gpu, buffers, faults: new GpuFaults(gpu), kernels: new GpuKernels(runtime, lender) };
  }

  /** Buffers held on the GPU: none between calls. */
  get buffers(): number {
    return this.#context.buffers.count;
  }

  /** Whether the GPU device is gone: every call fails then. */
  get lost(): boolean {
    return this.#context.faults.lost;
  }

  fill(call: KernelCall, out: Uint8Array, offset: number): Promise<void> {
    return this.fillAll([{ call, out, offset }]);
  }

  /**
   * @throws DeviceLostError `device-lost`; DeviceError `out-of-memory`, `device-failed`, `disposed-device`,
   * `bad-output`, `bad-offset`, `missing-function`, `type-error`, `value-error`, `bad-kernel`.
   */
  async fillAll(jobs: readonly FillJob[]): Promise<void> {
    for (const { call, out, offset } of jobs) checkSlice(call, out.byteLength / byteSize(call.dtype), offset);
    const batches = planBatches(jobs);
    return this.#inTurn(async (context) => {
      if (batches.length === 0) return;
      const calls = jobs.map(({ call }) => call);
      await context.kernels.load(calls, context.faults);
      await new BatchRun(context).fill(batches);
    });
  }

  /** @throws as {@link fillAll}. */
  fillBuffers(tasks: readonly BufferTask[]): Promise<readonly GpuBuffer[]> {
    return this.#inTurn(async (context) => {
      const calls = tasks.flatMap(({ runs }) => runs.map(({ call }) => call));
      await context.kernels.load(calls, context.faults);
      return new BufferRun(context).fill(tasks);
    });
  }

  /**
   * By matrix products on the GPU where that may pay; else on the processor: the wasm of TVM's runtime holds the CPU's
   * kernels too.
   *
   * @throws as {@link fillAll}.
   */
  orthogonalize(law: OrthogonalLaw, gaussian: Float32Array): Promise<Float32Array> {
    return this.#inTurn(async (context) => {
      const onGpu = Math.min(law.rows, law.columns) >= this.#factorisesFrom && hasRoomFor(law, context.gpu);
      return onGpu
        ? orthogonalizeOnGpu(context, this.#runtime, law, gaussian)
        : orthogonalize(this.#runtime, law, gaussian);
    });
  }

  runsOn(gpu: GpuDevice): boolean {
    return gpu === this.#context.gpu;
  }

  settled(): Promise<void> {
    const { faults, gpu } = this.#context;
    return faults.finished(gpu.queue.onSubmittedWorkDone());
  }

  /** A device that was given stays as it is, but for what this one held on it. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#runtime.dispose();
    this.#context.buffers.destroyAll();
    if (this.#owned) this.#context.gpu.destroy();
  }

  /** Runs that share the device take turns; each leaves no buffer behind. */
  async #inTurn<T>(run: (context: RunContext) => Promise<T>): Promise<T> {
    const { buffers, kernels } = this.#context;
    const before = this.#turn;
    const result = before.then(async () => {
      if (this.#disposed) throw disposedError();
      try {
        return await run(this.#context);
      } finally {
        // Also what TVM keeps; work under way on it is not disturbed.
        kernels.release();
        buffers.destroyAll();
      }
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

/** Software, and what does not tell what it is, computes no faster than the wasm. */
function worthFactorising({ adapterInfo }: GpuDevice): number {
  return adapterInfo === undefined || isSoftwareAdapter(adapterInfo) ? Number.POSITIVE_INFINITY : WORTH_FACTORISING;
}
