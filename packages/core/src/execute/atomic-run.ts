import type { PlanStep } from '../ir/plan.js';
import type { Adapter } from '../model/adapter.js';
import { commit, type StagedBuffer, type StagedTensor, write } from './commit.js';
import type { GpuTarget } from './gpu-target.js';
import type { Producers } from './produce.js';
import type { RunLog } from './run-log.js';
import { type Produced, produceAll } from './values.js';

/** Bytes of the parameters that are filled together. */
const BATCH_BYTES = 1 << 26;

/** Makes all values first, then writes them: a failure or an abort leaves the model as it was. */
export class AtomicRun {
  readonly #adapter: Adapter;
  readonly #producers: Producers;
  readonly #log: RunLog;
  readonly #gpu: GpuTarget | undefined;
  #tensors: StagedTensor[] = [];
  #buffers: StagedBuffer[] = [];

  constructor(adapter: Adapter, producers: Producers, options: { log: RunLog; gpu: GpuTarget | undefined }) {
    this.#adapter = adapter;
    this.#producers = producers;
    this.#log = options.log;
    this.#gpu = options.gpu;
  }

  /** @throws as producing and writing do. */
  async run(steps: readonly PlanStep[]): Promise<void> {
    try {
      await this.#stage(steps);
      this.#producers.signal?.throwIfAborted();
      // From the call on they are the adapter's.
      const buffers = this.#buffers;
      this.#buffers = [];
      await commit(this.#tensors, this.#adapter, buffers);
      await this.#replaceLost(buffers);
    } finally {
      this.#dropBuffers();
    }
  }

  async #stage(steps: readonly PlanStep[]): Promise<void> {
    const accept = (produced: Produced): void => {
      const { step, bytes, seconds } = produced;
      const meter = this.#log.meterFor(step);
      meter?.add(bytes);
      this.#log.add(step, seconds, meter);
      this.#tensors.push(tensorOf(produced));
    };
    const gpu = this.#gpu && {
      target: this.#gpu,
      accept: (filled: readonly (StagedBuffer & { readonly seconds: number })[]): void => {
        this.#buffers.push(...filled);
        for (const { step, seconds } of filled) this.#log.add(step, seconds, undefined);
      },
    };
    await produceAll(steps, this.#producers, { batchBytes: BATCH_BYTES, accept, gpu });
    if (this.#buffers.length === 0 || this.#gpu?.reachable === true) return;
    await this.#stageAgain(steps);
  }

  /** What waited on a GPU that failed is made again on the host, where the run went on. */
  async #stageAgain(steps: readonly PlanStep[]): Promise<void> {
    const lost = this.#buffers.map(({ step }) => step);
    this.#dropBuffers();
    const accept = (produced: Produced): void => {
      this.#tensors.push(tensorOf(produced));
    };
    await produceAll(lost, this.#producers, { batchBytes: BATCH_BYTES, accept });
    const order = new Map(steps.map(({ path }, index) => [path, index]));
    this.#tensors.sort((a, b) => (order.get(a.path) ?? 0) - (order.get(b.path) ?? 0));
  }

  /** A GPU that was lost while values were handed over holds none of them. */
  async #replaceLost(buffers: readonly StagedBuffer[]): Promise<void> {
    if (buffers.length === 0) return;
    const { device } = this.#producers;
    await device.settle();
    if (!device.lost) return;
    const accept = (produced: Produced): Promise<void> => write(this.#adapter, tensorOf(produced));
    const steps = buffers.map(({ step }) => step);
    await produceAll(steps, this.#producers, { batchBytes: BATCH_BYTES, accept });
  }

  #dropBuffers(): void {
    for (const { buffer } of this.#buffers) buffer.destroy();
    this.#buffers = [];
  }
}

function tensorOf({ step, bytes }: Produced): StagedTensor {
  return { path: step.path, tensor: { dtype: step.dtype, shape: step.shape, bytes } };
}
