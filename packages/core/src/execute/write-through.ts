import { byteSize } from '../ir/dtype.js';
import type { PlanStep } from '../ir/plan.js';
import { elementCount } from '../ir/shape.js';
import type { Adapter } from '../model/adapter.js';
import { canShareMemory } from '../runtime/shared-memory.js';
import { write, writePart } from './commit.js';
import { type PartSource, partSource } from './part-source.js';
import type { Producers } from './produce.js';
import type { RunLog } from './run-log.js';
import { type Produced, produceAll } from './values.js';

/** What is held of values: a part that is made, the one before it that is written, or a batch of small parameters. */
const PART_BYTES = 1 << 22;

/**
 * Writes each parameter as soon as it is made, and large ones in parts where the adapter takes parts. Beside the
 * parameters it holds two parts, or one parameter where that has to be whole.
 */
export class WriteThrough {
  readonly #adapter: Adapter;
  readonly #producers: Producers;
  readonly #log: RunLog;
  #buffers: readonly Uint8Array[] = [];

  constructor(adapter: Adapter, producers: Producers, log: RunLog) {
    this.#adapter = adapter;
    this.#producers = producers;
    this.#log = log;
  }

  /** @throws as producing and writing do. Some parameters are then new and others old. */
  async run(steps: readonly PlanStep[]): Promise<void> {
    let whole: PlanStep[] = [];
    for (const step of steps) {
      if (elementCount(step.shape) * byteSize(step.dtype) > PART_BYTES && this.#adapter.writePart !== undefined) {
        await this.#writeWhole(whole);
        whole = [];
        if (await this.#writeInParts(step)) continue;
      }
      whole.push(step);
    }
    await this.#writeWhole(whole);
  }

  async #writeWhole(steps: readonly PlanStep[]): Promise<void> {
    const accept = async ({ step, bytes, seconds }: Produced): Promise<void> => {
      const meter = this.#log.meterFor(step);
      meter?.add(bytes);
      await write(this.#adapter, { path: step.path, tensor: { dtype: step.dtype, shape: step.shape, bytes } });
      this.#log.add(step, seconds, meter);
    };
    await produceAll(steps, this.#producers, { batchBytes: PART_BYTES, accept });
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
        meter?.add(bytes);
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
  ): Promise<Uint8Array> {
    const length = Math.min(count, source.elements - first) * source.size;
    if (this.#buffers.length === 0) this.#buffers = [this.#allocatePart(), this.#allocatePart()];
    const out = this.#buffers[turn]?.subarray(0, length) ?? this.#allocatePart().subarray(0, length);
    return source.make(out, first);
  }

  /** All threads fill shared memory in place. */
  #allocatePart(): Uint8Array {
    const shared = this.#producers.device.prefersSharedMemory && canShareMemory();
    return new Uint8Array(shared ? new SharedArrayBuffer(PART_BYTES) : new ArrayBuffer(PART_BYTES));
  }
}
