import { DeviceError, DeviceLostError } from '../errors.js';
import type { GpuBuffer, GpuDevice } from '../ir/gpu.js';
import type { OrthogonalLaw } from '../ir/law.js';
import type { PlanWarning } from '../ir/plan.js';
import { orthogonalMatrix } from '../kernels/host/orthogonal.js';
import type { KernelCall } from '../kernels/kernel-call.js';
import type { BufferTask, Device, FillJob } from '../runtime/device.js';
import { fillJobs } from '../runtime/fill-jobs.js';

/**
 * A device that outlives its failures: when the one that a run began on is lost, or a GPU's memory is full, the CPU does
 * that work again and all that follows. Bits of fills do not change.
 */
export class SteadyDevice implements Device {
  /** What happened, for the report. */
  readonly warnings: PlanWarning[] = [];
  #device: Device;
  #fallback: (() => Promise<Device>) | undefined;
  readonly #signal: AbortSignal | undefined;
  #lost = false;

  constructor(
    device: Device,
    options: { fallback?: (() => Promise<Device>) | undefined; signal?: AbortSignal | undefined } = {},
  ) {
    this.#device = device;
    this.#fallback = options.fallback;
    this.#signal = options.signal;
  }

  get kind(): Device['kind'] {
    return this.#device.kind;
  }

  get threads(): number | undefined {
    return this.#device.threads;
  }

  get prefersSharedMemory(): boolean {
    return this.#device.prefersSharedMemory === true;
  }

  /** Whether the device that the run began on is gone, and with it all that its buffers held. */
  get lost(): boolean {
    return this.#lost;
  }

  runsOn(gpu: GpuDevice): boolean {
    return this.#device.fillBuffers !== undefined && this.#device.runsOn?.(gpu) === true;
  }

  fill(call: KernelCall, out: Uint8Array, offset: number): Promise<void> {
    return this.fillAll([{ call, out, offset }]);
  }

  /** @throws the signal's reason, besides what a device throws. */
  async fillAll(jobs: readonly FillJob[]): Promise<void> {
    try {
      await fillJobs(this.#device, jobs, this.#signal);
    } catch (error) {
      await this.#replace(error);
      await fillJobs(this.#device, jobs, this.#signal);
    }
  }

  /**
   * Fills new buffers on the GPU, which are the caller's then.
   *
   * @returns undefined when the CPU had to take over, or is at work already: it fills memory of the host only.
   */
  async tryFillBuffers(tasks: readonly BufferTask[]): Promise<readonly GpuBuffer[] | undefined> {
    this.#signal?.throwIfAborted();
    try {
      return await this.#device.fillBuffers?.(tasks);
    } catch (error) {
      await this.#replace(error);
      return undefined;
    }
  }

  /** Waits for what was submitted to the GPU; whether it got there, `lost` tells. */
  async settle(): Promise<void> {
    try {
      await this.#device.settled?.();
    } catch (error) {
      await this.#replace(error);
    }
  }

  /** On the host when the device cannot. */
  async orthogonalize(law: OrthogonalLaw, gaussian: Float32Array): Promise<Float32Array> {
    this.#signal?.throwIfAborted();
    try {
      return await orthogonalizeOn(this.#device, law, gaussian);
    } catch (error) {
      await this.#replace(error, 'with values of orthogonal matrices that may differ by 1e-4');
      return await orthogonalizeOn(this.#device, law, gaussian);
    }
  }

  /** The devices are their owners' to dispose. */
  dispose(): void {}

  async #replace(error: unknown, how = 'with the same bits'): Promise<void> {
    const fallback = this.#fallback;
    if (fallback === undefined || !(error instanceof DeviceError) || !isLoss(error, this.#device)) throw error;
    this.#fallback = undefined;
    this.#lost = error instanceof DeviceLostError;
    this.warnings.push({
      code: error instanceof DeviceLostError ? 'device-lost' : 'device-out-of-memory',
      message: `the device '${this.#device.kind}' failed in the middle of the run, which went on on the CPU ${how}: ${error.what}`,
    });
    this.#device = await fallback();
  }
}

function orthogonalizeOn(
  device: Device,
  law: OrthogonalLaw,
  gaussian: Float32Array,
): Float32Array | Promise<Float32Array> {
  return device.orthogonalize?.(law, gaussian) ?? Float32Array.from(orthogonalMatrix(law, gaussian));
}

function isLoss(error: DeviceError, device: Device): boolean {
  return error instanceof DeviceLostError || (device.kind !== 'cpu' && error.code === 'out-of-memory');
}
