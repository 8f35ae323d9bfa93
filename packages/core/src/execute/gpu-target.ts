import type { GpuDevice } from '../ir/gpu.js';
import type { Plan, PlanStep } from '../ir/plan.js';
import { elementCount } from '../ir/shape.js';
import type { Adapter } from '../model/adapter.js';
import type { SteadyDevice } from './steady-device.js';
import { type FilledStep, isFilled } from './work.js';

const FLOAT32_BYTES = 4;

/** The GPU device on which parameters live and can be handed over, and how many elements of a plan can. */
export function gpuOf(
  plan: Plan,
  adapter: Adapter,
  measure: boolean | undefined,
): { readonly gpu?: GpuDevice | undefined; readonly gpuElements?: number } {
  if (adapter.writeBuffers === undefined) return {};
  // What is measured has to be seen by the host.
  const steps = measure === true ? [] : plan.steps.filter(canStay);
  return { gpu: adapter.gpu?.(), gpuElements: steps.reduce((sum, { shape }) => sum + elementCount(shape), 0) };
}

function canStay(step: PlanStep): boolean {
  // What is not drawn as it lies is put in its place on the host.
  return step.dtype === 'float32' && step.order === undefined && isFilled(step.law);
}

/** The parameters of an adapter that live on the GPU on which a run fills: their values stay there. */
export class GpuTarget {
  readonly #gpu: GpuDevice;
  readonly #device: SteadyDevice;

  /** Undefined where values have to pass through the host: the run is elsewhere, or the adapter takes no buffers. */
  static of(adapter: Adapter, device: SteadyDevice): GpuTarget | undefined {
    const gpu = adapter.writeBuffers === undefined ? undefined : adapter.gpu?.();
    return gpu !== undefined && device.runsOn(gpu) ? new GpuTarget(gpu, device) : undefined;
  }

  private constructor(gpu: GpuDevice, device: SteadyDevice) {
    this.#gpu = gpu;
    this.#device = device;
  }

  /** Whether the run is still on that GPU. */
  get reachable(): boolean {
    return this.#device.runsOn(this.#gpu);
  }

  /** Whether the values of a step can be filled in a buffer and handed over. */
  takes({ step, elements }: FilledStep): boolean {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.#gpu.limits;
    const bytes = elements * FLOAT32_BYTES;
    const fits = bytes > 0 && bytes <= Math.min(maxBufferSize, maxStorageBufferBindingSize);
    return canStay(step) && fits && this.reachable;
  }
}
