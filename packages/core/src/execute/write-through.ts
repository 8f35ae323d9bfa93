import { byteSize } from '../ir/dtype.js';
import type { PlanStep } from '../ir/plan.js';
import { elementCount } from '../ir/shape.js';
import type { Adapter } from '../model/adapter.js';
import { BatchMemory } from './batch-memory.js';
import { write, writeBuffers, writePart } from './commit.js';
import type { GpuTarget } from './gpu-target.js';
import { PART_BYTES, partMemory } from './part-memory.js';
import { type PartSource, partSource } from './part-source.js';
import type { Producers } from './produce.js';
import type { RunLog } from './run-log.js';
import { type FilledBuffer, type Produced, produceAll } from './values.js';
import { workOf } from './work.js';

/**
 * Writes each parameter as soon as it is made, and large ones in parts where the adapter takes parts. Beside the
 * parameters it holds two parts, or one parameter where that has to be whole. What is filled on the GPU is handed over
 * batch by batch.
 */
export class WriteThrough {
  readonly #adapter: Adapter;
  readonly #producers: Producers;
  readonly #log: RunLog;
  readonly #gpu: GpuTarget | undefined;
  /** Steps whose buffers were handed over. */
  readonly #handedOver: PlanStep[] = [];
  /** What is held of values: a part that is made and the one before it that is written, or a batch of small parameters. */
  #memory: Uint8Array | undefined;

  constructor(adapter: Adapter, producers: Producers, options: { log: RunLog; gpu: GpuTarget | undefined }) {
    this.#adapter = adapter;
    this.#producers = producers;
    this.#log = options.log;
    this.#gpu = options.gpu;
  }

  /** @throws as producing and writing do. Some parameters are then new and others old. */
  async run(steps: readonly PlanStep[]): Promise<void> {
    let whole: PlanStep[] = [];
    for (const step of steps) {
      if (this.#isForParts(step)) {
        await this.#writeWhole(whole);
        whole = [];
        if (await this.#writeInParts(step)) continue;
      }
      whole.push(step);
    }
    await this.#writeWhole(whole);
    await this.#replaceLost();
  }

  #isForParts(step: PlanStep): boolean {
    if (this.#adapter.writePart === undefined) return false;
    // Memory of its own, that each tensor of a checkpoint would be read into, waits for the garbage collector.
    const small = elementCount(step.shape) * byteSize(step.dtype) <= PART_BYTES;
    if (small && step.law.kind !== 'copy') return false;
    if (this.#gpu === undefined) return true;
    const work = workOf(step, this.#producers.lowering);
    return work.kind === 'whole' || !this.#gpu.takes(work);
  }

  async #writeWhole(steps: readonly PlanStep[]): Promise<void> {
    if (steps.length === 0) return;
    // An adapter that takes parts copies small parameters too; another may keep the bytes.
    const memory = this.#adapter.writePart === undefined ? undefined : new BatchMemory(this.#partMemory());
    const accept = async ({ step, bytes, seconds }: Produced): Promise<void> => {
      const meter = this.#log.meterFor(step);
      meter?.add(bytes);
      if (memory?.holds(bytes) === true) await this.#copy(step, bytes);
      else await write(this.#adapter, { path: step.path, tensor: { dtype: step.dtype, shape: step.shape, bytes } });
      this.#log.add(step, seconds, meter);
    };
    const gpu = this.#gpu && {
      target: this.#gpu,
      accept: async (filled: readonly FilledBuffer[]): Promise<void> => {
        await writeBuffers(this.#adapter, filled);
        for (const { step, seconds } of filled) {
          this.#handedOver.push(step);
          this.#log.add(step, seconds, undefined);
        }
      },
    };
    await produceAll(steps, this.#producers, { batchBytes: PART_BYTES, accept, gpu, memory });
  }

  async #copy({ path, dtype, shape }: PlanStep, bytes: Uint8Array): Promise<void> {
    if (await writePart(this.#adapter, path, { dtype, shape, offset: 0, bytes })) return;
    // The adapter may keep what it is given.
    await write(this.#adapter, { path, tensor: { dtype, shape, bytes: bytes.slice() } });
  }

  /** A GPU that was lost holds none of what was handed over. */
  async #replaceLost(): Promise<void> {
    if (this.#handedOver.length === 0) return;
    const { device } = this.#producers;
    await device.settle();
    if (!device.lost) return;
    const accept = ({ step: { path, dtype, shape }, bytes }: Produced): Promise<void> =>
      write(this.#adapter, { path, tensor: { dtype, shape, bytes } });
    await produceAll(this.#handedOver, this.#producers, { batchBytes: PART_BYTES, accept });
  }

  /** @returns false when the parameter has to be written whole. */
  async #writeInParts(step: PlanStep): Promise<boolean> {
    const source = await partSource(step, this.#producers);
    if (source === undefined) return false;
    const { path, dtype, shape } = step;
    const start = performance.now();
    const meter = this.#log.meterFor(step);
    const count = PART_BYTES / Math.max(source.size, byteSize(step.dtype));
    let writing: Promise<boolean> = Promise.resolve(true);
    try {
      for (let first = 0, turn = 0; first < source.elements; first += count, turn = 1 - turn) {
        const bytes = await this.#makePart(source, { first, count, turn });
        if (bytes === undefined) return false;
        meter?.add(bytes);
        if (source.elements <= count) {
          await this.#copy(step, bytes);
          break;
        }
        await writing;
        writing = writePart(this.#adapter, path, { dtype, shape, offset: first, bytes });
        if (first === 0 && !(await writing)) return false;
        // It is met where it is awaited.
        writing.catch(() => undefined);
      }
    } finally {
      // The part before the one that failed; whatever happened, its memory is not read any more after this.
      await writing;
    }
    this.#log.add(step, (performance.now() - start) / 1000, meter);
    return true;
  }

  #makePart(
    source: PartSource,
    { first, count, turn }: { first: number; count: number; turn: number },
  ): Promise<Uint8Array | undefined> {
    const length = Math.min(count, source.elements - first) * source.size;
    const start = turn * PART_BYTES;
    const out = this.#partMemory().subarray(start, start + length);
    return source.make(out, first);
  }

  #partMemory(): Uint8Array {
    this.#memory ??= partMemory(this.#producers.device, 2 * PART_BYTES);
    return this.#memory;
  }
}
